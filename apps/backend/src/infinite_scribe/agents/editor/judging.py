"""Marking a chapter by criteria, from 0 to 20, when the author asks; each mark stands on words of the chapter.

A mark is information. It gates nothing, and of a model that was not tried on spoilt texts it is told as an opinion.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.editor.answers import LENSES, JudgeAnswer, Mark
from infinite_scribe.agents.editor.errors import NothingToReadError
from infinite_scribe.agents.editor.reading import ChapterText, Question, read_chapter
from infinite_scribe.agents.editor.spoiling import LOWERS
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.judges import trusted_judges
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.runs.schemas.inputs import JudgeInput, JudgeResult

RULE = "judge"
TRIED = frozenset(LOWERS.values())
"""The criteria in which a judge on trial has to mark a spoilt text lower."""
LONGEST_WHY = 400


@task("editor.judge")
async def judge(ctx: RunContext, given: JudgeInput) -> JudgeResult:
    """Mark a chapter. Changes nothing."""
    criteria = list(given.criteria or LENSES)
    asked = Question(
        "judge", "chapter", {"criteria": criteria}, JudgeAnswer, 200 * len(criteria) + 200,
        lambda answer: [one.quote for one in answer.marks],
    )  # fmt: skip
    async with ctx.step("judge", title_key="runs.step.judge"):
        read = await read_chapter(ctx, given.chapter, asked, prefix="judge")
        if not read.answers:
            raise NothingToReadError
        marks, dropped = proven_marks([answer.marks for answer in read.answers], read.text, criteria)

        async def trusted(session: AsyncSession) -> list[str]:
            return await trusted_judges(session, ctx, "marks")

        sure = read.models <= set(await ctx.read("judge/trusted", trusted))
    said = {one["criterion"] for one in marks}
    return JudgeResult(
        chapter=str(given.chapter),
        marks=marks,
        unmarked=[one for one in criteria if one not in said],
        dropped=dropped + read.formless,
        not_evaluated=_untried(criteria, sure=sure),
    )


def _untried(criteria: Sequence[str], *, sure: bool) -> list[dict[str, Any]]:
    """Return what trust does not cover: all marks of a model that was not tried, else the criteria without a trial."""
    opinion = {"rule": RULE, "reason": "uncalibrated"}
    untried = [one for one in criteria if one not in TRIED]
    if not sure:
        return [{**opinion, "count": 1}]
    return [{**opinion, "count": len(untried), "criteria": untried}] if untried else []


def proven_marks(
    parts: Sequence[Sequence[Mark]], text: ChapterText, criteria: Sequence[str]
) -> tuple[list[dict[str, Any]], int]:
    """Return one mark a criterion, the mean of the chapter's parts, and how many fell: without words of the text,
    without a reason, on something else, or a second time on the same in one part.
    """
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {one: [] for one in criteria}
    dropped = 0
    for part in parts:
        seen: set[str] = set()
        for mark in part:
            side, why = text.side(mark.quote), mark.why.strip()[:LONGEST_WHY]
            if side is None or not why or mark.criterion not in found or mark.criterion in seen:
                dropped += 1
                continue
            seen.add(mark.criterion)
            found[mark.criterion].append((mark.score, {"text": why, **side}))
    marks = [
        {
            "criterion": criterion,
            "score": round(fmean(score for score, _ in given), 1),
            "reasons": [reason for _, reason in given],
        }
        for criterion, given in found.items()
        if given
    ]
    return marks, dropped
