"""Bringing a passage to a length: shorter or longer by the word, with what it says kept."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import briefings, frozen
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import TextTarget
from infinite_scribe.agents.writer.places import spot_of
from infinite_scribe.agents.writer.proposing import Offer, Wanted, ask_prose, different, keep_offer
from infinite_scribe.continuity.realised import TOLERANCE
from infinite_scribe.core.ids import child_id
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.page_inputs import ResizeInput

AROUND = 600
"""Characters of text before and after the passage that the writer reads."""
TRIES = 3
KEEPS_ALL = 0.5
"""From this share of the old length on, every name and number of the passage has to stand in the new one."""
_NUMBER = re.compile(r"\d+")

_SAID = {
    "en": {
        "length": "it has {have} words; {words} are asked",
        "lost": "it lost {what}",
        "same": "nothing was changed",
    },
    "zh": {"length": "有 {have} 字，要 {words} 字", "lost": "少了{what}", "same": "没有改动"},
}


@task("writer.resize")
async def resize(ctx: RunContext, given: ResizeInput) -> TaskResult:
    """Bring a passage to its words, within ten in a hundred; the nearest is offered, and says so, when none comes."""
    proposal = child_id(ctx.run.id, "resize")
    async with ctx.step("resize", title_key="runs.step.resize"):
        kept = await ctx.material("resize/briefing", lambda session: _brief(session, ctx, given))
        offer = Offer(
            proposal,
            given.scene,
            "replace",
            given.anchor.model_dump(by_alias=True),
            kept["version"],
            given.instruction,
        )
        wanted = _wanted(ctx, given, kept)
        readings = [
            await ask_prose(
                ctx, wanted, f"resize/text{number}", TextTarget(proposal_id=proposal, variant=number), offer,
                variant=number,
            )
            for number in range(given.variants)
        ]  # fmt: skip
        written = await ctx.write(
            "resize/keep", lambda session: keep_offer(session, ctx, offer, different(readings))
        )
    return TaskResult(words=written["words"], proposals=[str(proposal)])


async def _brief(session: AsyncSession, ctx: RunContext, given: ResizeInput) -> dict[str, Any]:
    state = await ManuscriptService.of(session, scope_of(ctx.run)).scene(given.scene)
    spot = spot_of(state.json, given.anchor.model_dump(by_alias=True)).around
    made = await briefings(session, ctx).rewrite(
        given.scene,
        text=spot.text,
        before=spot.before[-AROUND:],
        after=spot.after[:AROUND],
        instruction=given.instruction or "",
        target_words=given.words,
        room=ctx.limits.room,
    )
    return {**frozen(made, ctx), "version": state.version}


def _wanted(ctx: RunContext, given: ResizeInput, kept: dict[str, Any]) -> Wanted:
    language = ctx.run.language
    count, said = language_rules(language).count, _SAID[language]
    source, words = str(kept["data"]["text"]), given.words
    now = count(source)
    names = [str(one) for one in kept["data"].get("names", [])]
    must = [*names, *_NUMBER.findall(source)] if words >= now * KEEPS_ALL else []

    def check(text: str) -> list[str]:
        have = count(text)
        faults = [] if fits(have, words) else [said["length"].format(have=have, words=words)]
        lost = [one for one in must if one not in text]
        if lost:
            faults.append(said["lost"].format(what=", ".join(lost)))
        if not faults and " ".join(text.split()) == " ".join(source.split()):
            faults.append(said["same"])
        return faults

    def distance(text: str) -> float:
        return abs(count(text) - words) / words + sum(one not in text for one in must)

    return Wanted(
        kept,
        load_prompt("writer", "resize", language),
        {"words": words, "now": now},
        words,
        check,
        tries=TRIES,
        distance=distance,
    )


def fits(have: int, words: int) -> bool:
    """Say whether a length is the asked one, give or take ten in a hundred; two words are always given."""
    return abs(have - words) <= max(2, words * TOLERANCE)
