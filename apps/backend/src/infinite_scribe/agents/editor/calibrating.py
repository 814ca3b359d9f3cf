"""Trying a model as a judge: on texts and sentences of which the worse side is known, each pair in both orders.

What it shows is kept with its date in the model's profile, for the wording in which it was asked; by that the studio lets
it pick between drafts, or only advise. An answer that cannot be read counts as a wrong one. The longest questions come
first: a model that cannot read them is told to be too small before anything is paid for, and tried in the other kinds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.editor.answers import JudgeAnswer, PairsAnswer
from infinite_scribe.agents.editor.asking import Judgement, TooSmallError, ask_judge
from infinite_scribe.agents.editor.choosing import ask_both_orders, orders_of
from infinite_scribe.agents.editor.errors import NoModelToTryError, NotYoursToTryError
from infinite_scribe.agents.editor.pairing import ask_pairs
from infinite_scribe.agents.editor.spoiling import LOWERS, SPOILT, Sentences, Trials, trials_in
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.judges import judge_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.prompts.judges import wording_of
from infinite_scribe.providers.judges import JudgeService
from infinite_scribe.providers.judging import KINDS, VERSION, Trial, trusted
from infinite_scribe.providers.service import EndpointService
from infinite_scribe.runs.errors import BadAnswerError
from infinite_scribe.runs.schemas.inputs import CalibrateInput, CalibrateResult

PER_CALL = 6


@dataclass
class Shown:
    """How a judge did in one kind of trial. `too_small`: it reads less than one of its questions needs."""

    pairs: int = 0
    right: int = 0
    flips: int = 0
    too_small: TooSmallError | None = None

    def add(self, *, right: bool, flip: bool = False) -> None:
        self.pairs += 1
        self.right += right
        self.flips += flip

    @property
    def figures(self) -> dict[str, int]:
        return {"pairs": self.pairs, "right": self.right, "flips": self.flips}

    @property
    def size(self) -> dict[str, int | None] | None:
        found = self.too_small
        return {"reads": found.reads, "needs": found.needs} if found is not None else None


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
        shown = {kind: await try_judge(ctx, trials, kind) for kind in KINDS}
        words = {kind: wording_of(judge_prompt(kind, ctx.run.language)).fingerprint for kind in KINDS}
        profile: dict[str, dict[str, Any]] = {
            kind: {**one.figures, **({"too_small": one.size} if one.size else {})}
            for kind, one in shown.items()
        }

        async def keep(session: AsyncSession) -> bool:
            judges = JudgeService.of(session, ctx.run.user_id)
            await judges.keep(endpoint, model, ctx.run.language, profile, words)
            return True

        await ctx.write("calibrate/keep", keep)
    return CalibrateResult(
        model=model,
        language=trials.code,
        figures={kind: one.figures for kind, one in shown.items()},
        too_small={kind: one.size for kind, one in shown.items() if one.size},
        trusted=list(trusted({"version": VERSION, **profile})),
    )


async def try_judge(ctx: RunContext, trials: Trials, kind: Trial) -> Shown:
    """Try a model in one kind; what it cannot read ends this kind and no other."""
    shown = Shown()
    ways: dict[Trial, Callable[[RunContext, Trials, Shown], Awaitable[None]]] = {
        "choice": _choices, "clash": _clashes, "marks": _marks,
    }  # fmt: skip
    try:
        await ways[kind](ctx, trials, shown)
    except TooSmallError as error:
        shown.too_small = error
    return shown


async def _choices(ctx: RunContext, trials: Trials, shown: Shown) -> None:
    """Show each text beside each of its spoilt forms; the whole one has to be picked in both orders."""
    pairs = [
        (f"choice/{number}/{way}", {"card": dict(one.card), "first": one.text, "second": spoil(one, trials.code)})
        for number, one in enumerate(trials.texts, start=1)
        for way, spoil in SPOILT.items()
    ]  # fmt: skip
    for path, texts in sorted(pairs, key=lambda one: -len(one[1]["first"]) - len(one[1]["second"])):
        try:
            answers = await ask_both_orders(ctx, texts, path, on_trial=True)
        except BadAnswerError:
            shown.add(right=False)
            continue
        said = orders_of([answer.output for answer in answers])
        shown.add(right=said == ["first", "first"], flip=said[0] != said[1])


async def _clashes(ctx: RunContext, trials: Trials, shown: Shown) -> None:
    """Show pairs of sentences, then each with its sides changed; those at odds have to be found, and no others."""
    pairs = trials.sentences
    parts = [
        (f"clash/{at // PER_CALL + 1}", pairs[at : at + PER_CALL]) for at in range(0, len(pairs), PER_CALL)
    ]
    for path, some in sorted(parts, key=lambda one: -sum(len(pair.a) + len(pair.b) for pair in one[1])):
        rows = [{"pair": f"Q{n}", "a": one.a, "b": one.b} for n, one in enumerate(some, start=1)]
        swapped = [{**row, "a": row["b"], "b": row["a"]} for row in rows]
        first, second = await _found(ctx, rows, path), await _found(ctx, swapped, f"{path}/swapped")
        _count(shown, some, first, second)


def _count(shown: Shown, pairs: Sequence[Sentences], first: dict[str, bool], second: dict[str, bool]) -> None:
    for number, one in enumerate(pairs, start=1):
        said, again = first.get(f"Q{number}"), second.get(f"Q{number}")
        shown.add(right=said == again == one.clash, flip=said != again)


async def _found(ctx: RunContext, rows: Sequence[dict[str, Any]], path: str) -> dict[str, bool]:
    try:
        answer: PairsAnswer = (await ask_pairs(ctx, rows, path, on_trial=True)).output
    except BadAnswerError:
        return {}
    return {one.pair: one.verdict == "contradicts" for one in answer.verdicts}


async def _marks(ctx: RunContext, trials: Trials, shown: Shown) -> None:
    """Have each text marked, and its spoilt forms; what was spoilt has to get a lower mark in its criterion."""
    texts = {(number, "whole"): one.text for number, one in enumerate(trials.texts, start=1)}
    for number, one in enumerate(trials.texts, start=1):
        texts |= {(number, way): SPOILT[way](one, trials.code) for way in LOWERS}
    marks = {
        place: await _marked(ctx, trials, text, "marks/{}/{}".format(*place))
        for place, text in sorted(texts.items(), key=lambda one: -len(one[1]))
    }
    for number in range(1, len(trials.texts) + 1):
        whole = marks[number, "whole"]
        for way, criterion in LOWERS.items():
            spoilt = marks[number, way]
            right = criterion in whole and criterion in spoilt and spoilt[criterion] < whole[criterion]
            shown.add(right=right)


async def _marked(ctx: RunContext, trials: Trials, text: str, path: str) -> dict[str, int]:
    criteria = sorted(set(LOWERS.values()))
    data = {"criteria": criteria, "paragraphs": language_rules(trials.code).paragraphs(text)}
    asked = Judgement("marks", data, JudgeAnswer, 200 * len(criteria) + 200)
    try:
        answer: JudgeAnswer = (await ask_judge(ctx, asked, path, on_trial=True)).output
    except BadAnswerError:
        return {}
    return {mark.criterion: mark.score for mark in answer.marks}
