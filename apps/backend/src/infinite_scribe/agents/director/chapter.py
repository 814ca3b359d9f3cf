"""Writing a chapter: cards where they are missing, then scene by scene beats, draft, check and learning."""

from __future__ import annotations

import contextlib
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.errors import ChapterWrittenError
from infinite_scribe.agents.director.planning import plan_beats, plan_cards
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.errors import RunAlreadyActiveError
from infinite_scribe.runs.schemas.inputs import ChapterInput, TaskResult
from infinite_scribe.structure.service import StructureService

BEATS = 5


@task("director.write_chapter")
async def write_chapter(ctx: RunContext, given: ChapterInput) -> TaskResult:
    """Plan what is not planned and write what is not written, in reading order."""
    if await ctx.read("chapter/state", lambda session: needs_cards(session, ctx, given.chapter)):
        await plan_cards(ctx, given.chapter, ctx.settings.loop.scenes_per_chapter, prefix="cards")
    empty = await ctx.read("chapter/scenes", lambda session: empty_scenes(session, ctx, given.chapter))
    if not empty:
        raise ChapterWrittenError
    results = []
    for number, found in enumerate(empty, start=1):
        scene = UUID(found["scene"])
        if not found["beats"]:
            await plan_beats(ctx, scene, BEATS, prefix=f"scene{number}")
        results.append(
            await draft_and_check(
                ctx, given.chapter, [scene], prefix=f"scene{number}", learn=number < len(empty)
            )
        )
    return TaskResult(
        words=sum(result.words for result in results),
        versions=[version for result in results for version in result.versions],
        proposals=[proposal for result in results for proposal in result.proposals],
        revision=results[-1].revision,
    )


async def needs_cards(session: AsyncSession, ctx: RunContext, chapter_id: UUID) -> bool:
    """Return whether the chapter still has to be planned: no scene of it has a card or text."""
    scope = scope_of(ctx.run)
    chapter = await StructureService.of(session, scope).chapter(chapter_id)
    ids = [scene.id for scene in chapter.scenes]
    cards = await PlotService.of(session, scope).cards()
    states = await ManuscriptService.of(session, scope).scenes(ids)
    return not any(scene in cards for scene in ids) and all(state.is_empty for state in states)


async def empty_scenes(session: AsyncSession, ctx: RunContext, chapter_id: UUID) -> list[dict[str, Any]]:
    """Return the scenes of a chapter that have no prose yet, in reading order, and whether they have beats."""
    scope = scope_of(ctx.run)
    chapter = await StructureService.of(session, scope).chapter(chapter_id)
    states = await ManuscriptService.of(session, scope).scenes([scene.id for scene in chapter.scenes])
    return [{"scene": str(state.scene_id), "beats": bool(state.beats)} for state in states if state.is_empty]


async def draft_and_check(
    ctx: RunContext, chapter_id: UUID, scenes: list[UUID], *, prefix: str, learn: bool = False
) -> TaskResult:
    """Let the writer draft, the editor compare with the plan, and (before a next scene) the librarian read."""
    if len(scenes) == 1:
        draft = await ctx.child(f"{prefix}/draft", "writer.draft_scene", {"scene": str(scenes[0])})
    else:
        draft = await ctx.child(f"{prefix}/draft", "writer.draft_chapter", {"chapter": str(chapter_id)})
    for number, scene in enumerate(scenes, start=1):
        await ctx.child(f"{prefix}/realise{number}", "editor.realise", {"scene": str(scene)})
        if learn and draft["versions"]:
            await _learn(ctx, scene, f"{prefix}/learn{number}")
    return TaskResult(
        words=draft["words"],
        versions=draft["versions"],
        proposals=draft["proposals"],
        revision=draft["revision"],
    )


async def _learn(ctx: RunContext, scene: UUID, path: str) -> None:
    """Wait until the librarian has read a scene, so that the next briefing knows it.

    The outbox may have asked the librarian already; one reading is enough, and the next scene does not fail for it.
    """
    with contextlib.suppress(RunAlreadyActiveError):
        await ctx.child(path, "librarian.learn", {"scene": str(scene)})
