"""Scene cards for a chapter: asked for, compared with others, linted, repaired, written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import (
    CardDraft,
    CardsAnswer,
    check_cards,
)
from infinite_scribe.agents.director.beats import scene_words
from infinite_scribe.agents.director.choosing import choose
from infinite_scribe.agents.director.due import due_acts, due_promises, said_due
from infinite_scribe.agents.runtime.briefings import briefings, frozen, ids_by_handle, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.repair import repair
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.briefing.service import Asked
from infinite_scribe.core.ids import child_id
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.novels.revisions import PART, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.lint_reading import PlanLinter
from infinite_scribe.plot.schemas import CardRead, CardUpdate
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.inputs import CardsInput, TaskResult
from infinite_scribe.structure.rules import Status
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
        handles = ids_by_handle(kept["manifest"])
        names = {row["handle"]: row["name"] for row in (*kept["data"]["cast"], *kept["data"]["places"])}
        plans = [await _ask(ctx, wanted, kept, prefix, n) for n in range(1, wanted.alternatives + 1)]
        told = plans[0].promises
        rows = [one.cards[: wanted.scenes] for one in plans]
        chosen = rows[0] if len(rows) == 1 else await choose(ctx, wanted.chapter, rows, names, prefix)
        chosen, faults = await _repaired(ctx, wanted, kept, chosen, handles, prefix)
        acts = due_acts(kept["due"], told)
        for number, card in enumerate(chosen):
            await ctx.output(
                "scene_card", number, {**_shown_card(card, names), "word_budget": scene_words(ctx)}
            )
        planned: dict[str, Any] = await ctx.write(
            f"{prefix}/write",
            partial(
                _write_cards,
                ctx=ctx,
                wanted=wanted,
                held=[UUID(one) for one in kept["unwritten"]],
                cards=chosen,
                handles=handles,
                acts=acts,
            ),
        )
    return {**planned, "faults": faults}


async def _brief(ctx: RunContext, wanted: CardsWanted, prefix: str) -> dict[str, Any]:
    asked = Asked(instruction=wanted.instruction, steers=await ctx.steers())

    async def brief(session: AsyncSession) -> dict[str, Any]:
        scope = scope_of(ctx.run)
        ids = [one.id for one in (await StructureService.of(session, scope).chapter(wanted.chapter)).scenes]
        written = await ManuscriptService.of(session, scope).written(ids)
        unwritten = [str(one) for one in ids if one not in written]
        scenes = max(1, wanted.scenes - len(written))
        made = await briefings(session, ctx).cards(
            wanted.chapter, scenes=scenes, word_budget=scene_words(ctx), asked=asked, room=ctx.limits.room
        )
        kept = {**frozen(made, ctx), "scenes": scenes, "unwritten": unwritten}
        due = [one for one in await due_promises(session, scope, wanted.chapter) if one["scene"] in unwritten]
        shown = [{name: one[name] for name in ("handle", "statement", "act")} for one in due]
        return {**kept, "due": due, "data": {**kept["data"], "task": "director.cards", "promises": shown}}

    found: dict[str, Any] = await ctx.material(f"{prefix}/briefing", brief)
    return found


async def _ask(
    ctx: RunContext,
    wanted: CardsWanted,
    kept: dict[str, Any],
    prefix: str,
    number: int,
    faults: Sequence[str] = (),
    before: Sequence[CardDraft] = (),
) -> CardsAnswer:
    """Ask for one plan; with `faults`, for `before` with these put right."""
    handles = ids_by_handle(kept["manifest"])
    people = {member["handle"] for member in kept["data"]["cast"]} & set(handles)
    places = {place["handle"] for place in kept["data"]["places"]} & set(handles)
    due = [] if faults else [one["handle"] for one in kept["due"]]
    prompt = load_prompt("director", "cards", ctx.run.language)
    messages = prompt.messages(
        {
            "briefing": kept["text"],
            "scenes": wanted.scenes,
            "word_budget": scene_words(ctx),
            "due": said_due(kept["due"], ctx.run.language),
        }
    )
    data = {**kept["data"], "alternative": number}
    if faults:
        said = CardsAnswer(cards=list(before)).model_dump_json(exclude_none=True)
        messages += [Message(role="assistant", text=said), repair(ctx.run.language, list(faults))]
        data |= {"faults": list(faults), "cards": [card.model_dump(mode="json") for card in before]}
    request = ModelRequest(
        messages=messages,
        max_tokens=700 * wanted.scenes + 200,
        data=data,
        output=CardsAnswer,
        check=lambda answer: check_cards(answer, people, places, wanted.scenes, due),
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        role="director",
    )
    path = f"{prefix}/repair{number}" if faults else f"{prefix}/ask{number}"
    answer: CardsAnswer = (await ctx.call(path, request)).output
    return answer


async def _repaired(
    ctx: RunContext,
    wanted: CardsWanted,
    kept: dict[str, Any],
    cards: list[CardDraft],
    handles: dict[str, UUID],
    prefix: str,
) -> tuple[list[CardDraft], list[dict[str, Any]]]:
    """Lint cards before they are written; return them as good as two rounds made them, and what is still wrong."""
    language = "zh" if ctx.run.language == "zh" else "en"
    for attempt in range(REPAIRS + 1):
        faults: list[dict[str, Any]] = await ctx.read(
            f"{prefix}/lint{attempt + 1}",
            partial(
                _lint,
                ctx=ctx,
                chapter=wanted.chapter,
                cards=cards,
                handles=handles,
                unwritten=[UUID(one) for one in kept["unwritten"]],
            ),
        )
        for number, fault in enumerate(faults):
            await ctx.output("finding", attempt * 100 + number, fault)
        if not faults or attempt == REPAIRS:
            return cards, faults
        said = [f"{fault['rule']} ({fault['where']}): {fault['why'][language]}" for fault in faults]
        cards = (await _ask(ctx, wanted, kept, prefix, attempt + 1, said, cards)).cards[: wanted.scenes]
    return cards, []


async def _lint(
    session: AsyncSession,
    *,
    ctx: RunContext,
    chapter: UUID,
    cards: Sequence[CardDraft],
    handles: dict[str, UUID],
    unwritten: Sequence[UUID],
) -> list[dict[str, Any]]:
    """Return the errors that cards would have as the unwritten scenes of a chapter, as findings are shown."""
    scope = scope_of(ctx.run)
    held = {one.id: one.title for one in (await StructureService.of(session, scope).chapter(chapter)).scenes}
    every = await PlotService.of(session, scope).cards()
    ids = [unwritten[n] if n < len(unwritten) else child_id(chapter, f"card{n}") for n in range(len(cards))]
    drafted = dict(zip(ids, cards, strict=True))
    order = list(dict.fromkeys([*(one for one in held if one in drafted or one not in unwritten), *ids]))
    report = await PlanLinter.of(session, scope).with_cards(
        chapter,
        order,
        [
            _card_update(drafted[one], handles, scene_words(ctx)) if one in drafted else every.get(one)
            for one in order
        ],
        [drafted[one].title if one in drafted else held[one] for one in order],
    )
    return [
        {"rule": one.code, "severity": one.level.value, "where": one.where.title, "why": dict(one.why)}
        for one in report.errors(str(scene) for scene in ids)
    ]


async def _write_cards(
    session: AsyncSession,
    *,
    ctx: RunContext,
    wanted: CardsWanted,
    held: list[UUID],
    cards: list[CardDraft],
    handles: dict[str, UUID],
    acts: dict[str, list[dict[str, str]]],
) -> dict[str, Any]:
    """Write cards and what each does for the promises of the book: for the scenes `held`, then for new ones.

    A scene that was written or locked since, and what the author locked of a card, are left as they are.
    """
    budget, held = scene_words(ctx), list(held)
    scope = scope_of(ctx.run)
    manuscript, plot = ManuscriptService.of(session, scope), PlotService.of(session, scope)
    structure = StructureService.of(session, scope)
    async with Revisions.of(session, scope).open(
        RevisionKind.EDIT, run_id=ctx.run.root_id, label="cards"
    ) as revision:
        while len(held) < len(cards):
            held.append(await manuscript.add_scene(revision, wanted.chapter))
        nodes = {scene.id: scene for scene in (await structure.chapter(wanted.chapter)).scenes}
        written = await manuscript.written(held)
        for scene_id, card in zip(held, cards, strict=False):
            node, begun = nodes.get(scene_id), await plot.card(scene_id)
            if node is None or node.locked or scene_id in written or (begun is not None and begun.locked):
                continue
            title = (node.title if wanted.keep else None) or card.title
            await structure.update_scene(revision, scene_id, title=title, status=Status.CARDED.value)
            update = _card_update(card, handles, budget, acts.get(str(scene_id), []))
            if begun is not None:
                update = _allowed(update, begun, keep=wanted.keep)
            await plot.write_card(revision, scene_id, update, by_agent=True)
        await structure.resolve_times()
        revision.summary[PART] = str(ctx.run.id)
        number = revision.number
    return {"scenes": [str(scene) for scene in held[: len(cards)]], "revision": number}


def _card_update(
    card: CardDraft, handles: dict[str, UUID], budget: int, due: Sequence[dict[str, str]] = ()
) -> CardUpdate:
    asked = [{"text": one["how"], "promise": one["promise"]} for one in due]
    return CardUpdate.model_validate(
        {
            **card.model_dump(
                include={"summary", "goal", "conflict", "outcome", "turn", "opening_type", "closing_type"}
            ),
            "pov_id": handles[card.pov],
            "place_id": handles[card.place],
            "cast": [{"entity": handles[one]} for one in dict.fromkeys(card.cast)],
            "must_include": [*asked, *({"text": text} for text in card.must_include)],
            "must_not_reveal": [{"text": text} for text in card.must_not_reveal],
            "promises": [{"promise": one["promise"], "act": one["act"]} for one in due],
            "word_budget": budget,
        }
    )


def _allowed(update: CardUpdate, begun: CardRead, *, keep: bool) -> CardUpdate:
    """Return of a card what the author did not lock; with `keep`, only what the one that was begun does not hold yet."""
    names = update.model_fields_set - set(begun.locked_fields)
    if keep:
        names = {one for one in names if getattr(update, one) is not None and not getattr(begun, one, None)}
    return CardUpdate(**{one: getattr(update, one) for one in names})


def _shown_card(card: CardDraft, names: dict[str, str]) -> dict[str, Any]:
    """Return a card as the author reads it: names instead of handles."""
    shown = card.model_dump(include={"title", "goal", "conflict", "outcome", "turn"})
    cast = [names.get(one, one) for one in card.cast]
    return {**shown, "pov": names.get(card.pov, ""), "place": names.get(card.place, ""), "cast": cast}
