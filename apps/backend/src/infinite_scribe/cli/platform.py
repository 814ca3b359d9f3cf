"""Starting, stopping and examining the platform of one data folder."""

from __future__ import annotations

import gc
import importlib
import importlib.metadata
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from infinite_scribe.core.settings import Settings, load_settings
from infinite_scribe.embedded.readiness import EVERYWHERE, gateway_url, service_url, why_silent
from infinite_scribe.embedded.services import AGENTS, services
from infinite_scribe.embedded.supervisor import StartError, Supervisor

EXIT_CANNOT_START = 2
EXIT_NOT_RUNNING = 3
EXIT_DRIFT = 4
START_SECONDS = 90


def version() -> str:
    """Return the installed version."""
    return importlib.metadata.version("infinite-scribe")


def _run_api() -> None:
    importlib.import_module("infinite_scribe.api.main").main()


def _run_llm() -> None:
    importlib.import_module("infinite_scribe.llm.main").main()


def _run_agent(agent: str, port: int) -> None:
    importlib.import_module("infinite_scribe.agents.main").run(agent, port)


def _migrate(url: str) -> None:
    importlib.import_module("infinite_scribe.db.sql.migrations").upgrade(url)


def _preload() -> None:
    """Import once what every service needs; the children share these pages.

    Whatever a service would import or map by itself is done here, and the collector is told to leave it alone: it
    would otherwise touch, and so copy, every page.
    """
    for module in ("infinite_scribe.api.main", "infinite_scribe.llm.main", "infinite_scribe.agents.main"):
        importlib.import_module(module)
    routes = importlib.import_module("infinite_scribe.api.routes")
    for feature in routes.FEATURES:
        routes.feature_router(feature)
    for agent in AGENTS:
        importlib.import_module(f"infinite_scribe.agents.{agent}.tasks")
    importlib.import_module("infinite_scribe.agents.runtime.tables").know_all_tables()
    importlib.import_module("sqlalchemy.orm").configure_mappers()
    gc.collect()
    gc.freeze()


def _nothing() -> None:
    """Where services are not forked, each imports for itself."""


def up(
    detach: Annotated[
        bool, typer.Option("--detach", help="Start in the background and return when ready.")
    ] = False,
) -> None:
    """Start the platform: stores, services and the web app."""
    settings = load_settings()
    if detach:
        start_in_background(settings)
        print(f"  InfiniteScribe is ready: {address(settings)}")
        return
    begun = time.monotonic()
    print(f"InfiniteScribe {version()} · data in {settings.data_dir}", flush=True)
    entry_points: dict[str, Callable[..., None]] = {"api": _run_api, "llm": _run_llm, "agent": _run_agent}
    prepare = _preload if sys.platform == "linux" else _nothing
    supervisor = _Announcing(settings, services(settings, entry_points), _migrate, say=_say, prepare=prepare)
    supervisor.begun = begun
    supervisor.run()


class _Announcing(Supervisor):
    """A supervisor that prints the address when everything is ready."""

    begun: float = 0.0

    def _start(self) -> None:
        super()._start()
        if not self.stopping:
            seconds = time.monotonic() - self.begun
            self.say(
                f"\n  Ready in {seconds:.1f} s. Open {address(self.settings)}   (Ctrl-C stops everything)\n"
            )
            if code := setup_code(self.settings):
                self.say(f"  From another machine, set-up asks for this code: {code}\n")


def _say(line: str) -> None:
    print(line, flush=True)


def setup_code(settings: Settings) -> str | None:
    """Return the one-time set-up code while nobody has set the studio up, else None."""
    path = settings.data_dir / "run" / "setup-code"
    return path.read_text(encoding="utf-8").strip() if path.exists() else None


def address(settings: Settings) -> str:
    """Return the address to open in a browser."""
    if settings.http.public_url:
        return settings.http.public_url
    host = settings.http.host
    if host in EVERYWHERE | {"127.0.0.1", "::1"}:
        host = "localhost"
    return f"http://[{host}]:{settings.http.port}" if ":" in host else f"http://{host}:{settings.http.port}"


def is_up(settings: Settings) -> bool:
    """Return whether the gateway of these settings answers."""
    return why_silent(gateway_url(settings, "/healthz"), seconds=2) is None


def start_in_background(settings: Settings) -> None:
    """Start `infinite-scribe up` as a process of its own and wait until the gateway answers."""
    if is_up(settings):
        raise StartError(
            f"Something answers on port {settings.http.port} already. `infinite-scribe down` stops the platform of this "
            "folder; INFINITE_SCRIBE__HTTP__PORT chooses another port."
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    log = settings.data_dir / "up.log"
    with log.open("ab") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", "infinite_scribe.cli", "up"],
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if child.poll() is not None:
            last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise StartError(last[0].removeprefix("infinite-scribe: ") if last else f"see {log}")
        if is_ready(settings):
            return
        time.sleep(0.2)
    raise StartError(f"The platform was not ready after {START_SECONDS} s; see {log}.")


def is_ready(settings: Settings) -> bool:
    """Return whether the gateway can serve."""
    return why_silent(gateway_url(settings, "/readyz"), seconds=2) is None


def down() -> None:
    """Stop the platform that runs on this data folder."""
    settings = load_settings()
    pid = running_pid(settings.data_dir)
    if pid is None:
        print("InfiniteScribe is not running.")
        raise typer.Exit(EXIT_NOT_RUNNING)
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + 30
    while time.monotonic() < end and running_pid(settings.data_dir) == pid:
        time.sleep(0.1)
    print("InfiniteScribe is stopped.")


def running_pid(data_dir: Path) -> int | None:
    """Return the process id of the supervisor of `data_dir`, or None."""
    try:
        pid = int((data_dir / "run" / "supervisor.pid").read_text(encoding="utf-8") or "0")
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid or None


def migrate() -> None:
    """Bring the database up to date (the platform does so at each start)."""
    settings = load_settings()
    if settings.database.url is None:
        raise StartError("No database is running. `infinite-scribe up` starts and migrates the embedded one.")
    _migrate(settings.database_url)
    print("The database is up to date.")


def doctor() -> None:
    """Say which parts answer and prove that graph and passages equal the truth; exit 0 only when all is well."""
    settings = load_settings()
    wrong = 0
    print(f"data folder  {settings.data_dir}")
    for service in services(settings, {"api": _run_api, "llm": _run_llm, "agent": _run_agent}):
        url = service_url(settings, service.name, service.port, service.ready_path)
        reason = why_silent(url, seconds=2)
        wrong += reason is not None
        print(f"  ✓ {service.name}" if reason is None else f"  ✗ {service.name:<11} {reason}")
    drifted = False
    if settings.database.url is not None:
        drifted = importlib.import_module("infinite_scribe.cli.projections").report(settings)
    raise typer.Exit(EXIT_NOT_RUNNING if wrong else EXIT_DRIFT if drifted else 0)
