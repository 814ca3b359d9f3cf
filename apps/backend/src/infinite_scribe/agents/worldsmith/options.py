"""Options: clearly different ways a stage could go, scored by code, the too-alike replaced once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import freeze_genesis, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import novel_facts, scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.agents.worldsmith import gates
from infinite_scribe.agents.worldsmith.answers import OptionsAnswer
from infinite_scribe.agents.worldsmith.material import data_of, keep_answer, request_of, work_of
from infinite_scribe.agents.worldsmith.options_forms import OPINIONS, OPTION, TOKENS, opinions
from infinite_scribe.agents.worldsmith.seed_paths import draw_paths
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.scoring import LEAST_DISTINCT, distinctness, scores_of, standing
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.runs.schemas.inputs import OptionsInput, OptionsResult

OPTION_TOKENS = 300
_PATHS = 8
"""Paths drawn for one set: those that are asked for, and more for options that have to be replaced."""


@task("worldsmith.options")
async def options(ctx: RunContext, given: OptionsInput) -> OptionsResult:
    """Offer ways a stage could go, the best first by figures that code computes."""
    if given.round is None and given.stage == "seed":
        return await _seeds_of_a_quick_start(ctx, given)
    async with ctx.step("options", title_key="runs.step.options"):
        work = await work_of(ctx, given)
        asked = work["input"]
        made = await _made(ctx, work, int(asked["count"]))
        kept = [dict(card) for card in work["options"]]
        ids = await _keep(ctx, given.stage, made, given)
        wanted = [*asked.get("keep", []), *ids]
        await keep_answer(ctx, given, {"option_ids": wanted})
    return OptionsResult(items=[{**option, "id": one} for option, one in zip(made, ids, strict=True)] + kept)


async def _made(ctx: RunContext, work: Mapping[str, Any], count: int) -> list[dict[str, Any]]:
    """Ask for one option at a time, each told what stands already, and replace what says the same again."""
    stage, idea = str(work["stage"]), str(work["facts"]["idea"])
    paths = draw_paths(str(work["facts"]["language"]), _PATHS, ctx.run.seed)
    siblings = [dict(card) for card in work["options"]]
    made: list[dict[str, Any]] = []
    for number in range(count):
        one = await _one(ctx, work, number, paths[number], [*siblings, *made])
        if distinctness(one, [*siblings, *made]) < LEAST_DISTINCT:
            again = paths[count + number % (len(paths) - count)]
            one = await _one(ctx, work, number, again, [*siblings, *made], suffix="again")
        made.append(one)
        await ctx.output(
            "premise", number, {"title": one["title"], "logline": one["body"].get("logline", "")}
        )
    found = []
    for one in made:
        scores = scores_of(one, [*siblings, *made], idea, work["wishes"])
        found.append({**one, "scores": [*scores, *opinions(stage, one["scores"])]})
    return sorted(found, key=standing)


async def _one(
    ctx: RunContext,
    work: Mapping[str, Any],
    number: int,
    path: Mapping[str, str],
    others: Sequence[Mapping[str, Any]],
    *,
    suffix: str = "ask",
) -> dict[str, Any]:
    stage = str(work["stage"])
    step = f"options/{number}/{suffix}"
    data = data_of(
        ctx, work, count=1, number=number, seed_paths=[dict(path)], part=suffix,
        constraints=[work["input"]["instruction"]] if work["input"].get("instruction") else [],
        others=[str(one["title"]) for one in others][-8:],
    )  # fmt: skip
    request = await request_of(
        ctx, step, "option", data, {"stage": stage, "scores": ", ".join(OPINIONS[stage])},
        max_tokens=TOKENS[stage] + 200, output=OPTION[stage],
    )  # fmt: skip
    answer = (await ctx.call(step, request)).output.model_dump(exclude_none=True)
    body = {"title": answer["title"], **answer["body"]} if stage == "seed" else answer["body"]
    if stage == "seed":
        body.setdefault("path", dict(path))
    return {
        "title": answer["title"], "body": body, "gains": answer["gains"], "costs": answer["costs"],
        "scores": answer.get("scores", []), "seed_path": dict(path),
    }  # fmt: skip


async def _keep(
    ctx: RunContext, stage: str, made: Sequence[Mapping[str, Any]], given: OptionsInput
) -> list[str]:
    async def keep(session: AsyncSession) -> dict[str, Any]:
        ids = await GenesisService.of(session, scope_of(ctx.run)).record_options(
            Stage(stage), made, round_id=given.round
        )
        return {"ids": [str(one) for one in ids]}

    return list((await ctx.write("options/keep", keep))["ids"])


async def _seeds_of_a_quick_start(ctx: RunContext, given: OptionsInput) -> OptionsResult:
    """Answer without a conversation: premises in one call, of which a quick start takes the best."""
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
        ids = await _keep(ctx, given.stage, ranked, given)
    return OptionsResult(items=[{**option, "id": found} for option, found in zip(ranked, ids, strict=True)])


def rank(answer: OptionsAnswer, idea: str, paths: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return premises with code's scores, best first: fewest overused names, then by fit, then by distinctness."""
    made = []
    for number, option in enumerate(answer.options):
        drawn = dict(paths[number]) if number < len(paths) else {}
        body = {"title": option.title, **option.body.model_dump(exclude_none=True)}
        path = option.body.path.model_dump() if option.body.path else drawn
        made.append(
            {
                "title": option.title,
                "body": body,
                "gains": option.gains,
                "costs": option.costs,
                "seed_path": path,
            }
        )
    return sorted(({**one, "scores": scores_of(one, made, idea, [])} for one in made), key=standing)
