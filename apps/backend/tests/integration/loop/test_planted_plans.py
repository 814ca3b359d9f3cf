"""Each fault that the plan linter knows, planted once in the chapter loop: found, named back, repaired, and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from factories.loop import StoryModels, Studio, make_studio
from factories.plans import PLANTED, Planted, Sketch
from infinite_scribe.plot.lint_found import CODES
from infinite_scribe.runs.reading import steps_read
from infinite_scribe.runs.schemas.wire import AnswerAsk
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(240)
GATES = {"plan": "ask", "accept": "auto", "replan": "auto", "contradiction": "keep"}
TOLD = ("step.started", "step.completed", "step.output")
ROWS = [
    pytest.param(code, ("en", "zh")[number % 2], id=f"{code}-{('en', 'zh')[number % 2]}")
    for number, code in enumerate(PLANTED)
    if PLANTED[code].task == "director.cards"
]


def test_no_code_of_the_linter_is_without_a_row() -> None:
    assert set(PLANTED) == set(CODES)


class Careless:
    """Plants one fault in the first answer to one question, and puts right what it is told."""

    def __init__(self, planted: Planted, sketch: Sketch, *, stubborn: bool = False) -> None:
        self.planted, self.sketch, self.stubborn = planted, sketch, stubborn

    def __call__(self, task: str, answer: Any, data: dict[str, Any]) -> Any:
        mine = task == self.planted.task and self.planted.plant is not None
        if not mine or (data.get("faults") and not self.stubborn):
            return answer
        return self.planted.spoilt(answer, data, self.sketch)


async def shown(studio: Studio, run: UUID) -> list[dict[str, Any]]:
    """Return the findings that the run tells its author, as its screen gets them: each at a step."""
    told = [one for one in await studio.desk.events(run) if one.type in TOLD]
    steps = steps_read(told, await studio.desk.steps(run))
    return [one.value for step in steps for one in step.outputs if one.kind == "finding"]


async def answer(studio: Studio, run: UUID, decision: str) -> None:
    ask = AnswerAsk(gate="plan", decision=decision)
    await studio.desk.command(lambda runs: runs.answer(run, ask))


@pytest.mark.parametrize(("code", "language"), ROWS)
async def test_each_fault_of_a_plan_is_found_repaired_and_shown(
    fresh_db: TestDatabase, tmp_path: Path, code: str, language: str
) -> None:
    planted = PLANTED[code]
    studio = await make_studio(fresh_db, tmp_path, language, chapters=4)
    sketch = await Sketch.of(studio, language)
    await planted.seed(sketch)
    before = {(one.code, one.where.id) for one in (await sketch.report()).issues}
    models = StoryModels(Careless(planted, sketch))
    async with studio.working(models, ["director"]):
        read = await studio.desk.start(
            "director.write_chapter", chapter=str(sketch.chapters[planted.chapter - 1]), gates=GATES
        )
        asking = await studio.asking(read.id)
        gate = asking.gate or {}
        await answer(studio, read.id, "stop")
        row = await studio.desk.until(read.id, "completed", "failed", seconds=60)
    assert row.error is None
    found = [one for one in await shown(studio, read.id) if one["rule"] == code]
    assert [one["severity"] for one in found] == [planted.level]
    assert all(found[0]["why"].values())
    steps = {one.path: one.output for one in await studio.desk.steps(read.id)}
    repairs = [one for one in models.requests if "/repair" in one.path]
    if planted.plant is None:  # the author's own: asked, or told, and never the director's to mend
        asked = [one["rule"] for one in (row.result or {})["faults"]]
        assert asked == ([code] if planted.level == "error" else [])
        assert (found[0]["why"][language] in gate["question"]) == (planted.level == "error")
        assert repairs == []
        return
    assert {one["rule"] for one in steps["cards/lint1"]} == {code}
    assert [code in one.messages[-1].text for one in repairs] == [True]
    assert steps["cards/lint2"] == []
    assert gate["name"] == "plan"
    assert (row.result or {})["faults"] == []
    after = {(one.code, one.where.id) for one in (await sketch.report()).issues}
    assert {one for one in after if one[0] == code} <= before
