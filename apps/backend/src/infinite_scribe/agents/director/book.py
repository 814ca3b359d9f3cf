"""The first run: from an idea to a chapter on the page, by the minimum of every stage."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.beats import plan_beats
from infinite_scribe.agents.director.scenes import draft_and_check
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import novel_facts, scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.genesis.schemas import QuickStart
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import NovelService
from infinite_scribe.runs.schemas.inputs import BeginBookInput, TaskResult
from infinite_scribe.structure.service import StructureService

OPTIONS = 3
CHAPTER_LINES = {"novel": 10, "novella": 10, "short": 4}
FIRST_BEATS = 6
STAGES = ("theme", "world", "characters", "plot")


@task("director.begin_book")
async def begin_book(ctx: RunContext, given: BeginBookInput) -> TaskResult:
    """Take the best seed, fill every stage's minimum, write it as canon and plan, and draft chapter 1."""
    facts = await ctx.read("book/facts", lambda session: _book(session, ctx))
    facts = {**facts, **given.model_dump(include={"idea", "length", "pov", "tone"}, exclude_none=True)}
    known = await _imagine(ctx, facts, given.instruction)
    written = await ctx.write("book/write", lambda session: _write_book(session, ctx, facts, known))
    scene = UUID(written["scene_id"])
    # The first minute asks nothing: the best beats are taken, and what is wrong with the plan is shown.
    await plan_beats(ctx, scene, FIRST_BEATS, prefix="first", agreed=True, asks=False)
    return await draft_and_check(ctx, UUID(facts["chapter_id"]), [scene], prefix="first")


async def _book(session: AsyncSession, ctx: RunContext) -> dict[str, Any]:
    """Return the novel's facts with the ids of its first chapter and scene."""
    tree = await StructureService.of(session, scope_of(ctx.run)).tree()
    chapter = next(iter(tree.chapters()))
    return {
        **await novel_facts(session, ctx.run),
        "chapter_id": str(chapter.id),
        "scene_id": str(chapter.scenes[0].id),
    }


async def _imagine(ctx: RunContext, facts: dict[str, Any], instruction: str | None) -> dict[str, Any]:
    """Return the content of every stage; each part is shown as soon as it is there."""
    seeds = await ctx.child(
        "premise",
        "worldsmith.options",
        {
            "stage": "seed",
            "count": OPTIONS,
            "instruction": instruction,
            "idea": facts["idea"] or None,
            "pov": facts["pov"],
            "tone": facts["tone"] or None,
        },
    )
    seed = seeds["items"][0]["body"]
    await ctx.output(
        "premise", 0, {name: seed.get(name) for name in ("title", "logline", "genres", "protagonist", "hook")}
    )
    known: dict[str, Any] = {"seed": seed}
    for stage in STAGES:
        given = {"stage": stage, "missing": _missing(stage, facts), "known": known}
        result = await ctx.child(stage, "worldsmith.complete", given)
        known = {**known, stage: result["content"]}
        await _show(ctx, stage, result["content"])
    return known


def _missing(stage: str, facts: dict[str, Any]) -> list[dict[str, str]]:
    """Return what the minimum of a stage needs, in the words of the prompt."""
    needs = {
        "theme": [("statement", "1"), ("question", "1"), ("emotions", "2")],
        "world": [("places", "3"), ("rules", "3")],
        "characters": [("cast", "4"), ("protagonist.need", "1")],
        "plot": [("lines", str(CHAPTER_LINES.get(facts["length"], 10)))],
    }
    return [{"field": field, "need": need} for field, need in needs[stage]]


async def _show(ctx: RunContext, stage: str, content: dict[str, Any]) -> None:
    """Say a stage's results as the author reads them."""
    if stage == "theme":
        await ctx.output("theme", 0, content)
    elif stage == "world":
        for number, place in enumerate(content["places"]):
            await ctx.output("place", number, place)
        for number, rule in enumerate(content["rules"]):
            await ctx.output("rule", number, rule)
    elif stage == "characters":
        for number, member in enumerate(content["cast"]):
            await ctx.output("character", number, member)
    else:
        for number, line in enumerate(content["lines"], start=1):
            await ctx.output("outline_line", number - 1, {"number": number, **line})


async def _write_book(
    session: AsyncSession, ctx: RunContext, facts: dict[str, Any], known: dict[str, Any]
) -> dict[str, Any]:
    """Write the minimum of all stages as canon and plan rows: one revision, undoable as one set."""
    scope = scope_of(ctx.run)
    loop = ctx.settings.loop
    words = loop.first_chapter_characters if facts["language"] == "zh" else loop.first_chapter_words
    content = QuickStart(
        **known, pov=facts["pov"], tone=facts["tone"], language=facts["language"], word_budget=words
    )
    manuscript = ManuscriptService.of(session, scope)
    async with Revisions.of(session, scope).open(
        RevisionKind.GENESIS, run_id=ctx.run.root_id, label="quick-start"
    ) as revision:
        result = await GenesisService.of(session, scope).record_quick_start(
            revision, content, chapter_id=UUID(facts["chapter_id"]), scene_id=UUID(facts["scene_id"])
        )
        await manuscript.writing.start_scenes()
        await manuscript.writing.align_heads(revision)
        number = revision.number
    await NovelService.of(session, scope).name_untitled(known["seed"].get("title", ""))
    return {"scene_id": str(result.scene_id), "revision": number}
