"""The surface check of a scene, and whether it realises its card."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.editor.answers import BeatVerdict, RealiseAnswer
from infinite_scribe.agents.runtime.briefings import briefings, frozen, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.continuity.passages import Paragraph
from infinite_scribe.continuity.realised import (
    ENOUGH,
    LENGTH,
    PLAN,
    SURE,
    Ending,
    Owed,
    holds_asked,
    is_long_enough,
    length_clash,
    missed,
    owed_clashes,
)
from infinite_scribe.continuity.schemas import FindingRead
from infinite_scribe.continuity.service import ContinuityService, paragraphs_of
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.inputs import CheckInput, CheckResult, RealiseInput

SHORTEST_QUOTE = 6


@task("editor.check")
async def check(ctx: RunContext, given: CheckInput) -> CheckResult:
    """Check a scene against the canon by rules alone: names, life, attributes, viewpoint, what it may not tell."""
    return CheckResult(**await surface_check(ctx, given.scene))


@task("editor.realise")
async def realise(ctx: RunContext, given: RealiseInput) -> CheckResult:
    """Check a scene by rules, then compare it with its beats; every verdict of `met` is proven by the text."""
    checked = await surface_check(ctx, given.scene)
    async with ctx.step("realise", title_key="runs.step.realise"):
        kept = await ctx.material("realise/briefing", lambda session: _brief(session, ctx, given.scene))
        beats = [beat["handle"] for beat in kept["data"]["beats"]]
        if not beats or not kept["data"]["paragraphs"]:
            return CheckResult(**checked)
        prompt = load_prompt("editor", "realise", ctx.run.language)
        request = ModelRequest(
            messages=prompt.messages({"briefing": kept["text"]}),
            max_tokens=160 * len(beats) + 200,
            data=kept["data"],
            output=RealiseAnswer,
            check=lambda answer: check_verdicts(answer, beats),
            manifest=parts_of(kept["manifest"]),
            receipt=kept["manifest"],
            prompt_name=prompt.name,
            prompt_version=prompt.version,
        )
        answer: RealiseAnswer = (await ctx.call("realise/ask", request)).output
        verdicts, dropped = proven(answer.verdicts, kept["data"]["paragraphs"], Beats.of(kept))
        owed = await ctx.write(
            "realise/keep",
            lambda session: _keep_owed(session, ctx, given.scene, kept["data"]["beats"], verdicts),
        )
        for number, finding in enumerate(owed, start=len(checked["items"])):
            await ctx.output("finding", number, finding)
    items = [*checked["items"], *(finding["id"] for finding in owed)]
    return CheckResult(**{**checked, "items": items, "verdicts": verdicts, "dropped": dropped})


async def surface_check(ctx: RunContext, scene: UUID, prefix: str = "check") -> dict[str, Any]:
    """Run the rules over a scene, keep what they found, and say it."""
    async with ctx.step(prefix, title_key="runs.step.check"):
        found: dict[str, Any] = await ctx.write(f"{prefix}/keep", lambda session: _check(session, ctx, scene))
        for number, finding in enumerate(found["findings"]):
            await ctx.output("finding", number, finding)
    return {
        "items": [finding["id"] for finding in found["findings"]],
        "evaluated": found["evaluated"],
        "not_evaluated": found["not_evaluated"],
    }


async def _check(session: AsyncSession, ctx: RunContext, scene: UUID) -> dict[str, Any]:
    continuity = ContinuityService.of(session, scope_of(ctx.run))
    read = await continuity.check_scene(scene, run_id=ctx.run.root_id, draft=True)
    await continuity.settle_owed(scene)
    return {
        "findings": [shown(finding) for finding in read.findings[:40]],
        "evaluated": read.evaluated,
        "not_evaluated": [one.model_dump() for one in read.not_evaluated],
    }


def shown(finding: FindingRead) -> dict[str, Any]:
    """Return a finding as a run tells it."""
    return {
        "id": str(finding.id),
        "rule": finding.rule,
        "severity": finding.severity,
        "why": finding.why,
        "quote": str(finding.claim.get("quote", "")),
    }


async def _keep_owed(
    session: AsyncSession,
    ctx: RunContext,
    scene: UUID,
    beats: list[dict[str, Any]],
    verdicts: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Keep what the scene owes its card: must-includes and beats that do not stand in it, its outcome first of all."""
    scope = scope_of(ctx.run)
    card = await PlotService.of(session, scope).card(scene)
    state = await ManuscriptService.of(session, scope).scene(scene)
    paragraphs = paragraphs_of(state)
    owed = missed(
        [str(one["text"]) for one in (card.must_include if card else []) if one.get("text")], paragraphs
    )
    said = {verdict["beat"]: verdict["verdict"] for verdict in verdicts}
    text = "\n\n".join(one.text for one in paragraphs)
    owed += [
        Owed("beat", beat["text"])
        for beat in beats[:-1]
        if said.get(beat["handle"]) in {"missing", "contradicted"} and not holds_asked(text, beat["text"])
    ]
    # What a scene comes to is not left in doubt: without a proof it is owed.
    owed += [Owed("outcome", beat["text"]) for beat in beats[-1:] if said.get(beat["handle"]) != "met"]
    owed += [
        Owed("unproven", beat["text"]) for beat in beats[:-1] if said.get(beat["handle"]) == "unverified"
    ]
    continuity = ContinuityService.of(session, scope)
    found = owed_clashes(scene, state.version, paragraphs, owed)
    kept = await continuity.keep_owed(scene, found, {PLAN}, run_id=ctx.run.root_id)
    budget = card.word_budget if card is not None else None
    words = language_rules(ctx.run.language).count(state.text)
    long = budget and not is_long_enough(words, budget)
    length = [length_clash(scene, state.version, paragraphs, words, budget)] if budget and long else []
    kept += await continuity.keep_owed(scene, length, {LENGTH}, run_id=ctx.run.root_id)
    return [shown(finding) for finding in kept]


