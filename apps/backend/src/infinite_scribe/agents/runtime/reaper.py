"""The reaper of one agent: every process runs one, one at a time acts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from infinite_scribe.core import clock
from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.runs.queue import Queue
from infinite_scribe.runs.reaping import Harvest, Reaping
from infinite_scribe.runs.stream import LiveStream

log = get_logger(__name__)

WAKE_GRACE_SECONDS = 10.0


class Reaper:
    """Takes over the runs of processes that died, hung or forgot them."""

    def __init__(
        self,
        database: Database,
        live: LiveStream,
        agent: str,
        protocol: int,
        settings: Settings,
        *,
        worker_id: Callable[[], int | None],
        my_jobs: Callable[[], set[int]],
        overslept_at: Callable[[], float],
    ) -> None:
        self._database = database
        self._live = live
        self._agent = agent
        self._protocol = protocol
        self._settings = settings.runs
        self._worker_id = worker_id
        self._my_jobs = my_jobs
        self._overslept_at = overslept_at
        self._suspects: set[int] = set()

    async def run(self) -> None:
        """Reap each second until cancelled."""
        while True:
            await asyncio.sleep(self._settings.reaper_seconds)
            overslept = self._overslept_at()
            if overslept and clock.monotonic() - overslept < WAKE_GRACE_SECONDS:
                continue
            try:
                await self.tick()
            except Exception as error:  # noqa: BLE001 - the loop outlives any failure
                log.warning("reaper.failed", error=type(error).__name__)

    async def tick(self) -> Harvest | None:
        """Reap once. None: another process holds the lock."""
        async with self._database.transaction(RowScope(reaper=self._agent)) as session:
            ghosts = await self._ghosts(Queue(session))
            reaping = Reaping(
                session,
                self._agent,
                self._protocol,
                self._settings.dead_seconds,
                self._settings.max_takeovers,
            )
            harvest = await reaping.tick(ghosts)
        if harvest is not None:
            await self._live.publish(harvest.said)
            for run_id in harvest.taken_over:
                log.warning("run.reaped", run_id=str(run_id), agent=self._agent)
            for run_id in harvest.ended:
                log.warning("run.ended_by_reaper", run_id=str(run_id), agent=self._agent)
        return harvest

    async def _ghosts(self, queue: Queue) -> list[int]:
        """Jobs that the queue says I do and that I do not do, on two ticks in a row."""
        worker = self._worker_id()
        if worker is None:
            self._suspects = set()
            return []
        missing = await queue.jobs_of(worker) - self._my_jobs()
        ghosts = sorted(missing & self._suspects)
        self._suspects = missing
        return ghosts
