"""Scene cards for a chapter: asked for, compared with others, linted, repaired, written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import CardDraft, CardsAnswer, Named, check_cards
from infinite_scribe.agents.director.beats import scene_words
from infinite_scribe.agents.director.choosing import Alternative, choose
from infinite_scribe.agents.director.due import due_promises, open_promises, said_due
from infinite_scribe.agents.director.proposing import Proposal, lint_proposal, write_proposal
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
from infinite_scribe.plot.rules import Level
from infinite_scribe.runs.schemas.inputs import CardsInput, TaskResult
from infinite_scribe.structure.service import StructureService

REPAIRS = 2
"""Rounds in which the linter's faults are named back to the director."""


@task("director.cards")
async def cards(ctx: RunContext, given: CardsInput) -> TaskResult:
    """Plan the scenes of a chapter that has none planned."""
    wanted = CardsWanted(given.chapter, given.scenes, given.alternatives, given.instruction)
    planned = await plan_cards(ctx, wanted, prefix="cards")
    return TaskResult(items=planned["scenes"], revision=planned["revision"])


@dataclass(frozen=True)
class CardsWanted:
    """Which cards a chapter needs: how many scenes, the best of how many plans, and what the author says to it.

    Scenes that are written count among `scenes`; they are left as they are. With `keep` what a card holds already stays.
    """

    chapter: UUID
    scenes: int
    alternatives: int = 1
    instruction: str | None = None
    keep: bool = True


async def plan_cards(ctx: RunContext, wanted: CardsWanted, *, prefix: str) -> dict[str, Any]:
    """Plan a chapter and write its cards, with the scenes they need, as one revision.

    Faults that the linter finds are named back to the director, two rounds at most. Returns `scenes`, `revision` and
    `faults`: what is still wrong.
    """
    async with ctx.step(prefix, title_key="runs.step.cards"):
        kept = await _brief(ctx, wanted, prefix)
        wanted = replace(wanted, scenes=kept["scenes"])
        plans = [await _ask(ctx, wanted, kept, prefix, n) for n in range(1, wanted.alternatives + 1)]
        pick = None
        proposal = _proposal(wanted, kept, plans[0])
        if len(plans) > 1:
            proposal, pick = await _picked(ctx, wanted, kept, plans, prefix)
        proposal, faults = await _repaired(ctx, wanted, proposal, prefix)
        await _show(ctx, proposal)
        planned: dict[str, Any] = await ctx.write(
            f"{prefix}/write", partial(write_proposal, ctx=ctx, proposal=proposal, pick=pick)
        )
    return {**planned, "faults": faults}


def _proposal(
    wanted: CardsWanted, kept: dict[str, Any], plan: CardsAnswer, before: Proposal | None = None
) -> Proposal:
    plan = plan.model_copy(update={"cards": plan.cards[: wanted.scenes]})
    how = {} if before is None else {**before.how, **{one.promise: one.how for one in before.plan.promises}}
    return Proposal(wanted.chapter, plan, kept, ids_by_handle(kept["manifest"]), how, wanted.keep)


async def _brief(ctx: RunContext, wanted: CardsWanted, prefix: str) -> dict[str, Any]:
    asked = Asked(instruction=wanted.instruction, steers=await ctx.steers())

    async def brief(session: AsyncSession) -> dict[str, Any]:
        scope = scope_of(ctx.run)
        structure = StructureService.of(session, scope)
        chapter = await structure.chapter(wanted.chapter)
        ids = [one.id for one in chapter.scenes]
        written = await ManuscriptService.of(session, scope).written(ids)
        unwritten = [str(one) for one in ids if one not in written]
        scenes = max(1, wanted.scenes - len(written))
        words = _words(ctx, chapter.word_budget, max(wanted.scenes, len(written) + scenes))
        made = await briefings(session, ctx).cards(
            wanted.chapter, scenes=scenes, word_budget=words, asked=asked, room=ctx.limits.room
        )
        due = [one for one in await due_promises(session, scope, wanted.chapter) if one["scene"] in unwritten]
        open_ = await open_promises(session, scope, due)
        frame = {
            "scenes": scenes, "unwritten": unwritten, "words": words, "due": due, "open": open_,
            "day_ticks": (await structure.calendar()).day_ticks,
        }  # fmt: skip
        shown = [{name: one[name] for name in ("handle", "statement", "act")} for one in due]
        others = [{name: one[name] for name in ("handle", "statement")} for one in open_]
        kept = frozen(made, ctx)
        data = {**kept["data"], "task": "director.cards", "promises": shown}
        return {**kept, **frame, "data": {**data, **({"open_promises": others} if others else {})}}

    found: dict[str, Any] = await ctx.material(f"{prefix}/briefing", brief)
    return found


def _words(ctx: RunContext, chapter: int | None, scenes: int) -> int:
    """Return the words of a scene: its share of what the author gave the chapter, else what scenes usually have."""
    return max(1, round(chapter / scenes)) if chapter else scene_words(ctx)


