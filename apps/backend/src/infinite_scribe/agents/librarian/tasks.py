"""The librarian's tasks: reading accepted scenes, summing up, indexing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.librarian import projector
from infinite_scribe.agents.librarian.reading import (
    forget_scene,
    index_meaning,
    index_words,
    learn_surface,
    scene_hash,
)
from infinite_scribe.agents.librarian.summaries import summarise
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.runs.schemas.inputs import LearnInput, LearnResult, SceneInput, SummariseInput
from infinite_scribe.structure.service import StructureService

__all__ = ["index", "learn", "projector", "sum_up"]


@task("librarian.learn")
async def learn(ctx: RunContext, given: LearnInput) -> LearnResult:
    """Read an accepted scene: index it, note what it says, sum it up."""
    async with ctx.step("learn", title_key="runs.step.learn"):
        found = await ctx.read("learn/scene", lambda session: scene_hash(session, ctx, given.scene))
        if found["is_gone"]:
            gone = await ctx.write("learn/gone", lambda session: forget_scene(session, ctx, given.scene))
            return LearnResult(items=gone["items"], looked=True)
        await ctx.write("learn/words", lambda session: index_words(session, ctx, given.scene))
        await index_meaning(ctx, given.scene)
        taught = await ctx.write("learn/surface", lambda session: learn_surface(session, ctx, given.scene))
        if not found["is_empty"]:
            # One told step for each question to a model, so that each answer has its receipt.
            async with ctx.step("summary/scene", title_key="runs.step.summarise"):
                await summarise(ctx, f"scene:{given.scene}", prefix="summary/scene")
            chapter = await ctx.read("learn/chapter", lambda session: _chapter_of(session, ctx, given.scene))
            async with ctx.step("summary/chapter", title_key="runs.step.summarise"):
                await summarise(ctx, f"chapter:{chapter}", prefix="summary/chapter")
    return LearnResult(items=taught["items"], looked=True)


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


async def _chapter_of(session: AsyncSession, ctx: RunContext, scene: UUID) -> str:
    node = await StructureService.of(session, scope_of(ctx.run)).scene(scene)
    return str(node.chapter_id)
