"""Further chapters as operations of the plan, done in one revision; what is written, locked or promised stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.outline_answers import ArcWanted, ChapterWanted
from infinite_scribe.agents.director.outline_layout import Layout, arc_at
from infinite_scribe.agents.director.outline_reading import Standing
from infinite_scribe.agents.director.rows import ROOM_FOR_FAULTS, ROOM_FOR_REST, within
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.core.ids import child_id
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels.revisions import PART, OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.lint_reading import PlanLinter
from infinite_scribe.plot.lint_shape import KEEPS
from infinite_scribe.plot.promise_schemas import PlannedScene, PromiseUpdate
from infinite_scribe.plot.schemas import ArcDraft, TurningPointDraft
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.plan_inputs import OutlineInput
from infinite_scribe.structure.rules import Status
from infinite_scribe.structure.schemas import StructureOp


@dataclass(frozen=True)
class Proposed:
    """What the director proposes. `arcs` and `promises` say what the handles stand for."""

    given: OutlineInput
    layout: Layout
    new_arcs: Sequence[ArcWanted]
    chapters: Sequence[ChapterWanted]
    arcs: dict[str, str] = field(default_factory=dict)
    promises: dict[str, str] = field(default_factory=dict)


class _OnlyTriedError(Exception):
    """Takes a trial back."""


async def faults_of(session: AsyncSession, *, ctx: RunContext, proposed: Proposed) -> list[dict[str, Any]]:
    """Return the errors that the linter finds with the chapters in the plan, and does not without; nothing is changed.

    `chapter` is the number of the proposed chapter at which one stands; null where it stands elsewhere.
    """
    linter = PlanLinter.of(session, scope_of(ctx.run))
    before = {(one.code, one.where.id) for one in (await linter.report()).errors()}
    found = []
    numbers: dict[str, int] = {}
    try:
        async with session.begin_nested():
            _, placed = await _write(session, ctx, proposed)
            numbers = {one.id: one.number for one in placed} | {str(one.scene): one.number for one in placed}
            found = (await linter.report()).errors()
            raise _OnlyTriedError  # noqa: TRY301 - takes the savepoint back
    except _OnlyTriedError:
        pass
    rows = [
        {
            "rule": one.code, "severity": one.level.value, "where": one.where.title, "why": dict(one.why),
            "chapter": numbers.get(one.where.id),
        }
        for one in found
        if (one.code, one.where.id) not in before
    ]  # fmt: skip
    return within(rows, ROOM_FOR_FAULTS)


async def write_outline(session: AsyncSession, *, ctx: RunContext, proposed: Proposed) -> dict[str, Any]:
    """Write arcs and chapters where they go now; say what was done, and what was left since the author came first."""
    writing, placed = await _write(session, ctx, proposed)
    return {
        "applied": writing.applied, "refused": within(writing.refused, ROOM_FOR_REST),
        "chapters": [one.id for one in placed], "revision": writing.revision.number if writing.applied else None,
    }  # fmt: skip


async def _write(
    session: AsyncSession, ctx: RunContext, proposed: Proposed
) -> tuple[_Writing, list[_Placed]]:
    scope = scope_of(ctx.run)
    async with Revisions.of(session, scope).open(
        RevisionKind.EDIT, run_id=ctx.run.root_id, label="outline"
    ) as revision:
        writing = _Writing(session, ctx, proposed, revision, await Standing.read(session, scope))
        arcs = await writing.arcs()
        chapters = await writing.chapters(arcs)
        await writing.turns(chapters, arcs)
        await writing.promises(chapters)
        revision.summary[PART] = str(ctx.run.id)
    return writing, chapters


@dataclass(frozen=True)
class _Placed:
    """A chapter of the answer, and where it stands now."""

    id: str
    number: int
    scene: UUID
    wanted: ChapterWanted
    arc: str | None


@dataclass
class _Writing:
    session: AsyncSession
    ctx: RunContext
    proposed: Proposed
    revision: OpenRevision
    standing: Standing
    # The journal remembers ids; what was planned stands in the plan.
    applied: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        scope = scope_of(self.ctx.run)
        self.plot = PlotService.of(self.session, scope)
        self.manuscript = ManuscriptService.of(self.session, scope)
        self.structure = self.manuscript.writing.structure

    async def arcs(self) -> dict[str, str]:
        """Add the new arcs behind those that stand; return every arc by its handle."""
        known = dict(self.proposed.arcs)
        for one in self.proposed.new_arcs:
            made = await self.plot.add_arc(self.revision, ArcDraft(**one.model_dump(), ordinal=len(known)))
            known[f"A{len(known) + 1}"] = str(made)
            self.applied.append({"op": "add", "kind": "arc", "id": str(made)})
        return known

    async def chapters(self, arcs: dict[str, str]) -> list[_Placed]:
        """Fill blank chapters, and put the others behind one another in front of the ending; each has a first scene."""
        now = self.standing.lay_out(self.proposed.given)
        spans = await self._spans()
        blank = {str(one.id): one for one in self.standing.shelf.blanks()}
        after, total, placed = now.after, self.proposed.layout.total, []
        for slot, wanted in zip(self.proposed.layout.slots, self.proposed.chapters, strict=False):
            arc = self.proposed.given.arc or arcs.get(wanted.arc or "") or arc_at(spans, slot.number, total)
            fields = {
                "one_line": wanted.one_line, "purpose": wanted.purpose, "tension": wanted.tension,
                "arc_id": UUID(str(arc)) if arc else None, "status": Status.OUTLINED.value,
            }  # fmt: skip
            if slot.chapter is None:
                after = await self._add(slot.number, after, now.part, wanted, fields)
                made = after
            elif slot.chapter in blank:
                made, title = slot.chapter, blank[slot.chapter].title or wanted.title
                await self.structure.update_chapter(self.revision, UUID(made), title=title, **fields)
                self.applied.append({"op": "update", "kind": "chapter", "id": made})
            else:
                self.refused.append({"chapter": slot.chapter, "why": "changed"})
                continue
            scene = (await self.structure.chapter(UUID(made))).scenes[0].id
            placed.append(_Placed(made, slot.number, scene, wanted, str(arc) if arc else None))
        await self._name_arcs(spans)
        await self.structure.settle_order(self.revision)
        await self.manuscript.writing.start_scenes()
        await self.manuscript.writing.align_heads(self.revision)
        return placed

    async def _add(
        self, number: int, after: str | None, part: str, wanted: ChapterWanted, fields: dict[str, Any]
    ) -> str:
        made = child_id(self.ctx.run.id, f"chapter{number}#{self.ctx.run.attempt}")
        op = StructureOp(
            op="insert", kind="chapter", id=made, parent_id=UUID(part), title=wanted.title,
            after_id=UUID(after) if after else None,
        )  # fmt: skip
        await self.structure.operations(self.revision).insert(op)
        await self.structure.update_chapter(self.revision, made, **fields)
        self.applied.append({"op": "add", "kind": "chapter", "id": str(made)})
        return str(made)

    async def _spans(self) -> list[tuple[str, float, float]]:
        return [(str(one.id), one.span_from, one.span_to) for one in await self.plot.arcs()]

    async def _name_arcs(self, spans: Sequence[tuple[str, float, float]]) -> None:
        """Say of planned chapters that name no arc in which they lie, once the book has arcs for the first time."""
        if self.proposed.arcs or not self.proposed.new_arcs:
            return
        tree = (await self.structure.tree()).chapters()
        for one in tree:
            written = any(scene.id in self.standing.shelf.written for scene in one.scenes)
            arc = arc_at(spans, one.number, len(tree))
            if one.arc_id is None and arc is not None and not one.locked and not written:
                await self.structure.update_chapter(self.revision, one.id, arc_id=UUID(arc))

    async def turns(self, placed: Sequence[_Placed], arcs: dict[str, str]) -> None:
        """Let arcs turn in the chapters that say so; a turn that stands at another chapter stays there."""
        total = self.proposed.layout.total
        for one in placed:
            if one.wanted.turning is None or one.arc not in arcs.values():
                continue
            point = TurningPointDraft(
                kind=one.wanted.turning, position=round((one.number - 0.5) / total, 3),
                chapter_id=UUID(one.id), note=one.wanted.one_line,
            )  # fmt: skip
            if not await self.plot.turn(self.revision, UUID(one.arc), point, room=1 / total):
                self.refused.append({"chapter": one.id, "turning": one.wanted.turning, "why": "taken"})

    async def promises(self, placed: Sequence[_Placed]) -> None:
        """Plan where promises are kept that nothing keeps yet; one that is kept, locked or given up is left."""
        ledger = PromiseLedger.of(self.session, scope_of(self.ctx.run))
        held = {str(one.id): one for one in (await ledger.read()).items}
        taken: set[str] = set()
        for one in placed:
            for handle in one.wanted.keeps:
                promise = held.get(self.proposed.promises.get(handle, ""))
                kept = promise is not None and any(row.act in KEEPS for row in promise.scenes)
                if promise is None or promise.locked or kept or str(promise.id) in taken:
                    self.refused.append({"chapter": one.id, "promise": handle, "why": "taken"})
                    continue
                taken.add(str(promise.id))
                scenes = [PlannedScene(scene_id=row.scene_id, act=row.act) for row in promise.scenes]
                update = PromiseUpdate(scenes=[*scenes, PlannedScene(scene_id=one.scene, act="pay")])
                await ledger.change(self.revision, promise.id, update, by_agent=True)
                self.applied.append(
                    {"op": "link", "kind": "promise", "id": str(promise.id), "to": str(one.scene)}
                )
