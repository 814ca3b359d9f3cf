"""Plans that are weighed: the worse of two loses and the reason is kept; a change that adds a fault is not made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from factories.loop import StoryModels, make_studio
from factories.plans import ENDING, KEPT, THING, Sketch, fixed_ending
from infinite_scribe.structure.service import StructureService
from integration.loop.test_planted_plans import GATES, answer, shown
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(240)


@pytest.mark.parametrize(("fault", "language"), [("P-REVEAL", "en"), ("cliché", "zh")])
async def test_the_worse_of_two_plans_loses_and_the_reason_is_kept(
    fresh_db: TestDatabase, tmp_path: Path, fault: str, language: str
) -> None:
    studio = await make_studio(fresh_db, tmp_path, language)
    sketch = await Sketch.of(studio, language)
    chosen: list[int] = []

    def uneven(task: str, said: Any, data: dict[str, Any]) -> Any:
        if task == "director.cards":
            card = said["cards"][0]
            card.update(title=f"Plan {data['alternative']}", outcome="no")
            if data["alternative"] == 1 and fault == "P-REVEAL":
                card.update(must_include=[KEPT[language]], must_not_reveal=[KEPT[language]])
            elif data["alternative"] == 1:
                card["outcome"] = "yes"
        if task == "director.choose_plan":
            chosen.append(said["alt"])
            if (
                fault == "P-REVEAL" and len(chosen) == 1
            ):  # who likes the faulty one is told that it cannot be had
                return {**said, "alt": 1}
        return said

    models = StoryModels(uneven)
    async with studio.working(models, ["director"]):
        read = await studio.desk.start(
            "director.write_chapter", chapter=str(sketch.chapters[1]), alternatives=2, gates=GATES
        )
        await studio.asking(read.id)
        await answer(studio, read.id, "stop")
        row = await studio.desk.until(read.id, "completed", "failed", seconds=100)
    assert row.error is None
    steps = {one.path: one.output for one in await studio.desk.steps(read.id)}
    pick = steps["cards/write"]["pick"]
    assert (pick["alt"], pick["of"], bool(pick["why"])) == (2, 2, True)
    worse, better = pick["plans"]
    assert [one["rule"] for one in worse["faults"]] == (["P-REVEAL"] if fault == "P-REVEAL" else [])
    assert worse["critiques"]
    assert (better["faults"], better["critiques"]) == ([], [])
    assert len(chosen) == (2 if fault == "P-REVEAL" else 1)
    events = [one.payload for one in await studio.desk.events(read.id)]
    assert [one["value"]["alt"] for one in events if one.get("kind") == "pick"] == [2]
    assert [one["value"]["title"] for one in events if one.get("kind") == "scene_card"] == ["Plan 2"]


async def test_a_new_plan_may_not_lose_the_ending_nor_bring_in_a_fault(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=4)
    sketch = await Sketch.of(studio, "en")
    await fixed_ending(sketch)
    await sketch.thing()
    stage = [{"entity": sketch.people[at][1]} for at in (0, 1)]
    whole = {"summary": "s", "goal": "g", "conflict": "c", "outcome": "no", "turn": "t", "word_budget": 300}
    place = {"cast": stage, "pov_id": sketch.people[0][1], "place_id": sketch.places[2][1]}
    await sketch.card(2, **whole, **place, locked_fields=["goal"])
    async with sketch.editing() as (session, scope, revision):
        structure = StructureService.of(session, scope)
        await structure.update_chapter(revision, sketch.chapters[3], one_line=ENDING["en"])
    before = {(one.code, one.where.id) for one in (await sketch.report()).issues}
    wanted = [
        ("H4", "one_line", "They part and nothing is settled."),
        ("K1", "must_include", THING["en"]),
        ("K1", "goal", "Another goal."),
        ("K1", "turn", "The bell is gone."),
        ("H3", "one_line", "The tide takes the bell."),
    ]

    def careless(task: str, said: Any, _data: dict[str, Any]) -> Any:
        ops = [{"target": target, "field": name, "value": value} for target, name, value in wanted]
        return {"ops": ops} if task == "director.replan" else said

    async with studio.working(StoryModels(careless), ["director"]):
        read = await studio.desk.start("director.replan", after_chapter=str(sketch.chapters[0]))
        row = await studio.desk.until(read.id, "completed", "failed", seconds=100)
    assert row.error is None
    result = row.result or {}
    assert [(one["op"]["target"], one["why"], one["code"]) for one in result["refused"]] == [
        ("H4", "lint", "P-END"), ("K1", "lint", "P-ITEM"), ("K1", "locked", "P-LOCK"),
    ]  # fmt: skip
    assert all(set(one["reason"]) == {"en", "zh"} for one in result["refused"])
    assert [(one["target"], one["field"]) for one in result["applied"]] == [
        ("K1", "turn"),
        ("H3", "one_line"),
    ]
    assert [one["rule"] for one in await shown(studio, read.id)] == ["P-END", "P-ITEM", "P-LOCK"]
    after = {(one.code, one.where.id) for one in (await sketch.report()).issues}
    assert after <= before