async def _ask(
    ctx: RunContext,
    wanted: CardsWanted,
    kept: dict[str, Any],
    prefix: str,
    number: int,
    faults: Sequence[str] = (),
    before: CardsAnswer | None = None,
) -> CardsAnswer:
    """Ask for one plan; with `faults`, for `before` with these put right."""
    handles = ids_by_handle(kept["manifest"])
    people = {member["handle"] for member in kept["data"]["cast"]} & set(handles)
    places = {place["handle"] for place in kept["data"]["places"]} & set(handles)
    facts = {fact["handle"] for fact in kept["data"]["facts"]} & set(handles)
    named = Named(
        facts,
        {one for one in handles if one[0] in "CPIX"},
        {one["handle"] for one in (*kept["due"], *kept["open"])},
    )
    due = [] if before is not None else [one["handle"] for one in kept["due"]]
    prompt = load_prompt("director", "cards", ctx.run.language)
    messages = prompt.messages(
        {
            "briefing": kept["text"],
            "scenes": wanted.scenes,
            "word_budget": kept["words"],
            "due": said_due(kept["due"], kept["open"], ctx.run.language),
        }
    )
    data = {**kept["data"], "alternative": number}
    if before is not None:
        said = before.model_dump_json(exclude_none=True, exclude_defaults=True)
        messages += [Message(role="assistant", text=said), repair(ctx.run.language, list(faults))]
        data |= {"faults": list(faults), "cards": [card.model_dump(mode="json") for card in before.cards]}
    request = ModelRequest(
        messages=messages,
        max_tokens=800 * wanted.scenes + 200,
        data=data,
        output=CardsAnswer,
        check=lambda answer: check_cards(answer, people, places, wanted.scenes, due, named),
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="director",
    )
    path = f"{prefix}/ask{number}" if before is None else f"{prefix}/repair{number}"
    answer: CardsAnswer = (await ctx.call(path, request)).output
    return answer


async def _picked(
    ctx: RunContext, wanted: CardsWanted, kept: dict[str, Any], plans: Sequence[CardsAnswer], prefix: str
) -> tuple[Proposal, dict[str, Any]]:
    """Have several plans linted and criticised and one chosen; return it with the reason."""
    rows = []
    for number, plan in enumerate(plans, start=1):
        proposal = _proposal(wanted, kept, plan)
        faults = await ctx.read(
            f"{prefix}/lint-plan{number}", partial(lint_proposal, ctx=ctx, proposal=proposal)
        )
        rows.append(Alternative(proposal.plan, faults))
    chosen, pick = await choose(ctx, wanted.chapter, rows, _names(kept), prefix)
    await ctx.output("pick", 0, pick)
    return _proposal(wanted, kept, chosen), pick


async def _repaired(
    ctx: RunContext, wanted: CardsWanted, proposal: Proposal, prefix: str
) -> tuple[Proposal, list[dict[str, Any]]]:
    """Lint a plan before it is written; return it as good as two rounds made it, and what is still wrong."""
    language = "zh" if ctx.run.language == "zh" else "en"
    tried: list[tuple[tuple[int, int], Proposal, list[dict[str, Any]]]] = []
    for attempt in range(REPAIRS + 1):
        faults: list[dict[str, Any]] = await ctx.read(
            f"{prefix}/lint{attempt + 1}", partial(lint_proposal, ctx=ctx, proposal=proposal)
        )
        for number, fault in enumerate(faults):
            await ctx.output("finding", attempt * 100 + number, {**fault, "round": attempt})
        errors = sum(one["severity"] == Level.ERROR for one in faults)
        tried.append(((errors, len(faults)), proposal, faults))
        if not faults or attempt == REPAIRS:
            break
        said = [f"{fault['rule']} ({fault['where']}): {fault['why'][language]}" for fault in faults]
        answer = await _ask(ctx, wanted, dict(proposal.kept), prefix, attempt + 1, said, proposal.plan)
        proposal = _proposal(wanted, dict(proposal.kept), answer, proposal)
    _, best, left = min(reversed(tried), key=lambda one: one[0])
    return best, left


async def _show(ctx: RunContext, proposal: Proposal) -> None:
    names, acts = _names(proposal.kept), proposal.acts()
    facts = {row["handle"]: row.get("text", "") for row in proposal.kept["data"]["facts"]}
    told = {one["promise"]: one["statement"] for one in (*proposal.kept["due"], *proposal.kept["open"])}
    for number, card in enumerate(proposal.plan.cards):
        value = {**_shown_card(card, names), "word_budget": proposal.update(number, acts[number]).word_budget}
        more = {
            "when": card.when,
            "entry": [facts.get(one.fact, "") for one in proposal.plan.entries if one.card == number + 1],
            "exit": [
                f"{names.get(one.subject, one.subject)} · {one.predicate} · {names.get(one.value, one.value)}"
                for one in proposal.plan.exits
                if one.card == number + 1
            ],
            "promises": [{"statement": told[one["promise"]], "act": one["act"]} for one in acts[number]],
        }
        await ctx.output("scene_card", number, {**value, **{key: one for key, one in more.items() if one}})


def _names(kept: Any) -> dict[str, str]:
    return {row["handle"]: row["name"] for row in (*kept["data"]["cast"], *kept["data"]["places"])}


def _shown_card(card: CardDraft, names: dict[str, str]) -> dict[str, Any]:
    """Return a card as the author reads it: names instead of handles."""
    shown = card.model_dump(include={"title", "goal", "conflict", "outcome", "turn"})
    cast = [names.get(one, one) for one in card.cast]
    return {**shown, "pov": names.get(card.pov, ""), "place": names.get(card.place, ""), "cast": cast}
