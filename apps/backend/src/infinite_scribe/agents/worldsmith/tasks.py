"""The worldsmith's tasks: options for the seed of a book, and what the later stages still lack."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import freeze_genesis, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.light import LightContext, LightEvent
from infinite_scribe.agents.runtime.novel_facts import novel_facts, scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import light, task
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.agents.worldsmith import gates
from infinite_scribe.agents.worldsmith.answers import (
    STAGE_ANSWERS,
    CharactersAnswer,
    OptionsAnswer,
    PlotAnswer,
    SparksAnswer,
    WorldAnswer,
)
from infinite_scribe.agents.worldsmith.seed_paths import draw_paths
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.novels.revisions import PART, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.runs.schemas.inputs import (
    CompleteInput,
    OptionsInput,
    OptionsResult,
    SparksInput,
    StageResult,
)

OPTION_TOKENS = 300
ANY_TONE = {"en": "open", "zh": "不限"}


@task("worldsmith.options")
async def options(ctx: RunContext, given: OptionsInput) -> OptionsResult:
    """Offer ways the book could go, the best first by figures that code computes."""
    async with ctx.step("options", title_key="runs.step.options"):
        facts = await ctx.read("options/facts", lambda session: novel_facts(session, ctx.run))
        language = facts["language"]
        idea = given.idea or facts["idea"]
        paths = draw_paths(language, given.count, ctx.run.seed)
        prompt = load_prompt("worldsmith", "options", language)
        data = {
            "task": "worldsmith.options", "language": language, "seed": ctx.run.seed, "stage": given.stage,
            "idea": idea, "count": given.count, "seed_paths": paths, "length": facts["length"],
            "pov": given.pov or facts["pov"], "tone": given.tone or facts["tone"],
            "constraints": [*given.constraints, *([given.instruction] if given.instruction else [])],
        }  # fmt: skip
        frozen = await ctx.material("options/briefing", lambda session: freeze_genesis(session, ctx, data))
        request = ModelRequest(
            messages=prompt.messages({"briefing": frozen["text"], "count": given.count}),
            max_tokens=OPTION_TOKENS * given.count + 200,
            data=frozen["data"],
            manifest=parts_of(frozen["manifest"]),
            receipt=frozen["manifest"],
            output=OptionsAnswer,
            check=lambda answer: gates.check_options(answer, given.count),
            prompt_name=prompt.name,
            prompt_version=prompt.version,
        )
        answer = (await ctx.call("options/ask", request)).output
        ranked = rank(answer, idea, paths)

        async def keep(session: AsyncSession) -> dict[str, Any]:
            ids = await GenesisService.of(session, scope_of(ctx.run)).record_options(
                Stage(given.stage), ranked
            )
            return {"ids": [str(one) for one in ids]}

        kept = await ctx.write("options/keep", keep)
    return OptionsResult(
        items=[{**option, "id": found} for option, found in zip(ranked, kept["ids"], strict=True)]
    )


def rank(answer: OptionsAnswer, idea: str, paths: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return options with code's scores, best first: by fit, then by distinctness, then as they came."""
    wanted = keywords(idea)
    found = []
    for number, option in enumerate(answer.options):
        scores = [
            {"name": "fit", "value": round(10 * gates.fit(option, wanted), 1), "basis": "code"},
            {
                "name": "distinctness",
                "value": round(10 * gates.distinctness(option, answer.options), 1),
                "basis": "code",
            },
            {
                "name": "canary",
                "value": float(len(gates.overused(option.model_dump_json()))),
                "basis": "code",
            },
        ]
        body = {"title": option.title, **option.body.model_dump(exclude_none=True)}
        path = (
            option.body.path.model_dump()
            if option.body.path
            else (paths[number] if number < len(paths) else {})
        )
        found.append(
            {
                "title": option.title, "body": body, "gains": option.gains, "costs": option.costs,
                "scores": scores, "seed_path": path,
            }
        )  # fmt: skip
    return sorted(found, key=_standing)


def _standing(option: dict[str, Any]) -> tuple[float, ...]:
    """Fewest overused names first, then by fit, then by distinctness."""
    value = {score["name"]: score["value"] for score in option["scores"]}
    return (value["canary"], -value["fit"], -value["distinctness"])


def keywords(idea: str) -> list[str]:
    """Return the telling words of an idea: long Latin words and pairs of Chinese characters."""
    latin = re.findall(r"[A-Za-z]{5,}", idea.casefold())
    han = re.findall(r"[\u3400-\u9fff]{2,}", idea)
    pairs = [run[n : n + 2] for run in han for n in range(0, len(run) - 1, 2)]
    return list(dict.fromkeys([*latin, *pairs]))[:24]


@task("worldsmith.complete")
async def complete(ctx: RunContext, given: CompleteInput) -> StageResult:
    """Fill what a stage lacks; what is decided stays."""
    async with ctx.step(f"complete-{given.stage}", title_key=f"runs.step.{given.stage}"):
        facts = await ctx.read("complete/facts", lambda session: novel_facts(session, ctx.run))
        known = given.known
        if known is None:
            known = await ctx.read("complete/known", lambda session: decided(session, ctx))
        content = await _ask(ctx, given, facts, known)
        if given.known is None:
            await ctx.write("complete/keep", lambda session: _fill(session, ctx, given.stage, content))
    return StageResult(stage=given.stage, content=content)


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
    scope = scope_of(ctx.run)
    genesis = GenesisService.of(session, scope)
    held = next(row for row in await genesis.stages() if row.stage == stage)
    merged = {**content, **{name: value for name, value in held.draft.items() if value}}
    async with Revisions.of(session, scope).open(RevisionKind.GENESIS, run_id=ctx.run.root_id) as revision:
        status = await genesis.write_stage(revision, Stage(stage), merged, picked_by="auto")
        revision.summary[PART] = str(ctx.run.id)
    return {"status": status.value}


@light("worldsmith.sparks")
async def sparks(ctx: LightContext, given: SparksInput) -> AsyncIterator[LightEvent]:
    """Answer with a handful of seeds that have nothing in common."""
    prompt = load_prompt("worldsmith", "sparks", ctx.language)
    request = ModelRequest(
        messages=prompt.messages({"genre": given.genre or ANY_TONE[ctx.language], "count": given.count}),
        max_tokens=120 * given.count,
        data={
            "task": "worldsmith.sparks",
            "language": ctx.language,
            "seed": ctx.seed,
            "genre": given.genre,
            "count": given.count,
        },
        output=SparksAnswer,
        prompt_name=prompt.name,
        prompt_version=prompt.version,
    )
    async for event in ctx.ask(request):
        yield event
