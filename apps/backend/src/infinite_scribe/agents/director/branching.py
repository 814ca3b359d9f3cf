"""What if: the plan from one card on under another premise, kept beside the plan as a branch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import PlanDiffAnswer, PlanOp, check_diff
from infinite_scribe.agents.director.errors import NothingAheadError
from infinite_scribe.agents.director.replanning import coming_chapters, written_scenes
from infinite_scribe.agents.runtime.briefings import frozen, parts_of, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.core.ids import child_id
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.branches import PlanBranches
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.inputs import WhatIfInput, WhatIfResult
from infinite_scribe.structure.schemas import ChapterNode
from infinite_scribe.structure.service import StructureService

AHEAD = 8
"""Chapters from the card on that a branch may change."""


@task("director.what_if")
async def what_if(ctx: RunContext, given: WhatIfInput) -> WhatIfResult:
    """Work out what a premise changes in the plan, and keep it as a branch. The plan itself stays as it is."""
    async with ctx.step("what_if", title_key="runs.step.what_if"):
        kept = await ctx.material("what_if/briefing", partial(_brief, ctx=ctx, given=given))
        if not kept["coming"]:
            raise NothingAheadError
        prompt = load_prompt("director", "what_if", ctx.run.language)
        request = ModelRequest(
            messages=prompt.messages({"briefing": kept["text"]}),
            max_tokens=1_400,
            data=kept["data"],
            output=PlanDiffAnswer,
            check=lambda answer: check_branch(answer, set(kept["chapters"]), set(kept["cards"])),
            manifest=parts_of(kept["manifest"]),
            receipt=kept["manifest"],
            prompt_name=prompt.name,
            prompt_version=prompt.version,
            role="director",
        )
        answer: PlanDiffAnswer = (await ctx.call("what_if/ask", request)).output
        made = await ctx.write("what_if/keep", partial(_keep, ctx=ctx, given=given, kept=kept, answer=answer))
    return WhatIfResult(branch=made["branch"], changes=made["changes"], items=[made["branch"]])


def check_branch(answer: PlanDiffAnswer, chapters: set[str], cards: set[str]) -> list[str]:
    """Return what is wrong with a branch: nothing changed, unknown handles, fields that a branch leaves alone."""
    wrong = [] if answer.ops else ["a premise that changes nothing is no branch; give at least one change"]
    wrong += [f"{one.target}: titles stay as they are" for one in answer.ops if one.field == "title"]
    return wrong + check_diff(answer, chapters, cards)


async def _brief(session: AsyncSession, *, ctx: RunContext, given: WhatIfInput) -> dict[str, Any]:
    """Return the premise, and what is planned from the card on, by handles."""
    scope = scope_of(ctx.run)
    base = (await get_novel(session, scope.novel_id)).revision
    chapters = (await StructureService.of(session, scope).tree()).chapters()
    at = next((n for n, one in enumerate(chapters) if any(s.id == given.from_card for s in one.scenes)), None)
    if at is None:
        return {"coming": False}
    cards = await PlotService.of(session, scope).cards()
    ahead = _from(chapters[at : at + AHEAD], given.from_card)
    coming, by_chapter, by_card = coming_chapters(ahead, cards, await written_scenes(session, scope, ahead))
    if not coming:
        return {"coming": False}
    data = {"premise": given.premise, "instruction": given.instruction, "coming": coming}
    kept = frozen(
        await profile_briefings(session, ctx).planner(chapters[at].id, data, room=ctx.limits.room), ctx
    )
    return {
        **kept,
        "data": {**kept["data"], "task": "director.what_if"},
        "coming": True,
        "chapters": by_chapter,
        "cards": by_card,
        "base": base,
    }


def _from(chapters: Sequence[ChapterNode], card: UUID) -> list[ChapterNode]:
    """Return chapters without the scenes that stand before a card."""
    first = chapters[0]
    start = next(n for n, scene in enumerate(first.scenes) if scene.id == card)
    return [first.model_copy(update={"scenes": first.scenes[start:]}), *chapters[1:]]


async def _keep(
    session: AsyncSession,
    *,
    ctx: RunContext,
    given: WhatIfInput,
    kept: dict[str, Any],
    answer: PlanDiffAnswer,
) -> dict[str, Any]:
    scope = scope_of(ctx.run)
    cards = await PlotService.of(session, scope).cards()
    ops = operations(answer.ops, kept["chapters"], kept["cards"], cards)
    branch = await PlanBranches.of(session, scope).keep(
        child_id(ctx.run.id, f"branch#{ctx.run.attempt}"), given.from_card, given.premise, answer.why, ops,
        kept["base"], ctx.run.id,
    )  # fmt: skip
    return {"branch": str(branch), "changes": sum(len(one["fields"]) for one in ops)}


def operations(
    ops: Sequence[PlanOp], chapters: dict[str, str], cards: dict[str, str], held: dict[UUID, CardRead]
) -> list[dict[str, Any]]:
    """Return changes as operations of the plan, one for each target; what a card is to include is added to what it is."""
    found: dict[str, dict[str, Any]] = {}
    for one in ops:
        kind = "chapter" if one.target in chapters else "card"
        target = chapters.get(one.target) or cards[one.target]
        fields = found.setdefault(target, {"op": "update", "kind": kind, "id": target, "fields": {}})[
            "fields"
        ]
        if one.field == "must_include":
            card = held.get(UUID(target))
            asked = fields.get("must_include", list(card.must_include) if card is not None else [])
            fields["must_include"] = [*asked, {"text": one.value}]
        else:
            fields[one.field] = one.value
    return list(found.values())
