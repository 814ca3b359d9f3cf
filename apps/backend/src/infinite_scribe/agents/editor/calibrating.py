"""Trying a model as a judge: on texts and sentences of which the worse side is known, each pair in both orders.

What it shows is kept with its date in the model's profile; by that the studio lets it pick between drafts, or only advise.
An answer that cannot be read counts as a wrong one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.editor.answers import JudgeAnswer, PairsAnswer
from infinite_scribe.agents.editor.choosing import ask_both_orders, orders_of
from infinite_scribe.agents.editor.errors import NoModelToTryError, NotYoursToTryError
from infinite_scribe.agents.editor.pairing import ask_pairs
from infinite_scribe.agents.editor.spoiling import LOWERS, SPOILT, Sentences, Trials, trials_in
from infinite_scribe.agents.runtime.briefings import close_reading, frozen, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.providers.judges import JudgeService
from infinite_scribe.providers.judging import VERSION, trusted
from infinite_scribe.providers.service import EndpointService
from infinite_scribe.runs.errors import BadAnswerError
from infinite_scribe.runs.schemas.inputs import CalibrateInput, CalibrateResult

PER_CALL = 6


@dataclass
class Shown:
    """How a judge did in one kind of trial."""

    pairs: int = 0
    right: int = 0
    flips: int = 0

    def add(self, *, right: bool, flip: bool = False) -> None:
        self.pairs += 1
        self.right += right
        self.flips += flip


@task("editor.calibrate")
async def calibrate(ctx: RunContext, given: CalibrateInput) -> CalibrateResult:  # noqa: ARG001 - the run names the model
    """Try the model that the run names, in the language of the book, and keep how it did."""
    named = ctx.run.model_override or {}
    if not named.get("endpoint_id") or not named.get("model"):
        raise NoModelToTryError
    endpoint, model = UUID(str(named["endpoint_id"])), str(named["model"])

    async def is_mine(session: AsyncSession) -> bool:
        found = await EndpointService.of(session, ctx.run.user_id).facts(endpoint)
        return found.user_id == ctx.run.user_id == ctx.run.payer_id

    if not await ctx.read("calibrate/mine", is_mine):
        raise NotYoursToTryError
    trials = trials_in(ctx.run.language)
    async with ctx.step("calibrate", title_key="runs.step.calibrate"):
        shown = {
            "choice": await _choices(ctx, trials),
            "clash": await _clashes(ctx, trials),
            "marks": await _marks(ctx, trials),
        }
        figures: dict[str, Any] = {"version": VERSION, **{kind: asdict(one) for kind, one in shown.items()}}

        async def keep(session: AsyncSession) -> bool:
            judges = JudgeService.of(session, ctx.run.user_id)
            await judges.keep(endpoint, model, ctx.run.language, figures)
            return True

        await ctx.write("calibrate/keep", keep)
    return CalibrateResult(
        model=model,
        language=trials.code,
        figures={kind: asdict(one) for kind, one in shown.items()},
        trusted=list(trusted(figures)),
    )


async def _choices(ctx: RunContext, trials: Trials) -> Shown:
    """Show each text beside each of its spoilt forms; the whole one has to be picked in both orders."""
    shown = Shown()
    for number, one in enumerate(trials.texts, start=1):
        for way, spoil in SPOILT.items():
            texts = {"card": dict(one.card), "first": one.text, "second": spoil(one, trials.code)}
            try:
                answers = await ask_both_orders(ctx, texts, f"choice/{number}/{way}", optional=True)
            except BadAnswerError:
                shown.add(right=False)
                continue
            said = orders_of([answer.output for answer in answers])
            shown.add(right=said == ["first", "first"], flip=said[0] != said[1])
    return shown


async def _clashes(ctx: RunContext, trials: Trials) -> Shown:
    """Show pairs of sentences, then each with its sides changed; those at odds have to be found, and no others."""
    shown, pairs = Shown(), trials.sentences
    for start in range(0, len(pairs), PER_CALL):
        some, path = pairs[start : start + PER_CALL], f"clash/{start // PER_CALL + 1}"
        rows = [{"pair": f"Q{n}", "a": one.a, "b": one.b} for n, one in enumerate(some, start=1)]
        swapped = [{**row, "a": row["b"], "b": row["a"]} for row in rows]
        first, second = await _found(ctx, rows, path), await _found(ctx, swapped, f"{path}/swapped")
        _count(shown, some, first, second)
    return shown


def _count(shown: Shown, pairs: Sequence[Sentences], first: dict[str, bool], second: dict[str, bool]) -> None:
    for number, one in enumerate(pairs, start=1):
        said, again = first.get(f"Q{number}"), second.get(f"Q{number}")
        shown.add(right=said == again == one.clash, flip=said != again)


async def _found(ctx: RunContext, rows: Sequence[dict[str, Any]], path: str) -> dict[str, bool]:
    try:
        answer: PairsAnswer = (await ask_pairs(ctx, rows, path, optional=True)).output
    except BadAnswerError:
        return {}
    return {one.pair: one.verdict == "contradicts" for one in answer.verdicts}


async def _marks(ctx: RunContext, trials: Trials) -> Shown:
    """Have each text marked, and its spoilt forms; what was spoilt has to get a lower mark in its criterion."""
    shown = Shown()
    criteria = sorted(set(LOWERS.values()))
    for number, one in enumerate(trials.texts, start=1):
        whole = await _marked(ctx, trials, one.text, criteria, f"marks/{number}/whole")
        for way, criterion in LOWERS.items():
            text = SPOILT[way](one, trials.code)
            spoilt = await _marked(ctx, trials, text, criteria, f"marks/{number}/{way}")
            right = criterion in whole and criterion in spoilt and spoilt[criterion] < whole[criterion]
            shown.add(right=right)
    return shown


async def _marked(
    ctx: RunContext, trials: Trials, text: str, criteria: Sequence[str], path: str
) -> dict[str, int]:
    paragraphs = language_rules(trials.code).paragraphs(text)

    async def brief(session: AsyncSession) -> dict[str, Any]:
        data = {"criteria": list(criteria), "paragraphs": paragraphs}
        kept = frozen(await close_reading(session, ctx).plain("reading", data, room=ctx.limits.room), ctx)
        return {**kept, "data": {**kept["data"], "task": "editor.judge"}}

    kept = await ctx.material(f"{path}/briefing", brief)
    prompt = load_prompt("editor", "judge", ctx.run.language)
    request = ModelRequest(
        messages=prompt.messages({"briefing": kept["text"]}),
        max_tokens=200 * len(criteria) + 200,
        data=kept["data"],
        output=JudgeAnswer,
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="editor",
        optional=True,
    )
    try:
        answer: JudgeAnswer = (await ctx.call(f"{path}/ask", request)).output
    except BadAnswerError:
        return {}
    return {mark.criterion: mark.score for mark in answer.marks}
