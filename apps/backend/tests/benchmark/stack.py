"""The whole platform as a child process, with its own data folder and ports."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil

SERVICES = ("llm", "worldsmith", "director", "writer", "editor", "librarian")
START_SECONDS = 180
STOP_SECONDS = 30
_UNLIMITED = 10_000_000


class StackError(Exception):
    """The platform did not start or stop; the message says where to look."""


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def private_folder() -> Path:
    """Return a new folder that the database's own system user can reach as well."""
    folder = Path(tempfile.mkdtemp(prefix="infinite-scribe-bench-"))
    folder.chmod(0o711)
    return folder


@dataclass
class Stack:
    """`infinite-scribe up` on a folder that is thrown away in the end.

    Limits that protect a shared studio are lifted, and as many drafts may run at once as are measured. Compiled
    code goes to the folder, so that a second start is a warm one whatever the environment says about it.
    """

    drafts: int
    folder: Path = field(default_factory=private_folder)
    ports: dict[str, int] = field(init=False)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.ports = dict(zip(("api", *SERVICES), free_ports(len(SERVICES) + 1), strict=True))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports['api']}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def environment(self, **more: str) -> dict[str, str]:
        """Return the settings of this platform as environment variables."""
        prefix = "INFINITE_SCRIBE__"
        own = {name: value for name, value in os.environ.items() if not name.startswith(prefix)}
        own.pop("PYTHONDONTWRITEBYTECODE", None)
        chosen = {
            "APP__DATA_DIR": str(self.data),
            "APP__LOG_LEVEL": "WARNING",
            "HTTP__PORT": str(self.ports["api"]),
            **{f"SERVICES__{name.upper()}_PORT": str(self.ports[name]) for name in SERVICES},
            **{f"RATE_LIMITS__{name}": str(_UNLIMITED) for name in _LIMITS},
            "RUNS__PER_USER": str(self.drafts),
            "RUNS__WORKER_CONCURRENCY": str(self.drafts),
            **more,
        }
        return {
            **own,
            "PYTHONPYCACHEPREFIX": str(self.folder / "compiled"),
            **{prefix + name: value for name, value in chosen.items()},
        }

    def start(self, **more: str) -> float:
        """Start and return the seconds from the command to the line that says everything is ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / "up.log"
        begun = time.monotonic()
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infinite_scribe.cli", "up"],
                stdout=file,
                stderr=file,
                env=self.environment(**more),
                cwd=self.folder,
                start_new_session=True,
            )
        while time.monotonic() - begun < START_SECONDS:
            if self.process.poll() is not None:
                raise StackError(f"The platform stopped while starting: {_tail(log)}")
            if b"Ready in" in log.read_bytes():
                return time.monotonic() - begun
            time.sleep(0.02)
        raise StackError(f"The platform was not ready after {START_SECONDS} s: {_tail(log)}")

    def stop(self) -> None:
        """Stop everything and wait for it."""
        if self.process is None:
            return
        family = self._family()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            for one in family:
                with contextlib.suppress(psutil.Error):
                    one.kill()
            self.process.wait()
        self.process = None

    def close(self) -> None:
        """Stop and remove every trace."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def pss(self) -> dict[str, float]:
        """Return the proportional memory of supervisor, services, PostgreSQL and Redis, in MB."""
        found = {"services": 0.0, "postgres": 0.0, "redis": 0.0}
        for one in self._family():
            with contextlib.suppress(psutil.Error, OSError):
                name = one.name()
                kind = next((known for known in ("postgres", "redis") if known in name), "services")
                found[kind] += _pss_kib(one.pid) * 1024 / 1e6
        return found

    def listener(self, service: str) -> psutil.Process:
        """Return the process that listens on a service's port."""
        for one in self._family():
            with contextlib.suppress(psutil.Error):
                if any(
                    link.status == psutil.CONN_LISTEN and link.laddr.port == self.ports[service]
                    for link in one.net_connections(kind="tcp")
                ):
                    return one
        raise StackError(f"Nobody listens as {service}")

    def database_url(self) -> str:
        """Return the address of the embedded server, as its owner."""
        found = json.loads((self.data / "run" / "stores.json").read_text("utf-8"))
        return str(found["database"])

    def _family(self) -> list[psutil.Process]:
        if self.process is None:
            return []
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


_LIMITS = (
    "USER_PER_MINUTE",
    "ANONYMOUS_PER_MINUTE",
    "AUTH_PER_MINUTE",
    "SAVES_PER_MINUTE",
    "RUNS_PER_MINUTE",
    "JOBS_PER_HOUR",
    "STREAMS_PER_MINUTE",
)


def answers(url: str) -> bool:
    """Return whether `url` answers with success."""
    with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=2):
        return True
    return False


def _pss_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _tail(log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    return " | ".join(lines[-3:]) or "no output"
