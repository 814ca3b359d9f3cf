"""The outbox: what changed, told in the transaction of the change, read by consumers at their own pace.

Every writer holds the lock on the novel, so within one novel the order of `seq` is the order of commits and a
cursor can never step over a row that was not yet visible. Order across novels is not promised.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.novels.models import Novel, OutboxCursor, OutboxRow

CHANNEL = "outbox"


@dataclass(frozen=True)
class OutboxMessage:
    """One change of one novel."""

    seq: int
    novel_id: UUID
    revision: int
    topic: str
    payload: dict[str, Any]


async def publish(
    session: AsyncSession, novel_id: UUID, revision: int, topic: str, payload: dict[str, Any]
) -> None:
    """Tell the consumers, if this transaction commits; they are woken on the channel `outbox`."""
    await session.execute(select(Novel.id).where(Novel.id == novel_id).with_for_update(key_share=True))
    session.add(OutboxRow(novel_id=novel_id, revision=revision, topic=topic, payload=payload))
    await session.flush()
    await session.execute(
        text("SELECT pg_notify(:channel, :novel)"), {"channel": CHANNEL, "novel": str(novel_id)}
    )


async def waiting_novels(
    session: AsyncSession, consumer: str, limit: int = 100, *, besides: Collection[str] = ()
) -> list[UUID]:
    """Return novels with changes that `consumer` has not taken; needs a transaction with `sweep`.

    Changes of the topics `besides` alone call for nothing yet.
    """
    found = await session.execute(
        select(OutboxRow.novel_id)
        .outerjoin(
            OutboxCursor,
            (OutboxCursor.novel_id == OutboxRow.novel_id) & (OutboxCursor.consumer == consumer),
        )
        .where(OutboxRow.seq > func.coalesce(OutboxCursor.seq, 0), OutboxRow.topic.not_in(besides))
        .group_by(OutboxRow.novel_id)
        .order_by(func.min(OutboxRow.seq))
        .limit(limit)
    )
    return list(found.scalars())


async def take(session: AsyncSession, consumer: str, novel_id: UUID, limit: int = 100) -> list[OutboxMessage]:
    """Return the next changes of a novel, oldest first, and hold the cursor until the transaction ends.

    Empty when there are none or another process of the same consumer holds the cursor. The transaction's scope is
    the novel. Call `advance` in the same transaction as the effect.
    """
    reached = await _held(session, consumer, novel_id)
    if reached is None:
        return []
    rows = await session.scalars(
        select(OutboxRow)
        .where(OutboxRow.novel_id == novel_id, OutboxRow.seq > reached)
        .order_by(OutboxRow.seq)
        .limit(limit)
    )
    return [_message(row) for row in rows]


async def take_settled(
    session: AsyncSession, consumer: str, novel_id: UUID, *, waits: Collection[str], settles: str
) -> list[OutboxMessage]:
    """Return what `take` does, up to the first change of a topic in `waits` that no later `settles` has followed.

    There is no limit: a part of what one revision settles would be applied without it.
    """
    reached = await _held(session, consumer, novel_id)
    if reached is None:
        return []
    ahead = (OutboxRow.novel_id == novel_id, OutboxRow.seq > reached)
    settled = select(func.max(OutboxRow.seq)).where(*ahead, OutboxRow.topic == settles).scalar_subquery()
    stop = await session.scalar(
        select(func.min(OutboxRow.seq)).where(
            *ahead, OutboxRow.topic.in_(waits), OutboxRow.seq > func.coalesce(settled, reached)
        )
    )
    found = select(OutboxRow).where(*ahead).order_by(OutboxRow.seq)
    rows = await session.scalars(found if stop is None else found.where(OutboxRow.seq < stop))
    return [_message(row) for row in rows]


async def _held(session: AsyncSession, consumer: str, novel_id: UUID) -> int | None:
    """Hold the cursor of a novel and return where it stands; None when another process holds it."""
    key = func.hashtextextended(f"{consumer}:{novel_id}", 0)
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(key))):
        return None
    cursor = await session.get(OutboxCursor, (consumer, novel_id), populate_existing=True)
    return cursor.seq if cursor is not None else 0


def _message(row: OutboxRow) -> OutboxMessage:
    return OutboxMessage(row.seq, row.novel_id, row.revision, row.topic, row.payload)


async def hold(session: AsyncSession, consumer: str, novel_id: UUID) -> None:
    """Wait until no other process of a consumer works on a novel, and keep it until the transaction ends."""
    await session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{consumer}:{novel_id}", 0)))
    )


async def advance(session: AsyncSession, consumer: str, novel_id: UUID, seq: int) -> None:
    """Record that `consumer` has applied everything of the novel up to and including `seq`."""
    values = {"seq": seq, "updated_at": now()}
    await session.execute(
        insert(OutboxCursor)
        .values(consumer=consumer, novel_id=novel_id, **values)
        .on_conflict_do_update(index_elements=["consumer", "novel_id"], set_=values)
    )


async def lag(session: AsyncSession, consumer: str) -> int:
    """Return how many changes wait for `consumer`, over all novels the transaction may see."""
    found = await session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .outerjoin(
            OutboxCursor,
            (OutboxCursor.novel_id == OutboxRow.novel_id) & (OutboxCursor.consumer == consumer),
        )
        .where(OutboxRow.seq > func.coalesce(OutboxCursor.seq, 0))
    )
    return int(found or 0)


@dataclass(frozen=True)
class Lag:
    """How far a consumer is behind: the last change it took, what waits, and since when."""

    seq: int
    waiting: int
    oldest: datetime | None


async def lag_of(session: AsyncSession, consumer: str, topics: Sequence[str]) -> Lag:
    """Return how far `consumer` is behind on some topics, over all novels the transaction may see."""
    cursor = (OutboxCursor.novel_id == OutboxRow.novel_id) & (OutboxCursor.consumer == consumer)
    found = await session.execute(
        select(func.count(), func.min(OutboxRow.created_at))
        .select_from(OutboxRow)
        .outerjoin(OutboxCursor, cursor)
        .where(OutboxRow.seq > func.coalesce(OutboxCursor.seq, 0), OutboxRow.topic.in_(topics))
    )
    waiting, oldest = found.one()
    taken = await session.scalar(select(func.max(OutboxCursor.seq)).where(OutboxCursor.consumer == consumer))
    return Lag(int(taken or 0), int(waiting), oldest)


@dataclass(frozen=True)
class Hearing:
    """What a consumer knows of one novel: whether it has taken everything, else since when something waits."""

    is_current: bool
    waits_since: datetime | None


async def hearing_of(session: AsyncSession, consumer: str, novel_id: UUID, topic: str) -> Hearing:
    """Return what `consumer` has taken of a topic, as far as this transaction can see."""
    cursor = await cursor_of(session, consumer, novel_id)
    since = await session.scalar(
        select(func.min(OutboxRow.created_at)).where(
            OutboxRow.novel_id == novel_id, OutboxRow.topic == topic, OutboxRow.seq > (cursor or 0)
        )
    )
    return Hearing(cursor is not None and since is None, since)


async def has_taken_all(session: AsyncSession, consumer: str, novel_id: UUID, topic: str) -> bool:
    """Return whether `consumer` has taken every change of a topic that this transaction can see."""
    return (await hearing_of(session, consumer, novel_id, topic)).is_current


async def cursor_of(session: AsyncSession, consumer: str, novel_id: UUID) -> int | None:
    """Return the last change that `consumer` took of a novel; None when it never looked at it."""
    return await session.scalar(
        select(OutboxCursor.seq).where(OutboxCursor.consumer == consumer, OutboxCursor.novel_id == novel_id)
    )


async def newest(session: AsyncSession, novel_id: UUID) -> int:
    """Return the last change of a novel that this transaction can see."""
    found = await session.scalar(select(func.max(OutboxRow.seq)).where(OutboxRow.novel_id == novel_id))
    return int(found or 0)


async def trim(session: AsyncSession, consumers: list[str]) -> int:
    """Delete what every one of `consumers` has taken and return how many rows went; needs `sweep`.

    The newest change of every novel stays: by it a consumer that comes later finds the novel and its place.
    A consumer that is not named (a store that is no longer set) loses its cursor where it lost changes, so that it
    starts from the truth when it comes back.
    """
    reached = (
        select(OutboxCursor.novel_id, func.min(OutboxCursor.seq).label("seq"))
        .where(OutboxCursor.consumer.in_(consumers))
        .group_by(OutboxCursor.novel_id)
        .having(func.count() == len(consumers))
        .subquery()
    )
    newest_of = (
        select(OutboxRow.novel_id, func.max(OutboxRow.seq).label("seq"))
        .group_by(OutboxRow.novel_id)
        .subquery()
    )
    gone = await session.execute(
        delete(OutboxRow)
        .where(OutboxRow.novel_id == reached.c.novel_id, OutboxRow.seq <= reached.c.seq)
        .where(OutboxRow.novel_id == newest_of.c.novel_id, OutboxRow.seq < newest_of.c.seq)
        .returning(OutboxRow.novel_id, OutboxRow.seq)
        .execution_options(synchronize_session=False)
    )
    lost: dict[UUID, int] = {}
    rows = gone.all()
    for novel_id, seq in rows:
        lost[novel_id] = max(seq, lost.get(novel_id, 0))
    for novel_id, seq in lost.items():
        await session.execute(
            delete(OutboxCursor).where(
                OutboxCursor.novel_id == novel_id,
                OutboxCursor.consumer.not_in(consumers),
                OutboxCursor.seq < seq,
            )
        )
    return len(rows)
