"""What a reader sees while text is written: what was refused goes, what was taken comes back, each beat has its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from factories.loop import StoryModels, make_studio
from factories.manuscript import page as scene_page
from factories.runs import AnyInput, Desk, ScriptedModels, make_desk, registry_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.requests import ModelRequest, TextTarget
from infinite_scribe.manuscript.document import beat_node
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.wire import AnswerAsk
from integration.writer.test_page_tools import save
from servers.databases import TestDatabase

LOOP = "and then he counted the lamps on the sill once more and again " * 6
SCENE = UUID("01900000-0000-7000-8000-000000000001")


async def prose(ctx: RunContext, given: AnyInput) -> TaskResult:
    words = [Message(role="system", text="You write."), Message(role="user", text="Go on.")]
    answer = await ctx.call("text", ModelRequest(messages=words, max_tokens=100), TextTarget(scene_id=SCENE))
    return TaskResult(items=[answer.text])


async def shown(desk: Desk, run: UUID, models: ScriptedModels) -> str:
    """Return what stands on the page of somebody who reads the stored events, as the web app reads them."""
    page = ""
    told = sorted(await desk.events(run), key=lambda one: (one.epoch, int(one.payload.get("n_to") or one.n)))
    for event in told:
        if event.type == "text.rewind":
            page = page[: event.payload["to_offset"]]
        elif event.type == "text.snapshot":
            page = event.payload["text"]
        elif event.type == "text.delta":
            page = models.answers[UUID(event.payload["call"])].text
    return page


@pytest.mark.parametrize(
    ("decision", "stands"), [("keep", LOOP), ("write", "I wrote it."), ("retry", "She went home.")]
)
async def test_what_was_refused_leaves_the_page_and_what_is_taken_stands_there(
    fresh_db: TestDatabase, decision: str, stands: str
) -> None:
    desk = await make_desk(fresh_db, registry_of(prose=prose))
    models = ScriptedModels({"text": [LOOP, LOOP, LOOP, "She went home."]})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.prose")).id, "waiting", "completed", "failed")
        assert (run.gate or {})["name"] == "prose"
        begun = [one.payload["call"] for one in await desk.events(run.id) if one.type == "text.rewind"]
        assert len(begun) == 4, "three texts began, and the last was taken back"
        assert begun[3] == begun[2]
        answer = AnswerAsk(gate="prose", decision=decision, text="I wrote it.")
        await desk.command(lambda runs: runs.answer(run.id, answer))
        run = await desk.until(run.id, "completed", "failed")
    assert (run.result or {})["items"] == [stands]
    assert await shown(desk, run.id, models) == stands


async def test_each_beat_of_an_empty_scene_is_read_behind_its_own_line(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    document: dict[str, Any] = scene_page(studio.book.scene_id)
    beats = [beat_node("Ines finds the jar open.", "b1"), beat_node("Tomas asks about it.", "b2")]
    await save(studio, {**document, "content": beats})
    async with studio.working(StoryModels(), ["writer"]):
        run = await studio.desk.start("writer.write_beats", scene=str(studio.book.scene_id))
        row = await studio.desk.until(run.id, "completed", "failed", "waiting", seconds=60)
    assert row.state == "completed", row.error
    begun = [one.payload for one in await studio.desk.events(run.id) if one.type == "text.rewind"]
    assert {one["scene"] for one in begun} == {str(studio.book.scene_id)}
    assert [one["beat"] for one in begun] == [one["attrs"]["pid"] for one in beats]
    assert len({one["proposal"] for one in begun}) == 2
