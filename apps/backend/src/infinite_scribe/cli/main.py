"""`infinite-scribe`: the one command of the platform."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from infinite_scribe.cli import admin, platform, reindex, settings_report, write
from infinite_scribe.cli.platform import EXIT_CANNOT_START
from infinite_scribe.core.settings import SettingsError
from infinite_scribe.embedded.postgres import EmbeddedPostgresError
from infinite_scribe.embedded.supervisor import StartError

app = typer.Typer(
    name="infinite-scribe",
    help="Write a novel together with a handful of AI agents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(platform.up)
app.command("down")(platform.down)
app.command("migrate")(platform.migrate)
app.command("doctor")(platform.doctor)
app.command("reindex")(reindex.reindex)
app.command("settings")(settings_report.show)
app.command("write")(write.write)
app.add_typer(admin.app, name="admin")


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        print(platform.version())
        raise typer.Exit


def main() -> None:
    """Run the command line; a failure the user can mend is one sentence and an exit code, never a trace."""
    try:
        app()
    except (SettingsError, StartError, EmbeddedPostgresError) as error:
        print(f"infinite-scribe: {error}", file=sys.stderr)
        sys.exit(EXIT_CANNOT_START)
