"""Completing a stage: part by part what it lacks, and never a word over what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import freeze_genesis, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import novel_facts, scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.agents.worldsmith import gates
from infinite_scribe.agents.worldsmith.answers import (
    STAGE_ANSWERS,
    CharactersAnswer,
    PlotAnswer,
    WorldAnswer,
)
from infinite_scribe.agents.worldsmith.material import data_of, request_of, work_of
from infinite_scribe.agents.worldsmith.parts import PARTS, Part, check_part
from infinite_scribe.genesis.conversation import Conversation
from infinite_scribe.genesis.errors import RoundNotFoundError
from infinite_scribe.genesis.fields import filled_in
from infinite_scribe.genesis.rules import Stage, StageLevel, Status, is_whole, missing_content
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.novels.revisions import PART, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.runs.schemas.inputs import CompleteInput, StageResult

FULL_SHEETS = 3


@task("worldsmith.complete")
async def complete(ctx: RunContext, given: CompleteInput) -> StageResult:
    """Fill what a stage lacks; what is decided stays."""
    if given.round is not None:
        return await _complete_round(ctx, given)
    if given.stage not in STAGE_ANSWERS:
        raise RoundNotFoundError("This stage is completed in its conversation.")
    async with ctx.step(f"complete-{given.stage}", title_key=f"runs.step.{given.stage}"):
        facts = await ctx.read("complete/facts", lambda session: novel_facts(session, ctx.run))
        known = given.known
        if known is None:
            known = await ctx.read("complete/known", lambda session: decided(session, ctx))
        content = await _ask(ctx, given, facts, known)
        if given.known is None:
            await ctx.write("complete/keep", lambda session: _fill(session, ctx, given.stage, content))
    return StageResult(stage=given.stage, content=content)


async def _complete_round(ctx: RunContext, given: CompleteInput) -> StageResult:
    """Answer *complete the rest*: each lacking part is a call of its own, told what the parts before it brought."""
    stage = Stage(given.stage)
    async with ctx.step(f"complete-{stage.value}", title_key=f"runs.step.{stage.value}"):
        work = await work_of(ctx, given)
        wanted = list(work["input"].get("fields") or [])
        known = {**work["known"]}
        for part in PARTS[stage.value]:
            missing = missing_content(
                stage, StageLevel.FULL, known.get(stage.value, {}), chapters=int(work["chapters"])
            )
            lacking = [vars(one) for one in missing if not wanted or _is_wanted(one.field, wanted)]
            if not part.is_lacking(lacking):
                continue
            for who in _people(part, known):
                held = known.get(stage.value, {})
                answer = await _part(ctx, {**work, "known": known}, part, lacking, who)
                known[stage.value], _ = filled_in(stage, held, answer)
        return await _keep_round(ctx, given, work, known.get(stage.value, {}))


def _is_wanted(field: str, wanted: Sequence[str]) -> bool:
    return any(field == one or field.startswith((f"{one}.", f"{one}[")) for one in wanted)


def _people(part: Part, known: Mapping[str, Any]) -> list[str | None]:
    """Return whom a part is asked for: nobody, or the people whose sheets are to be full."""
    if part.each is None:
        return [None]
    cast = (known.get("characters") or {}).get("cast") or []
    main = sorted(cast, key=lambda one: one.get("role") not in gates.MAIN)
    return [str(one["name"]) for one in main[:FULL_SHEETS] if not is_whole(one)]


async def _part(
    ctx: RunContext,
    work: Mapping[str, Any],
    part: Part,
    lacking: Sequence[Mapping[str, Any]],
    who: str | None,
) -> dict[str, Any]:
    number = "" if who is None else f"-{_index(work, who)}"
    step = f"complete/{part.name}{number}"
    missing = [{"field": str(one["field"]), "need": str(one["need"])} for one in lacking]
    data = data_of(
        ctx, work, part=part.name, person=who, missing=missing, constraints=[],
        instruction=work["input"].get("instruction"),
    )  # fmt: skip
    request = await request_of(
        ctx, step, "part", data, {"stage": work["stage"], "part": part.name, "person": who or "–"},
        max_tokens=part.tokens + 400, output=part.form,
        check=lambda answer: check_part(answer, work["known"]),
    )  # fmt: skip
    found: dict[str, Any] = (await ctx.call(step, request)).output.model_dump(exclude_none=True)
    if part.each is not None and who is not None:
        role = next(
            (one.get("role") for one in work["known"]["characters"]["cast"] if one["name"] == who), "minor"
        )
        return {"cast": [{"role": role, **found, "name": who}]}
    return found


def _index(work: Mapping[str, Any], who: str) -> int:
    cast = (work["known"].get("characters") or {}).get("cast") or []
    return next((at for at, one in enumerate(cast) if one.get("name") == who), 0)


async def _keep_round(
    ctx: RunContext, given: CompleteInput, work: Mapping[str, Any], content: Mapping[str, Any]
) -> StageResult:
    stage = Stage(given.stage)

    async def keep(session: AsyncSession) -> dict[str, Any]:
        filled = await fill(session, ctx, stage, content, chapters=int(work["chapters"]))
        if given.round is not None:
            await Conversation.of(session, scope_of(ctx.run)).answer(given.round, {"filled": filled})
        return {"filled": len(filled)}

    await ctx.write("complete/keep", keep)
    return StageResult(stage=stage.value, content=dict(content))


async def fill(
    session: AsyncSession,
    ctx: RunContext,
    stage: Stage,
    content: Mapping[str, Any],
    *,
    chapters: int | None = None,
) -> list[str]:
    """Write into a stage what its draft lacks *now*, and say by whom; return the paths that were filled."""
    scope = scope_of(ctx.run)
    genesis = GenesisService.of(session, scope)
    async with Revisions.of(session, scope).open(RevisionKind.GENESIS, run_id=ctx.run.root_id) as revision:
        held = await genesis.row(stage)
        if held is not None and held.status == Status.LOCKED:
            return []  # the author has locked it meanwhile
        draft, filled = filled_in(stage, held.draft if held else {}, content)
        if filled:
            origin = {"by": "worldsmith", "run_id": str(ctx.run.id)}
            provenance = {**(held.provenance if held else {}), **dict.fromkeys(filled, origin)}
            picked_by = held.picked_by if held and held.picked_by else "auto"
            await genesis.write_stage(
                revision, stage, draft, chapters=chapters, picked_by=picked_by, provenance=provenance
            )
            revision.summary[PART] = str(ctx.run.id)
    return filled


async def _ask(
    ctx: RunContext, given: CompleteInput, facts: dict[str, Any], known: dict[str, Any]
) -> dict[str, Any]:
    language = facts["language"]
    missing = [dict(item) for item in given.missing]
    prompt = load_prompt("worldsmith", "complete", language)
    chapters = next((int(item["need"]) for item in missing if item.get("field") == "lines"), 10)
    data = {
        "task": "worldsmith.complete", "language": language, "seed": ctx.run.seed, "stage": given.stage,
        "missing": missing, "idea": facts["idea"], "tone": facts["tone"], "pov": facts["pov"], "chapters": chapters,
        "concept": known.get("seed", {}), "theme": known.get("theme"),
        "places": known.get("world", {}).get("places", []), "rules": known.get("world", {}).get("rules", []),
        "cast": known.get("characters", {}).get("cast", []), "instruction": given.instruction,
    }  # fmt: skip
    frozen = await ctx.material("complete/briefing", lambda session: freeze_genesis(session, ctx, data))
    request = ModelRequest(
        messages=prompt.messages({"briefing": frozen["text"], "stage": given.stage}),
        max_tokens=2_400,
        data=frozen["data"],
        manifest=parts_of(frozen["manifest"]),
        receipt=frozen["manifest"],
        output=STAGE_ANSWERS[given.stage],
        check=lambda answer: faults(answer, chapters),
        prompt_name=prompt.name,
        prompt_version=prompt.version,
    )
    answer = (await ctx.call("complete/ask", request)).output
    content: dict[str, Any] = answer.model_dump(exclude_none=True)
    return content


def faults(answer: BaseModel, chapters: int) -> list[str]:
    """Return what code finds wrong with a stage."""
    if isinstance(answer, WorldAnswer):
        return gates.check_world(answer)
    if isinstance(answer, CharactersAnswer):
        return gates.check_cast(answer)
    if isinstance(answer, PlotAnswer):
        return gates.check_plot(answer, chapters)
    return []


async def decided(session: AsyncSession, ctx: RunContext) -> dict[str, Any]:
    """Return what the stages of the novel hold so far."""
    stages = await GenesisService.of(session, scope_of(ctx.run)).stages()
    return {stage.stage: stage.draft for stage in stages if stage.draft}


async def _fill(
    session: AsyncSession, ctx: RunContext, stage: str, content: dict[str, Any]
) -> dict[str, Any]:
    """Write the answer into the stage's draft; a field that holds something is never touched."""
    return {"filled": len(await fill(session, ctx, Stage(stage), content))}
