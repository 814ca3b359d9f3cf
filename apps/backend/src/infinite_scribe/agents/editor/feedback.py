"""Feedback on a chapter when the author asks for it: strong, weak, open questions, each with words of the text."""

from __future__ import annotations

from typing import Any

from infinite_scribe.agents.editor.answers import LENSES, MOST_NOTES, NOTES, FeedbackAnswer, Note
from infinite_scribe.agents.editor.errors import NothingToReadError
from infinite_scribe.agents.editor.reading import ChapterText, Question, read_chapter
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.runs.schemas.inputs import FeedbackInput, FeedbackResult

LONGEST_NOTE = 600


@task("editor.feedback")
async def feedback(ctx: RunContext, given: FeedbackInput) -> FeedbackResult:
    """Say what a reader sees in a chapter. Changes nothing."""
    lenses = list(given.lenses or LENSES)
    asked = Question(
        "feedback", "chapter", {"lenses": lenses, "question": given.instruction or ""}, FeedbackAnswer, 1_600,
        lambda answer: [one.quote for one in answer.notes],
    )  # fmt: skip
    async with ctx.step("feedback", title_key="runs.step.feedback"):
        read = await read_chapter(ctx, given.chapter, asked, prefix="feedback")
        if not read.answers:
            raise NothingToReadError
        said = [one for answer in read.answers for one in answer.notes]
        notes, dropped = proven_notes(said, read.text, lenses)
    return FeedbackResult(chapter=str(given.chapter), notes=notes, dropped=dropped + read.formless)


def proven_notes(notes: list[Note], text: ChapterText, lenses: list[str]) -> tuple[list[dict[str, Any]], int]:
    """Return the notes whose words stand in the text, each once and with their place, and how many fell."""
    found: list[dict[str, Any]] = []
    for one in notes:
        side = text.side(one.quote)
        said = one.text.strip()[:LONGEST_NOTE]
        if side is None or not said or one.kind not in NOTES or one.lens not in lenses:
            continue
        note = {"kind": one.kind, "lens": one.lens, "text": said, **side}
        if not any((other["text"], other["quote"]) == (said, side["quote"]) for other in found):
            found.append(note)
    return found[:MOST_NOTES], len(notes) - len(found)
