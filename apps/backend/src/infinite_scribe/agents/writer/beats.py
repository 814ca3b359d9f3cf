"""Writing beat by beat: each within its words, each joined to the one before, each beside its own line of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import frozen, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import TextTarget
from infinite_scribe.agents.writer.errors import NothingToWriteError
from infinite_scribe.agents.writer.joins import join_faults
from infinite_scribe.agents.writer.lengths import fits
from infinite_scribe.agents.writer.places import USUAL_BEAT, longest_tail
from infinite_scribe.agents.writer.proposing import Offer, Reading, Wanted, ask_prose, keep_offer
from infinite_scribe.agents.writer.resizing import Piece, brought_to
from infinite_scribe.briefing.service import Asked
from infinite_scribe.briefing.used import used_before
from infinite_scribe.core.fingerprints import marks
from infinite_scribe.core.ids import child_id
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.placing import Span, around
from infinite_scribe.manuscript.service import ManuscriptService, Origin, blocks_from_text
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.page_inputs import WriteBeatsInput

BEFORE = 700
"""Words of the scene before a beat that the writer reads."""
TRIES = 2
SCALE = {"en": 1.0, "zh": 1.6}

_SAID = {"en": "it has {have} words; about {words} are asked", "zh": "有 {have} 字，要约 {words} 字"}


@dataclass(frozen=True)
class Due:
    """A beat to be written. `position` is its place among the blocks of the scene."""

    beat_id: str
    pid: str
    position: int
    ordinal: int
    text: str
    words: int


@task("writer.write_beats")
async def write_beats(ctx: RunContext, given: WriteBeatsInput) -> TaskResult:
    """Write beats of a scene one after another; a scene that is empty and written whole gets its text at once."""
    return await beat_by_beat(ctx, given.scene, given.beats, given.instruction)


async def beat_by_beat(
    ctx: RunContext, scene: UUID, wanted: list[str], instruction: str | None
) -> TaskResult:
    """Write the wanted beats, or all that tell nothing yet. Raises `NothingToWriteError`."""
    found = await ctx.read("beats/due", lambda session: _due(session, ctx, scene, wanted))
    due = [Due(**one) for one in found["due"]]
    if not due:
        raise NothingToWriteError
    written: list[Reading] = []
    for number, beat in enumerate(due):
        async with ctx.step(f"beat{number}", title_key="runs.step.beat", of=len(due)):
            earlier = [one.text for one in written]
            one = await _write(ctx, scene, beat, number, earlier, instruction)
            written.append(one)
            if not found["whole"]:
                offer = _offer(ctx, scene, beat, number, found["version"], instruction)
                await ctx.write(
                    f"beat{number}/keep", partial(keep_offer, ctx=ctx, offer=offer, readings=[one])
                )
    count = language_rules(ctx.run.language).count
    words = sum(count(one.text) for one in written)
    if not found["whole"]:
        offers = [str(child_id(ctx.run.id, f"beat{number}")) for number in range(len(due))]
        return TaskResult(words=words, proposals=offers)
    placed = await ctx.write("beats/place", lambda session: _place(session, ctx, scene, due, written))
    return TaskResult(
        words=placed["words"],
        versions=[placed["version_id"]] if placed["version_id"] else [],
        proposals=[placed["proposal_id"]] if placed["proposal_id"] else [],
        revision=placed["novel_revision"],
    )


async def _due(session: AsyncSession, ctx: RunContext, scene: UUID, wanted: list[str]) -> dict[str, Any]:
    scope = scope_of(ctx.run)
    state = await ManuscriptService.of(session, scope).scene(scene)
    usual = round(USUAL_BEAT * SCALE[ctx.run.language])
    words = {
        one.beat_id: one.word_budget or usual for one in await PlotService.of(session, scope).beats(scene)
    }
    beats = [
        Due(
            str(node["attrs"]["beatId"]), str(node["attrs"]["pid"]), position, 0,
            next((one.text for one in state.beats if one.id == node["attrs"]["beatId"]), ""),
            words.get(str(node["attrs"]["beatId"]), usual),
        )
        for position, node in enumerate(state.json["content"])
        if node["type"] == "beat"
    ]  # fmt: skip
    untold = {one.id for one in state.beats if not one.covers}
    chosen = [
        {**vars(one), "ordinal": ordinal}
        for ordinal, one in enumerate(beats, start=1)
        if (one.beat_id in wanted if wanted else one.beat_id in untold) and one.text.strip()
    ]
    return {
        "due": chosen,
        "version": state.version,
        "whole": state.is_empty and len(chosen) == len(beats),
    }


async def _write(
    ctx: RunContext,
    scene: UUID,
    beat: Due,
    number: int,
    earlier: list[str],
    instruction: str | None,
) -> Reading:
    """Return the prose of one beat, brought to its words when it missed them."""
    path, language = f"beat{number}", ctx.run.language
    steers = await ctx.steers()
    kept = await ctx.material(
        f"{path}/briefing", lambda session: _brief(session, ctx, scene, beat, earlier, instruction, steers)
    )
    proposal = child_id(ctx.run.id, f"beat{number}")
    target = TextTarget(scene_id=scene, proposal_id=proposal, beat=beat.pid)
    offer = _offer(ctx, scene, beat, number, kept["version"], instruction)
    wanted = _wanted(ctx, beat, kept, instruction)
    reading = await ask_prose(ctx, wanted, f"{path}/text", target, offer)
    count = language_rules(language).count
    if reading.answer.taken or fits(count(reading.text), beat.words):
        return Reading(reading.answer, reading.text)
    piece = Piece("", reading.text, count(reading.text))
    brought = await brought_to(
        ctx, scene, piece, beat.words, kept["before"][-600:], kept["after"][:600], f"{path}/resize"
    )
    return Reading(reading.answer, brought.text)


async def _brief(
    session: AsyncSession,
    ctx: RunContext,
    scene: UUID,
    beat: Due,
    earlier: list[str],
    instruction: str | None,
    steers: list[str],
) -> dict[str, Any]:
    scope, language = scope_of(ctx.run), ctx.run.language
    state = await ManuscriptService.of(session, scope).scene(scene)
    pids = [node["attrs"].get("pid") for node in state.json["content"]]
    at = pids.index(beat.pid) if beat.pid in pids else min(beat.position, len(pids) - 1)
    parted = around(state.json, Span(at, 0, at, 0))
    before = "\n\n".join(part for part in (parted.before, *earlier) if part.strip())
    avoid, used, told = await used_before(session, scope, scene, language)
    made = await profile_briefings(session, ctx).onward(
        scene,
        before=longest_tail(before, BEFORE, language),
        after=parted.after[:800],
        target_words=beat.words,
        length="beat",
        beat=beat.beat_id,
        asked=Asked(instruction=instruction, steers=steers, avoid=avoid, used=used),
        room=ctx.limits.room,
    )
    kept = frozen(made, ctx)
    kept["data"]["task"] = "writer.write_beats"
    kept["data"]["used"] = {"told": list(dict.fromkeys([*told, *marks(state.text), *marks(before)]))}
    return {**kept, "version": state.version, "before": before, "after": parted.after[:800]}


def _wanted(ctx: RunContext, beat: Due, kept: dict[str, Any], instruction: str | None) -> Wanted:
    language, data = ctx.run.language, kept["data"]
    count = language_rules(language).count
    card = data.get("card") or {}
    planned = " ".join([beat.text, str(card.get("summary") or ""), instruction or ""])
    elsewhere = [str(one["name"]) for one in data.get("places", []) if not one.get("is_here")]
    before = kept["before"] or str(data.get("previous_tail") or "")

    def check(text: str) -> list[str]:
        have = count(text)
        faults = join_faults(text, before, language, planned=planned, elsewhere=elsewhere)
        # What is near enough is brought to its words afterwards; a stump or a flood is asked for again.
        if not beat.words * 0.6 <= have <= beat.words * 1.6:
            faults.append(_SAID[language].format(have=have, words=beat.words))
        return faults

    def distance(text: str) -> float:
        return abs(count(text) - beat.words) / beat.words + len(
            join_faults(text, before, language, planned=planned, elsewhere=elsewhere)
        )

    return Wanted(
        kept, load_prompt("writer", "write_beats", language), {"words": beat.words}, beat.words, check,
        tries=TRIES, distance=distance,
    )  # fmt: skip


def _offer(
    ctx: RunContext, scene: UUID, beat: Due, number: int, version: int, instruction: str | None
) -> Offer:
    point = {"pid": beat.pid, "off": 0}
    anchor = {"from": point, "to": point, "quote": "", "quote_hash": "", "prefix": "", "suffix": ""}
    return Offer(child_id(ctx.run.id, f"beat{number}"), scene, "beat", anchor, version, instruction)


async def _place(
    session: AsyncSession, ctx: RunContext, scene: UUID, due: list[Due], written: list[Reading]
) -> dict[str, Any]:
    """Put all beats on the page of a scene that is still empty; beside it when the author wrote there meanwhile."""
    last = written[-1].answer
    blocks = []
    for beat, one in zip(due, written, strict=True):
        origin = Origin(run=str(ctx.run.id), call=str(one.answer.call_id), demo=one.answer.demo)
        blocks += blocks_from_text(f"[[B{beat.ordinal}]]\n\n{one.text}", origin)
    placed = await ManuscriptService.of(session, scope_of(ctx.run)).proposals.place_draft(
        scene,
        blocks,
        run_id=ctx.run.id,
        path="beats",
        try_=ctx.run.attempt,
        call_id=last.call_id,
        demo=last.demo,
        root_run_id=ctx.run.root_id,
        model=last.model,
    )
    return placed.as_json()
