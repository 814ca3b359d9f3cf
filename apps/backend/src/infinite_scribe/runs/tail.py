"""Reading what runs say: live from Redis, from the log where that is late, missing or has a gap, each event once.

A reader holds no session while it waits. Text that was streamed is read back from the journal of calls and told as
one `text.snapshot`; offsets make that idempotent.

A family is told in the order in which it happened, and the end of a root comes last: a reader who stops listening
there, as readers do, has heard everything.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.service import CallService
from infinite_scribe.core import clock
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.runs.events import TEXT_ROW
from infinite_scribe.runs.models import Run, RunEvent, UserEvent
from infinite_scribe.runs.rules import ENDED, Cursor, RunState, utf16_length
from infinite_scribe.runs.schemas.events import TERMINAL_TYPES
from infinite_scribe.runs.stream import LiveEntry, LiveStream
from infinite_scribe.web.sse import SseEvent

LIVE_WAIT_SECONDS = 1.0
POLL_SECONDS = 0.5
FAMILY_SECONDS = 2.0
JOURNAL_TRIES = 5
_SNAPSHOT_MEMBERS = ("call", "scene", "proposal", "message", "variant", "beat")


@dataclass
class _Followed:
    """One run that is being read."""

    run_id: UUID
    novel_id: UUID
    root_id: UUID
    cursor: Cursor
    state: RunState
    epoch: int
    told_end: bool = False


@dataclass(frozen=True)
class _Missed:
    """What a run said according to its log, not yet told."""

    run: _Followed
    cursor: Cursor
    type: str
    payload: Mapping[str, Any]
    at: datetime


@dataclass
class Tail:
    """Reads the families of some runs from given places on. Rows are read in the scope of the reader."""

    database: Database
    live: LiveStream
    scope: RowScope
    roots: Sequence[UUID]
    cursors: Mapping[UUID, Cursor]
    _runs: dict[UUID, _Followed] = field(default_factory=dict)
    _family_at: float = float("-inf")

    async def frames(self) -> AsyncIterator[SseEvent]:
        """Yield every event after the cursors until all runs of the families have ended and said so."""
        await self._find_family()
        wait = 0.001
        while True:
            entries = await self.live.read(self._places(), wait_seconds=wait) if self._places() else []
            for entry in _as_it_happened(entries or []):
                async for event in self._take(entry):
                    yield event
            if not entries:
                async for event in self._catch_up(list(self._runs.values())):
                    yield event
            if clock.monotonic() - self._family_at >= FAMILY_SECONDS or not entries:
                await self._find_family()
            if self._is_over():
                return
            if entries is None:
                await asyncio.sleep(POLL_SECONDS)
            wait = LIVE_WAIT_SECONDS

    def _places(self) -> dict[UUID, Cursor]:
        return {run.run_id: run.cursor for run in self._runs.values() if not run.told_end}

    def _is_over(self) -> bool:
        return all(run.told_end for run in self._runs.values())

    async def _find_family(self) -> None:
        self._family_at = clock.monotonic()
        async with self.database.transaction(self.scope) as session:
            rows = await session.execute(
                select(Run.id, Run.novel_id, Run.root_id, Run.state, Run.epoch)
                .where(Run.root_id.in_(self.roots))
                .order_by(Run.depth)
            )
            for row in rows:
                start = self.cursors.get(row.id, Cursor())
                new = _Followed(row.id, row.novel_id, row.root_id, start, RunState(row.state), row.epoch)
                run = self._runs.setdefault(row.id, new)
                run.state, run.epoch = RunState(row.state), row.epoch

    async def _take(self, entry: LiveEntry) -> AsyncIterator[SseEvent]:
        run = self._runs[entry.run_id]
        if entry.cursor > run.cursor and not (
            entry.cursor.epoch == run.cursor.epoch and entry.cursor.follows(run.cursor)
        ):
            for missed in await self._missed(run, before=entry.cursor):
                yield self._tell(missed)
        if entry.cursor <= run.cursor:
            return
        payload, kind = entry.payload, entry.type
        if kind == TEXT_ROW and not entry.cursor.follows(run.cursor):
            kind, payload = "text.snapshot", await self._snapshot(payload)
        if kind in TERMINAL_TYPES and run.run_id == run.root_id:
            async for event in self._rest_of_family(run):
                yield event
        yield self._frame(run, entry.cursor, kind, payload, entry.at)
        if "child_run" in payload:
            await self._find_family()

    async def _rest_of_family(self, root: _Followed) -> AsyncIterator[SseEvent]:
        """Yield what the children of a root that has ended said and this reader has not heard."""
        await self._find_family()
        async for event in self._catch_up(
            [run for run in self._runs.values() if run.root_id == root.root_id and run is not root]
        ):
            yield event

    async def _catch_up(self, runs: Sequence[_Followed]) -> AsyncIterator[SseEvent]:
        """Yield what the logs of these runs hold after their cursors, in the order in which it was said."""
        logs = [await self._missed(run) for run in runs if not run.told_end]
        ends = [log.pop() for log in logs if log and _is_end_of_root(log[-1])]
        for missed in [*heapq.merge(*logs, key=lambda missed: missed.at), *ends]:
            yield self._tell(missed)

    async def _missed(self, run: _Followed, before: Cursor | None = None) -> list[_Missed]:
        """Return what the log holds after the run's cursor, up to (without) `before`."""
        async with self.database.transaction(self.scope) as session:
            rows = await _rows_after(session, run.run_id, run.cursor)
            texts = {
                row.payload["call"]: await self._text(session, row) for row in rows if row.type == TEXT_ROW
            }
            fresh = (
                await session.execute(select(Run.state, Run.epoch).where(Run.id == run.run_id))
            ).one_or_none()
        found: list[_Missed] = []
        for row in rows:
            cursor = _place_of(row)
            if cursor <= run.cursor or (before is not None and cursor >= before):
                continue
            kind, payload = row.type, row.payload
            if row.type == TEXT_ROW:
                kind = "text.snapshot"
                payload = {**_place_members(row.payload), "text": texts[row.payload["call"]]}
            found.append(_Missed(run, cursor, kind, payload, row.at))
        if before is None and not rows and fresh is not None and RunState(fresh.state) in ENDED:
            found += await self._forgotten_end(run, RunState(fresh.state))
        return found

    async def _forgotten_end(self, run: _Followed, state: RunState) -> list[_Missed]:
        """A run that ended so long ago that its log is gone still gets its end; a reader who has it, does not."""
        async with self.database.transaction(self.scope) as session:
            row = (await session.scalars(select(Run).where(Run.id == run.run_id))).one()
            known = await session.scalar(
                select(func.count()).select_from(RunEvent).where(RunEvent.run_id == run.run_id)
            )
        if known and run.cursor > Cursor():
            run.told_end = True
            return []
        payload: dict[str, Any] = {"problem": row.error or {}} if state is RunState.FAILED else {}
        if state is RunState.COMPLETED:
            result = row.result or {}
            payload = {"proposals": result.get("proposals") or [], "words": result.get("words") or 0}
        cursor = Cursor(max(row.epoch, run.cursor.epoch), run.cursor.n + 1)
        return [_Missed(run, cursor, f"run.{state.value}", payload, row.finished_at or clock.now())]

    async def _snapshot(self, delta: Mapping[str, Any]) -> dict[str, Any]:
        """Return a delta as the whole text up to its end, because the reader lacks what came before it."""
        call, offset = UUID(str(delta["call"])), int(delta["offset"])
        before = ""
        for _ in range(JOURNAL_TRIES):
            async with self.database.transaction(self.scope) as session:
                before = await CallService.of(session).text(call)
            if utf16_length(before) >= offset:
                break
            await asyncio.sleep(0.1)
        head = before.encode("utf-16-le", "surrogatepass")[: offset * 2].decode("utf-16-le", "replace")
        return {**_place_members(delta), "text": head + str(delta["text"])}

    async def _text(self, session: AsyncSession, row: RunEvent) -> str:
        return await CallService.of(session).text(UUID(str(row.payload["call"])))

    def _tell(self, missed: _Missed) -> SseEvent:
        return self._frame(missed.run, missed.cursor, missed.type, missed.payload, missed.at)

    def _frame(
        self, run: _Followed, cursor: Cursor, kind: str, payload: Mapping[str, Any], at: datetime
    ) -> SseEvent:
        run.cursor = cursor
        run.told_end = kind in TERMINAL_TYPES and run.epoch <= cursor.epoch
        data = {
            "v": 1, "type": kind, "run": str(run.run_id), "seq": cursor.seq, "novel": str(run.novel_id),
            "at": at.isoformat(), **payload,
        }  # fmt: skip
        return SseEvent(kind, data, id=self._place())

    def _place(self) -> str:
        return ",".join(
            f"{run.run_id}:{run.cursor.seq}" for run in self._runs.values() if run.cursor > Cursor()
        )


