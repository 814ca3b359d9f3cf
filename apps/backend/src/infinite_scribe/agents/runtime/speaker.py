"""The voice of one run in one epoch: numbers without gaps, stored first, streamed after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.requests import TextTarget
from infinite_scribe.core import clock
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.runs.events import EventLog, RunIdentity, Spoken
from infinite_scribe.runs.rules import Cursor, utf16_length
from infinite_scribe.runs.schemas.events import Payload, TextDelta, TextRewind
from infinite_scribe.runs.stream import LiveStream

log = get_logger(__name__)

GATHER_SECONDS = 0.04
MARK_SECONDS = 0.5


class Turn:
    """A chance to speak: events are numbered, stored in the caller's transaction, and streamed after it."""

    def __init__(self, run: RunIdentity, epoch: int, last: int) -> None:
        self._run = run
        self._epoch = epoch
        self.last = last
        self.own: list[Spoken] = []
        self.others: list[Spoken] = []

    def say(self, *payloads: Payload) -> None:
        """Say events of the run itself."""
        for payload in payloads:
            self.last += 1
            self.own.append(Spoken.of(self._run, Cursor(self._epoch, self.last), payload))

    def pass_on(self, spoken: Sequence[Spoken]) -> None:
        """Stream events of other runs (a child's first) that this transaction has stored."""
        self.others.extend(spoken)

    async def catch_up(self, session: AsyncSession) -> None:
        """Go on after what is stored: an earlier attempt may have been committed although its answer was lost."""
        self.last = max(self.last, await EventLog(session).last(self._run.id, self._epoch))

    async def store(self, session: AsyncSession) -> None:
        """Write what was said so far."""
        await EventLog(session).store(self.own)


@dataclass
class _Stretch:
    """Text of one call on its way to the readers. Offsets are UTF-16 code units of the call's text."""

    call: UUID
    target: TextTarget
    offset: int = 0
    waiting: str = ""
    since: float = 0.0
    n_from: int = 0
    n_to: int = 0
    marked_at: float = 0.0


class Speaker:
    """Speaks for one run. One turn at a time, so numbers have no gaps and the stream keeps their order."""

    def __init__(self, run: RunIdentity, epoch: int, live: LiveStream, database: Database) -> None:
        self._run = run
        self._epoch = epoch
        self._live = live
        self._database = database
        self._last = 0
        self._lock = asyncio.Lock()
        self._stretches: dict[UUID, _Stretch] = {}

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """Take the floor. Numbers count only if the block ends without an exception."""
        async with self._lock:
            await self._flush_all()
            turn = Turn(self._run, self._epoch, self._last)
            yield turn
            self._last = turn.last
            await self._live.publish([*turn.own, *turn.others])

    def begin_text(self, call: UUID, target: TextTarget, turn: Turn) -> None:
        """Announce that a call's text starts to arrive; whatever readers have of that text is void."""
        self._stretches[call] = _Stretch(call, target, since=clock.monotonic(), marked_at=clock.monotonic())
        turn.say(TextRewind(**target.place(call).model_dump(), to_offset=0))

    async def text(self, call: UUID, text: str) -> None:
        """Stream new text; gathered for 40 ms."""
        stretch = self._stretches[call]
        if not stretch.waiting:
            stretch.since = clock.monotonic()
        stretch.waiting += text
        if clock.monotonic() - stretch.since >= GATHER_SECONDS:
            async with self._lock:
                await self._flush(stretch)

    async def flush(self, call: UUID) -> None:
        """Stream what is still being gathered."""
        async with self._lock:
            await self._flush(self._stretches[call])

    def rewind_text(self, call: UUID, before: str, turn: Turn) -> None:
        """Tell readers that the call's text ends with `before` again."""
        stretch = self._stretches[call]
        stretch.waiting = ""
        stretch.offset = utf16_length(before)
        turn.say(TextRewind(**stretch.target.place(call).model_dump(), to_offset=stretch.offset))

    def take_back(self, target: TextTarget, turn: Turn) -> None:
        """Tell readers that nothing of what they read at a place stands: it was refused."""
        told = [one for one in self._stretches.values() if one.target == target and one.offset]
        for stretch in told[-1:]:  # each text began by taking back the one before it
            stretch.waiting, stretch.offset = "", 0
            turn.say(TextRewind(**target.place(stretch.call).model_dump(), to_offset=0))

    async def end_text(self, session: AsyncSession, call: UUID | None = None) -> None:
        """Store the one row that stands for all deltas of a call (None: of every call under way)."""
        for stretch in list(self._stretches.values()):
            if stretch.n_to and call in {None, stretch.call}:
                await self._store_reference(session, stretch)

    def forget_text(self, call: UUID) -> None:
        """The call's text is complete and its row is stored."""
        self._stretches.pop(call, None)

    async def _flush_all(self) -> None:
        for stretch in list(self._stretches.values()):
            await self._flush(stretch)

    async def _flush(self, stretch: _Stretch) -> None:
        if not stretch.waiting:
            return
        text, stretch.waiting = stretch.waiting, ""
        self._last += 1
        stretch.n_from = stretch.n_from or self._last
        stretch.n_to = self._last
        members = stretch.target.place(stretch.call).model_dump()
        delta = TextDelta(**members, offset=stretch.offset, text=text)
        stretch.offset += utf16_length(text)
        told = await self._live.publish([Spoken.of(self._run, Cursor(self._epoch, self._last), delta)])
        if not told and clock.monotonic() - stretch.marked_at >= MARK_SECONDS:
            await self._mark(stretch)

    async def _mark(self, stretch: _Stretch) -> None:
        """Without a live stream: tell readers of the log each half second how far the call's text counts."""
        stretch.marked_at = clock.monotonic()
        scope = RowScope(user_id=self._run.user_id, novel_id=self._run.novel_id)
        async with self._database.transaction(scope) as session:
            await self._store_reference(session, stretch)

    async def _store_reference(self, session: AsyncSession, stretch: _Stretch) -> None:
        place = stretch.target.place(stretch.call).model_dump(mode="json", exclude_none=True)
        await EventLog(session).refer(self._run, self._epoch, place, stretch.n_from, stretch.n_to)
