"""The beats of a scene, just in time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import (
    BeatsAnswer,
    check_beats,
)
from infinite_scribe.agents.director.errors import PlanBrokenError
from infinite_scribe.agents.runtime.briefings import briefings, frozen, ids_by_handle, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.briefing.service import Asked
from infinite_scribe.canon.service import CanonService
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.plot.rules import Level
from infinite_scribe.plot.schemas import BeatMirror
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.inputs import BeatsInput, TaskResult
from infinite_scribe.structure.service import StructureService


@task("director.beats")
async def beats(ctx: RunContext, given: BeatsInput) -> TaskResult:
    """Break a scene into beats."""
    planned = await plan_beats(ctx, given.scene, given.count, prefix="beats", instruction=given.instruction)
    return TaskResult(items=planned["beats"])


def scene_words(ctx: RunContext) -> int:
    """Return the usual length of a scene: words in English, characters in Chinese."""
    loop = ctx.settings.loop
    return loop.scene_characters if ctx.run.language == "zh" else loop.scene_words


async def plan_beats(
    ctx: RunContext, scene: UUID, count: int, *, prefix: str, instruction: str | None = None
) -> dict[str, Any]:
    """Ask for the beats of a scene, write them into its document and lint the plan; return their texts.

    Raises `PlanBrokenError` when the card or its beats cannot be drafted.
    """
    async with ctx.step(f"{prefix}/beats", title_key="runs.step.beats"):
        steers = await ctx.steers()
        asked = Asked(instruction=instruction, steers=steers)

        async def brief(session: AsyncSession) -> dict[str, Any]:
            card = await PlotService.of(session, scope_of(ctx.run)).card(scene)
            budget = card.word_budget if card is not None and card.word_budget else scene_words(ctx)
            made = await briefings(session, ctx).beats(
                scene, count=count, word_budget=budget, asked=asked, room=ctx.limits.room
            )
            return {**frozen(made, ctx), "data": {**frozen(made, ctx)["data"], "task": "director.beats"}}

        kept = await ctx.material(f"{prefix}/beats/briefing", brief)
        handles = ids_by_handle(kept["manifest"])
        people = {member["handle"] for member in kept["data"]["cast"]} & set(handles)
        budget = kept["data"]["word_budget"]
        prompt = load_prompt("director", "beats", ctx.run.language)
        request = ModelRequest(
            messages=prompt.messages({"briefing": kept["text"], "count": count, "word_budget": budget}),
            max_tokens=220 * count + 200,
            data=kept["data"],
            output=BeatsAnswer,
            check=lambda answer: check_beats(answer, people),
            manifest=parts_of(kept["manifest"]),
            receipt=kept["manifest"],
            prompt_name=prompt.name,
            prompt_version=prompt.version,
            role="director",
        )
        answer: BeatsAnswer = (await ctx.call(f"{prefix}/beats/ask", request)).output
        for number, beat in enumerate(answer.beats):
            await ctx.output(
                "beat", number, {"kind": beat.kind, "text": beat.text, "word_budget": beat.word_budget}
            )
        written = await ctx.write(
            f"{prefix}/beats/write", lambda session: _write_beats(session, ctx, scene, answer, handles)
        )
    if written["faults"]:
        raise PlanBrokenError(faults=written["faults"])
    return {"beats": [beat.text for beat in answer.beats]}


async def _write_beats(
    session: AsyncSession, ctx: RunContext, scene: UUID, answer: BeatsAnswer, handles: dict[str, UUID]
) -> dict[str, Any]:
    """Write beats into the scene, what code knows of them into the plan's mirror, and lint the result."""
    scope = scope_of(ctx.run)
    texts = [beat.text for beat in answer.beats]
    made = await ManuscriptService.of(session, scope).write_beats(scene, texts, run_id=ctx.run.root_id)
    plot = PlotService.of(session, scope)
    mirror = [
        BeatMirror(
            beat_id=held.id,
            kind=beat.kind,
            text=held.text,
            actor_id=handles.get(beat.actor or ""),
            change=beat.change or "",
            subtext=beat.subtext or "",
            word_budget=beat.word_budget,
            covers=held.covers,
        )
        for held, beat in zip(made, answer.beats, strict=False)
    ]
    await plot.mirror_beats(scene, mirror)
    known = {entity.id for entity in (await CanonService.of(session, scope).world()).entities}
    title = (await StructureService.of(session, scope).scene(scene)).title
    report = await plot.lint_scene(scene, title, known)
    return {"faults": [f"{issue.code}: {issue.why}" for issue in report.issues if issue.level is Level.ERROR]}
