"""What the tools of the page have in common: asking for prose until it can be used, and the proposal they end in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import Prompt
from infinite_scribe.agents.runtime.prose import clean, without_marks
from infinite_scribe.agents.runtime.requests import CallResult, ModelRequest, PartialText, TextTarget
from infinite_scribe.agents.writer.errors import NoProseError
from infinite_scribe.agents.writer.resizing import TOKENS_PER_WORD, unusable
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.service import ManuscriptService, Origin, ProposalDraft, blocks_from_text

Check = Callable[[str], list[str]]
"""Says in one sentence each what is wrong with an answer; nothing when it can be shown."""
TRIES = 2


@dataclass(frozen=True)
class Reading:
    """One answer as it will be offered. `joins`: it goes on in the paragraph of its place."""

    answer: CallResult
    text: str
    joins: bool = False
    members: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """Where a proposal stands and what it is for."""

    id: UUID
    scene: UUID
    kind: str
    anchor: dict[str, Any]
    version: int
    instruction: str | None = None


@dataclass(frozen=True)
class Wanted:
    """A question for prose: the frozen briefing, the prompt with its values, the length and what code asks of it."""

    kept: dict[str, Any]
    prompt: Prompt
    values: dict[str, Any]
    words: int
    check: Check
    tries: int = TRIES
    distance: Callable[[str], float] | None = None
    """How far a usable answer is from what was asked. Where it is given, the nearest is offered when none passes."""


async def ask_prose(
    ctx: RunContext, wanted: Wanted, path: str, target: TextTarget, offer: Offer, *, variant: int = 0
) -> Reading:
    """Ask for prose, and once more with what was wrong; what the author took is not asked for again.

    Raises `NoProseError` with the faults of the last answer.
    """
    faults: list[str] = []
    nearest: tuple[float, Reading] | None = None
    for attempt in range(1, wanted.tries + 1):
        name = path if attempt == 1 else f"{path}/again{attempt}"
        answer = await ctx.call(
            name,
            request_of(ctx, wanted, faults, variant),
            target,
            keep_partial=lambda session, partial: keep_partial(session, ctx, offer, partial),
        )
        text = without_marks(clean(answer.text, stopped_by_length=answer.finish_reason != "stop").text)
        broken = unusable(text, ctx.run.language)
        faults = broken or wanted.check(text)
        # What the author took or wrote is theirs: nothing complains of it, and nothing more is paid for.
        if not faults or (answer.taken and text):
            return Reading(answer, text)
        if wanted.distance is not None and not broken:
            one = (wanted.distance(text), Reading(answer, text, members={"asked_words": wanted.words}))
            nearest = one if nearest is None or one[0] < nearest[0] else nearest
    if nearest is not None:
        return nearest[1]
    raise NoProseError(faults=faults)


def request_of(ctx: RunContext, wanted: Wanted, faults: Sequence[str], variant: int) -> ModelRequest:
    """Return the question; what was wrong with the last answer stands at its end."""
    messages = wanted.prompt.messages({"briefing": wanted.kept["text"], **wanted.values})
    data = {**wanted.kept["data"], "variant": variant}
    if faults:
        last = messages[-1]
        messages = [*messages[:-1], last.model_copy(update={"text": f"{last.text}\n\n{'; '.join(faults)}"})]
        data["attempt"] = len(faults)
    return ModelRequest(
        messages=messages,
        max_tokens=int(wanted.words * TOKENS_PER_WORD[ctx.run.language] * 1.6) + 150,
        data=data,
        manifest=parts_of(wanted.kept["manifest"]),
        receipt=wanted.kept["manifest"],
        prompt_name=wanted.prompt.name,
        prompt_version=wanted.prompt.version,
    )


def different(readings: Sequence[Reading]) -> list[Reading]:
    """Drop an answer that says the same as an earlier one: fewer are offered then."""
    kept: dict[str, Reading] = {}
    for one in readings:
        kept.setdefault(" ".join(one.text.split()), one)
    return list(kept.values())


async def keep_offer(
    session: AsyncSession, ctx: RunContext, offer: Offer, readings: Sequence[Reading]
) -> dict[str, Any]:
    """Store the proposal with its readings and return how many words the first has."""
    count = language_rules(ctx.run.language).count
    first = readings[0].answer
    variants = [
        {
            **one.members,
            "id": str(number),
            "blocks": _blocks(ctx, one),
            "words": count(one.text),
            "complete": True,
            "joins": one.joins,
        }
        for number, one in enumerate(readings, start=1)
    ]
    calls = list(dict.fromkeys(str(one.answer.call_id) for one in readings))
    await _store(session, ctx, offer, variants, calls, model=first.model, demo=first.demo, readings=readings)
    return {"words": variants[0]["words"]}


def _blocks(ctx: RunContext, reading: Reading) -> list[dict[str, Any]]:
    origin = Origin(run=str(ctx.run.id), call=str(reading.answer.call_id), demo=reading.answer.demo)
    blocks = [block.node for block in blocks_from_text(reading.text.strip(), origin)]
    if reading.joins and blocks:
        edges = (reading.text[:1] == " ", reading.text[-1:] == " ")
        runs = [one for one in blocks[0].get("content", []) if one["type"] == "text"]
        if runs and edges[0]:
            runs[0]["text"] = f" {runs[0]['text']}"
        if runs and edges[1] and len(blocks) == 1:
            runs[-1]["text"] = f"{runs[-1]['text']} "
    return blocks


async def keep_partial(
    session: AsyncSession, ctx: RunContext, offer: Offer, partial: PartialText
) -> dict[str, Any] | None:
    """Keep what had come of a cut answer as a proposal marked partial; nothing when no sentence had."""
    text = without_marks(clean(partial.text, stopped_by_length=True).text)
    if not text or offer.kind == "replace":
        return None
    words = language_rules(ctx.run.language).count(text)
    call = str(partial.call_id) if partial.call_id else None
    origin = Origin(run=str(ctx.run.id), call=call, demo=False)
    blocks = [block.node for block in blocks_from_text(text, origin)]
    variants = [{"id": "1", "blocks": blocks, "words": words, "complete": False}]
    await _store(session, ctx, offer, variants, [call] if call else [], model="", demo=False, readings=())
    return {"proposal": str(offer.id), "words": words}


async def _store(
    session: AsyncSession,
    ctx: RunContext,
    offer: Offer,
    variants: list[dict[str, Any]],
    calls: list[str],
    *,
    model: str,
    demo: bool,
    readings: Sequence[Reading],
) -> None:
    used = {one.answer.call_id: one.answer.usage for one in readings}.values()
    await ManuscriptService.of(session, scope_of(ctx.run)).proposals.store(
        ProposalDraft(
            id=offer.id,
            scene_id=offer.scene,
            kind=offer.kind,
            variants=variants,
            anchor=offer.anchor,
            base_version=offer.version,
            instruction=offer.instruction,
            model=model,
            demo=demo,
            run_id=ctx.run.id,
            calls=calls,
            usage={
                "input_tokens": sum(one.input_tokens for one in used),
                "output_tokens": sum(one.output_tokens for one in used),
            },
        )
    )
