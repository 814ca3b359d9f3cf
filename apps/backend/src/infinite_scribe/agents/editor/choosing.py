"""Choosing between two drafts of a scene, blind: neither author nor age is shown, and both orders are asked.

What is said in one order only is a tie, what is too long to be read side by side another, and a tie leaves the first
draft where it is. Only a judge that told the worse of two texts apart, when it was tried in the very words it is asked in,
decides; what any other says is shown, and the first draft stays.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.editor.answers import Pick
from infinite_scribe.agents.editor.asking import Judgement, ask_judge
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.judges import trusted_judges
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import CallResult
from infinite_scribe.briefing.errors import BriefingTooLargeError
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.inputs import ChooseInput, ChooseResult

LONGEST_WHY = 300
ORDERS = (("first", "second"), ("second", "first"))


@task("editor.choose")
async def choose(ctx: RunContext, given: ChooseInput) -> ChooseResult:
    """Say which of two versions of a scene does what its card asks for."""
    async with ctx.step("choose", title_key="runs.step.choose"):
        texts = await ctx.material("choose/texts", partial(_texts, ctx=ctx, given=given))
        try:
            answers = await ask_both_orders(ctx, texts, "choose")
        except BriefingTooLargeError:
            return ChooseResult(not_evaluated=[{"rule": "choose", "reason": "too_large", "count": 1}])
    picks: list[Pick] = [one.output for one in answers]
    said = orders_of(picks)
    winner, margin, why = verdict(said, picks)
    ids = {"first": str(given.first), "second": str(given.second)}
    sure = all(one.model in texts.get("trusted", ()) for one in answers)
    missed = [] if sure else [{"rule": "choose", "reason": "uncalibrated", "count": 1}]
    chosen = ids.get(winner or "") if not missed else None
    return ChooseResult(
        winner=chosen, margin=margin, why=why, orders=said, not_evaluated=missed, advice=ids.get(winner or "")
    )


async def ask_both_orders(
    ctx: RunContext, texts: dict[str, Any], path: str, *, on_trial: bool = False
) -> list[CallResult]:
    """Ask which of `texts`' `first` and `second` does better what its `card` asks for: once in each order.

    Raises like `ask_judge`.
    """
    said = []
    for number, (one, other) in enumerate(ORDERS, start=1):
        data = {"card": texts["card"], "draft_a": texts[one], "draft_b": texts[other]}
        asked = Judgement("choice", data, Pick, 300, seed=ctx.run.seed % 2**31)
        said.append(await ask_judge(ctx, asked, f"{path}/order{number}", on_trial=on_trial))
    return said


def orders_of(picks: list[Pick]) -> list[str]:
    """Return what was said in each order: `first`, `second` or `tie`."""
    return [_named(pick, order) for pick, order in zip(picks, ORDERS, strict=True)]


def verdict(said: list[str], picks: list[Pick]) -> tuple[str | None, int, str]:
    """Return the draft that won in both orders, by how much and why; what they disagree on is a tie."""
    if len(set(said)) > 1 or said[0] == "tie":
        return None, 0, ""
    return said[0], min(pick.margin for pick in picks), picks[0].why.strip()[:LONGEST_WHY]


def _named(pick: Pick, order: tuple[str, str]) -> str:
    return "tie" if pick.winner == "tie" else order[0 if pick.winner == "a" else 1]


async def _texts(session: AsyncSession, *, ctx: RunContext, given: ChooseInput) -> dict[str, Any]:
    scope = scope_of(ctx.run)
    texts = ManuscriptService.of(session, scope).agent_text
    card = await PlotService.of(session, scope).card(given.scene)
    asked = {
        "summary": card.summary, "goal": card.goal, "conflict": card.conflict, "turn": card.turn,
        "must_include": [str(one["text"]) for one in card.must_include if one.get("text")],
    } if card is not None else {}  # fmt: skip
    return {
        "card": asked,
        "first": await texts.text_of(given.scene, given.first),
        "second": await texts.text_of(given.scene, given.second),
        "trusted": await trusted_judges(session, ctx, "choice"),
    }
