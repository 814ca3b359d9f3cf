"""How a life of a run ends: completed, failed, cancelled, or at rest. Each is one transaction with one last event."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from infinite_scribe.agents.runtime.control import Control
from infinite_scribe.agents.runtime.speaker import Speaker, Turn
from infinite_scribe.agents.runtime.storage import RunStorage
from infinite_scribe.core import clock
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.runs.errors import NoOutputError
from infinite_scribe.runs.execution import Execution
from infinite_scribe.runs.rules import PauseReason, RunState
from infinite_scribe.runs.schemas.events import (
    RunCancelled,
    RunCompleted,
    RunFailed,
    RunPaused,
    UsageRead,
)

log = get_logger(__name__)

STORE_DOWN_SECONDS = 30
LONGEST_REST_SECONDS = 86_400
RESTS: dict[str, PauseReason] = {
    "budget-reached": PauseReason.BUDGET,
    "llm-rate-limited": PauseReason.RATE_LIMITED,
    "agent-unavailable": PauseReason.STORE_DOWN,
    "store-unavailable": PauseReason.STORE_DOWN,
}
"""Failures that pass by themselves, or by the author's word: the run rests instead of failing."""


class Endings:
    """Writes the end of one life of a run. Every method raises `RunFenced` when the run has a new owner."""

    def __init__(self, storage: RunStorage, speaker: Speaker, control: Control) -> None:
        self._storage = storage
        self._speaker = speaker
        self._control = control

    async def completed(self, result: BaseModel, usage: UsageRead) -> None:
        """The task returned. Without a product it has failed."""
        has_product = getattr(result, "has_product", None)
        if has_product is not None and not has_product():
            await self.failed(NoOutputError(), usage)
            return
        stored = result.model_dump(mode="json")

        async def end(execution: Execution, turn: Turn) -> None:
            turn.say(
                RunCompleted(
                    revision=stored.get("revision"),
                    proposals=[str(item) for item in stored.get("proposals") or []],
                    words=int(stored.get("words") or 0),
                    usage=usage,
                )
            )
            await self._speaker.end_text(execution.session)
            await execution.finish(self._storage.run, RunState.COMPLETED, result=stored)

        await self._storage.commit(end, fenced=False)

    async def failed(self, error: DomainError, usage: UsageRead | None = None) -> None:
        """The task raised. What passes by itself makes the run rest; everything else ends it."""
        reason = RESTS.get(error.code)
        if reason is not None:
            await self.paused(reason, error)
            return
        problem = error.to_problem()
        log.info("run.failed", run_id=str(self._storage.run.id), code=problem["code"])

        async def end(execution: Execution, turn: Turn) -> None:
            await self._speaker.end_text(execution.session)
            partial = await self._keep_partial(execution)
            turn.say(RunFailed(problem=problem, partial=partial, usage=usage or UsageRead()))
            await execution.finish(self._storage.run, RunState.FAILED, error=problem)

        await self._storage.commit(end, fenced=False)

    async def cancelled(self, usage: UsageRead | None = None) -> None:
        """The author stopped it; text that had arrived is kept."""

        async def end(execution: Execution, turn: Turn) -> None:
            await self._speaker.end_text(execution.session)
            partial = await self._keep_partial(execution)
            turn.say(RunCancelled(partial=partial, usage=usage or UsageRead()))
            await execution.finish(self._storage.run, RunState.CANCELLED)

        await self._storage.commit(end, fenced=False)

    async def paused(self, reason: PauseReason, error: DomainError | None = None) -> None:
        """Rest: by the author's wish, or until something outside has passed."""
        problem = error.to_problem() if error is not None else None
        until = None
        if reason in {PauseReason.RATE_LIMITED, PauseReason.STORE_DOWN}:
            wait = min((error.retry_after if error else None) or STORE_DOWN_SECONDS, LONGEST_REST_SECONDS)
            until = clock.now() + timedelta(seconds=wait)

        async def rest(execution: Execution, turn: Turn) -> None:
            await self._speaker.end_text(execution.session)
            turn.say(RunPaused(reason=reason.value, until=until, problem=problem))
            await execution.pause(self._storage.run, reason, until=until, error=problem)

        await self._storage.commit(rest, fenced=False)

    async def _keep_partial(self, execution: Execution) -> dict[str, Any] | None:
        """Save cut text as its step wished; a failure to save it must not hide the end of the run."""
        partial, keep = self._control.partial, self._control.keep_partial
        if partial is None or keep is None or not partial.text.strip():
            return None
        try:
            async with execution.session.begin_nested():
                return await keep(execution.session, partial)
        except DomainError as error:
            log.warning("run.partial_lost", run_id=str(self._storage.run.id), code=error.code)
            return None
