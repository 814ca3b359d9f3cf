"""The laws of the code are run, and each of them is broken once to see that it is one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(240)

BACKEND = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
MOST_LINES = 400

BREACHES = {
    "size": ("runs/long.py", "x = 1\n" * 401),
    "size function": ("runs/long.py", "def f() -> None:\n" + "    x = 1\n" * 50),
    "environment": ("runs/where.py", "import os\n\nHOME = os.environ['HOME']\n"),
    "logging": ("runs/say.py", "def f(log, name):\n    log.info(f'hello {name}')\n"),
    "instants": ("runs/when.py", "from datetime import datetime\n\nNOW = datetime.now()\n"),
    "instants utcnow": ("runs/when.py", "from datetime import datetime\n\nNOW = datetime.utcnow()\n"),
    "commits": ("runs/save.py", "async def f(session):\n    await session.commit()\n"),
}
LAWFUL = (
    "from datetime import UTC, datetime\n\n\ndef f(log):\n    log.info('run.started', at=datetime.now(UTC))\n"
)


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lint", str(folder)]
    return subprocess.run(command, cwd=BACKEND, capture_output=True, text=True, check=False)


def import_laws(config: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / "lint-imports"), "--config", str(config), "--no-cache"]
    env = {"PYTHONPATH": str(folder), "PATH": str(BIN), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_our_own_rules_find_nothing() -> None:
    done = lint(BACKEND / "src")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", BREACHES)
def test_each_rule_catches_its_breach(name: str, tmp_path: Path) -> None:
    where, text = BREACHES[name]
    for path, content in ((where, text), ("runs/fine.py", LAWFUL)):
        file = tmp_path / "infinite_scribe" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    done = lint(tmp_path)
    assert done.returncode == 1
    assert f"{name.split(maxsplit=1)[0]}:" in done.stdout
    assert done.stdout.count("infinite_scribe/") == 1, done.stdout


def test_the_import_laws_hold() -> None:
    done = import_laws(BACKEND / ".importlinter", BACKEND / "src")
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_the_import_laws_ignore_nothing() -> None:
    assert "ignore_imports" not in (BACKEND / ".importlinter").read_text()


PLANTED = {
    "The order of the folders": ("core/planted.py", "import infinite_scribe.api.routes\n"),
    "Agents do not know each other": ("agents/writer/planted.py", "import infinite_scribe.agents.editor.tasks\n"),
    "A feature's tables and queries are private to it": (
        "continuity/planted.py", "import infinite_scribe.canon.models\n",
    ),
    "Rules are pure": ("plot/rules.py", "import sqlalchemy\n"),
    "Provider SDKs only in the adapters of the llm process": ("llm/planted.py", "import openai\n"),
}  # fmt: skip


def test_each_import_law_catches_its_breach(tmp_path: Path) -> None:
    """All are broken at once in a copy; each must be named as broken."""
    source, copy = BACKEND / "src" / "infinite_scribe", tmp_path / "infinite_scribe"
    for file in source.rglob("*.py"):
        target = copy / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.read_text())
    for where, text in PLANTED.values():
        file = copy / where
        file.write_text(
            text
            + (file.read_text().replace("from __future__ import annotations", "") if file.exists() else "")
        )
    done = import_laws(BACKEND / ".importlinter", tmp_path)
    assert done.returncode == 1
    missed = [
        law
        for law in PLANTED
        if not any(line.startswith(law) and "BROKEN" in line for line in done.stdout.splitlines())
    ]
    assert missed == [], done.stdout[-3000:]


def test_no_python_file_is_longer_than_400_lines() -> None:
    files = [
        file for part in ("src", "tests", "migrations", "lint") for file in (BACKEND / part).rglob("*.py")
    ]
    long = {
        str(file.relative_to(BACKEND)): count
        for file in files
        if (count := file.read_text().count("\n")) > MOST_LINES
    }
    assert len(files) > 300
    assert long == {}
