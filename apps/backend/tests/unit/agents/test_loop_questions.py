"""How often the author may send a scene or a plan back, and what becomes of one that was never taken."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from infinite_scribe.agents.director import chapter
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
