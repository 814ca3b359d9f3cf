"""The beats of a scene, just in time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import (
    BeatsAnswer,
    check_beats,
)
from infinite_scribe.agents.director.asking import ask_plan
from infinite_scribe.agents.director.proposing import as_fault
from infinite_scribe.agents.runtime.briefings import briefings, frozen, ids_by_handle, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.repair import repair
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.briefing.service import Asked
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.plot.lint_reading import PlanLinter
from infinite_scribe.plot.rules import BeatFacts
from infinite_scribe.plot.schemas import BeatMirror
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.inputs import BeatsInput, TaskResult

REPAIRS = 2
"""Rounds in which the linter's faults are named back to the director."""
MOST_TURNS = 3
"""How often the author may send the beats of one scene back."""

OF_A_TURN = 1_000
"""Findings of one turn are counted from a multiple of this."""


@task("director.beats")
async def beats(ctx: RunContext, given: BeatsInput) -> TaskResult:
    """Break a scene into beats."""
    planned = await plan_beats(ctx, given.scene, given.count, prefix="beats", instruction=given.instruction)
    return TaskResult(items=planned["beats"], **({"stopped": "plan"} if planned["stopped"] else {}))


def scene_words(ctx: RunContext) -> int:
    """Return the usual length of a scene: words in English, characters in Chinese."""
    loop = ctx.settings.loop
    return loop.scene_characters if ctx.run.language == "zh" else loop.scene_words


async def plan_beats(
    ctx: RunContext,
    scene: UUID,
    count: int,
    *,
    prefix: str,
    instruction: str | None = None,
    agreed: bool = False,
    asks: bool = True,
) -> dict[str, Any]:
    """Ask for the beats of a scene, lint the plan with them, and write them into its document; return their texts.

    Faults are named back to the director, two rounds at most; what is left is the author's to decide: `stopped` says
    that nothing was written. With `agreed` the author knows what is wrong with the card itself. Without `asks` the best
    beats are taken as they are, and what is wrong with them stays shown.
    """
    async with ctx.step(f"{prefix}/beats", title_key="runs.step.beats"):
        for turn in range(1, MOST_TURNS + 2):
            path = f"{prefix}/beats" if turn == 1 else f"{prefix}/beats/again{turn}"
            kept = await _brief(ctx, scene, count, path, instruction)
            answer, faults = await _repaired(ctx, scene, count, kept, path, turn, agreed=agreed)
            if not asks:
                break
            decision = await ask_plan(ctx, faults, path, fresh=False, revise=turn <= MOST_TURNS)
            if decision.id == "accept":
                break
            if decision.id == "stop":
                return {"beats": [], "stopped": True}
            instruction = decision.text or instruction
        for number, beat in enumerate(answer.beats):
            await ctx.output(
                "beat", number, {"kind": beat.kind, "text": beat.text, "word_budget": beat.word_budget}
            )
        handles = ids_by_handle(kept["manifest"])
        await ctx.write(
            f"{prefix}/beats/write", lambda session: _write_beats(session, ctx, scene, answer, handles)
        )
    return {"beats": [beat.text for beat in answer.beats], "stopped": False}


async def _brief(
    ctx: RunContext, scene: UUID, count: int, path: str, instruction: str | None
) -> dict[str, Any]:
    steers = await ctx.steers()
    asked = Asked(instruction=instruction, steers=steers)

    async def brief(session: AsyncSession) -> dict[str, Any]:
        card = await PlotService.of(session, scope_of(ctx.run)).card(scene)
        budget = card.word_budget if card is not None and card.word_budget else scene_words(ctx)
        made = await briefings(session, ctx).beats(
            scene, count=count, word_budget=budget, asked=asked, room=ctx.limits.room
        )
        kept = frozen(made, ctx)
        return {**kept, "data": {**kept["data"], "task": "director.beats"}}

    found: dict[str, Any] = await ctx.material(f"{path}/briefing", brief)
    return found


async def _ask(
    ctx: RunContext,
    count: int,
    kept: dict[str, Any],
    path: str,
    faults: Sequence[str] = (),
    before: BeatsAnswer | None = None,
) -> BeatsAnswer:
    """Ask for beats; with `faults`, for `before` with these put right."""
    people = {member["handle"] for member in kept["data"]["cast"]} & set(ids_by_handle(kept["manifest"]))
    prompt = load_prompt("director", "beats", ctx.run.language)
    given = {"briefing": kept["text"], "count": count, "word_budget": kept["data"]["word_budget"]}
    messages, data = prompt.messages(given), kept["data"]
    if before is not None:
        said = before.model_dump_json(exclude_none=True)
        messages += [Message(role="assistant", text=said), repair(ctx.run.language, list(faults))]
        data = {
            **data,
            "faults": list(faults),
            "beats": [one.model_dump(mode="json") for one in before.beats],
        }
    request = ModelRequest(
        messages=messages,
        max_tokens=220 * count + 200,
        data=data,
        output=BeatsAnswer,
        check=lambda answer: check_beats(answer, people),
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="director",
    )
    answer: BeatsAnswer = (await ctx.call(path, request)).output
    return answer


async def _repaired(
    ctx: RunContext, scene: UUID, count: int, kept: dict[str, Any], path: str, turn: int, *, agreed: bool
) -> tuple[BeatsAnswer, list[dict[str, Any]]]:
    """Ask for beats and lint them before they are written; return them as good as two rounds made them."""
    language = "zh" if ctx.run.language == "zh" else "en"
    handles = ids_by_handle(kept["manifest"])
    answer = await _ask(ctx, count, kept, f"{path}/ask")
    tried: list[tuple[int, BeatsAnswer, list[dict[str, Any]]]] = []
    for attempt in range(REPAIRS + 1):
        faults: list[dict[str, Any]] = await ctx.read(
            f"{path}/lint{attempt + 1}",
            partial(_lint, ctx=ctx, scene=scene, answer=answer, handles=handles, agreed=agreed),
        )
        for number, fault in enumerate(faults):
            place = (turn - 1) * OF_A_TURN + attempt * 100 + number
            await ctx.output("finding", place, {**fault, "round": attempt})
        tried.append((len(faults), answer, faults))
        if not faults or attempt == REPAIRS:
            break
        said = [f"{fault['rule']}: {fault['why'][language]}" for fault in faults]
        answer = await _ask(ctx, count, kept, f"{path}/repair{attempt + 1}", said, answer)
    _, best, left = min(reversed(tried), key=lambda one: one[0])
    return best, left


async def _lint(
    session: AsyncSession,
    *,
    ctx: RunContext,
    scene: UUID,
    answer: BeatsAnswer,
    handles: dict[str, UUID],
    agreed: bool,
) -> list[dict[str, Any]]:
    """Return the errors that a scene would have with these beats, as findings are shown."""
    beats = [
        BeatFacts(f"b{number}", beat.kind, beat.text, handles.get(beat.actor or ""))
        for number, beat in enumerate(answer.beats, start=1)
    ]
    linter = PlanLinter.of(session, scope_of(ctx.run))
    return [
        {**as_fault(one), "scope": "beats"} for one in await linter.with_beats(scene, beats, agreed=agreed)
    ]


async def _write_beats(
    session: AsyncSession, ctx: RunContext, scene: UUID, answer: BeatsAnswer, handles: dict[str, UUID]
) -> dict[str, Any]:
    """Write beats into the scene, and what code knows of them into the plan's mirror."""
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
    return {"beats": len(mirror)}
