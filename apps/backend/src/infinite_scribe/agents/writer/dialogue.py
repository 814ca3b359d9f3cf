"""A pass over the speech of a passage: who talks sounds like himself, and what happens stays."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import frozen, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import TextTarget
from infinite_scribe.agents.writer.places import spot_of
from infinite_scribe.agents.writer.proposing import Offer, Wanted, ask_prose, different, keep_offer
from infinite_scribe.core.ids import child_id
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.page_inputs import DialogueInput

SHORT_OF, OVER = 0.5, 2.0
"""A pass over speech may make a passage shorter or longer, but not by more than these shares."""
_QUOTES = '“”"「」『』—'

_SAID = {
    "en": {
        "silent": "nobody speaks in it",
        "lost": "it lost {what}",
        "length": "it has {have} words; the passage had {now}",
        "same": "nothing was changed",
    },
    "zh": {
        "silent": "没有人说话",
        "lost": "少了{what}",
        "length": "有 {have} 字，原文 {now} 字",
        "same": "没有改动",
    },
}


@task("writer.dialogue")
async def work_over_dialogue(ctx: RunContext, given: DialogueInput) -> TaskResult:
    """Work over the speech of a passage by the voices of those who talk; one proposal."""
    proposal = child_id(ctx.run.id, "dialogue")
    async with ctx.step("dialogue", title_key="runs.step.dialogue"):
        kept = await ctx.material("dialogue/briefing", lambda session: _brief(session, ctx, given))
        offer = Offer(
            proposal,
            given.scene,
            "replace",
            given.anchor.model_dump(by_alias=True),
            kept["version"],
            given.instruction,
        )
        wanted = _wanted(ctx, kept)
        readings = [
            await ask_prose(
                ctx, wanted, f"dialogue/text{number}", TextTarget(proposal_id=proposal, variant=number), offer,
                variant=number,
            )
            for number in range(given.variants)
        ]  # fmt: skip
        written = await ctx.write(
            "dialogue/keep", lambda session: keep_offer(session, ctx, offer, different(readings))
        )
    return TaskResult(words=written["words"], proposals=[str(proposal)])


async def _brief(session: AsyncSession, ctx: RunContext, given: DialogueInput) -> dict[str, Any]:
    state = await ManuscriptService.of(session, scope_of(ctx.run)).scene(given.scene)
    spot = spot_of(state.json, given.anchor.model_dump(by_alias=True)).around
    made = await profile_briefings(session, ctx).dialogue(
        given.scene,
        text=spot.text,
        before=spot.before,
        after=spot.after,
        instruction=given.instruction or "",
        cast=given.cast,
        room=ctx.limits.room,
    )
    return {**frozen(made, ctx), "version": state.version}


def _wanted(ctx: RunContext, kept: dict[str, Any]) -> Wanted:
    language = ctx.run.language
    count, said = language_rules(language).count, _SAID[language]
    source = str(kept["data"]["text"])
    now = count(source)
    names = [str(one) for one in kept["data"].get("names", [])]

    def check(text: str) -> list[str]:
        have = count(text)
        faults = [] if any(one in text for one in _QUOTES) else [said["silent"]]
        lost = [one for one in names if one not in text]
        if lost:
            faults.append(said["lost"].format(what=", ".join(lost)))
        if not now * SHORT_OF <= have <= now * OVER + 20:
            faults.append(said["length"].format(have=have, now=now))
        if " ".join(text.split()) == " ".join(source.split()):
            faults.append(said["same"])
        return faults

    return Wanted(kept, load_prompt("writer", "dialogue", language), {}, max(now, 40) * 2, check)
