"""Marks on what rests on a fact that changed, until a new text or the author clears them.

Marks are derived and never rolled back themselves: they carry the revisions between which they hold, so that going
back in history ends the later ones and opens again those that were cleared later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.models import StaleMark

MarkKind = Literal["scene", "card", "promise", "belief", "disclosure", "summary", "finding", "rule", "event"]
Cleared = Literal["patched", "redrafted", "fine", "undone"]

_AT_ONCE = 1000
"""Rows of one statement: a statement takes at most 32,767 values."""


@dataclass(frozen=True)
class MarkDraft:
    """Something that rests on a fact: `says` quotes it, `used` was written with it, `rests` was planned on it."""

    kind: MarkKind
    target: str
    grade: Literal["says", "used", "rests"]
    scene_id: UUID | None = None
    pid: str = ""
    quote: str = ""
    version: int | None = None


@dataclass(frozen=True)
class StaleMarks:
    """Marks of one novel."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> StaleMarks:
        """Return the marks of the scope's novel."""
        return cls(session, scope)

    async def mark(self, at_revision: int, drafts: Iterable[tuple[UUID, MarkDraft]]) -> int:
        """Mark what rests on facts as stale since a revision; a mark that is open stays. Return the new ones."""
        rows = [
            {
                "id": new_id(), "novel_id": self.scope.novel_id, "because": because, "at_revision": at_revision,
                "created_at": now(), **vars(draft),
            }
            for because, draft in drafts
        ]  # fmt: skip
        made = 0
        for start in range(0, len(rows), _AT_ONCE):
            found = await self.session.execute(
                insert(StaleMark)
                .values(rows[start : start + _AT_ONCE])
                .on_conflict_do_nothing(
                    index_elements=["novel_id", "kind", "target", "because", "pid"],
                    index_where=StaleMark.cleared_revision.is_(None),
                )
                .returning(StaleMark.id)
            )
            made += len(found.all())
        return made

    async def open(self, kind: MarkKind | None = None, scene_id: UUID | None = None) -> list[StaleMark]:
        """Return the marks that hold now, oldest first."""
        query = select(StaleMark).where(
            StaleMark.novel_id == self.scope.novel_id, StaleMark.cleared_revision.is_(None)
        )
        if kind is not None:
            query = query.where(StaleMark.kind == kind)
        if scene_id is not None:
            query = query.where(StaleMark.scene_id == scene_id)
        return list(await self.session.scalars(query.order_by(StaleMark.created_at, StaleMark.id)))

    async def flags(self, kind: MarkKind) -> dict[str, int]:
        """Return what of a kind is stale, with the number of marks on it."""
        found = await self.session.execute(
            select(StaleMark.target, func.count())
            .where(
                StaleMark.novel_id == self.scope.novel_id,
                StaleMark.kind == kind,
                StaleMark.cleared_revision.is_(None),
            )
            .group_by(StaleMark.target)
        )
        return {row[0]: row[1] for row in found}

    async def clear(
        self, kind: MarkKind, target: str, *, how: Cleared = "fine", ids: Collection[UUID] | None = None
    ) -> int:
        """Clear the open marks on something (or those of `ids`); return how many there were."""
        novel = await get_novel(self.session, self.scope.novel_id)
        query = update(StaleMark).where(
            StaleMark.novel_id == self.scope.novel_id,
            StaleMark.kind == kind,
            StaleMark.target == target,
            StaleMark.cleared_revision.is_(None),
        )
        if ids is not None:
            query = query.where(StaleMark.id.in_(ids))
        done = await self.session.execute(
            query.values(cleared_revision=novel.revision, cleared_how=how, cleared_by=self.scope.user_id)
            .returning(StaleMark.id)
            .execution_options(synchronize_session="fetch")
        )
        return len(done.all())

    async def roll_back(self, to: int) -> None:
        """Make the marks those that held at revision `to`: later ones end, those cleared since hold again."""
        novel = await get_novel(self.session, self.scope.novel_id)
        mine = StaleMark.novel_id == self.scope.novel_id
        await self.session.execute(
            update(StaleMark)
            .where(mine, StaleMark.at_revision > to, StaleMark.cleared_revision.is_(None))
            .values(cleared_revision=novel.revision, cleared_how="undone")
            .execution_options(synchronize_session="fetch")
        )
        await self.session.execute(
            update(StaleMark)
            .where(mine, StaleMark.at_revision <= to, StaleMark.cleared_revision > to)
            .values(cleared_revision=None, cleared_how=None, cleared_by=None)
            .execution_options(synchronize_session="fetch")
        )
