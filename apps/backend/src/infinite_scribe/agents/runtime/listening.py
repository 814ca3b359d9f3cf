"""Listening to one model call: its text goes to the readers, and the author's wish can cut it short."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from infinite_scribe.agents.runtime.control import Control, Intent
from infinite_scribe.agents.runtime.models import ModelPort
from infinite_scribe.agents.runtime.requests import KeepPartial, PartialText, TextTarget
from infinite_scribe.agents.runtime.speaker import Speaker, Turn
from infinite_scribe.agents.runtime.storage import RunStorage
from infinite_scribe.core.errors import BugError, DomainError
from infinite_scribe.model_client.schemas import (
    CallDelta,
    CallDone,
    CallFailed,
    CallRequest,
    CallRewind,
    CallState,
)
from infinite_scribe.runs.errors import RunStopped
from infinite_scribe.runs.execution import Execution
from infinite_scribe.runs.rules import ends_sentence

STOP_SECONDS = 2.0


@dataclass(frozen=True)
class Equipment:
    """What it takes to ask and to tell, for one claimed run."""

    models: ModelPort
    storage: RunStorage
    speaker: Speaker
    control: Control


class Listening:
    """One reader of one call."""

    def __init__(
        self, equipment: Equipment, wire: CallRequest, target: TextTarget | None, keep: KeepPartial | None
    ) -> None:
        self.text = ""
        self.call_id: UUID | None = None
        self._with = equipment
        self._wire = wire
        self._target = target
        self._keep = keep

    async def run(self) -> CallDone | CallFailed:
        """Return how the call ended. Raises `RunStopped` at the end of a sentence when a pause is wanted."""
        try:
            async for event in self._with.models.stream(self._wire):
                if isinstance(event, CallState):
                    await self._begin(event.call_id)
                elif isinstance(event, CallDelta):
                    await self._take(event)
                elif isinstance(event, CallRewind):
                    await self._rewind(event)
                elif isinstance(event, CallDone | CallFailed):
                    await self._end(event)
                    return event
        except (asyncio.CancelledError, RunStopped):
            await self._leave()
            raise
        raise BugError("A model call ended without an end.")

    async def _begin(self, call_id: UUID) -> None:
        if self.call_id is not None:
            return
        self.call_id = call_id
        target = self._target
        if target is None:
            return

        async def announce(_: Execution, turn: Turn) -> None:
            self._with.speaker.begin_text(call_id, target, turn)

        await self._with.storage.commit(announce)

    async def _take(self, event: CallDelta) -> None:
        self.text += event.text
        if self._target is None or self.call_id is None:
            return
        await self._with.speaker.text(self.call_id, event.text)
        if self._with.control.wants_pause and ends_sentence(self.text):
            raise RunStopped

    async def _rewind(self, event: CallRewind) -> None:
        self.text = self.text[: event.to_offset]
        call_id, before = self.call_id, self.text
        if self._target is None or call_id is None:
            return

        async def tell(_: Execution, turn: Turn) -> None:
            self._with.speaker.rewind_text(call_id, before, turn)

        await self._with.storage.commit(tell)

    async def _end(self, event: CallDone | CallFailed) -> None:
        if isinstance(event, CallDone):
            self.text = event.text
        if self._target is not None and self.call_id is not None:
            await self._with.speaker.flush(self.call_id)

    async def _leave(self) -> None:
        """Stop paying, keep what came. A mere change of process leaves the call alone: its next owner attaches."""
        control = self._with.control
        if control.intent in {Intent.NONE, Intent.LEAVE}:
            return
        if self.text:
            control.keep(PartialText(self._wire.path, self.call_id, self.text), self._keep)
        if self.call_id is None:
            return
        stop = self._with.models.cancel(
            self.call_id,
            user_id=self._wire.user_id,
            novel_id=self._wire.novel_id,
            run_id=self._wire.run_id,
            pause=control.intent in {Intent.PAUSE, Intent.PAUSE_NOW},
        )
        with suppress(DomainError, TimeoutError, OSError):
            await asyncio.wait_for(stop, STOP_SECONDS)
