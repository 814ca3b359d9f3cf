"""Takes a fact back that was never true, with what it had done to the facts before it."""

from __future__ import annotations

from sqlalchemy import select

from infinite_scribe.canon.models import Assertion
from infinite_scribe.novels.revisions import OpenRevision, alive
from infinite_scribe.structure.resolver import MAX_TICK


async def take_back(revision: OpenRevision, gone: Assertion) -> None:
    """Retcon `gone`, and let what it had ended go on."""
    await reopen(revision, gone)
    await revision.replace(gone, status="retconned")


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


def _end(row: Assertion) -> tuple[int, int]:
    return (MAX_TICK, 0) if row.to_tick is None else (row.to_tick, row.to_block or 0)
