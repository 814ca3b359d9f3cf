"""The queue's worker, in a loop: whatever ends it but our own stop, it begins again."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import procrastinate
import psycopg
from procrastinate.job_context import AbortReason
from procrastinate.worker import Worker

from infinite_scribe.agents.runtime.executor import Executor
from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import plain_url
from infinite_scribe.runs.queue import JOB_NAME

log = get_logger(__name__)

POOL_SIZE = 4
GRACE_SECONDS = 2.0
OWN_BEAT_SECONDS = 3_600.0


class QueueWorker:
    """Fetches jobs of one queue and lets the executor do them."""

    def __init__(self, url: str, role: str, queue: str, executor: Executor, settings: Settings) -> None:
        self._executor = executor
        self._queue = queue
        self._settings = settings.runs
        self._stopping = False
        self._worker: Worker | None = None

        async def configure(connection: psycopg.AsyncConnection[Any]) -> None:
            # The one that listens must keep its mode: inside an open transaction it hears nothing.
            given = connection.autocommit
            await connection.set_autocommit(True)
            await connection.execute(f"SET ROLE {role}".encode())
            await connection.set_autocommit(given)

        connector = procrastinate.PsycopgConnector(
            conninfo=plain_url(url),
            min_size=1,
            max_size=POOL_SIZE,
            reconnect_timeout=2,
            configure=configure,
            kwargs={"application_name": "infinite-scribe queue"},
        )
        self._app = procrastinate.App(connector=connector)
        self._app.task(name=JOB_NAME, pass_context=True)(self._job)

    @property
    def worker_id(self) -> int | None:
        """The queue's id of the worker that runs now."""
        return None if self._worker is None else self._worker.worker_id

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping:
            try:
                async with self._app.open_async():
                    await self._once()
            except (procrastinate.exceptions.ProcrastinateException, psycopg.Error, OSError) as error:
                log.warning("worker.lost", error=type(error).__name__)
            if not self._stopping:
                await asyncio.sleep(0.5)

    def stop(self) -> None:
        """Fetch nothing more."""
        self._stopping = True
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]

    async def _once(self) -> None:
        self._worker = Worker(
            self._app,
            queues=[self._queue],
            name=self._queue,
            concurrency=self._settings.worker_concurrency,
            fetch_job_polling_interval=self._settings.queue_poll_seconds,
            abort_job_polling_interval=self._settings.queue_poll_seconds,
            shutdown_graceful_timeout=GRACE_SECONDS,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=OWN_BEAT_SECONDS,
            stalled_worker_timeout=max(30.0, self._settings.dead_seconds * 3),
        )
        await self._worker.run()  # type: ignore[no-untyped-call]

    async def _job(self, context: procrastinate.JobContext, run: str, novel: str, user: str) -> None:
        """Do one job. An abort by the author only says "look": what is wanted stands in the run's row."""
        job_id = context.job.id
        assert job_id is not None
        work = asyncio.ensure_future(self._executor.work(job_id, UUID(run), UUID(novel), UUID(user)))
        while not work.done():
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                if context.abort_reason() is AbortReason.USER_REQUEST:
                    self._executor.poke(UUID(run))
                    continue
                work.cancel()
                await asyncio.wait({work}, timeout=GRACE_SECONDS)
                raise
