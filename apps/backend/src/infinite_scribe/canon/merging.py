"""Merging two entries that are one: the preview of clashes, and what moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import (
    EntryNotFoundError,
    LockedElementError,
    MergeSelfError,
    RangeMismatchError,
)
from infinite_scribe.canon.fact_checking import FactChecker
from infinite_scribe.canon.fact_writing import FactWriter, held
from infinite_scribe.canon.models import Assertion, CharacterSheet, Entity, Route
from infinite_scribe.canon.moments import Moments
from infinite_scribe.canon.progressions import plan_write
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rules import ACYCLIC, FactDraft, FactValue, HeldFact
from infinite_scribe.canon.views import CanonViews
from infinite_scribe.canon.wire import Clash, MergeRead, Moved
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.references import repoint
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel


@dataclass(frozen=True)
class Merging:
    """Merges entries of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: CanonRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Merging:
        """Return the merging of the scope's novel."""
        return cls(session, scope, CanonRepository(session, scope.novel_id))

    async def merge(self, source_id: UUID, target_id: UUID, *, preview: bool = False) -> MergeRead:
        """Move everything of an entry to another one, as one revision; clashing facts are kept as disputed.

        `moved.mentions` counts sentences that are evidence of the moved facts. A preview writes nothing. Raises
        `MergeSelfError`, `EntryNotFoundError`, `RangeMismatchError` for two kinds, `CanonCycleError`.
        """
        source, target = await self._pair(source_id, target_id)
        pairs = await self.clashes(source.id, target.id)
        views = await CanonViews.of(self.rows, await Moments(self.session, self.scope).find())
        shown = [Clash(fact=views.fact(one), against=views.fact(other)) for one, other in pairs]
        await self._check_circles(source.id, target.id)
        moved = await self._counted(source_id)
        if not preview:
            async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
                await self.write(revision, source_id, target_id)
        novel = await get_novel(self.session, self.scope.novel_id)
        return MergeRead(preview=preview, clashes=shown, moved=moved, revision=novel.revision)

    async def write(
        self, revision: OpenRevision, source_id: UUID, target_id: UUID, *, by_agent: bool = False
    ) -> UUID:
        """Merge within an open revision; return the id of the entry that stays. Raises as `merge` does."""
        source, target = await self._pair(source_id, target_id)
        if by_agent and (source.locked or target.locked):
            raise LockedElementError(entity_id=str(source.id if source.locked else target.id))
        clashing = await self.clashes(source_id, target_id)
        pairs = [(one.id, other.id) for one, other in clashing]
        await self._check_circles(source_id, target_id)
        loops = [row.id for row in await self._between(source_id, target_id)]
        await self._join_sheets(revision, source_id, target_id)
        await repoint(revision, source_id, target_id)
        await self._take_back_loops(revision, loops)
        await self._dispute(revision, pairs)
        await revision.replace(source, status="merged", merged_into=target_id)
        return target_id

    async def _dispute(self, revision: OpenRevision, pairs: Sequence[tuple[UUID, UUID]]) -> None:
        """Mark both sides of every clash as disputed and ask the author about each."""
        against: dict[UUID, list[UUID]] = {}
        for one, other in pairs:
            against.setdefault(one, []).append(other)
        partner = {other: one for one, others in against.items() for other in others}
        partner |= {one: others[0] for one, others in against.items()}
        writer = FactWriter(self.session, self.scope, self.rows, revision)
        for fact_id in sorted(partner):
            row = await self.rows.fact(fact_id)
            if row is None:
                continue
            row = await revision.replace(row, status="disputed", disputed_with=partner[fact_id])
            if fact_id in against:
                writer.ask(row, against[fact_id])

    async def _pair(self, source_id: UUID, target_id: UUID) -> tuple[Entity, Entity]:
        if source_id == target_id:
            raise MergeSelfError(
                "An entry cannot be merged with itself. Choose the other entry that is the same.",
                id=str(source_id),
            )
        source, target = await self.rows.entity(source_id), await self.rows.entity(target_id)
        for wanted, found in ((source_id, source), (target_id, target)):
            if found is not None and found.status == "merged":
                kept = None if found.merged_into is None else await self.rows.entity(found.merged_into)
                raise MergeSelfError(
                    f"{found.name} was merged into {kept.name if kept else 'another entry'} already. Open that one.",
                    id=str(wanted),
                    into=str(found.merged_into),
                )
            if found is None or found.status != "canon":
                raise EntryNotFoundError(id=str(wanted))
        assert source is not None
        assert target is not None
        if source.kind != target.kind:
            raise RangeMismatchError(
                f"Only entries of one kind can be merged: {source.name} is {_a(source.kind)}, {target.name} "
                f"{_a(target.kind)}. Choose another entry.",
                expected=[target.kind],
                kind=source.kind,
            )
        return source, target

    async def clashes(self, source_id: UUID, target_id: UUID) -> list[tuple[Assertion, Assertion]]:
        """Return the pairs of canon facts that cannot both hold of one entry."""
        found = []
        between = {row.id for row in await self._between(source_id, target_id)}
        theirs = [row for row in await self.rows.facts(about=[target_id]) if row.id not in between]
        mine = [row for row in await self.rows.facts(about=[source_id]) if row.id not in between]
        for row in mine:
            predicate = find(row.predicate or "")
            if predicate is None:
                continue
            draft, rivals = _moved_draft(row, source_id, target_id), [held(one) for one in theirs]
            plan = plan_write(predicate, draft, rivals, "dispute")
            clashing = {one.id for one in plan.dispute}
            found += [(row, other) for other in theirs if other.id in clashing]
        return found

    async def _counted(self, source_id: UUID) -> Moved:
        facts = await self.rows.facts(about=[source_id], statuses=("canon", "planned", "disputed"))
        aliases = [alias for alias in await self.rows.aliases() if alias.entity_id == source_id]
        evidence = await self.rows.evidence([row.id for row in facts])
        return Moved(facts=len(facts), aliases=len(aliases), mentions=len(evidence))

    async def _check_circles(self, source: UUID, target: UUID) -> None:
        """Refuse a merge after which a place would lie in itself."""
        rows = [row for row in await self.rows.facts(predicates=sorted(ACYCLIC)) if row.polarity]
        for key in sorted(ACYCLIC):
            ends = [(row.subject_id, row.object_id) for row in rows if row.predicate == key]
            edges = [
                (_other(one, source, target), _other(other, source, target))
                for one, other in ends
                if one and other
            ]
            edges = [(one, other) for one, other in edges if one != other]
            writer = FactChecker(self.session, self.scope, self.rows)
            for edge in edges:
                if target in edge:
                    await writer.check_circle(key, [one for one in edges if one != edge], edge)

    async def _between(self, source: UUID, target: UUID) -> list[Assertion]:
        """Return the facts between the two: of one entry they would say something about itself."""
        rows = await self.rows.facts(
            about=[source], statuses=("canon", "planned", "disputed", "retconned", "superseded")
        )
        return [row for row in rows if {row.subject_id, row.object_id} == {source, target}]

    async def _join_sheets(self, revision: OpenRevision, source: UUID, target: UUID) -> None:
        """Lines that the target lacks are taken over."""
        mine, theirs = await self.rows.sheet(source), await self.rows.sheet(target)
        if mine is None or theirs is None:
            return
        lines = [name for name in _SHEET_LINES if not getattr(theirs, name) and getattr(mine, name)]
        taken = {name: getattr(mine, name) for name in lines}
        if taken:
            await revision.replace(theirs, **taken)
        await revision.retire(mine)

    async def _take_back_loops(self, revision: OpenRevision, facts: Sequence[UUID]) -> None:
        """What would say something of an entry and itself was never true: relations, and ways from a place to it."""
        for fact_id in facts:
            row = await self.rows.fact(fact_id)
            if row is not None:
                await revision.replace(row, status="retconned")
        for way in await self.rows.every(Route):
            if way.a_id == way.b_id and way.status == "canon":
                await revision.replace(way, status="retconned")


_SHEET_LINES = tuple(
    column.key
    for column in CharacterSheet.__table__.columns
    if column.info.get("data") == "content" and column.key != "goals"
)


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "item" else f"a {kind}"


def _other(one: UUID, source: UUID, target: UUID) -> UUID:
    return target if one == source else one


def _moved_draft(row: Assertion, source: UUID, target: UUID) -> FactDraft:
    """Return a fact as it would read after the move."""
    fact: HeldFact = held(row)
    value = fact.value
    if value.object_id == source:
        value = FactValue(object_id=target)
    return FactDraft(
        target if row.subject_id == source else row.subject_id, "", row.predicate or "", value, None, row.qualifier,
        row.polarity, fact.from_tick, fact.to_tick, fact.from_block, fact.to_block,
    )  # fmt: skip
