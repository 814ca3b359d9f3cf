"""Going on from the caret: prose that joins to what stands before it, offered beside the text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import frozen, profile_briefings
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import TextTarget
from infinite_scribe.agents.writer.joins import join_faults
from infinite_scribe.agents.writer.places import beat_here, glued, longest_tail, spot_of
from infinite_scribe.agents.writer.proposing import (
    Offer,
    Reading,
    Wanted,
    ask_prose,
    different,
    keep_offer,
)
from infinite_scribe.briefing.service import Asked
from infinite_scribe.briefing.used import used_before
from infinite_scribe.core.fingerprints import marks
from infinite_scribe.core.ids import child_id
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.page_inputs import ContinueInput

WORDS = {
    "en": {"sentence": 18, "paragraph": 80, "page": 300},
    "zh": {"sentence": 28, "paragraph": 130, "page": 480},
}
MOST_WORDS = 900
"""A beat with more to go is gone on with in several steps."""
BEFORE, AFTER = 700, 200
"""Words of the scene before and after the caret that the writer reads."""
SHORT_OF, OVER = 0.5, 1.6
"""An answer below or above these shares of the asked length is asked for again."""

_SAID = {
    "en": {
        "short": "it has {have} words; about {words} are asked",
        "long": "it has {have} words; no more than {words} are asked",
    },
    "zh": {
        "short": "只有 {have} 字，要约 {words} 字",
        "long": "有 {have} 字，不要超过 {words} 字",
    },
}


@task("writer.continue")
async def continue_text(ctx: RunContext, given: ContinueInput) -> TaskResult:
    """Go on from the caret; one proposal with the asked number of readings."""
    proposal = child_id(ctx.run.id, "continue")
    async with ctx.step("continue", title_key="runs.step.continue"):
        steers = await ctx.steers()
        kept = await ctx.material("continue/briefing", lambda session: _brief(session, ctx, given, steers))
        offer = Offer(
            proposal,
            given.scene,
            "insert",
            given.anchor.model_dump(by_alias=True),
            kept["version"],
            given.instruction,
        )
        wanted = _wanted(ctx, kept)
        readings = [
            _placed(
                ctx,
                kept,
                await ask_prose(
                    ctx,
                    wanted,
                    f"continue/text{number}",
                    TextTarget(proposal_id=proposal, variant=number),
                    offer,
                    variant=number,
                ),
            )
            for number in range(given.variants)
        ]
        offered = different(readings)
        written = await ctx.write("continue/keep", lambda session: keep_offer(session, ctx, offer, offered))
    return TaskResult(words=written["words"], proposals=[str(proposal)])


async def _brief(
    session: AsyncSession, ctx: RunContext, given: ContinueInput, steers: list[str]
) -> dict[str, Any]:
    scope, language = scope_of(ctx.run), ctx.run.language
    state = await ManuscriptService.of(session, scope).scene(given.scene)
    spot = spot_of(state.json, given.anchor.model_dump(by_alias=True))
    here = beat_here(state.json, spot, await PlotService.of(session, scope).beats(given.scene), language)
    words = WORDS[language].get(given.length) or min(
        here.left if here else WORDS[language]["page"], MOST_WORDS
    )
    avoid, used, told = await used_before(session, scope, given.scene, language)
    made = await profile_briefings(session, ctx).onward(
        given.scene,
        before=longest_tail(spot.around.before, BEFORE, language),
        after=_first(spot.around.after, language),
        target_words=words,
        length=given.length,
        beat=here.beat_id if here else None,
        asked=Asked(instruction=given.instruction, steers=steers, avoid=avoid, used=used),
        room=ctx.limits.room,
    )
    kept = frozen(made, ctx)
    # Marks of what was said go to the storyteller as data; a prompt has no use for them.
    kept["data"]["used"] = {"told": list(dict.fromkeys([*told, *marks(state.text)]))}
    return {
        **kept,
        "version": state.version,
        "words": words,
        "length": given.length,
        "inside": spot.is_inside_sentence,
        "head": spot.head,
        "tail": spot.tail,
    }


def _first(text: str, language: str) -> str:
    """Return the beginning of a text, whole paragraphs where they fit."""
    count, kept, spent = language_rules(language).count, list[str](), 0
    for paragraph in text.split("\n\n"):
        spent += count(paragraph)
        if kept and spent > AFTER:
            break
        kept.append(paragraph)
    return "\n\n".join(kept)


def _wanted(ctx: RunContext, kept: dict[str, Any]) -> Wanted:
    language, words, before = ctx.run.language, kept["words"], kept["data"].get("before", "")
    said, count = _SAID[language], language_rules(language).count
    beats = " ".join(str(one["text"]) for one in kept["data"].get("beats", []))
    planned = f"{beats} {kept['data'].get('instruction') or ''}"

    def check(text: str) -> list[str]:
        have = count(text)
        faults = join_faults(text, before, language, planned=planned)
        if kept["length"] != "sentence" and have < words * SHORT_OF:
            faults.append(said["short"].format(have=have, words=words))
        if have > words * OVER + 12:
            faults.append(said["long"].format(have=have, words=words))
        return faults

    prompt = load_prompt("writer", "continue", language)
    form = _form(kept, language)
    return Wanted(kept, prompt, {"words": words, "form": form}, words, check)


_FORMS = {
    "en": {
        "inside": "The text breaks off inside a sentence: begin with the words that complete it.",
        "sentence": "Write one sentence and no more; it stands in the same paragraph.",
        "paragraph": "Write one paragraph, or the lines of speech that take its room.",
        "page": "Write on for several paragraphs and stop at a natural rest.",
        "beat": "Write on until the beat named under “Go on in beat” has come to its outcome, and stop there.",
    },
    "zh": {
        "inside": "正文断在一句话当中：先用几个字把这句话写完。",
        "sentence": "只写一句，与前文同段。",
        "paragraph": "写一段；若是对话，写够一段的篇幅。",
        "page": "往下写几段，在一个自然的停顿处收住。",
        "beat": "写到“接着写的节拍”有了结果为止，就此收住。",
    },
}


def _form(kept: dict[str, Any], language: str) -> str:
    forms = _FORMS[language]
    gap = "" if language == "zh" else " "
    return gap.join([*([forms["inside"]] if kept["inside"] else []), forms[kept["length"]]])


def _placed(ctx: RunContext, kept: dict[str, Any], reading: Reading) -> Reading:
    """Return a reading as it stands at the caret: on in its paragraph, or as paragraphs of its own."""
    text = reading.text
    if kept["length"] == "sentence":
        found = language_rules(ctx.run.language).sentences(text.replace("\n", " "))
        text = found[0] if found else text
    joins = bool(kept["head"].strip()) and (kept["inside"] or kept["length"] == "sentence")
    if not joins:
        return replace(reading, text=text)
    tail = kept["tail"] if "\n\n" not in text else ""
    return replace(reading, text=glued(text, kept["head"], tail, ctx.run.language), joins=True)
