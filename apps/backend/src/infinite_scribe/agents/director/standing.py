"""What stands in the way of drafting a chapter: errors of its cards, and faults of the whole book that only the author can mend."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.proposing import as_fault
from infinite_scribe.agents.director.rows import ROOM_FOR_FAULTS, within
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.plot.lint_reading import PlanLinter
from infinite_scribe.plot.rules import Level
from infinite_scribe.structure.service import StructureService

MOST_KNOWN = 200
SHOWN_FROM = 900
"""Index of the first finding that is the author's, behind those of the rounds of repair."""


async def standing(
    ctx: RunContext, chapter: UUID, path: str, known: Collection[str], *, show: bool
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the errors of which the author decides; faults of the whole book are told at the run, warnings too.

    `known` are keys of faults of the whole book that were told and let stand; with those of this time they are
    returned too.
    """
    found: list[dict[str, Any]] = await ctx.read(path, partial(_standing, ctx=ctx, chapter_id=chapter))
    rows = [one for one in found if one["key"] not in known]
    if told := [row for row in rows if show and row["scope"] == "book"]:
        # What is said outside a step is on nobody's screen.
        async with ctx.step(f"{path}/book", title_key="runs.step.standing"):
            for number, one in enumerate(told):
                await ctx.output("finding", SHOWN_FROM + number, one)
    keys = sorted({*known, *(one["key"] for one in rows if one["scope"] == "book")})
    return [one for one in rows if one["severity"] == Level.ERROR], keys[:MOST_KNOWN]


async def _standing(session: AsyncSession, *, ctx: RunContext, chapter_id: UUID) -> list[dict[str, Any]]:
    unwritten = {str(one["scene"]) for one in await empty_scenes(session, ctx, chapter_id)}
    if not unwritten:
        return []
    report = await PlanLinter.of(session, scope_of(ctx.run)).report()
    rows = [
        as_fault(one)
        for one in report.issues
        if (one.where.kind == "card" and one.where.id in unwritten and one.level is Level.ERROR)
        or one.where.kind != "card"
    ]
    return within(rows, ROOM_FOR_FAULTS)


async def empty_scenes(session: AsyncSession, ctx: RunContext, chapter_id: UUID) -> list[dict[str, Any]]:
    """Return the chapter's scenes without prose, in order, and whether each has beats."""
    scope = scope_of(ctx.run)
    chapter = await StructureService.of(session, scope).chapter(chapter_id)
    states = await ManuscriptService.of(session, scope).scenes([scene.id for scene in chapter.scenes])
    return [{"scene": str(state.scene_id), "beats": bool(state.beats)} for state in states if state.is_empty]
