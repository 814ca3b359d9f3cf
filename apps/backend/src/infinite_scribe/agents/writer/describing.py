"""Describing something by the senses: a few short cards beside the text, each of which can be put in."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import frozen, parts_of, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.prose import clean, wrong_language
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.agents.writer.answers import SenseCard, SenseCards
from infinite_scribe.agents.writer.places import glued, spot_of
from infinite_scribe.agents.writer.proposing import Offer, Reading, keep_offer
from infinite_scribe.core.ids import child_id
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.page_inputs import DescribeInput

MOST = {"en": 60, "zh": 100}
"""Words of a card."""
TOKENS = 130
"""Tokens of an answer for each sense."""

_NOTHING = {"en": "No card can be used: {why}.", "zh": "没有一张可用：{why}。"}
_SENSES = {
    "en": {
        "sight": "what is seen", "sound": "what is heard", "smell": "what is smelt", "touch": "what is felt on the skin",
        "taste": "what is tasted", "metaphor": "an image for it", "inner": "what it does to the viewpoint, without naming a feeling",
    },
    "zh": {
        "sight": "看见的", "sound": "听见的", "smell": "闻到的", "touch": "皮肤上的", "taste": "尝到的", "metaphor": "一个比喻",
        "inner": "它在视角人物身上引起什么，不点出情绪",
    },
}  # fmt: skip


@task("writer.describe")
async def describe(ctx: RunContext, given: DescribeInput) -> TaskResult:
    """Describe what is marked by the asked senses; one proposal whose readings are the cards."""
    proposal = child_id(ctx.run.id, "describe")
    async with ctx.step("describe", title_key="runs.step.describe"):
        kept = await ctx.material("describe/briefing", lambda session: _brief(session, ctx, given))
        answer = await ctx.call("describe/cards", _request(ctx, given, kept))
        cards, _ = usable(answer.output, given, kept["data"]["text"], ctx.run.language)
        offer = Offer(proposal, given.scene, "insert", kept["behind"], kept["version"], given.instruction)
        readings = [
            Reading(
                answer,
                glued(card.text, kept["head"], kept["tail"], ctx.run.language),
                joins=True,
                members={"sense": card.sense},
            )
            for card in cards
        ]
        written = await ctx.write("describe/keep", lambda session: keep_offer(session, ctx, offer, readings))
    return TaskResult(words=written["words"], proposals=[str(proposal)])


async def _brief(session: AsyncSession, ctx: RunContext, given: DescribeInput) -> dict[str, Any]:
    state = await ManuscriptService.of(session, scope_of(ctx.run)).scene(given.scene)
    anchor = given.anchor.model_dump(by_alias=True)
    spot = spot_of(state.json, anchor)
    behind = {
        **anchor,
        "from": anchor["to"],
        "quote": "",
        "quote_hash": "",
        "prefix": given.anchor.quote.rpartition("\n")[2][-32:],
    }
    after = spot_of(state.json, behind)
    made = await profile_briefings(session, ctx).describe(
        given.scene,
        text=spot.around.text,
        before=spot.around.before,
        after=spot.around.after,
        senses=list(dict.fromkeys(given.senses)),
        instruction=given.instruction or "",
        room=ctx.limits.room,
    )
    return {
        **frozen(made, ctx),
        "version": state.version,
        "behind": behind,
        "head": after.head,
        "tail": after.tail,
    }


def _request(ctx: RunContext, given: DescribeInput, kept: dict[str, Any]) -> ModelRequest:
    language = ctx.run.language
    prompt = load_prompt("writer", "describe", language)
    asked = list(dict.fromkeys(given.senses))
    senses = "\n".join(f"- {one}: {_SENSES[language][one]}" for one in asked)

    def check(cards: SenseCards) -> list[str]:
        found, faults = usable(cards, given, kept["data"]["text"], language)
        return [] if found else [_NOTHING[language].format(why="; ".join(faults) or "cards: []")]

    return ModelRequest(
        messages=prompt.messages({"briefing": kept["text"], "senses": senses, "words": MOST[language]}),
        max_tokens=TOKENS * len(asked) + 100,
        data=kept["data"],
        output=SenseCards,
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        check=check,
    )


def usable(
    answer: SenseCards, given: DescribeInput, source: str, language: str
) -> tuple[list[SenseCard], list[str]]:
    """Return the cards that can be offered, in the asked order, and why the others cannot."""
    count = language_rules(language).count
    found: dict[str, SenseCard] = {}
    faults: list[str] = []
    for card in answer.cards:
        text = (
            " ".join(clean(card.text).text.split())
            if language != "zh"
            else "".join(clean(card.text).text.split())
        )
        if card.sense not in given.senses or card.sense in found:
            faults.append(f"{card.sense} was not asked, or came before")
        elif not text or count(text) > MOST[language]:
            faults.append(f"{card.sense}: {count(text)} / {MOST[language]}")
        elif wrong_language(text, language):
            faults.append(f"{card.sense}: language")
        elif text in source or any(text == one.text for one in found.values()):
            faults.append(f"{card.sense} repeats")
        else:
            found[card.sense] = SenseCard(sense=card.sense, text=text)
    return [found[one] for one in dict.fromkeys(given.senses) if one in found], faults
