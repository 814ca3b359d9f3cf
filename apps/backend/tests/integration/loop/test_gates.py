"""The gates of continuous mode: above a cost, on a contradiction, and what is seen where the plan would change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest

from factories.loop import StoryModels
from factories.manuscript import run_rows, run_scope
from factories.quick_loop import Hands, answered, quick_studio
from infinite_scribe.model_client.schemas import CallEvent, CallFailed, CallRequest
from infinite_scribe.plot.service import PlotService
from integration.loop.test_chapter_loop import AUTO, chapter, findings
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(300)


def purposeful(task: str, answer: Any, data: dict[str, Any]) -> Any:
    """Return a director that wants the next chapter to be about something else."""
    if task != "director.replan":
        return answer
    coming = data["coming"][0]
    ops = [{"target": coming["handle"], "field": "purpose", "value": "She learns who paid."}]
    ops += [
        {"target": card["handle"], "field": "must_include", "value": "the bill"} for card in coming["cards"]
    ]
    return {"ops": ops}


async def test_each_gate_asks_once_the_run_has_cost_what_it_was_told(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await quick_studio(fresh_db, tmp_path, Hands(price_nanousd=15_000_000))
    gates = {
        "plan": "ask_if_cost_over(0.01)", "accept": "ask_if_cost_over(0.02)", "replan": "ask_if_cost_over(0.02)",
        "spend": "ask_if_cost_over(0.014)", "contradiction": "keep",
    }  # fmt: skip
    async with studio.working(StoryModels(purposeful)):
        read = await studio.desk.start("director.write_book", chapters=2, gates=gates)
        gate = await answered(studio, read.id, "go_on")
        assert (gate["name"], "$0.01" in gate["question"]) == ("spend", True)
        assert (await answered(studio, read.id, "accept"))["name"] == "plan"
        assert (await answered(studio, read.id, "accept"))["name"] == "accept"
        asked = await answered(studio, read.id, "adopt")
        row = await studio.desk.until(read.id, "completed", "failed", seconds=60)
    assert row.error is None
    first, *more = asked["changes"]
    assert (first["kind"], first["field"], first["after"]) == ("chapter", "purpose", "She learns who paid.")
    assert first["title"]
    assert {one["before"] for one in more} <= {None}
    assert row.result is not None
    told = [one["replanned"] for one in row.result["chapters"]]
    # What the first chapter changed without a word stands in the second one's question as what is there now.
    assert [one["after"] for one in told[1]["applied"] if one["kind"] == "chapter"] == [
        "She learns who paid."
    ]
    assert not told[1]["refused"]


async def test_a_scene_is_asked_about_where_a_contradiction_stays_and_two_of_them_stop_the_book(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    hands = Hands(broken=(2, 3))
    studio = await quick_studio(fresh_db, tmp_path, hands, chapters=5)
    gates = {**AUTO, "accept": "ask_if_contradiction", "contradiction": "keep"}
    async with studio.working(StoryModels()):
        read = await studio.desk.start("director.write_book", chapters=4, gates=gates)
        assert (await answered(studio, read.id, "accept"))["name"] == "accept"
        assert len(hands.drafted) == 2
        assert (await answered(studio, read.id, "accept"))["name"] == "accept"
        gate = await answered(studio, read.id, "stop")
        row = await studio.desk.until(read.id, "completed", "failed", seconds=60)
    assert gate["name"] == "stopped"
    assert "two scenes running" in gate["question"]
    assert row.result is not None
    assert row.result["stopped"] == "same-contradiction"
    assert len(row.result["chapters"]) == 3


class Shy(StoryModels):
    """Refuses the second scene that it is asked to draft."""

    drafts: ClassVar[list[Any]] = []

    async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        if request.data.get("task") == "writer.draft_scene":
            if request.run_id not in self.drafts:
                self.drafts.append(request.run_id)
            if self.drafts.index(request.run_id) == 1:
                yield CallFailed(problem={"code": "llm-refused", "kind": "UPSTREAM", "title": "No", "detail": "I won’t.",
                                          "retryable": False, "params": {"raw": "I won’t."}})  # fmt: skip
                return
        async for event in super().stream(request):
            yield event


async def test_a_refused_scene_is_left_to_its_author_and_the_next_one_is_written(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    Shy.drafts.clear()
    studio = await quick_studio(fresh_db, tmp_path, Hands(), scenes=3, real=["writer.draft_scene"])
    gates = {**AUTO, "replan": "off"}
    async with studio.working(Shy()):
        read = await studio.desk.start(
            "director.write_chapter", chapter=str(await chapter(studio)), gates=gates
        )
        gate = await answered(studio, read.id, "leave")
        row = await studio.desk.until(read.id, "completed", "failed", seconds=200)
    assert gate["name"] == "refused"
    assert row.error is None
    assert row.result is not None
    first, second, third = row.result["scenes"]
    assert [bool(one["version"]) for one in (first, second, third)] == [True, False, True]
    assert second["left"] == "refused"
    (finding,) = await findings(studio, "LEFT")
    assert (str(finding.scene_id), finding.status) == (second["scene"], "open")
    assert "the model refused" in finding.why["en"]
    assert "模型拒绝了" in finding.why["zh"]
    async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
        cards = await PlotService.of(session, run_scope(studio.book)).cards()
    assert cards[UUID(second["scene"])].goal
