"""The embedded stores of one data folder, and the file that tells the services where they are."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from infinite_scribe.core.settings import Settings
from infinite_scribe.core.settings.loading import STORES_FILE
from infinite_scribe.embedded.postgres import EmbeddedPostgres
from infinite_scribe.embedded.redis import EmbeddedRedis, find_redis_server


@dataclass
class EmbeddedStores:
    """PostgreSQL and Redis for the settings that name no server of their own."""

    settings: Settings
    postgres: EmbeddedPostgres | None = field(default=None, init=False)
    redis: EmbeddedRedis | None = field(default=None, init=False)

    def launch(self) -> None:
        """Set PostgreSQL going, so that it comes up while the caller does something else."""
        if self.settings.embedded_database:
            options = {"max_connections": str(self.settings.embedded.max_connections)}
            self.postgres = EmbeddedPostgres(self.settings.data_dir, settings=options)
            self.postgres.launch()

    def start_postgres(self) -> str:
        """Wait for PostgreSQL unless an address is set; return a line for the start report."""
        if self.postgres is None:
            self.launch()
        if self.postgres is None:
            return "PostgreSQL  your server"
        self.postgres.start()
        self._write()
        return "PostgreSQL  embedded"

    def start_redis(self) -> str:
        """Start Redis unless an address is set or none can be had; return a line for the start report."""
        if not self.settings.embedded_redis:
            return "Redis       your server"
        if not self.settings.redis.enabled or find_redis_server() is None:
            self._write()
            return "Redis       none: sessions and limits use PostgreSQL and memory, live text is a little slower"
        self.redis = EmbeddedRedis(self.settings.data_dir / "redis")
        self.redis.start()
        self._write()
        return "Redis       embedded"

    def check(self) -> str | None:
        """Return a sentence when a store has died, else None."""
        if self.postgres and self.postgres.process and self.postgres.process.poll() is not None:
            return "PostgreSQL stopped"
        if self.redis and self.redis.process and self.redis.process.poll() is not None:
            return "Redis stopped"
        return None

    def revive(self) -> None:
        """Start again what has died, at the same address."""
        if self.postgres and self.postgres.process and self.postgres.process.poll() is not None:
            self.postgres.start()
        if self.redis and self.redis.process and self.redis.process.poll() is not None:
            self.redis.start()

    def stop(self) -> None:
        """Stop both, Redis first."""
        if self.redis:
            self.redis.stop()
        if self.postgres:
            self.postgres.stop()
        (self.settings.data_dir / STORES_FILE).unlink(missing_ok=True)

    def _write(self) -> None:
        found = {
            "database": self.postgres.url() if self.postgres else None,
            "redis": self.redis.url() if self.redis else None,
        }
        path = self.settings.data_dir / STORES_FILE
        write_private(path, json.dumps({name: url for name, url in found.items() if url}))


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 in one step."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    fresh.replace(path)
