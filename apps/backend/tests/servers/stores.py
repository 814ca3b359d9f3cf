"""Where the stores of a test run come from.

A URL in the environment wins; else a container when a Docker engine answers and has the image; else the servers that
come in wheels. Nothing is ever mocked. The end of the test report says which.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from infinite_scribe.embedded.postgres import EmbeddedPostgres
from infinite_scribe.embedded.redis import EmbeddedRedis

ORIGINS: dict[str, str] = {}
"""Where each server of this run came from, for the end of its report."""


@dataclass(frozen=True)
class Store:
    """One running server: its address, where it came from, and how to end it."""

    url: str
    origin: str
    stop: Callable[[], None]


def _temporary_folder(prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o711)
    return folder


def postgres() -> Store:
    """Return a PostgreSQL server with pgvector (the embedded one, unless a URL names another)."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        return Store(url, "URL", lambda: None)
    folder = _temporary_folder("is-test-pg-")
    fast = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}
    server = EmbeddedPostgres(folder, settings=fast)
    server.start()

    def stop() -> None:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

    return Store(server.url(), "embedded wheel", stop)


def redis() -> Store:
    """Return a Redis server."""
    if url := os.environ.get("TEST_REDIS_URL"):
        return Store(url, "URL", lambda: None)
    if docker_image("redis:7-alpine"):
        return _container_redis()
    folder = _temporary_folder("is-test-redis-")
    server = EmbeddedRedis(folder)
    server.start()

    def stop() -> None:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

    return Store(server.url(), "embedded wheel", stop)


def _container_redis() -> Store:
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    from testcontainers.core.container import DockerContainer

    container = DockerContainer("redis:7-alpine").with_exposed_ports(6379)
    container.start()
    host, port = container.get_container_host_ip(), container.get_exposed_port(6379)
    return Store(f"redis://{host}:{port}/0", "container redis:7-alpine", container.stop)


def absent(config: pytest.Config, name: str, why: str) -> NoReturn:
    """Skip what needs a server that cannot be had here; fail where the run was told that it must be there."""
    ORIGINS[name] = f"none, its tests were skipped: {why}"
    if name in config.getoption("--require-servers", "").split(","):
        pytest.fail(f"{name} is required: {why}", pytrace=False)
    pytest.skip(why)


def docker_image(name: str) -> bool:
    """Return whether a Docker engine answers and already has `name`."""
    if shutil.which("docker") is None:
        return False
    try:
        done = subprocess.run(
            ["docker", "image", "inspect", name], capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
