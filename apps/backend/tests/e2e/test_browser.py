"""The author's journeys in a real browser, on the built web app of a fresh platform."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers import databases
from servers.platform import Platform, running

ROOT = Path(__file__).parents[4]
WEB = ROOT / "apps" / "frontend"
SECONDS = 1_500

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(SECONDS + 120)]


def chromium() -> str | None:
    """Return the browser to drive: the one that is named, else one on PATH."""
    named = os.environ.get("CHROMIUM_PATH")
    return named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


def pnpm() -> str | None:
    own = ROOT / ".make" / "bin" / "pnpm"
    return str(own) if own.exists() else shutil.which("pnpm")


@pytest.fixture
def fresh_studio(postgres_server: str) -> Iterator[Platform]:
    """A platform nobody has set up yet, at its shipped settings."""
    with running(databases.clone(postgres_server)) as platform:
        yield platform


@pytest.mark.smoke
def test_the_first_book_is_written_in_the_browser(fresh_studio: Platform, tmp_path: Path) -> None:
    drive(fresh_studio, tmp_path, "e2e/journeys/first-book.spec.ts", "desktop-en-light")


@pytest.mark.parametrize(
    ("spec", "project"),
    [
        ("e2e/journeys/no-lost-words.spec.ts", "desktop-en-light"),
        ("e2e/journeys/steering.spec.ts", "desktop-en-light"),
        ("e2e/journeys/first-book.spec.ts", "desktop-zh-dark"),
        ("e2e/journeys/world.spec.ts", "desktop-en-light"),
        ("e2e/a11y/screens.spec.ts", "desktop-en-light"),
        ("e2e/journeys/world.spec.ts", "desktop-zh-dark"),
        ("e2e/journeys/memory.spec.ts", "desktop-en-light"),
        ("e2e/journeys/memory.spec.ts", "desktop-zh-dark"),
        ("e2e/journeys/concept.spec.ts", "desktop-en-light"),
        ("e2e/journeys/concept.spec.ts", "desktop-zh-dark"),
    ],
)
def test_the_journeys_pass_in_the_browser(
    fresh_studio: Platform, tmp_path: Path, spec: str, project: str
) -> None:
    drive(fresh_studio, tmp_path, spec, project)


def drive(fresh_studio: Platform, tmp_path: Path, spec: str, project: str) -> None:
    """Run one journey in a browser against a platform that nobody has set up yet."""
    browser, runner = chromium(), pnpm()
    if browser is None:
        pytest.skip("NO BROWSER: install Chromium or set CHROMIUM_PATH; the browser journeys were not run")
    assert runner is not None, "pnpm is missing; `make install web` brings it"
    assert (WEB / "dist" / "index.html").exists(), "the web app is not built; `make web` builds it"
    report = tmp_path / "journeys.log"
    with report.open("wb") as log:
        done = subprocess.run(
            [
                runner,
                "exec",
                "playwright",
                "test",
                spec,
                "--project",
                project,
                "--output",
                str(tmp_path / "traces"),
            ],
            cwd=WEB,
            env={**os.environ, "BASE_URL": fresh_studio.origin, "CHROMIUM_PATH": browser, "CI": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    said = report.read_text(errors="replace")
    assert done.returncode == 0, f"{said[-6_000:]}\n{fresh_studio.said()}"
    assert " passed" in said, said[-2_000:]
