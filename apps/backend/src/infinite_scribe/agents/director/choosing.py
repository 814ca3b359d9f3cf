"""Several plans of a chapter: each is criticised, one is chosen, and at most three of its fields are changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import (
    CardDraft,
    ChoiceAnswer,
    Critique,
    CritiqueAnswer,
    check_choice,
)
from infinite_scribe.agents.runtime.briefings import frozen, parts_of, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.requests import ModelRequest


async def choose(
    ctx: RunContext, chapter: UUID, plans: Sequence[Sequence[CardDraft]], names: dict[str, str], prefix: str
) -> list[CardDraft]:
    """Return the better of several plans, its weaknesses amended where the director says how."""
    shown = [
        {"alt": number, "cards": [_shown(at, card, names) for at, card in enumerate(plan, start=1)]}
        for number, plan in enumerate(plans, start=1)
    ]
    async with ctx.step(f"{prefix}/critique", title_key="runs.step.critique"):
        critiques: CritiqueAnswer = await _ask(
            ctx, chapter, f"{prefix}/critique", "critique", {"alternatives": shown}, CritiqueAnswer
        )
    known = [one for one in critiques.critiques if one.alt <= len(plans)]
    async with ctx.step(f"{prefix}/choose", title_key="runs.step.choose_plan"):
        given = {"alternatives": shown, "critiques": [_said(one) for one in known]}
        choice: ChoiceAnswer = await _ask(
            ctx, chapter, f"{prefix}/choose", "choose_plan", given, ChoiceAnswer,
            lambda answer: check_choice(answer, len(plans), len(plans[answer.alt - 1]) if answer.alt <= len(plans) else 8),
        )  # fmt: skip
    return amended(plans[choice.alt - 1], choice)


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
