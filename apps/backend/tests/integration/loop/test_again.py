"""A chapter that is steered, answered and tried again from a step: what was accepted stays, what was not makes room."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from factories.loop import StoryModels, Studio
from factories.quick_loop import Hands, answered, quick_studio
from infinite_scribe.runs.schemas.wire import RetryAsk, SteerAsk
from infinite_scribe.runs.service import RunService
from integration.loop.test_chapter_loop import AUTO, chapter, prose
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(300)


async def again(studio: Studio, run: UUID, step: str) -> None:
    async def retry(runs: RunService) -> object:
        return await runs.retry(run, RetryAsk(from_step=step))

    await studio.desk.command(retry)


async def test_a_draft_is_made_again_before_it_is_accepted_and_proposed_after(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await quick_studio(fresh_db, tmp_path, Hands(), real=["writer.draft_scene"])
    models = StoryModels()
    gates = {**AUTO, "plan": "ask", "accept": "ask", "replan": "off"}
    async with studio.working(models):
        read = await studio.desk.start(
            "director.write_chapter", chapter=str(await chapter(studio)), gates=gates
        )
        await studio.asking(read.id)
        await studio.desk.command(lambda runs: runs.steer(read.id, SteerAsk(text="More rain.")))
        assert (await answered(studio, read.id, "accept"))["name"] == "plan"
        assert ((await studio.asking(read.id)).gate or {})["name"] == "accept"
        planned = dict(models.bill)
        await again(studio, read.id, "scene1/draft")
        assert (await answered(studio, read.id, "accept"))["name"] == "accept"
        row = await studio.desk.until(read.id, "completed", "failed", seconds=100)
        # The plan was kept and the first draft, which nobody had accepted, made room for the second.
        assert {name: models.bill[name] - count for name, count in planned.items() if name != "writer.resize"} == {
            "director.cards": 0, "director.beats": 0, "writer.draft_scene": 1,
        }  # fmt: skip
        assert (row.error, (row.result or {})["proposals"]) == (None, [])
        accepted = await prose(studio)
        await again(studio, read.id, "scene1/draft")
        row = await studio.desk.until(read.id, "completed", "failed", seconds=100)
    assert row.error is None
    assert len((row.result or {})["proposals"]) == 1
    assert await prose(studio) == accepted
    told = [event.payload.get("text") for one in await studio.family(read.id) for event in await studio.desk.events(one.id)
            if event.type == "steer.applied"]  # fmt: skip
    assert told == ["More rain."]
