"""Talking about a stage: a reply, a table of options, one option out of several, and what no longer fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.worldsmith.answers import Line, Word
from infinite_scribe.agents.worldsmith.material import data_of, keep_answer, request_of, work_of
from infinite_scribe.agents.worldsmith.options_forms import OPINIONS, OPTION, TOKENS, opinions
from infinite_scribe.core.errors import DomainError
from infinite_scribe.genesis.fields import with_value
from infinite_scribe.genesis.rules import Stage, is_filled, value_at
from infinite_scribe.genesis.scoring import scores_of
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.novels.revisions import PART, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.runs.schemas.inputs import RoundInput, RoundResult

CRITERIA = {
    "en": {
        "seed": ("who carries it", "what it can become", "what is hard about it"),
        "theme": ("what it asks", "who it hurts", "what it cannot do"),
        "world": ("where a scene begins", "what it costs to live there", "what is missing"),
        "characters": ("who wants the same thing", "who can hurt whom", "who has nothing to do"),
        "plot": ("how it rises", "what surprises", "how it ends"),
        "details": ("how it sounds", "what it forbids", "where it tires"),
    },
    "zh": {
        "seed": ("谁来扛", "能长成什么", "难在哪里"),
        "theme": ("问的是什么", "疼的是谁", "做不到什么"),
        "world": ("戏从哪里开场", "在那里过日子要付什么", "还缺什么"),
        "characters": ("谁和谁要同一样东西", "谁伤得了谁", "谁没有事做"),
        "plot": ("怎么往上走", "哪里出人意料", "怎么收"),
        "details": ("听起来怎样", "忌什么", "哪里会腻"),
    },
}


class Proposed(BaseModel):
    """A value for a field by its path; a list stands as lines."""

    path: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+|\.\d{1,3})*$", max_length=120)
    value: str | list[str] | int | float = Field(union_mode="left_to_right")
    why: Line | None = None


class Reply(BaseModel):
    text: str = Field(min_length=1, max_length=1_600)
    question: Line | None = None
    patch: list[Proposed] = Field([], max_length=6)


class Row(BaseModel):
    criterion: Word
    cells: list[Line] = Field(min_length=2, max_length=4)


class Comparison(BaseModel):
    rows: list[Row] = Field(min_length=1, max_length=8)
    advice: Line | None = None


class Refit(BaseModel):
    text: str = Field(min_length=1, max_length=1_600)
    patch: list[Proposed] = Field([], max_length=8)


@task("worldsmith.reply")
async def reply(ctx: RunContext, given: RoundInput) -> RoundResult:
    """Answer a message about the stage: text, maybe one question back, maybe values to take."""
    async with ctx.step("reply", title_key="runs.step.reply"):
        work = await work_of(ctx, given)
        draft = work["known"].get(work["stage"], {})
        data = data_of(
            ctx, work, message=work["input"]["message"], draft=draft, before=work["before"], constraints=[]
        )
        request = await request_of(
            ctx, "reply/ask", "reply", data, {"stage": work["stage"], "message": work["input"]["message"]},
            max_tokens=900, output=Reply,
        )  # fmt: skip
        answer: Reply = (await ctx.call("reply/ask", request)).output
        patch = possible(work["stage"], draft, answer.patch)
        await keep_answer(
            ctx, given, {"text": answer.text, "question": answer.question, "patch": patch or None}
        )
    return RoundResult(round=str(given.round))


@task("worldsmith.compare")
async def compare(ctx: RunContext, given: RoundInput) -> RoundResult:
    """Lay options beside one another: one sentence per option and criterion."""
    async with ctx.step("compare", title_key="runs.step.compare"):
        work = await work_of(ctx, given)
        options = work["options"]
        language = str(work["facts"]["language"])
        criteria = list(work["input"].get("criteria") or CRITERIA[language][work["stage"]])
        data = data_of(ctx, work, options=options, criteria=criteria, constraints=[])
        request = await request_of(
            ctx, "compare/ask", "compare", data, {"stage": work["stage"], "criteria": "; ".join(criteria)},
            max_tokens=1_200, output=Comparison,
            check=lambda answer: check_comparison(answer, len(options)),
        )  # fmt: skip
        answer: Comparison = (await ctx.call("compare/ask", request)).output
        table = {**answer.model_dump(), "options": [one["handle"] for one in options]}
        await keep_answer(ctx, given, {"comparison": table})
    return RoundResult(round=str(given.round))


@task("worldsmith.merge")
async def merge(ctx: RunContext, given: RoundInput) -> RoundResult:
    """Make one option out of several; code lists the fields in which they differed."""
    async with ctx.step("merge", title_key="runs.step.merge"):
        work = await work_of(ctx, given)
        stage, parents = str(work["stage"]), work["options"]
        data = data_of(
            ctx, work, options=parents, instruction=work["input"].get("instruction"), constraints=[]
        )
        request = await request_of(
            ctx, "merge/ask", "merge", data, {"stage": stage, "scores": ", ".join(OPINIONS[stage])},
            max_tokens=TOKENS[stage] + 400, output=OPTION[stage],
        )  # fmt: skip
        answer = (await ctx.call("merge/ask", request)).output.model_dump(exclude_none=True)
        body = {"title": answer["title"], **answer["body"]} if stage == "seed" else answer["body"]
        option = {
            **answer, "body": body, "origin": "merged", "parents": list(work["input"]["option_ids"]),
        }  # fmt: skip
        scores = scores_of(option, parents, str(work["facts"]["idea"]), work["wishes"])
        option["scores"] = [*scores, *opinions(stage, answer.get("scores", []))]
        ids = await _record(ctx, stage, option, given)
        await keep_answer(
            ctx, given, {"option_ids": ids, "conflicts": conflicts([one["body"] for one in parents])}
        )
    return RoundResult(round=str(given.round), items=[{"id": ids[0], "title": option["title"]}])


@task("worldsmith.refresh")
async def refresh(ctx: RunContext, given: RoundInput) -> RoundResult:
    """Say what of a stale stage no longer fits; when all of it does, the stage is stale no longer."""
    async with ctx.step("refresh", title_key="runs.step.refresh"):
        work = await work_of(ctx, given)
        draft = work["known"].get(work["stage"], {})
        data = data_of(
            ctx, work, draft=draft, because=work["stale_because"] or "", constraints=[],
            instruction=work["input"].get("instruction"),
        )  # fmt: skip
        request = await request_of(
            ctx, "refresh/ask", "refresh", data, {"stage": work["stage"]}, max_tokens=1_400, output=Refit
        )
        answer: Refit = (await ctx.call("refresh/ask", request)).output
        patch = possible(work["stage"], draft, answer.patch)
        if not patch:
            await ctx.write("refresh/fits", lambda session: _fits(session, ctx, Stage(work["stage"])))
        await keep_answer(ctx, given, {"text": answer.text, "patch": patch})
    return RoundResult(round=str(given.round))


def possible(stage: str, draft: Mapping[str, Any], proposed: Sequence[Proposed]) -> list[dict[str, Any]]:
    """Return the proposals that the stage can take; a path that it does not have is dropped."""
    found = []
    for one in proposed:
        try:
            after = with_value(Stage(stage), draft, one.path, one.value)
        except DomainError:
            continue
        if value_at(after, one.path) != value_at(draft, one.path):
            found.append({"path": one.path, "value": one.value, "evidence": one.why})
    return found


def check_comparison(answer: Comparison, count: int) -> list[str]:
    """Return what is wrong with a table: a row without a cell for each option."""
    return [
        f"the row {row.criterion} has {len(row.cells)} cells for {count} options"
        for row in answer.rows
        if len(row.cells) != count
    ]


def conflicts(bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the fields in which the merged options say different things, each with what they say."""
    paths = list(dict.fromkeys(path for body in bodies for path in _scalars(body)))
    found = []
    for path in paths:
        values = [value for body in bodies if is_filled(value := value_at(body, path))]
        if len(values) > 1 and any(value != values[0] for value in values):
            found.append({"path": path, "values": list(dict.fromkeys(map(str, values)))})
    return found[:20]


