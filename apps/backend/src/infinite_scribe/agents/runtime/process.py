"""One agent process, put together: the door, the worker, the beat, the reaper, and an orderly end."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from uuid import UUID

import uvicorn
from fastapi import FastAPI

from infinite_scribe.agents.runtime.beat import Beat
from infinite_scribe.agents.runtime.executor import Executor, Outfit
from infinite_scribe.agents.runtime.reaper import Reaper
from infinite_scribe.agents.runtime.tables import know_all_tables
from infinite_scribe.agents.runtime.worker import QueueWorker
from infinite_scribe.core import tasks
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database, Role
from infinite_scribe.runs.executors import Executors
from infinite_scribe.runs.rules import queue_name

log = get_logger(__name__)

ROLE: Role = "is_agent"
HOST = "127.0.0.1"


@dataclass
class Working:
    """The part of an agent process that works on runs. The process adds the door; tests use this alone."""

    agent: str
    protocol: int
    outfit: Outfit
    base_url: str = ""
    predecessor: UUID | None = None

    def __post_init__(self) -> None:
        know_all_tables()
        settings, url = self.outfit.settings, self.outfit.database.url
        self.executor = Executor(self.outfit)
        self.worker = QueueWorker(url, ROLE, queue_name(self.agent, self.protocol), self.executor, settings)
        self._control = Database(url, ROLE, pool_size=1)
        self._reaping = Database(url, ROLE, pool_size=1, statement_seconds=10)
        self.beat = Beat(
            self._control,
            self.outfit.executor_id,
            seconds=settings.runs.beat_seconds,
            dead_seconds=settings.runs.dead_seconds,
            worker_id=lambda: self.worker.worker_id,
            running=lambda: len(self.executor.active),
            on_signal=self.executor.poke,
        )
        self.reaper = Reaper(
            self._reaping,
            self.outfit.live,
            self.agent,
            self.protocol,
            settings,
            worker_id=lambda: self.worker.worker_id,
            my_jobs=lambda: self.executor.jobs,
            overslept_at=lambda: self.beat.overslept_at,
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Sign up, then beat, reap, watch and work."""
        async with self.outfit.database.transaction() as session:
            executors = Executors(session)
            if self.predecessor is not None:
                await executors.declare_dead(self.predecessor)
            await executors.sign_up(self.outfit.executor_id, self.agent, self.protocol, self.base_url)
        self._tasks = [
            asyncio.create_task(work, name=name)
            for name, work in (
                ("beat", self.beat.run()),
                ("worker", self.worker.run()),
                ("reaper", self.reaper.run()),
                ("signals", self.executor.watch()),
            )
        ]
        log.info(
            "agent.started",
            agent=self.agent,
            protocol=self.protocol,
            executor_id=str(self.outfit.executor_id),
        )

    async def stop(self) -> None:
        """Take nothing new, give back what is under way, sign off. A few seconds at most."""
        worker_id = self.worker.worker_id
        async with self.outfit.database.transaction() as session:
            await Executors(session).set_draining(self.outfit.executor_id)
        self.worker.stop()
        await self.executor.hand_over()
        # The beat ends first: one that finds its row signed off would take that for a death sentence.
        await tasks.end(*self._tasks)
        workers = [worker_id] if worker_id is not None else []
        async with self.outfit.database.transaction() as session:
            await Executors(session).leave(self.outfit.executor_id, workers)
        await self._control.dispose()
        await self._reaping.dispose()


def serve(app: FastAPI, port: int, host: str = HOST) -> None:
    """Serve until SIGTERM or SIGINT; then end at once, since nothing is left that another process needs."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    server.run()
    os._exit(0 if server.started else 1)
