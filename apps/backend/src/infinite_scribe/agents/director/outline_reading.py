"""What the director reads before it plans further chapters: the plan as it will stand, and what is still open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.outline_answers import OutlineAnswer
from infinite_scribe.agents.director.outline_layout import Layout, Shelf, Slot, lay_out
from infinite_scribe.agents.director.replanning import written_scenes
from infinite_scribe.agents.runtime.briefings import frozen, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.errors import PlanTargetNotFoundError
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.lint_shape import KEEPS, OPEN
from infinite_scribe.plot.plan_wire import PlannedArc
from infinite_scribe.plot.promise_schemas import PromiseRead
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.inputs import WriteBookInput
from infinite_scribe.runs.schemas.plan_inputs import OutlineInput
from infinite_scribe.structure.schemas import ChapterNode
from infinite_scribe.structure.service import StructureService

BEFORE = 12
"""Chapters on each side of the new ones that are shown with number, title and tension; earlier ones by their lines."""
MOST_EARLIER = 60
MOST_EVENTS = 12
NEW_ARCS = ((6, 3), (4, 2), (1, 1))
"""From how many chapters of the whole book on it is given how many arcs, where it has none."""


@dataclass(frozen=True)
class Standing:
    """The plan as it stands."""

    shelf: Shelf
    arcs: Sequence[PlannedArc]
    target: int

    @classmethod
    async def read(cls, session: AsyncSession, scope: NovelScope) -> Standing:
        """Read the plan."""
        plot = PlotService.of(session, scope)
        chapters = (await StructureService.of(session, scope).tree()).chapters()
        written = await written_scenes(session, scope, chapters)
        shelf = Shelf(chapters, written, set(await plot.cards()))
        return cls(shelf, await plot.planned_arcs(), await GenesisService.of(session, scope).chapters())

    def lay_out(self, given: OutlineInput) -> Layout:
        """Return where further chapters go. Raises `PlanTargetNotFoundError`."""
        return lay_out(self.shelf, given, self.target, self.arc(given.arc))

    def arc(self, wanted: UUID | None) -> PlannedArc | None:
        """Return an arc of the plan; None where none is wanted. Raises `PlanTargetNotFoundError`."""
        if wanted is None:
            return None
        found = next((one for one in self.arcs if one.id == wanted), None)
        if found is None:
            raise PlanTargetNotFoundError(kind="arc", id=str(wanted))
        return found

    def wanted_arcs(self, layout: Layout) -> int:
        """Return how many arcs the book lacks: all of them, or one where none reaches its end."""
        if not self.arcs:
            return next((count for least, count in NEW_ARCS if layout.total >= least), 0)
        return 0 if max(one.span_to for one in self.arcs) >= ENOUGH else 1


ENOUGH = 0.95
"""Share of the book that the last arc has to reach."""


async def lacking_chapters(session: AsyncSession, *, ctx: RunContext, given: WriteBookInput) -> int:
    """Return how many chapters have to be planned before so many, or all up to the end, can be written.

    Up to the end of an arc only what is planned is written, and so is a book that has its end.
    """
    standing = await Standing.read(session, scope_of(ctx.run))
    ahead = standing.shelf.ahead()
    if given.chapters is not None:
        return max(0, given.chapters - ahead)
    if given.until == "arc":
        return 0
    blank = len(standing.shelf.blanks())
    return blank + max(0, standing.target - len(standing.shelf.chapters))


async def read_layout(session: AsyncSession, *, ctx: RunContext, given: OutlineInput) -> dict[str, Any]:
    """Return where further chapters go, as a step remembers it, with the handles of arcs and of open promises."""
    scope = scope_of(ctx.run)
    standing = await Standing.read(session, scope)
    layout = standing.lay_out(given)
    promises = [one for one in (await PromiseLedger.of(session, scope).read()).items if _nothing_keeps(one)]
    return {
        **layout.kept(),
        "new_arcs": standing.wanted_arcs(layout) if given.arc is None else 0,
        "arcs": {f"A{number}": str(one.id) for number, one in enumerate(standing.arcs, start=1)},
        "promises": {f"O{number}": str(one.id) for number, one in enumerate(promises, start=1)},
    }


def _nothing_keeps(one: PromiseRead) -> bool:
    return one.status in OPEN and not one.locked and not any(row.act in KEEPS for row in one.scenes)


@dataclass(frozen=True)
class Question:
    """One question for a few of the chapters: which, and what was answered for those in front of them.

    `asked` are the author's words to it.
    """

    layout: Layout
    slots: Sequence[Slot]
    before: Sequence[OutlineAnswer]
    kept: Mapping[str, Any]
    asked: Sequence[str] = ()

    @property
    def new_arcs(self) -> int:
        """How many arcs are asked for: all with the first question."""
        return 0 if self.before else int(self.kept["new_arcs"])

    @property
    def arcs(self) -> list[str]:
        """Handles of the arcs that stand, or were proposed by now."""
        made = sum(len(one.arcs) for one in self.before)
        return [f"A{number}" for number in range(1, len(self.kept["arcs"]) + made + 1)]


async def brief(session: AsyncSession, *, ctx: RunContext, question: Question) -> dict[str, Any]:
    """Return the briefing of one question."""
    scope = scope_of(ctx.run)
    standing = await Standing.read(session, scope)
    chapters = standing.shelf.chapters
    earlier, plan = _plan(standing, question)
    concept = await PlotService.of(session, scope).concept()
    data = {
        "idea": (await get_novel(session, scope.novel_id)).idea[:2_000] if concept is None else "",
        "question": concept.theme_question or concept.theme_statement if concept else "",
        "ending": "; ".join(str(one) for one in (concept.ending.get("items") or [])) if concept else "",
        "written": await _written(session, scope, standing),
        "events": await _events(session, scope, chapters),
        "arcs": _arcs(standing, question),
        "promises": await _promises(session, scope, question, chapters),
        "earlier": earlier,
        "plan": plan,
        "to_plan": {"numbers": [one.number for one in question.slots], "of": question.layout.total},
        "new_arcs": question.new_arcs or None,
        "instruction": " ".join(question.asked),
    }
    near = chapters[min(max(standing.shelf.last_written + 1, 0), len(chapters) - 1)]
    made = await profile_briefings(session, ctx).planner(near.id, data, room=ctx.limits.room)
    kept = frozen(made, ctx)
    return {
        **kept,
        "data": {**kept["data"], "task": "director.outline"},
        "told": [*earlier, *(str(one["one_line"]) for one in plan if one["one_line"])],
    }


def _plan(standing: Standing, question: Question) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the plan as it will stand: early chapters by their lines alone, and what is near the new ones by numbers."""
    chapters, layout = standing.shelf.chapters, question.layout
    filled = {one.chapter for one in layout.slots}
    rows = [
        {
            "number": layout.moved(one.number, len(chapters)), "title": one.title, "one_line": one.one_line,
            "tension": one.tension, "state": "written" if at <= standing.shelf.last_written else "planned",
        }
        for at, one in enumerate(chapters)
        if str(one.id) not in filled
    ]  # fmt: skip
    done = [chapter for answer in question.before for chapter in answer.chapters]
    rows += [
        {
            "number": slot.number,
            "title": one.title,
            "one_line": one.one_line,
            "tension": one.tension,
            "state": "planned",
        }
        for slot, one in zip(layout.slots, done, strict=False)
    ]
    rows.sort(key=lambda one: int(str(one["number"])))
    first = question.slots[0].number
    early = [one for one in rows if int(str(one["number"])) < first]
    lines = [str(one["one_line"]) for one in early[:-BEFORE] if one["one_line"]]
    return lines[-MOST_EARLIER:], [*early[-BEFORE:], *rows[len(early) :][:BEFORE]]


