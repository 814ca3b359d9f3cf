"""The log of a run's events, and what is told to its user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, exists, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core import clock
from infinite_scribe.db.sql.engine import RowScope, apply_scope, set_scope
from infinite_scribe.runs.models import Run, RunEvent, UserEvent
from infinite_scribe.runs.rules import Cursor
from infinite_scribe.runs.schemas.events import USER_TYPES, Payload

TEXT_ROW = "text.delta"
"""Type of the row that stands for streamed text: a reference to its call, never the text."""

_ORDER_OF_COMMITS = text("SELECT pg_advisory_xact_lock(hashtextextended('user_events:' || :user, 0))")


@dataclass(frozen=True)
class RunIdentity:
    """The ids under which a run's rows are kept."""

    id: UUID
    novel_id: UUID
    user_id: UUID
    root_id: UUID
    agent: str


@dataclass(frozen=True)
class Spoken:
    """One event with its place."""

    run: RunIdentity
    cursor: Cursor
    type: str
    payload: dict[str, Any]
    at: datetime

    @classmethod
    def of(cls, run: RunIdentity, cursor: Cursor, payload: Payload) -> Spoken:
        """Return `payload` as it is stored and published."""
        members = payload.model_dump(mode="json", exclude={"type"}, exclude_none=True)
        return cls(run, cursor, str(getattr(payload, "type", "")), members, clock.now())

    @property
    def for_user(self) -> bool:
        """Whether the user's own stream tells it: the life of roots, and every question."""
        return self.type in USER_TYPES and (self.run.id == self.run.root_id or self._is_question)

    @property
    def _is_question(self) -> bool:
        return self.type == "run.waiting" and self.payload.get("gate") != "children"


@dataclass(frozen=True)
class EventLog:
    """Durable events, written in the caller's transaction."""

    session: AsyncSession

    async def store(self, spoken: Sequence[Spoken]) -> None:
        """Write events, and the user's copies. Events that are stored already are left alone."""
        if not spoken:
            return
        rows = [
            {
                "run_id": item.run.id, "novel_id": item.run.novel_id, "user_id": item.run.user_id,
                "agent": item.run.agent, "epoch": item.cursor.epoch, "n": item.cursor.n,
                "type": item.type, "payload": item.payload, "at": item.at,
            }
            for item in spoken
        ]  # fmt: skip
        await self.session.execute(pg_insert(RunEvent).on_conflict_do_nothing(), rows)
        for item in spoken:
            if item.for_user:
                await self._tell_owner(item)

    async def _tell_owner(self, item: Spoken) -> None:
        """Tell the run's user, who need not be the one whose request this is."""
        scope = self.session.info.get("scope", RowScope())
        await set_scope(self.session, user_id=item.run.user_id)
        members = {"run": str(item.run.id), "seq": item.cursor.seq, **item.payload}
        await tell_user(
            self.session, item.run.user_id, item.type, members, novel_id=item.run.novel_id, run_id=item.run.id
        )
        await apply_scope(self.session, scope)

    async def last(self, run_id: UUID, epoch: int) -> int:
        """Return the number of the last stored event of an epoch; 0 when there is none."""
        top = func.max(func.greatest(RunEvent.n, RunEvent.payload["n_to"].astext.cast(Integer)))
        found = await self.session.execute(
            select(top).where(RunEvent.run_id == run_id, RunEvent.epoch == epoch)
        )
        return int(found.scalar() or 0)

    async def refer(
        self, run: RunIdentity, epoch: int, place: dict[str, Any], n_from: int, n_to: int
    ) -> None:
        """Store, or move on, the one row that stands for the deltas `n_from..n_to` of a call's text.

        Nothing is written when the run has passed to a later epoch.
        """
        payload = {**place, "n_from": n_from, "n_to": n_to}
        mine = select(
            literal(run.id), literal(run.novel_id), literal(run.user_id), literal(run.agent), literal(epoch),
            literal(n_from), literal(TEXT_ROW), literal(payload, JSONB), literal(clock.now()),
        ).where(exists().where(Run.id == run.id, Run.epoch == epoch))  # fmt: skip
        columns = ["run_id", "novel_id", "user_id", "agent", "epoch", "n", "type", "payload", "at"]
        statement = pg_insert(RunEvent).from_select(columns, mine)
        key = ["run_id", "epoch", "n"]
        moved = {"payload": statement.excluded.payload}
        await self.session.execute(statement.on_conflict_do_update(index_elements=key, set_=moved))


async def tell_user(
    session: AsyncSession,
    user_id: UUID,
    event_type: str,
    payload: dict[str, Any],
    *,
    novel_id: UUID | None = None,
    run_id: UUID | None = None,
) -> None:
    """Put an event into a user's own stream (`proposal.ready`, `content.changed`, …) when the caller commits.

    The transaction's scope must hold the user. Commits of one user's events are ordered, so a reader misses none.
    """
    await session.execute(_ORDER_OF_COMMITS, {"user": str(user_id)})
    values = {
        "user_id": user_id,
        "novel_id": novel_id,
        "run_id": run_id,
        "type": event_type,
        "payload": payload,
    }
    await session.execute(insert(UserEvent).values(**values))