def _scalars(body: Mapping[str, Any], before: str = "") -> list[str]:
    paths: list[str] = []
    for name, value in body.items():
        if isinstance(value, Mapping):
            paths += _scalars(value, f"{before}{name}.")
        elif isinstance(value, str):
            paths.append(f"{before}{name}")
    return paths


async def _record(ctx: RunContext, stage: str, option: Mapping[str, Any], given: RoundInput) -> list[str]:
    async def keep(session: AsyncSession) -> dict[str, Any]:
        ids = await GenesisService.of(session, scope_of(ctx.run)).record_options(
            Stage(stage), [option], round_id=given.round
        )
        return {"ids": [str(one) for one in ids]}

    return list((await ctx.write("merge/keep", keep))["ids"])


async def _fits(session: AsyncSession, ctx: RunContext, stage: Stage) -> dict[str, Any]:
    scope = scope_of(ctx.run)
    stages = GenesisService.of(session, scope)
    async with Revisions.of(session, scope).open(RevisionKind.GENESIS, run_id=ctx.run.root_id) as revision:
        held = await stages.row(stage)
        if held is not None and held.stale_because is not None:
            await stages.write_stage(revision, stage, held.draft, chapters=await stages.chapters())
            revision.summary[PART] = str(ctx.run.id)
    return {"fits": True}
