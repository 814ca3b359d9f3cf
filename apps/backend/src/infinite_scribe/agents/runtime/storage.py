"""One writing transaction of a run: fence, effect, memory and events together, repeated when the store hiccups."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.speaker import Speaker, Turn
from infinite_scribe.core import clock
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.db.sql.outages import passes_by_itself
from infinite_scribe.runs.execution import ClaimedRun, Execution

log = get_logger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 60.0


async def patiently(once: Callable[[bool], Awaitable[T]], *, seconds: float = PATIENCE_SECONDS) -> T:
    """Run a transaction until it goes through; `once` is told whether this is a repetition.

    Raises what the last attempt raised when `seconds` have passed, and anything that would not pass by itself.
    """
    since = clock.monotonic()
    again = False
    while True:
        try:
            return await once(again)
        except Exception as error:
            if not passes_by_itself(error) or clock.monotonic() - since > seconds:
                raise
            log.warning("step.store_retry", error=type(error).__name__)
        again = True
        await asyncio.sleep(0.2 + random.random() * 0.3)


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Let a transaction come to its end although the task around it is cancelled; the cancel is raised after it."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=5)
        if task.done() and not task.cancelled():
            task.exception()
        raise


class RunStorage:
    """The transactions of one claimed run."""

    def __init__(self, database: Database, run: ClaimedRun, speaker: Speaker) -> None:
        self.run = run
        self._database = database
        self._speaker = speaker
        self._scope = RowScope(user_id=run.user_id, novel_id=run.novel_id)

    async def commit(self, work: Callable[[Execution, Turn], Awaitable[T]], *, fenced: bool = True) -> T:
        """Do `work` in one transaction; what it says is stored with it and streamed after the commit.

        `fenced=False` is for work that moves the run's state and so fences itself. `work` may run again after a lost
        answer, so it looks first whether it has been done. Raises `RunFenced`.
        """

        async def once(again: bool) -> T:
            async with self._speaker.turn() as turn, self._database.transaction(self._scope) as session:
                execution = Execution(session)
                if fenced:
                    await execution.fence(self.run)
                if again or not fenced:
                    await turn.catch_up(session)
                result = await work(execution, turn)
                await turn.store(session)
            return result

        return await unbroken(patiently(once))

    async def look(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Read in the run's scope."""

        async def once(_: bool) -> T:
            async with self._database.transaction(self._scope) as session:
                return await work(session)

        return await patiently(once)
