"""Running Alembic from code: `migrate` for the CLI and the supervisor, and for the template of the tests."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def migrations_dir() -> Path:
    """Return the folder of the migrations: inside an installed package, else beside `src` in a clone."""
    packaged = Path(str(resources.files("infinite_scribe") / "_migrations"))
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "migrations"


def config_for(url: str) -> Config:
    """Return an Alembic configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to `revision`. Waits for another start that does the same."""
    command.upgrade(config_for(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision`."""
    command.downgrade(config_for(url), revision)


def head(url: str) -> str | None:
    """Return the newest revision that this code knows."""
    return ScriptDirectory.from_config(config_for(url)).get_current_head()
