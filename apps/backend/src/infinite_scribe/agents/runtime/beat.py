"""The sign of life of one process, and what it hears on the same connection.

Each second, until the process ends, one statement renews its row and its queue worker's. If the row is gone or marked
dead, somebody else has its runs already: the process ends at once with code 75 and its supervisor starts a fresh one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from infinite_scribe.core import clock
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.runs.queue import Queue

log = get_logger(__name__)

DECLARED_DEAD = 75
SIGNALS = "run_signal"


class Beat:
    """Beats and listens on one connection of its own."""

    def __init__(
        self,
        database: Database,
        executor_id: UUID,
        *,
        seconds: float,
        dead_seconds: float,
        worker_id: Callable[[], int | None],
        running: Callable[[], int],
        on_signal: Callable[[UUID], None],
        die: Callable[[int], Any] = os._exit,
    ) -> None:
        self.executor_id = executor_id
        self.last = clock.monotonic()
        self.overslept_at = 0.0
        self._database = database
        self._seconds = seconds
        self._late_after = dead_seconds / 2
        self._worker_id = worker_id
        self._running = running
        self._on_signal = on_signal
        self._die = die

    async def run(self) -> None:
        """Beat until cancelled; reconnect for as long as it takes."""
        while True:
            try:
                async with self._database.engine.connect() as connection:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                    await self._listen(connection)
                    await self._keep_beating(connection)
            except Exception as error:  # noqa: BLE001 - the loop outlives any failure
                log.warning("beat.lost", error=type(error).__name__)
                await asyncio.sleep(self._seconds / 2)

    async def _listen(self, connection: AsyncConnection) -> None:
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection

        def heard(_connection: Any, _pid: int, _channel: str, payload: str) -> None:
            self._on_signal(UUID(payload))

        await driver.add_listener(SIGNALS, heard)

    async def _keep_beating(self, connection: AsyncConnection) -> None:
        while True:
            await self._beat(connection)
            await asyncio.sleep(self._seconds)

    async def _beat(self, connection: AsyncConnection) -> None:
        async with asyncio.timeout(5):
            queue = Queue(AsyncSession(bind=connection))
            alive = await queue.beat(self.executor_id, self._worker_id(), self._running())
        gap = clock.monotonic() - self.last
        self.last = clock.monotonic()
        if gap > self._late_after:
            self.overslept_at = clock.monotonic()
        if not alive:
            log.error("executor.declared_dead", executor_id=str(self.executor_id))
            self._die(DECLARED_DEAD)