def _as_it_happened(entries: Sequence[LiveEntry]) -> list[LiveEntry]:
    """Return entries of several runs by time; those of one run keep their order."""
    by_run: dict[UUID, list[LiveEntry]] = {}
    for entry in entries:
        by_run.setdefault(entry.run_id, []).append(entry)
    return list(heapq.merge(*by_run.values(), key=lambda entry: entry.at))


def _is_end_of_root(missed: _Missed) -> bool:
    return missed.run.run_id == missed.run.root_id and missed.type in TERMINAL_TYPES


def _place_members(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {name: payload[name] for name in _SNAPSHOT_MEMBERS if payload.get(name) is not None}


def _place_of(row: RunEvent) -> Cursor:
    return Cursor(row.epoch, int(row.payload.get("n_to") or row.n) if row.type == TEXT_ROW else row.n)


async def _rows_after(session: AsyncSession, run_id: UUID, cursor: Cursor) -> list[RunEvent]:
    last = func.greatest(RunEvent.n, RunEvent.payload["n_to"].astext.cast(Integer))
    statement = (
        select(RunEvent)
        .where(RunEvent.run_id == run_id, tuple_(RunEvent.epoch, last) > tuple_(cursor.epoch, cursor.n))
        .order_by(RunEvent.epoch, last)
    )
    return list(await session.scalars(statement))


def parse_places(given: Sequence[str]) -> dict[UUID, Cursor]:
    """Return the places that `<run>:<seq>` items name, commas allowed. Raises `ValueError`."""
    found: dict[UUID, Cursor] = {}
    for item in (part for value in given for part in value.split(",") if part.strip()):
        run, _, seq = item.strip().rpartition(":")
        found[UUID(run)] = Cursor.of_seq(int(seq))
    return found


@dataclass(frozen=True)
class UserTail:
    """Reads a user's own stream: rows first, Redis only wakes the reader."""

    database: Database
    live: LiveStream
    user_id: UUID
    after: int | None

    async def frames(self) -> AsyncIterator[SseEvent]:
        """Yield the user's events after `after` (None: from now on) for as long as the reader stays."""
        seq, place = await self._start(), "$"
        while True:
            rows = await self._rows(seq)
            for row in rows:
                seq = row.seq
                novel = str(row.novel_id) if row.novel_id else None
                data = {"v": 1, "type": row.type, "novel": novel, "at": row.at.isoformat(), **row.payload}
                yield SseEvent(row.type, data, id=str(seq))
            woken = await self.live.wait_for_user(self.user_id, place, wait_seconds=LIVE_WAIT_SECONDS)
            if woken is None:
                await asyncio.sleep(POLL_SECONDS)
            else:
                place = woken

    async def _start(self) -> int:
        if self.after is not None:
            return self.after
        async with self.database.transaction(RowScope(user_id=self.user_id)) as session:
            statement = select(func.max(UserEvent.seq)).where(UserEvent.user_id == self.user_id)
            return int(await session.scalar(statement) or 0)

    async def _rows(self, seq: int) -> list[UserEvent]:
        async with self.database.transaction(RowScope(user_id=self.user_id)) as session:
            statement = select(UserEvent).where(UserEvent.user_id == self.user_id, UserEvent.seq > seq)
            return list(await session.scalars(statement.order_by(UserEvent.seq).limit(200)))
