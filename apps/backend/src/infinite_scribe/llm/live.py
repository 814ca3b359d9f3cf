"""A call that this process is streaming: its text, and everybody who reads along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from typing import Any, Literal, TypeVar
from uuid import UUID

from infinite_scribe.core import clock
from infinite_scribe.model_client.schemas import (
    CallDelta,
    CallDone,
    CallEvent,
    CallFailed,
    CallRewind,
    CallState,
)

Stop = Literal["cancel", "pause", "shutdown"]
T = TypeVar("T")


class LiveCall:
    """Events since the call was taken up here. Readers come and go; they get all of them, from the first on."""

    def __init__(self, call_id: UUID, run_id: UUID | None, novel_id: UUID | None, text: str) -> None:
        self.call_id = call_id
        self.run_id = run_id
        self.novel_id = novel_id
        self.text = ""
        self.stopping: Stop | None = None
        self.task: asyncio.Task[None] | None = None
        self.readers = 0
        self.left_at = clock.monotonic()
        self._events: list[CallEvent] = []
        self._news = asyncio.Event()
        self._closed = False
        self._stop_wanted = asyncio.Event()
        self._dial: asyncio.Task[Any] | None = None
        if text:
            self.say(text)

    def say(self, text: str) -> None:
        """Tell the readers new text."""
        self.tell(CallDelta(seq=len(self._events) + 1, offset=len(self.text), text=text))
        self.text += text

    def rewind(self, to_offset: int) -> None:
        """Tell the readers that text after `to_offset` is not part of the answer."""
        if to_offset < len(self.text):
            self.text = self.text[:to_offset]
            self.tell(CallRewind(to_offset=to_offset))

    def tell(self, event: CallEvent) -> None:
        self._events.append(event)
        self._news.set()
        self._news = asyncio.Event()

    def close(self) -> None:
        """End every reader's stream; without `done` or `failed` before, they come back and ask again."""
        self._closed = True
        self._news.set()

    @property
    def closed(self) -> bool:
        return self._closed

    async def follow(self) -> AsyncIterator[CallEvent]:
        """Yield all events from the beginning, deltas that wait together as one."""
        self.readers += 1
        at = 0
        try:
            while True:
                news = self._news
                waiting, at = self._events[at:], len(self._events)
                for event in joined(waiting):
                    yield event
                    if isinstance(event, CallDone | CallFailed):
                        return
                if at == len(self._events):
                    if self._closed:
                        return
                    await news.wait()
        finally:
            self.readers -= 1
            self.left_at = clock.monotonic()

    def stop(self, why: Stop) -> bool:
        """Stop paying for the call; the dialler writes the end. Say whether it will end as wished.

        Only what talks to the provider is broken off, and only once: an end that is being written is written.
        """
        if self._closed:
            return False
        if self.stopping is None:
            self.stopping = why
            self._stop_wanted.set()
            if self._dial is not None:
                self._dial.cancel()
        return self.stopping in {why, "cancel"}

    def is_stopping(self) -> bool:
        """Say whether somebody wants this call to stop."""
        return self.stopping is not None

    async def until_stopped(self, dial: Coroutine[Any, Any, T]) -> T:
        """Do the part of the work that `stop` may break off; then `CancelledError` is raised."""
        work = asyncio.ensure_future(dial)
        self._dial = work
        try:
            return await work
        finally:
            self._dial = None

    async def rest(self, seconds: float) -> None:
        """Wait, but not longer than until somebody stops the call."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop_wanted.wait()

    async def over(self) -> None:
        """Wait until the end of the call is written."""
        if self.task is not None:
            await asyncio.wait({self.task})


def joined(events: list[CallEvent]) -> list[CallEvent]:
    """Return the events with neighbouring deltas made one; the last one's `seq` stands."""
    found: list[CallEvent] = []
    for event in events:
        last = found[-1] if found else None
        if isinstance(event, CallDelta) and isinstance(last, CallDelta):
            found[-1] = CallDelta(seq=event.seq, offset=last.offset, text=last.text + event.text)
        elif isinstance(event, CallState) and isinstance(last, CallState):
            found[-1] = event
        else:
            found.append(event)
    return found
