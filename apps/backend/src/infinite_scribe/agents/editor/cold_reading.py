"""Reading a chapter cold: without plan and world, as somebody does who only has the pages.

First the chapter for itself, then beside what earlier chapters say of the same people, places and amounts.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.editor.answers import SUBTYPES, ColdReadAnswer, Suspicion
from infinite_scribe.agents.editor.checking import shown
from infinite_scribe.agents.editor.errors import NothingToReadError
from infinite_scribe.agents.editor.old_pages import PER_PASSAGE, old_pages
from infinite_scribe.agents.editor.reading import ChapterText, Question, read_chapter
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.briefing.errors import BriefingTooLargeError
from infinite_scribe.continuity.doubts import READ, read_clash
from infinite_scribe.continuity.findings import FoundClash
from infinite_scribe.continuity.service import ContinuityService
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.runs.schemas.inputs import CheckResult, ColdReadInput

COLD_LENSES = ("people", "details", "time", "world", "telling")
LONGEST_WHY = 300


@task("editor.cold_read")
async def cold_read(ctx: RunContext, given: ColdReadInput) -> CheckResult:
    """Find places of a chapter that cannot both be; each finding has both quotes, and none of them blocks."""
    lenses = list(given.lenses or COLD_LENSES)
    async with ctx.step("cold_read", title_key="runs.step.cold_read"):
        read = await read_chapter(ctx, given.chapter, _asked(lenses), prefix="cold_read")
        if not read.answers:
            raise NothingToReadError
        text = read.text
        found, dropped = proven_doubts(_said(read.answers), text, ctx.run.language)
        own = partial(_keep, ctx=ctx, text=text, found=found, whole=False)
        kept = await ctx.write("cold_read/keep", own)
        try:
            older, fell = await _beside_old_pages(ctx, given.chapter, text, lenses)
        except BriefingTooLargeError:
            missed, fell = [{"rule": READ, "reason": "too_large", "count": 1}], 0
        else:
            missed, every = [], partial(_keep, ctx=ctx, text=text, found=[*found, *older])
            kept = await ctx.write("cold_read/old/keep", every)
        for number, finding in enumerate(kept):
            await ctx.output("finding", number, finding)
    items = [one["id"] for one in kept]
    lost = dropped + read.formless + fell
    return CheckResult(items=items, evaluated=[READ], not_evaluated=missed, dropped=lost)


def _asked(lenses: list[str], old: list[str] | None = None) -> Question:
    data: dict[str, Any] = {"lenses": lenses, **({"old_passages": old} if old else {})}
    return Question(
        "cold_read", "reading", data, ColdReadAnswer, 1_600,
        lambda answer: [quote for one in answer.suspicions for quote in (one.quote_a, one.quote_b)],
        beside=sum(count_tokens(one) + PER_PASSAGE for one in old or ()),
    )  # fmt: skip


def _said(answers: list[ColdReadAnswer]) -> list[Suspicion]:
    return [one for answer in answers for one in answer.suspicions]


async def _beside_old_pages(
    ctx: RunContext, chapter: UUID, text: ChapterText, lenses: list[str]
) -> tuple[list[FoundClash], int]:
    """Return what the chapter and earlier ones cannot both say, and how many doubts fell; a doubt needs both sides."""

    async def pages(session: AsyncSession) -> dict[str, Any]:
        return {"pages": await old_pages(session, ctx, chapter, text.paragraphs)}

    old = (await ctx.material("cold_read/old/pages", pages))["pages"]
    if not old:
        return [], 0
    asked = _asked(lenses, [str(one["text"]) for one in old])
    read = await read_chapter(ctx, chapter, asked, prefix="cold_read/old")
    said = _said(read.answers)
    found, _ = proven_doubts(said, ChapterText.of([*old, *text.paragraphs]), ctx.run.language)
    before, here = ({str(one["scene"]) for one in some} for some in (old, text.paragraphs))
    across = [one for one in found if one.against["scene"] in before and one.claim["scene"] in here]
    return across, len(said) - len(across) + read.formless


def proven_doubts(doubts: list[Suspicion], text: ChapterText, language: str) -> tuple[list[FoundClash], int]:
    """Return the doubts of which both quotes stand in the text, at two places, and how many fell."""
    found: dict[str, FoundClash] = {}
    for one in doubts:
        first, second = text.side(one.quote_a), text.side(one.quote_b)
        why = one.why.strip()[:LONGEST_WHY]
        if (
            first is None
            or second is None
            or not why
            or one.subtype not in SUBTYPES
            or _overlap(first, second)
        ):
            continue
        if _place(text, first) > _place(text, second):
            first, second = second, first
        clash = read_clash(first, second, one.subtype, why, "zh" if language == "zh" else "en")
        found.setdefault(clash.fingerprint, clash)
    return list(found.values()), len(doubts) - len(found)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    same = (one["scene"], one["pid"]) == (other["scene"], other["pid"])
    return bool(same and one["from"] < other["to"] and other["from"] < one["to"])


def _place(text: ChapterText, side: dict[str, Any]) -> tuple[int, int]:
    at = next(
        n
        for n, one in enumerate(text.paragraphs)
        if (one["scene"], one["pid"]) == (side["scene"], side["pid"])
    )
    return at, side["from"]


async def _keep(
    session: AsyncSession, *, ctx: RunContext, text: ChapterText, found: list[FoundClash], whole: bool = True
) -> list[dict[str, Any]]:
    scenes = {UUID(str(one["scene"])) for one in text.paragraphs}
    continuity = ContinuityService.of(session, scope_of(ctx.run))
    kept = await continuity.keep_doubts(scenes, found, READ, run_id=ctx.run.root_id, whole=whole)
    return [shown(one) for one in kept]
