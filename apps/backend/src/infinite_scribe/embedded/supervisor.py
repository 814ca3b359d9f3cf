"""`infinite-scribe up`: one parent that starts the stores and every service, restarts what dies, and stops it all.

On Linux the parent imports the code once and forks each service, which halves memory and start time. The parent
therefore never opens an engine, an event loop or a secret, and imports nothing that starts a thread.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import multiprocessing
import os
import platform
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any

from infinite_scribe.core.settings import Settings
from infinite_scribe.embedded.readiness import service_url, why_silent
from infinite_scribe.embedded.services import Service
from infinite_scribe.embedded.stores import EmbeddedStores

READY_SECONDS = 60
MEGABYTE = 2**20
LEAST_FREE_MEGABYTES = 128
"""A new database takes some 60 MB, and PostgreSQL stops when it cannot write its log."""
STOP_SECONDS = 8


class StartError(Exception):
    """The platform cannot start; the message says why and what to do."""


def _process(name: str, run: Callable[[], None], log: Path) -> BaseProcess:
    context: Any = multiprocessing.get_context("fork" if platform.system() == "Linux" else "spawn")
    process: BaseProcess = context.Process(target=_child, args=(run, log), name=name)
    return process


def _child(run: Callable[[], None], log: Path) -> None:
    """Become a service: own log file, default signals, own session."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _end_with_parent()
    run()


def _end_with_parent() -> None:
    """On Linux, ask the kernel for a SIGTERM when the supervisor dies, so that nothing is left running."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


@dataclass
class Supervisor:
    """Runs the whole platform of one data folder.

    `say` prints a line for the person at the terminal; `prepare` is done while the stores come up.
    """

    settings: Settings
    services: list[Service]
    migrate: Callable[[str], None]
    say: Callable[[str], None] = print
    prepare: Callable[[], None] = lambda: None
    stores: EmbeddedStores = field(init=False)
    processes: dict[str, BaseProcess] = field(default_factory=dict, init=False)
    started: dict[str, float] = field(default_factory=dict, init=False)
    stopping: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.stores = EmbeddedStores(self.settings)

    def run(self) -> None:
        """Start, watch until a signal arrives, stop. Raises `StartError` when the start is impossible."""
        with self._single():
            self._check_ports()
            signal.signal(signal.SIGINT, self._ask_to_stop)
            signal.signal(signal.SIGTERM, self._ask_to_stop)
            try:
                self._start()
                while not self.stopping:
                    self._watch()
                    time.sleep(0.25)
            finally:
                self._stop()

    def _ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True

    @contextlib.contextmanager
    def _single(self) -> Iterator[None]:
        """Only one platform per data folder: a lock that the operating system drops with the process."""
        folder = self.settings.data_dir
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "run").mkdir(mode=0o700, exist_ok=True)
            (folder / "logs").mkdir(mode=0o700, exist_ok=True)
            file = (folder / "run" / "supervisor.pid").open("a+")
        except OSError as error:
            raise StartError(
                f"The data folder {folder} cannot be written ({error.strerror}). "
                "Set INFINITE_SCRIBE__APP__DATA_DIR to another folder."
            ) from error
        free = shutil.disk_usage(folder).free // MEGABYTE
        if free < LEAST_FREE_MEGABYTES:
            file.close()
            raise StartError(
                f"The data folder {folder} has {free} MB of free space, and {LEAST_FREE_MEGABYTES} MB are needed. "
                "Free some space or set INFINITE_SCRIBE__APP__DATA_DIR to another folder."
            )
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StartError(
                    f"InfiniteScribe already runs on {folder}. `infinite-scribe down` stops it."
                ) from error
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
            yield
            file.truncate(0)

    def _check_ports(self) -> None:
        for service in self.services:
            host = self.settings.http.host if service.name == "api" else "127.0.0.1"
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((host, service.port))
                except OSError as error:
                    key = "HTTP__PORT" if service.name == "api" else f"SERVICES__{service.name.upper()}_PORT"
                    raise StartError(
                        f"Port {service.port} for {service.name} cannot be used ({error.strerror}). "
                        f"Set INFINITE_SCRIBE__{key} to a free one."
                    ) from error

    def _start(self) -> None:
        self.stores.launch()
        self.prepare()
        self.say(f"  ✓ {self.stores.start_postgres()}")
        self.say(f"  ✓ {self.stores.start_redis()}")
        self._migrate()
        for service in self.services:
            self._spawn(service)
        for service in self.services:
            seconds = self._wait_ready(service)
            self.say(f"  ✓ {service.name:<11} ready on port {service.port}  ({seconds:.1f} s)")

    def _migrate(self) -> None:
        """Migrate in a child, so that the parent stays free of engines."""
        url = self.stores.postgres.url() if self.stores.postgres else self.settings.database_url
        log = self.settings.data_dir / "logs" / "migrate.log"
        child = _process("migrate", _Migration(self.migrate, url), log)
        child.start()
        child.join()
        if child.exitcode != 0:
            raise StartError(f"The database could not be brought up to date; the reason is in {log}.")
        self.say("  ✓ database   up to date")

    def _spawn(self, service: Service) -> None:
        log = self.settings.data_dir / "logs" / f"{service.name}.log"
        process = _process(service.name, service.run, log)
        process.start()
        self.processes[service.name] = process
        self.started[service.name] = time.monotonic()

    def _wait_ready(self, service: Service) -> float:
        url = service_url(self.settings, service.name, service.port, service.ready_path)
        begun = self.started[service.name]
        while time.monotonic() - begun < READY_SECONDS and not self.stopping:
            if not self.processes[service.name].is_alive():
                raise StartError(self._failed(service, "stopped while starting"))
            if why_silent(url, seconds=1) is None:
                return time.monotonic() - begun
            time.sleep(0.05)
        if self.stopping:
            return 0.0
        raise StartError(self._failed(service, f"was not ready after {READY_SECONDS} s"))

    def _failed(self, service: Service, what: str) -> str:
        return (
            f"{service.name} {what}. Its log is {self.settings.data_dir / 'logs' / (service.name + '.log')}."
        )

    def _watch(self) -> None:
        if reason := self.stores.check():
            self.say(f"  ! {reason}; starting it again")
            self.stores.revive()
        for service in self.services:
            process = self.processes[service.name]
            if process.is_alive() or self.stopping:
                continue
            self.say(f"  ! {service.name} stopped (exit {process.exitcode}); starting it again")
            if time.monotonic() - self.started[service.name] < self.settings.embedded.restart_seconds:
                time.sleep(self.settings.embedded.restart_seconds)
            self._spawn(service)

    def _stop(self) -> None:
        order = [name for name in reversed(list(self.processes)) if name != "llm"] + ["llm"]
        alive = [self.processes[name] for name in order if name in self.processes]
        for process in alive:
            if process.is_alive():
                process.terminate()
        end = time.monotonic() + STOP_SECONDS
        for process in alive:
            process.join(max(0.1, end - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
        self.stores.stop()
        self.say("  stopped")


@dataclass(frozen=True)
class _Migration:
    """A picklable call, for systems that cannot fork."""

    migrate: Callable[[str], None]
    url: str

    def __call__(self) -> None:
        self.migrate(self.url)
