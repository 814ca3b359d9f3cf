"""Further chapters: planned in front of the ending, as one revision, without touching what stands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.loop import StoryModels, Studio, make_studio
from factories.manuscript import open_text, owner_rows, page, run_rows, run_scope
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.model_client.schemas import CallRequest
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.plan_wire import PlanRead
from infinite_scribe.plot.planning import Planning
from infinite_scribe.plot.promise_schemas import PlannedScene, PromiseDraft, WindowPoint
from infinite_scribe.runs.schemas.wire import AnswerAsk
from infinite_scribe.runs.service import RunService
from infinite_scribe.structure.service import StructureService
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(240)
AUTO = {"plan": "auto", "accept": "auto", "replan": "auto", "contradiction": "keep"}


async def planned(studio: Studio) -> PlanRead:
    async with studio.db.agent.transaction(run_rows(studio.book)) as session:
        return await Planning.of(session, run_scope(studio.book)).read()


async def written(studio: Studio, number: int) -> UUID:
    """Write a sentence into the first scene of a chapter, and return the scene."""
    async with studio.db.api.transaction(owner_rows(studio.book)) as session:
        manuscript = await open_text(session, studio.book)
        chapters = (await StructureService.of(session, manuscript.scope).tree()).chapters()
        scene = chapters[number - 1].scenes[0].id
        state = await manuscript.scene(scene)
        await manuscript.saving.save(Save(scene, state.version, page(scene, "It rained on the quay.")))
    return scene


async def promised(studio: Studio, *, locked: bool = False, by: UUID | None = None) -> UUID:
    """Promise something that nothing keeps yet, in the first chapter, to be kept in the second half, or `by` a chapter."""
    async with studio.db.agent.transaction(run_rows(studio.book)) as session:
        scope = run_scope(studio.book)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            made = await PromiseLedger.of(session, scope).add(
                revision,
                PromiseDraft(
                    kind="gun", statement="The key will be used.", weight=3,
                    scenes=[PlannedScene(scene_id=studio.book.scene_id, act="plant")],
                    earliest=None if by else WindowPoint(kind="position", at=0.4),
                    latest=WindowPoint(kind="chapter", id=by) if by else WindowPoint(kind="position", at=1.0),
                ),
            )  # fmt: skip
    if locked:
        async with studio.db.owner.transaction() as session:
            await session.execute(text("UPDATE promises SET locked = true WHERE id = :id"), {"id": made})
    return made


async def truth(studio: Studio) -> dict[str, list[Any]]:
    """Return what must not change: live texts, cards and promises."""
    found = {}
    async with studio.db.owner.transaction() as session:
        for table, columns in (
            ("scene_live", "scene_id, version_id"), ("promises", "id, statement, earliest, latest, locked, weight"),
            ("cards", "scene_id, goal, turn"),
        ):  # fmt: skip
            live = "" if table == "scene_live" else "AND rev_to IS NULL"
            rows = await session.execute(
                text(f"SELECT {columns} FROM {table} WHERE novel_id = :n {live} ORDER BY 1"),
                {"n": studio.book.novel_id},
            )
            found[table] = [tuple(map(str, row)) for row in rows]
    return found


async def revision(studio: Studio) -> int:
    async with studio.db.owner.transaction() as session:
        rows = await session.execute(
            text("SELECT revision FROM novels WHERE id = :n"), {"n": studio.book.novel_id}
        )
        return int(rows.scalar_one())


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_chapters_are_planned_in_front_of_the_ending_as_one_revision(
    fresh_db: TestDatabase, tmp_path: Path, language: str
) -> None:
    studio = await make_studio(fresh_db, tmp_path, language, chapters=4)
    await written(studio, 1)
    promise = await promised(studio)
    before, stood, number = await planned(studio), await truth(studio), await revision(studio)
    models = StoryModels()
    async with studio.working(models, ["director"]):
        read = await studio.desk.start("director.outline", chapters=10)
        row = await studio.desk.until(read.id, "completed", "failed", "waiting", seconds=60)
    assert row.state == "completed", row.error
    after = await planned(studio)
    assert await revision(studio) == number + 1
    assert [one.id for one in after.chapters[:3]] == [one.id for one in before.chapters[:3]]
    assert after.chapters[-1].id == before.chapters[-1].id, "the ending stays the last"
    fresh = after.chapters[3:-1]
    assert len(fresh) == 10
    assert len({one.one_line for one in after.chapters}) == len(after.chapters)
    assert len({one.title for one in fresh}) == 10
    tensions = [one.tension or 0 for one in fresh]
    assert sum(tensions[-3:]) > sum(tensions[:3])
    assert after.arcs
    assert {one.arc_id for one in fresh} <= {one.id for one in after.arcs}
    turns = [turn for arc in after.arcs for turn in arc.turning_points]
    assert {turn.chapter_id for turn in turns} <= {one.id for one in fresh}
    assert {"midpoint", "climax"} <= {turn.kind for turn in turns}
    assert before.chapters[0].model_dump() == after.chapters[0].model_dump(), "what is written is left alone"
    now = await truth(studio)
    assert {name: [one for one in now[name] if one in rows] for name, rows in stood.items()} == stood
    async with studio.db.agent.transaction(run_rows(studio.book)) as session:
        kept = await PromiseLedger.of(session, run_scope(studio.book)).promise(promise)
        scenes = (await StructureService.of(session, run_scope(studio.book)).tree()).scenes()
    pays = [one.scene_id for one in kept.scenes if one.act == "pay"]
    assert next(one.chapter_id for one in scenes if one.id in pays) in {one.id for one in fresh}
    assert not [one for one in after.lint if one.level == "error" and one not in before.lint]
    assert len([one for one in models.requests if one.data.get("task") == "director.outline"]) == 2


def answering(run: UUID, ask: AnswerAsk) -> Callable[[RunService], Awaitable[object]]:
    return lambda runs: runs.answer(run, ask)


async def test_killed_at_each_question_and_sent_back_it_plans_once(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=3)
    await promised(studio, locked=True)
    stood, number = await truth(studio), await revision(studio)
    asked: list[str] = []

    async def stop_here(request: CallRequest) -> None:
        slot = f"{request.path}/{request.no}"
        if slot not in asked:
            asked.append(slot)
            models.stopped.set()
            await models.never.wait()

    models = StoryModels(before=stop_here)
    read = await studio.desk.start("director.outline", chapters=9, gates={"plan": "ask"})
    decisions = [
        AnswerAsk(gate="plan", decision="revise", text="More rain"),
        AnswerAsk(gate="plan", decision="accept"),
    ]
    for _ in range(8):
        models.stopped.clear()
        async with studio.working(models, ["director"]):
            while (
                not models.stopped.is_set() and (row := await studio.desk.run(read.id)).state != "completed"
            ):
                if row.state == "waiting":
                    assert await revision(studio) == number, "nothing is written before it is agreed"
                    await studio.desk.command(answering(read.id, decisions.pop(0)))
                await asyncio.sleep(0.05)
        if row.state == "completed":
            break
    assert row.state == "completed", row.error
    assert len(asked) == 4, "two questions in each of two rounds"
    assert models.bill["director.outline"] == 4, "what was answered is not asked again"
    assert decisions == []
    assert "More rain" in models.requests[-1].messages[-1].text
    plan = await planned(studio)
    assert len(plan.chapters) == 3 + 9
    assert await revision(studio) == number + 1
    assert {name: rows for name, rows in (await truth(studio)).items() if name != "scene_live"} == {
        name: rows for name, rows in stood.items() if name != "scene_live"
    }
    assert row.result is not None
    assert len(row.result["chapters"]) == 9
    async with fresh_db.api.transaction(owner_rows(studio.book)) as session:
        manuscript = await open_text(session, studio.book)
        await manuscript.history.rollback(number)
    back = await planned(studio)
    assert len(back.chapters) == 3
    assert back.arcs == []


async def test_what_changed_while_the_question_stood_is_left_and_a_full_plan_is_said(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, "zh", chapters=3)
    async with studio.working(StoryModels(), ["director"]):
        full = await studio.desk.start("director.outline", until="end")
        row = await studio.desk.until(full.id, "completed", "failed", "waiting", seconds=60)
        assert row.state == "failed"
        assert (row.error or {})["code"] == "plan-complete"
        async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
            scope = run_scope(studio.book)
            structure = StructureService.of(session, scope)
            blank = (await structure.tree()).chapters()[1].id
            async with Revisions.of(session, scope).open(RevisionKind.EDIT) as opened:
                await structure.update_chapter(opened, blank, one_line="", title="")
        read = await studio.desk.start("director.outline", chapters=2, gates={"plan": "ask"})
        await studio.asking(read.id)
        last = await written(studio, 3)
        async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
            scope = run_scope(studio.book)
            async with Revisions.of(session, scope).open(RevisionKind.EDIT) as opened:
                await StructureService.of(session, scope).update_chapter(opened, blank, one_line="我的。")
        await studio.desk.command(answering(read.id, AnswerAsk(gate="plan", decision="accept")))
        row = await studio.desk.until(read.id, "completed", "failed", seconds=60)
    assert row.error is None
    assert row.result is not None
    assert [one["why"] for one in row.result["refused"] if one["chapter"] == str(blank)] == ["changed"]
    plan = await planned(studio)
    assert [one.one_line for one in plan.chapters if one.id == blank] == ["我的。"]
    at = next(n for n, one in enumerate(plan.cards) if one.scene_id == last)
    fresh = {UUID(one) for one in row.result["chapters"]}
    assert [one.chapter_id in fresh for one in plan.cards[at + 1 :]] == [True], (
        "nothing goes in front of prose"
    )


async def test_the_linter_sends_chapters_back_and_what_is_left_is_asked(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=4)
    await promised(studio, by=(await planned(studio)).chapters[1].id)
    stubborn: list[bool] = []

    def late(task: str, answer: Any, data: dict[str, Any]) -> Any:
        if task == "director.outline" and (stubborn or not data.get("faults")):
            answer["chapters"][0]["keeps"] = ["O1"]
        return answer

    models = StoryModels(late)
    async with studio.working(models, ["director"]):
        read = await studio.desk.start("director.outline", chapters=2, gates=AUTO)
        row = await studio.desk.until(read.id, "completed", "failed", "waiting", seconds=60)
        assert row.state == "completed", (row.error, row.gate)
        assert [("P-WINDOW" in one.messages[-1].text) for one in models.requests] == [False, True]
        number = await revision(studio)
        stubborn.append(True)
        read = await studio.desk.start("director.outline", chapters=2, gates=AUTO)
        asking = await studio.asking(read.id)
        assert asking.gate is not None
        assert (asking.gate["name"], "window" in asking.gate["question"]) == ("plan", True)
        await studio.desk.command(answering(read.id, AnswerAsk(gate="plan", decision="skip")))
        row = await studio.desk.until(read.id, "completed", "failed", seconds=60)
    assert row.result is not None
    assert [one["rule"] for one in row.result["faults"]] == ["P-WINDOW"]
    assert (row.result["applied"], await revision(studio)) == ([], number)


async def test_continuous_mode_plans_what_it_lacks(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=2)
    async with studio.working(StoryModels(), ["director"]):
        read = await studio.desk.start("director.write_book", chapters=6, instruction="More rain", gates=AUTO)
        async with asyncio.timeout(60):
            while not [one for one in await studio.family(read.id) if one.task == "director.write_chapter"]:
                await asyncio.sleep(0.1)
    (planning,) = [one for one in await studio.family(read.id) if one.task == "director.outline"]
    assert planning.state == "completed"
    assert planning.input == {"chapters": 4, "instruction": "More rain"}
    assert len((await planned(studio)).chapters) == 6


async def test_a_weak_model_is_asked_again_for_what_cannot_be_used(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, "zh")
    said: list[Any] = []

    def weak(_task: str, answer: Any, _data: dict[str, Any]) -> Any:
        said.append(answer)
        if len(said) == 1:
            return json.dumps(answer, ensure_ascii=False)[:200]
        if len(said) == 2:
            first, *others = answer["chapters"]
            return {**answer, "chapters": [{**first, "tension": 99}, {**others[0], "arc": "A9"}, *others[1:]]}
        return answer

    models = StoryModels(weak)
    async with studio.working(models, ["director"]):
        root = (await studio.desk.start("director.outline", chapters=4, gates=AUTO)).id
        row = await studio.desk.until(root, "completed", "failed", "waiting", seconds=60)
    assert row.state == "completed", (row.error, row.gate)
    assert len(said) > 2
    plan = await planned(studio)
    assert len({one.one_line for one in plan.chapters}) == len(plan.chapters) == 7
    assert max(one.tension or 0 for one in plan.chapters) <= 10