async def _brief(session: AsyncSession, ctx: RunContext, scene: UUID) -> dict[str, Any]:
    made = frozen(await briefings(session, ctx).checker(scene, room=ctx.limits.room), ctx)
    state = await ManuscriptService.of(session, scope_of(ctx.run)).scene(scene)
    return {**made, "covers": [list(beat.covers) for beat in state.beats]}


def check_verdicts(answer: RealiseAnswer, beats: list[str]) -> list[str]:
    """Return what is wrong with the verdicts: beats that are unknown or left out."""
    said = {verdict.beat for verdict in answer.verdicts}
    wrong = [f"{beat} is no beat of this scene" for beat in sorted(said - set(beats))]
    return wrong + [f"{beat} has no verdict" for beat in beats if beat not in said]


@dataclass(frozen=True)
class Beats:
    """What the beats of a scene ask for, by handle, and where its last one has to be found."""

    asked: Mapping[str, str]
    ending: Ending
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Beats:
        """Return the beats of a checker's briefing."""
        data = kept["data"]
        paragraphs = [Paragraph(str(one["pid"]), str(one["text"])) for one in data["paragraphs"]]
        asked = {str(beat["handle"]): str(beat["text"]) for beat in data["beats"]}
        names = tuple(str(one) for one in dict(data.get("names") or {}).values())
        return cls(asked, Ending.of(paragraphs, kept.get("covers") or []), names)


def proven(
    verdicts: list[BeatVerdict], paragraphs: list[dict[str, Any]], beats: Beats | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Return the verdicts with the paragraph that proves them; a quote that is not in the text proves nothing.

    A beat that nobody could show is met all the same where its words stand in a paragraph: that is its claim. The last
    one is what the scene comes to: its proof has to lie in the end, and more of its words have to stand there where
    the reader found nothing.
    """
    found, dropped = [], 0
    last = list(beats.asked)[-1] if beats is not None and beats.asked else ""
    plain = [(paragraph["pid"], _plain(paragraph["text"])) for paragraph in paragraphs]
    for verdict in verdicts:
        ending = beats.ending if beats is not None and verdict.beat == last else None
        places = plain if ending is None else [(one.pid, _plain(one.text)) for one in ending.paragraphs]
        quote = _plain(verdict.quote)
        pid = next((pid for pid, text in places if len(quote) >= SHORTEST_QUOTE and quote in text), None)
        state = verdict.verdict
        if state == "met" and (pid is None or (ending is not None and not ending.is_told)):
            state, pid, dropped = "unverified", None, dropped + 1
        said = verdict.quote if pid else ""
        if beats is not None and state in {"missing", "unverified"}:
            shown = _shown(beats, verdict.beat, paragraphs, ending, SURE if state == "missing" else ENOUGH)
            if shown is not None:
                state, pid, said = "met", shown[0], shown[1][:600]
        found.append({"beat": verdict.beat, "verdict": state, "quote": said, "pid": pid})
    return found, dropped


def _shown(
    beats: Beats, handle: str, paragraphs: list[dict[str, Any]], ending: Ending | None, least: float
) -> tuple[str, str] | None:
    """Return the paragraph in which the words of a beat stand, those of the last one in the end."""
    words = beats.asked.get(handle)
    if not words:
        return None
    if ending is not None:
        one = ending.shows(words, beats.names, least)
        return None if one is None else (one.pid, one.text)
    found = next((one for one in paragraphs if holds_asked(one["text"], words)), None)
    return None if found is None else (found["pid"], found["text"])


def _plain(text: str) -> str:
    """Normalise quotation marks and white space, so that a copied quote is found."""
    folded = unicodedata.normalize("NFC", text)
    for marks, mark in (("“”„«»「」『』", '"'), ("‘’‚", "'")):
        folded = re.sub(f"[{marks}]", mark, folded)
    return " ".join(folded.split())
