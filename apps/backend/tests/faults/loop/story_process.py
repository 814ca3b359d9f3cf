"""All agents of the loop in one process that dies where it is told. Imported once and forked for each life.

A point is `WHEN TASK PATH`, the path of a step or part of it, `*` for any, `end` for the end of the run:
`asking` kills in the middle of an answer, `before` when the step is done and nothing of it committed, `after` when it
has just been committed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import structlog

from factories.loop import AGENTS, loop_settings
from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.journal import JournalOfCalls
from infinite_scribe.agents.runtime.process import Working
from infinite_scribe.agents.runtime.registry import REGISTRY, load_agent
from infinite_scribe.agents.runtime.storage import RunStorage
from infinite_scribe.agents.runtime.tables import know_all_tables
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.model_client.client import ModelClient
from infinite_scribe.model_client.schemas import CallDelta, CallEvent, CallRequest, CallState, Embeddings
from infinite_scribe.runs.execution import ClaimedRun, Execution, StepEntry
from infinite_scribe.runs.schemas.tasks import PROTOCOLS
from infinite_scribe.runs.stream import LiveStream
from servers.llm_process import PlainTokens

for _agent in AGENTS:
    load_agent(_agent)
know_all_tables()


def die() -> None:
    """Kill -9: no goodbye, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)


class Death:
    """Waits for its point."""

    def __init__(self, point: str) -> None:
        self.when, self._task, self._path = (point or "never * *").split()
        self._done: UUID | None = None

    def is_here(self, task: str, path: str) -> bool:
        return self._task in {"*", task} and (self._path == "*" or self._path in path)

    def lie_in_wait(self) -> None:
        """Watch every step that is recorded and every end of a run."""
        record, finish, commit = Execution.record, Execution.finish, RunStorage.commit

        async def recorded(execution: Execution, run: ClaimedRun, entry: StepEntry) -> Any:
            kept = await record(execution, run, entry)
            self._passed(run, entry.path)
            return kept

        async def finished(execution: Execution, run: ClaimedRun, *state: Any, **told: Any) -> None:
            await finish(execution, run, *state, **told)
            self._passed(run, "end")

        async def committed(storage: RunStorage, work: Callable[..., Awaitable[Any]], **how: Any) -> Any:
            done = await commit(storage, work, **how)
            if self._done == storage.run.id:
                die()
            return done

        Execution.record, Execution.finish, RunStorage.commit = recorded, finished, committed  # type: ignore[method-assign, assignment]

    def _passed(self, run: ClaimedRun, path: str) -> None:
        if not self.is_here(run.task, path):
            return
        if self.when == "before":
            die()
        if self.when == "after":
            self._done = run.id


class Mortal:
    """The way to the models. Vectors are of no interest here."""

    def __init__(self, models: ModelClient, death: Death) -> None:
        self._models, self._death = models, death

    async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        async for event in self._models.stream(request):
            yield event
            # Of an answer that is read as a whole, nothing is told before its end.
            under_way = isinstance(event, CallDelta if request.output_schema is None else CallState)
            if under_way and self._death.when == "asking" and self._death.is_here(request.task, request.path):
                die()

    async def cancel(self, call_id: UUID, **members: Any) -> None:
        await self._models.cancel(call_id, **members)

    async def embed(self, texts: Sequence[str], **_: Any) -> Embeddings:
        return Embeddings(model="test/none", dimensions=2, vectors=[[1.0, 0.0] for _ in texts])


def live(url: str, llm: str, folder: str, family: str, life: int, point: str) -> None:
    """Let all agents work until this process is killed; `life` follows the one that died before it."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(_live(url, llm, Path(folder), UUID(family), life, Death(point)))


async def _live(url: str, llm: str, folder: Path, family: UUID, life: int, death: Death) -> None:
    death.lie_in_wait()
    settings = loop_settings(folder)
    async with ModelClient([llm], PlainTokens(), patience_seconds=20) as models:
        for agent in AGENTS:
            outfit = Outfit(
                Database(url, "is_agent", pool_size=4), LiveStream(None), Mortal(models, death),
                JournalOfCalls(), REGISTRY.of_agent(agent), settings, executor_id=uuid5(family, f"{agent}{life}"),
            )  # fmt: skip
            before = uuid5(family, f"{agent}{life - 1}") if life else None
            await Working(agent, PROTOCOLS[agent], outfit, predecessor=before).start()
        await asyncio.Event().wait()
