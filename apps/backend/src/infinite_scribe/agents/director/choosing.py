"""Several plans of a chapter: each is criticised, one is chosen, and at most three of its fields are changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import (
    CardDraft,
    CardsAnswer,
    ChoiceAnswer,
    Critique,
    CritiqueAnswer,
    check_choice,
)
from infinite_scribe.agents.runtime.briefings import frozen, parts_of, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.plot.rules import Level


@dataclass(frozen=True)
class Alternative:
    """One of several plans, and what the linter says of it."""

    plan: CardsAnswer
    faults: Sequence[Mapping[str, Any]]

    @property
    def errors(self) -> int:
        """How many of its faults are errors."""
        return sum(one["severity"] == Level.ERROR for one in self.faults)


async def choose(
    ctx: RunContext, chapter: UUID, plans: Sequence[Alternative], names: dict[str, str], prefix: str
) -> tuple[CardsAnswer, dict[str, Any]]:
    """Return the better of several plans, its weaknesses amended where the director says how, and why it is that one.

    A plan with more errors than another is not taken, whatever the director says of it.
    """
    language = "zh" if ctx.run.language == "zh" else "en"
    shown = [
        {
            "alt": number,
            "cards": [_shown(at, card, names) for at, card in enumerate(one.plan.cards, start=1)],
            **(
                {"lint": [f"{row['rule']}: {row['why'][language]}" for row in one.faults]}
                if one.faults
                else {}
            ),
        }
        for number, one in enumerate(plans, start=1)
    ]
    async with ctx.step(f"{prefix}/critique", title_key="runs.step.critique"):
        critiques: CritiqueAnswer = await _ask(
            ctx, chapter, f"{prefix}/critique", "critique", {"alternatives": shown}, CritiqueAnswer
        )
    known = [one for one in critiques.critiques if one.alt <= len(plans)]
    least = min(one.errors for one in plans)
    sound = [number for number, one in enumerate(plans, start=1) if one.errors == least]
    sizes = [len(one.plan.cards) for one in plans]
    async with ctx.step(f"{prefix}/choose", title_key="runs.step.choose_plan"):
        given = {"alternatives": shown, "critiques": [_said(one) for one in known]}
        choice: ChoiceAnswer = await _ask(
            ctx, chapter, f"{prefix}/choose", "choose_plan", given, ChoiceAnswer,
            lambda answer: check_choice(answer, len(plans), sizes[answer.alt - 1] if answer.alt <= len(plans) else 8, sound),
        )  # fmt: skip
    chosen = plans[choice.alt - 1].plan
    pick = _reason(choice, plans, known)
    return chosen.model_copy(update={"cards": amended(chosen.cards, choice)}), pick


def _reason(
    choice: ChoiceAnswer, plans: Sequence[Alternative], critiques: Sequence[Critique]
) -> dict[str, Any]:
    """Return which plan was taken and why, with what speaks against each."""
    return {
        "alt": choice.alt,
        "of": len(plans),
        "why": choice.why,
        "plans": [
            {
                "alt": number,
                "faults": [{"rule": row["rule"], "why": row["why"]} for row in one.faults],
                "critiques": [
                    {"problem": row.problem, "severity": row.severity}
                    for row in critiques
                    if row.alt == number
                ],
            }
            for number, one in enumerate(plans, start=1)
        ],
    }


def amended(plan: Sequence[CardDraft], choice: ChoiceAnswer) -> list[CardDraft]:
    """Return the chosen cards with the changes that were asked for."""
    found = list(plan)
    for edit in choice.edits:
        found[edit.card - 1] = found[edit.card - 1].model_copy(update={edit.field: edit.value})
    return found


def _shown(number: int, card: CardDraft, names: dict[str, str]) -> dict[str, Any]:
    told = card.model_dump(include={"title", "summary", "goal", "conflict", "outcome", "turn", "opening_type",
                                    "closing_type"}, exclude_none=True)  # fmt: skip
    return {
        "card": number,
        **told,
        "pov": names.get(card.pov, card.pov),
        "place": names.get(card.place, card.place),
    }


def _said(one: Critique) -> dict[str, Any]:
    return one.model_dump(exclude_none=True)


async def _ask(
    ctx: RunContext,
    chapter: UUID,
    path: str,
    name: str,
    given: dict[str, Any],
    form: type[BaseModel],
    check: Any = None,
) -> Any:
    async def brief(session: AsyncSession) -> dict[str, Any]:
        made = await profile_briefings(session, ctx).planner(chapter, given, room=ctx.limits.room)
        kept = frozen(made, ctx)
        return {**kept, "data": {**kept["data"], "task": f"director.{name}"}}

    kept = await ctx.material(f"{path}/briefing", brief)
    prompt = load_prompt("director", name, ctx.run.language)
    request = ModelRequest(
        messages=prompt.messages({"briefing": kept["text"]}),
        max_tokens=900,
        data=kept["data"],
        output=form,
        check=check,
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="director",
    )
    return (await ctx.call(f"{path}/ask", request)).output