async def _written(session: AsyncSession, scope: NovelScope, standing: Standing) -> list[str]:
    """Return what really stands in the last chapter that is written."""
    if standing.shelf.last_written < 0:
        return []
    node = f"chapter:{standing.shelf.chapters[standing.shelf.last_written].id}"
    found = await MemoryService.of(session, scope).newest_summaries([node])
    return [str(one.get("text", "")) for one in found[node].sentences] if node in found else []


async def _events(session: AsyncSession, scope: NovelScope, chapters: Sequence[ChapterNode]) -> list[str]:
    """Return what the plot of the book holds and no chapter tells yet."""
    row = await GenesisService.of(session, scope).row(Stage.PLOT)
    nodes = [str(one.get("event") or "") for one in (row.draft.get("nodes") or [])] if row is not None else []
    told = "\n".join(f"{one.purpose}\n{one.one_line}" for one in chapters)
    return [one for one in nodes if one and one not in told][:MOST_EVENTS]


def _arcs(standing: Standing, question: Question) -> list[dict[str, Any]]:
    """Return the arcs by handles, with the kinds of turning points that have their chapter."""
    rows: list[dict[str, Any]] = [
        {
            "handle": f"A{number}", "title": one.title, "question": one.opens_question, "from": one.span_from,
            "to": one.span_to, "turns": [turn.kind for turn in one.turning_points if turn.chapter_id is not None],
        }
        for number, one in enumerate(standing.arcs, start=1)
    ]  # fmt: skip
    made = [arc for answer in question.before for arc in answer.arcs]
    rows += [
        {"handle": f"A{number}", "title": one.title, "question": one.opens_question, "from": one.span_from,
         "to": one.span_to, "turns": []}
        for number, one in enumerate(made, start=len(rows) + 1)
    ]  # fmt: skip
    taken = [one.turning for answer in question.before for one in answer.chapters if one.turning]
    if rows and taken:
        rows[0]["turns"] += taken
    return rows


async def _promises(
    session: AsyncSession, scope: NovelScope, question: Question, chapters: Sequence[ChapterNode]
) -> list[dict[str, Any]]:
    """Return the promises that nothing keeps yet, by handles, with the chapters in which they may be kept."""
    held = {str(one.id): one for one in (await PromiseLedger.of(session, scope).read()).items}
    taken = {handle for answer in question.before for one in answer.chapters for handle in one.keeps}
    numbers = {one.id: one.number for one in chapters}
    for chapter in chapters:
        numbers |= {scene.id: chapter.number for scene in chapter.scenes}

    def number(point: Mapping[str, Any] | None) -> int | None:
        if point is None:
            return None
        if point["kind"] == "position":
            return max(1, math.ceil(float(point["at"]) * question.layout.total))
        at = numbers.get(UUID(str(point["id"])))
        return None if at is None else question.layout.moved(at, len(chapters))

    return [
        {
            "handle": handle, "statement": held[one].statement, "weight": held[one].weight,
            "earliest": number(held[one].earliest), "latest": number(held[one].latest),
        }
        for handle, one in question.kept["promises"].items()
        if one in held and handle not in taken
    ]  # fmt: skip
