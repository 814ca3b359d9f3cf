"""Takes a fact back that was never true, with what it had done to the facts before it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from infinite_scribe.canon.models import Assertion, CanonItem
from infinite_scribe.core.clock import now
from infinite_scribe.novels.revisions import OpenRevision, alive
from infinite_scribe.structure.resolver import MAX_TICK


async def take_back(revision: OpenRevision, gone: Assertion) -> None:
    """Retcon `gone`, let what it had ended go on, and let what it was disputed with stand."""
    was_disputed = gone.status == "disputed"
    await reopen(revision, gone)
    await revision.replace(gone, status="retconned", disputed_with=None)
    if was_disputed:
        await _settle(revision, gone.id)


async def reopen(revision: OpenRevision, gone: Assertion) -> None:
    """Let what `gone` had ended, or stood in front of, go on to where `gone` ends, or to its own end before that."""
    session, mine = revision.session, Assertion.novel_id == revision.novel.id
    ended = select(Assertion).where(
        mine,
        alive(Assertion),
        Assertion.superseded_by == gone.id,
        Assertion.status.in_(("canon", "superseded")),
    )
    for row in list(await session.scalars(ended.order_by(Assertion.id))):
        before = await session.scalar(
            select(Assertion)
            .where(mine, Assertion.id == row.id, Assertion.rev_to <= row.rev_from)
            .where(Assertion.superseded_by.is_(None))
            .order_by(Assertion.rev_from.desc())
            .limit(1)
        )
        last = gone if before is None or _end(gone) < _end(before) else before
        end = {name: getattr(last, name) for name in ("valid_to", "to_tick", "to_block", "superseded_by")}
        await revision.replace(row, status="canon", **end)


async def _settle(revision: OpenRevision, gone: UUID) -> None:
    """End the disputes of a fact that is taken back: who has no other dispute is canon again."""
    session = revision.session
    disputed = select(Assertion).where(
        Assertion.novel_id == revision.novel.id, alive(Assertion), Assertion.status == "disputed"
    )
    rows = {row.id: row for row in await session.scalars(disputed.order_by(Assertion.id))}
    asked = select(CanonItem).where(
        CanonItem.novel_id == revision.novel.id,
        CanonItem.kind == "fact",
        CanonItem.status == "open",
        CanonItem.result_id.is_not(None),
    )
    freed: set[UUID] = set()
    left: dict[UUID, set[UUID]] = {}
    for item in list(await session.scalars(asked)):
        new, named = item.result_id, {UUID(str(one["fact_id"])) for one in item.clash}
        assert new is not None
        against = named & rows.keys()
        if new == gone or gone in named:
            freed |= {new, *against} & rows.keys()
        if new == gone or not against:
            item.status = "rejected" if new == gone else "accepted"
            item.decided_by, item.decided_at, item.decided_revision = "rule", now(), revision.number
            continue
        for one in against:
            left.setdefault(new, set()).add(one)
            left.setdefault(one, set()).add(new)
    for one in sorted(freed):
        others = sorted(left.get(one, ()))
        ends = {"disputed_with": others[0]} if others else {"status": "canon", "disputed_with": None}
        await revision.replace(rows[one], **ends)


def _end(row: Assertion) -> tuple[int, int]:
    return (MAX_TICK, 0) if row.to_tick is None else (row.to_tick, row.to_block or 0)
