"""Beats: faults in them are found, named back and repaired or asked about; the vaguest of the next scenes comes first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from factories.loop import StoryModels, Studio, make_studio
from factories.plans import KEPT, PLANTED, Plan, Planted, Sketch, lead_alone, nothing, said
from infinite_scribe.core.settings.sections import LoopSection
from integration.loop.test_planted_plans import answer, shown
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(240)
AUTO = {"plan": "auto", "accept": "auto", "replan": "auto", "contradiction": "keep"}


async def _with_the_fourth(sketch: Sketch) -> None:
    await sketch.thing(holder=3)


BEATS = {
    "P-KNOW": Planted(PLANTED["P-KNOW"].seed, said("dialogue", "“Your eyes are violet, {second}.”", 0)),
    "P-ITEM": Planted(_with_the_fourth, said("action", "{thing}。", 0)),
    "P-REVEAL": Planted(nothing, said("reveal", "It comes out {kept}.")),
    "P-CAST": Planted(nothing, PLANTED["P-CAST"].plant),
}
LANGUAGE = {"P-KNOW": "en", "P-ITEM": "zh", "P-REVEAL": "en", "P-CAST": "zh"}


class Loose:
    """Plans a card without a fault, and beats with one; puts it right when it is told, unless it is stubborn."""

    def __init__(self, code: str, sketch: Sketch, *, stubborn: bool = False) -> None:
        self.code, self.sketch, self.stubborn = code, sketch, stubborn

    def __call__(self, task: str, answer: Any, data: dict[str, Any]) -> Any:
        if task == "director.cards":
            card = lead_alone(answer, data, self.sketch)
            card["must_not_reveal"] = [KEPT[self.sketch.language]] if self.code == "P-REVEAL" else []
            return answer
        if task == "director.beats" and (self.stubborn or not data.get("faults")):
            return BEATS[self.code].spoilt(answer, data, self.sketch)
        return answer


async def begun(
    fresh_db: TestDatabase, tmp_path: Path, code: str, **how: bool
) -> tuple[Studio, Sketch, StoryModels]:
    language = LANGUAGE[code]
    studio = await make_studio(fresh_db, tmp_path, language)
    sketch = await Sketch.of(studio, language)
    await BEATS[code].seed(sketch)
    return studio, sketch, StoryModels(Loose(code, sketch, **how))


@pytest.mark.parametrize("code", BEATS)
async def test_each_fault_in_beats_is_found_repaired_and_shown(
    fresh_db: TestDatabase, tmp_path: Path, code: str
) -> None:
    studio, sketch, models = await begun(fresh_db, tmp_path, code)
    async with studio.working(models, ["director"]):
        read = await studio.desk.start("director.write_chapter", chapter=str(sketch.chapters[1]), gates=AUTO)
        row = await studio.desk.until(read.id, "waiting", "completed", "failed", seconds=100)
    assert row.state == "waiting", row.error  # for the writer, who is not there
    assert [(one["rule"], one["scope"]) for one in await shown(studio, read.id)] == [(code, "beats")]
    steps = {one.path: one.output for one in await studio.desk.steps(read.id)}
    assert [one["rule"] for one in steps["scene1/beats/lint1"]] == [code]
    assert steps["scene1/beats/lint2"] == []
    (repair,) = [one for one in models.requests if "/repair" in one.path]
    assert code in repair.messages[-1].text
    scene = str(sketch.scenes[1])
    assert [one.code for one in (await sketch.report()).errors([scene])] == []
    assert steps["scene1/beats/write"]["beats"] >= 3


async def test_beats_that_nobody_can_put_right_are_the_authors_to_decide(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio, sketch, models = await begun(fresh_db, tmp_path, "P-KNOW", stubborn=True)
    given: dict[str, Any] = {"chapter": str(sketch.chapters[1]), "gates": AUTO}
    async with studio.working(models, ["director"]):
        read = await studio.desk.start("director.write_chapter", **given)
        asking = await studio.asking(read.id)
        assert models.bill["director.beats"] == 3
        assert "violet" in (asking.gate or {})["question"]
        assert [one["id"] for one in (asking.gate or {})["options"]] == ["accept", "revise", "stop"]
        await answer(studio, read.id, "stop")
        row = await studio.desk.until(read.id, "completed", "failed", seconds=100)
        assert (row.error, (row.result or {})["stopped"]) == (None, "plan")
        assert [one.code for one in (await sketch.report()).errors([str(sketch.scenes[1])])] == []
        read = await studio.desk.start("director.write_chapter", **given)
        await studio.asking(read.id)
        await answer(studio, read.id, "accept")
        row = await studio.desk.until(read.id, "waiting", "completed", "failed", seconds=100)
    assert row.state == "waiting", row.error
    assert "scene1/beats/write" in {one.path for one in await studio.desk.steps(read.id)}
    kept = (await sketch.report()).errors([str(sketch.scenes[1])])
    assert [one.code for one in kept] == ["P-KNOW"]


@pytest.mark.parametrize(("vague", "order"), [(1, ["One"]), (2, ["Two", "One"])])
async def test_of_the_next_two_scenes_the_vaguer_is_worked_out_first(
    fresh_db: TestDatabase, tmp_path: Path, vague: int, order: list[str]
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    loop: LoopSection = studio.desk.settings.loop.model_copy(update={"scenes_per_chapter": 2})
    settings = studio.desk.settings.model_copy(update={"loop": loop})
    studio = replace(studio, desk=replace(studio.desk, settings=settings))
    sketch = await Sketch.of(studio, "en")

    def uneven(task: str, plan: Plan, _data: dict[str, Any]) -> Any:
        if task == "director.cards":
            for number, card in enumerate(plan["cards"], start=1):
                text = "Something gives way." if number == vague else f"{sketch.people[0][0]} hides a lamp."
                card.update(title=("One", "Two")[number - 1], must_include=[], opening_type=None)
                card.update({name: f"{text} {name}." for name in ("summary", "goal", "conflict", "turn")})
        return plan

    models = StoryModels(uneven)
    async with studio.working(models, ["director"]):
        read = await studio.desk.start("director.write_chapter", chapter=str(sketch.chapters[1]), gates=AUTO)
        row = await studio.desk.until(read.id, "waiting", "completed", "failed", seconds=100)
    assert row.state == "waiting", row.error
    beats = [one.data for one in models.requests if one.data.get("task") == "director.beats"]
    asked = [cast("dict[str, Any]", one["card"])["title"] for one in beats]
    assert asked == order
