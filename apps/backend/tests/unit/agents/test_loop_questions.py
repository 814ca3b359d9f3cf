"""How often the author may send a scene or a plan back, and what becomes of one that was never taken."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from infinite_scribe.agents.director import beats, chapter, expanding
from infinite_scribe.agents.director.chapter import MOST_REVISIONS
from infinite_scribe.agents.director.planning import CardsWanted
from infinite_scribe.agents.director.scenes import MOST_DRAFTS, write_scene
from infinite_scribe.agents.runtime.context import Decision, RunContext
from infinite_scribe.runs.schemas.inputs import TaskResult, WriteChapterInput

DRAFT = {"words": 100, "budget": 100, "versions": ["v"], "proposals": [], "revision": 1}


class Loop:
    """A run whose questions are answered from a list; what it would write is only noted."""

    def __init__(self, *answers: str) -> None:
        self.answers: Iterator[str] = iter(answers)
        self.options: list[list[str]] = []
        self.written: list[str] = []
        self.run = SimpleNamespace(gates={"accept": "ask", "plan": "ask"}, language="en")
        self.spending = SimpleNamespace(cost_usd=0)
        self.settings = SimpleNamespace(loop=SimpleNamespace(scenes_per_chapter=1))

    async def child(self, _path: str, task: str, _given: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, dict[str, Any]] = {"writer.draft_scene": DRAFT, "editor.realise": {"verdicts": []}}
        return made.get(task, {})

    async def read(self, path: str, _reading: Any) -> Any:
        return {"fresh": True, "scenes": 1, "sketch": None} if path == "chapter/state" else []

    async def write(self, path: str, _writing: Any) -> int:
        self.written.append(path.rpartition("/")[2])
        return 1

    async def decide(
        self, _name: str, _question: str, options: list[dict[str, Any]], _default: str, *, ask: bool
    ) -> Decision:
        assert ask
        self.options.append([one["id"] for one in options])
        return Decision(next(self.answers))


@pytest.mark.parametrize("last", ["reject", "redo"])
async def test_a_scene_that_is_never_taken_is_never_accepted(last: str) -> None:
    loop = Loop(*["redo"] * (MOST_DRAFTS - 1), last)
    done = await write_scene(cast("RunContext", loop), uuid4(), prefix="scene1", instruction=None)
    assert loop.written == ["off"] * MOST_DRAFTS
    assert (done.rejected, done.version, done.words, done.stopped) == (True, None, 0, "accept")
    assert loop.options == [["accept", "redo", "reject"]] * (MOST_DRAFTS - 1) + [["accept", "reject"]]


async def test_the_last_draft_may_still_be_taken() -> None:
    loop = Loop(*["redo"] * (MOST_DRAFTS - 1), "accept")
    done = await write_scene(cast("RunContext", loop), uuid4(), prefix="scene1", instruction=None)
    assert loop.written == [*["off"] * (MOST_DRAFTS - 1), "accept"]
    assert (done.rejected, done.version, done.stopped) == (False, "v", None)


@pytest.mark.parametrize(("last", "stopped"), [("stop", "plan"), ("revise", "plan"), ("accept", None)])
async def test_no_chapter_is_written_from_a_plan_that_was_sent_back(
    monkeypatch: pytest.MonkeyPatch, last: str, stopped: str | None
) -> None:
    said: list[str | None] = []

    async def plan(_ctx: object, wanted: CardsWanted, **_: str) -> dict[str, Any]:
        said.append(wanted.instruction)
        return {"scenes": ["s"], "revision": len(said), "faults": []}

    monkeypatch.setattr(chapter, "plan_cards", plan)
    loop = Loop(*["revise"] * MOST_REVISIONS, last)
    result = await chapter.agreed_plan(cast("RunContext", loop), WriteChapterInput(chapter=uuid4()))
    assert (result.model_dump()["stopped"] if isinstance(result, TaskResult) else None) == stopped
    assert len(said) == MOST_REVISIONS + 1
    assert loop.options == [["accept", "revise", "stop"]] * MOST_REVISIONS + [["accept", "stop"]]


async def test_a_scene_whose_successor_was_refused_is_written_and_the_book_stops_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[UUID] = []

    async def plan_beats(_ctx: object, scene: UUID, *_: object, **__: object) -> dict[str, Any]:
        asked.append(scene)
        return {"beats": [], "stopped": scene == scenes[1]}

    async def read(*_: object) -> list[int]:
        return [1, 0]  # the second one is the vaguer

    scenes = [uuid4(), uuid4()]
    waiting = [{"scene": str(one), "beats": False} for one in scenes]
    monkeypatch.setattr(expanding, "plan_beats", plan_beats)
    ctx = cast("RunContext", SimpleNamespace(read=read))
    assert await expanding.expand(ctx, waiting, 0)
    assert not await expanding.expand(ctx, waiting, 1)
    assert asked == [scenes[1], scenes[0]]


async def test_what_is_wrong_with_beats_is_told_in_every_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    async def ask(*_: object, **__: object) -> None:
        return None

    async def read(*_: object) -> list[dict[str, Any]]:
        return [{"rule": "X", "why": {"en": "No end."}}]

    async def output(_kind: str, place: int, _value: object) -> None:
        told.append(place)

    monkeypatch.setattr(beats, "_ask", ask)
    ctx = cast("RunContext", SimpleNamespace(read=read, output=output, run=SimpleNamespace(language="en")))
    for turn in (1, 2):
        await beats._repaired(ctx, uuid4(), 5, {"manifest": {"items": []}}, "scene1/beats", turn, agreed=True)
    assert len(told) == len(set(told)) == 2 * (beats.REPAIRS + 1)
