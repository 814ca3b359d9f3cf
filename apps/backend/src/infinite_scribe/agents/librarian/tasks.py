"""The librarian's tasks: reading accepted scenes, summing up, indexing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.librarian import projector
from infinite_scribe.agents.librarian.extracting import extract, extract_claims, may_ask
from infinite_scribe.agents.librarian.reading import (
    forget_scene,
    index_meaning,
    index_words,
    learn_surface,
    scene_hash,
)
from infinite_scribe.agents.librarian.summaries import chapters_telling, summarise
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.runs.schemas.inputs import LearnInput, LearnResult, SceneInput, SummariseInput

__all__ = ["extract_claims", "index", "learn", "projector", "sum_up"]


@task("librarian.learn")
async def learn(ctx: RunContext, given: LearnInput) -> LearnResult:
    """Read an accepted scene: index it, note what it says, sum it up."""
    async with ctx.step("learn", title_key="runs.step.learn"):
        found = await ctx.read("learn/scene", lambda session: scene_hash(session, ctx, given.scene))
        if found["is_gone"]:
            gone = await ctx.write("learn/gone", lambda session: forget_scene(session, ctx, given.scene))
            await _sum_up_chapters(ctx, given.scene)
            return LearnResult(items=gone["items"], looked=True)
        await ctx.write("learn/words", lambda session: index_words(session, ctx, given.scene))
        await index_meaning(ctx, given.scene)
        taught = await ctx.write("learn/surface", lambda session: learn_surface(session, ctx, given.scene))
        items = list(taught["items"])
        asks = not found["is_empty"] and await may_ask(ctx, given.scene)
        if asks and (await extract(ctx, given.scene, prefix="extract"))["fresh"]:
            # What code could not read is learnt besides; what it did read is not learnt twice.
            more = await ctx.write("learn/claims", lambda session: learn_surface(session, ctx, given.scene))
            items += more["items"]
        if found["is_empty"]:
            await summarise(ctx, f"scene:{given.scene}", prefix="summary/scene")
        else:
            # One told step for each question to a model, so that each answer has its receipt.
            async with ctx.step("summary/scene", title_key="runs.step.summarise"):
                await summarise(ctx, f"scene:{given.scene}", prefix="summary/scene")
        await _sum_up_chapters(ctx, given.scene)
    return LearnResult(items=items, looked=True)


@task("librarian.index")
async def index(ctx: RunContext, given: SceneInput) -> LearnResult:
    """Put a scene into the search by words and by meaning."""
    async with ctx.step("index", title_key="runs.step.index"):
        await ctx.write("index/words", lambda session: index_words(session, ctx, given.scene))
        await index_meaning(ctx, given.scene)
    return LearnResult(looked=True)


@task("librarian.summarise")
async def sum_up(ctx: RunContext, given: SummariseInput) -> LearnResult:
    """Bring the summary of a scene, a chapter or the book up to date."""
    async with ctx.step("summarise", title_key="runs.step.summarise"):
        looked = await summarise(ctx, given.node, prefix="summary")
    return LearnResult(looked=looked)


async def _sum_up_chapters(ctx: RunContext, scene: UUID) -> None:
    """Bring the summaries up to date that tell of a scene: of its chapter, and of one it left."""

    async def telling(session: AsyncSession) -> list[str]:
        return await chapters_telling(session, scope_of(ctx.run), scene)

    for number, chapter in enumerate(await ctx.read("learn/chapters", telling)):
        prefix = "summary/chapter" if number == 0 else f"summary/chapter/{number}"
        async with ctx.step(prefix, title_key="runs.step.summarise"):
            await summarise(ctx, f"chapter:{chapter}", prefix=prefix)
