"""What the author takes as it is, a tool of the page offers as it is: nothing complains, nothing more is paid for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from factories.loop import StoryModels, Studio, make_studio
from factories.manuscript import page
from infinite_scribe.manuscript.document import beat_node
from infinite_scribe.runs.models import Run
from infinite_scribe.runs.schemas.wire import AnswerAsk
from integration.writer.test_page_tools import TEXTS, caret, proposals, save, studio_with, words
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(120)
FOREIGN = "雨一直下到半夜，她坐在灯下，把那封没有寄出去的信又读了一遍，然后慢慢折好，放回抽屉里。"


async def taken(studio: Studio, models: StoryModels, task: str, **given: Any) -> Run:
    """Start a tool whose model never writes in the book's language, and take what it wrote."""
    async with studio.working(models, ["writer"]):
        read = await studio.desk.start(task, scene=str(studio.book.scene_id), **given)
        row = await studio.desk.until(read.id, "completed", "failed", "waiting", seconds=60)
        assert (row.gate or {}).get("name") == "prose", row.error
        before = models.bill.copy()
        answer = AnswerAsk(gate="prose", decision="keep")
        await studio.desk.command(lambda runs: runs.answer(read.id, answer))
        row = await studio.desk.until(read.id, "completed", "failed", "waiting", seconds=60)
    assert row.state == "completed", (row.error, row.gate)
    assert models.bill == before
    return row


async def test_text_that_was_taken_is_offered_and_not_asked_for_again(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await studio_with(fresh_db, tmp_path)
    anchor = caret("p2", TEXTS["en"][-1])
    await taken(studio, StoryModels(lambda *_: FOREIGN), "writer.continue", anchor=anchor, length="paragraph")
    (offer,) = await proposals(studio)
    assert words(offer.variants[0]["blocks"]).strip() == FOREIGN


async def test_a_beat_that_was_taken_is_not_brought_to_its_length(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    document = page(studio.book.scene_id, "Rain came over the harbour.")
    beats = [beat_node("Ines finds the jar open.", "b1", ["p0"]), beat_node("Tomas asks about it.", "b2")]
    await save(studio, {**document, "content": [beats[0], *document["content"], beats[1]]})
    await taken(studio, StoryModels(lambda *_: FOREIGN), "writer.write_beats", beats=["b2"])
    (offer,) = await proposals(studio)
    assert words(offer.variants[0]["blocks"]).strip() == FOREIGN
