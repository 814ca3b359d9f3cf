"""Taking back what one run changed, and nothing that anybody changed since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.db.sql.base import Revisioned
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.models import NovelRevision
from infinite_scribe.novels.revision_state import alive, table_of, truth_classes
from infinite_scribe.novels.revisions import PART, Revisions, lock_novel
from infinite_scribe.novels.rules import RevisionKind

TAKEN_BACK = "taken_back"
"""Member of a revert's summary: the revisions that it took back."""


@dataclass(frozen=True)
class RevertPlan:
    """Rows of a run: those that return to what they were, and those that somebody changed since.

    `revisions` are taken back; `own` holds all that the runs made, reverts of theirs among them.
    """

    revisions: list[int]
    own: set[int]
    returns: dict[str, list[UUID]]
    conflicts: dict[str, list[UUID]]


@dataclass(frozen=True)
class Reverts:
    """Reverts runs on one novel."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Reverts:
        """Return the reverts of the scope's novel."""
        return cls(session, scope)

    async def plan(self, run_ids: Sequence[UUID]) -> RevertPlan:
        """Return which rows of these runs return, and which were changed by others since."""
        revisions, own = await self._revisions_of(run_ids)
        returns: dict[str, list[UUID]] = {}
        conflicts: dict[str, list[UUID]] = {}
        for cls in truth_classes() if revisions else ():
            for row_id, changes in (await self._touched_by(cls, revisions)).items():
                first = min(changes & set(revisions))
                later = {number for number in changes if number > first}
                side = returns if later <= own else conflicts
                side.setdefault(table_of(cls).name, []).append(row_id)
        return RevertPlan(revisions, own, returns, conflicts)

    async def are_done(self, run_ids: Collection[UUID]) -> bool:
        """Say whether these runs changed something, and all of it was taken back."""
        standing, own = await self._revisions_of(list(run_ids))
        return bool(own) and not standing

    async def revert(self, run_ids: Sequence[UUID]) -> tuple[int | None, RevertPlan]:
        """Take back what these runs changed, where nobody changed it since; the author's version stays otherwise.

        The new revision carries the first run.

        Return the new revision (None: there was nothing to take back) and what was done.
        """
        await lock_novel(self.session, self.scope.novel_id)
        plan = await self.plan(run_ids)
        revisions = Revisions.of(self.session, self.scope)
        if not any(plan.returns.values()):
            return None, plan
        async with revisions.open(RevisionKind.REVERT, run_id=run_ids[0]) as revision:
            revision.summary[TAKEN_BACK] = plan.revisions
            classes = [cls for cls in truth_classes() if plan.returns.get(table_of(cls).name)]
            befores = {cls: await self._before_run(cls, plan) for cls in classes}
            for cls in classes:
                await self.session.execute(
                    update(cls)
                    .where(
                        cls.novel_id == self.scope.novel_id,
                        alive(cls),
                        cls.id.in_(plan.returns[table_of(cls).name]),
                    )
                    .values(rev_to=revision.number)
                    .execution_options(synchronize_session=False)
                )
            for cls in classes:
                await revisions.copy_rows(cls, revision.number, cls.row_id.in_(befores[cls]))
            revision.touched.update(classes)
            revisions.forget_rows()
            await revisions.mark_undone(revision.number, plan.revisions)
            number = revision.number
        return number, plan

    async def _revisions_of(self, run_ids: Sequence[UUID]) -> tuple[list[int], set[int]]:
        """Return what these runs made and nobody took back yet, and all that they and their reverts made.

        A revision names the run that was started and, as its part, the run below that which made it.
        """
        ids = [str(one) for one in run_ids]
        part = NovelRevision.summary[PART].astext
        rows = await self.session.execute(
            select(
                NovelRevision.revision, NovelRevision.kind, NovelRevision.summary[TAKEN_BACK].label("taken")
            )
            .where(
                NovelRevision.novel_id == self.scope.novel_id,
                NovelRevision.run_id.in_(run_ids) | part.in_(ids),
            )
            .order_by(NovelRevision.revision)
        )
        found: list[int] = []
        own: set[int] = set()
        for number, kind, taken in rows:
            own.add(number)
            if kind == RevisionKind.REVERT:
                found = [one for one in found if taken is not None and one not in taken]
            else:
                found.append(number)
        return found, own

    async def _before_run(self, cls: type[Revisioned], plan: RevertPlan) -> list[UUID]:
        """Return the row ids that were live before the run first touched each stable id."""
        touched = await self._touched_by(cls, plan.revisions)
        found: list[UUID] = []
        for stable in plan.returns[table_of(cls).name]:
            first = min(touched[stable] & set(plan.revisions))
            row = await self.session.scalar(
                select(cls.row_id).where(
                    cls.novel_id == self.scope.novel_id, cls.id == stable, cls.rev_to == first
                )
            )
            if row is not None:
                found.append(row)
        return found

    async def _touched_by(self, cls: type[Revisioned], revisions: list[int]) -> dict[UUID, set[int]]:
        """Return, for each stable id that `revisions` touched, every revision that ever touched it."""
        ids = select(cls.id).where(
            cls.novel_id == self.scope.novel_id, cls.rev_from.in_(revisions) | cls.rev_to.in_(revisions)
        )
        rows = await self.session.execute(
            select(cls.id, cls.rev_from, cls.rev_to).where(
                cls.novel_id == self.scope.novel_id, cls.id.in_(ids)
            )
        )
        found: dict[UUID, set[int]] = {}
        for row_id, opened, closed in rows:
            found.setdefault(row_id, set()).update({opened} if closed is None else {opened, closed})
        return found
