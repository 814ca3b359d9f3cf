"""What a plan may touch: cards that were begun are completed, and what the author wrote or locked stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.loop import StoryModels, Studio, as_told, make_studio
from factories.manuscript import open_text, owner_rows, page, run_rows, run_scope
from infinite_scribe.agents.director.continuous import next_chapter
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.schemas import CardUpdate
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.schemas.wire import AnswerAsk
from infinite_scribe.runs.service import RunService
from infinite_scribe.structure.service import StructureService
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(480)
AUTO = {"plan": "auto", "accept": "auto", "replan": "auto", "contradiction": "keep"}


async def chapter(studio: Studio, number: int = 2) -> UUID:
    async with studio.db.owner.transaction() as session:
        rows = await session.execute(
            text('SELECT id FROM chapters WHERE novel_id = :n AND rev_to IS NULL ORDER BY rank COLLATE "C"'),
            {"n": studio.book.novel_id},
        )
        return UUID(str(list(rows.scalars())[number - 1]))


def answering(run: UUID, ask: AnswerAsk) -> Callable[[RunService], Awaitable[object]]:
    return lambda runs: runs.answer(run, ask)


async def test_a_card_that_was_begun_is_completed_and_what_it_holds_stays(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    chapter_id = await chapter(studio)
    async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
        scope = run_scope(studio.book)
        (scene,) = (await StructureService.of(session, scope).chapter(chapter_id)).scenes
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            sketch = CardUpdate(goal="She wants the storm back.", notes="The tide bell rings twice.")
            await PlotService.of(session, scope).write_card(revision, scene.id, sketch)
    models = StoryModels(as_told)
    async with studio.working(models):
        read = await studio.desk.start("director.write_chapter", chapter=str(chapter_id), gates=AUTO)
        row = await studio.desk.until(read.id, "completed", "failed", seconds=300)
    assert row.error is None
    asked = next(one for one in models.requests if one.data.get("task") == "director.cards")
    assert "The tide bell rings twice." in asked.messages[-1].text
    async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
        card = await PlotService.of(session, run_scope(studio.book)).card(scene.id)
    assert card is not None
    assert (card.goal, card.notes) == ("She wants the storm back.", "The tide bell rings twice.")
    assert card.conflict
    assert card.outcome
    assert card.word_budget


async def test_a_new_plan_leaves_written_scenes_and_locked_fields(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    chapter_id = await chapter(studio)
    async with fresh_db.api.transaction(owner_rows(studio.book)) as session:
        manuscript = await open_text(session, studio.book)
        (first,) = (await StructureService.of(session, manuscript.scope).chapter(chapter_id)).scenes
        plot = PlotService.of(session, manuscript.scope)
        async with Revisions.of(session, manuscript.scope).open(RevisionKind.EDIT) as revision:
            second = await manuscript.add_scene(revision, chapter_id, title="The quay")
            await plot.write_card(revision, first.id, CardUpdate(goal="She wants the storm back."))
            await plot.write_card(revision, second, CardUpdate(turn="Old.", locked_fields=["goal"]))
        state = await manuscript.scene(first.id)
        await manuscript.saving.save(Save(first.id, state.version, page(first.id, "The storm was gone.")))

    async def held() -> list[Any]:
        async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
            scenes = (await StructureService.of(session, run_scope(studio.book)).chapter(chapter_id)).scenes
            cards = await PlotService.of(session, run_scope(studio.book)).cards()
            return [(one.id, one.title, one.status, cards[one.id]) for one in scenes]

    before = await held()
    models = StoryModels(as_told)
    async with studio.working(models):
        read = await studio.desk.start("director.write_chapter", chapter=str(chapter_id), gates=AUTO)
        for decision in ("revise", "stop"):
            asking = await studio.asking(read.id)
            await studio.desk.command(answering(read.id, AnswerAsk(gate="plan", decision=decision)))
            assert asking.gate is not None
            assert asking.gate["name"] == "plan"
        row = await studio.desk.until(read.id, "completed", "failed", seconds=180)
    assert row.error is None
    assert row.result is not None
    assert row.result["stopped"] == "plan"
    after = await held()
    assert after[0] == before[0]
    assert [one[0] for one in after] == [first.id, second]
    card = after[1][3]
    assert card.goal == ""
    assert card.conflict
    assert card.turn not in {"", "Old."}


async def test_what_the_author_changed_while_the_question_stood_is_not_overwritten(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    lines = [{"target": one, "field": "one_line", "value": "The director's."} for one in ("H2", "H3")]

    def spoil(task: str, answer: Any, _data: dict[str, Any]) -> Any:
        return {"ops": lines} if task == "director.replan" else answer

    async with studio.working(StoryModels(spoil)):
        read = await studio.desk.start(
            "director.replan", after_chapter=str(await chapter(studio, 1)), gates={"replan": "ask"}
        )
        await studio.asking(read.id)
        async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
            scope = run_scope(studio.book)
            async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
                await StructureService.of(session, scope).update_chapter(
                    revision, await chapter(studio), one_line="Mine."
                )
        await studio.desk.command(answering(read.id, AnswerAsk(gate="replan", decision="adopt")))
        row = await studio.desk.until(read.id, "completed", "failed", seconds=180)
    assert row.error is None
    assert row.result is not None
    assert [(one["op"]["target"], one["why"]) for one in row.result["refused"]] == [("H2", "changed")]
    async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
        chapters = (await StructureService.of(session, run_scope(studio.book)).tree()).chapters()
    assert [one.one_line for one in chapters[1:]] == ["Mine.", "The director's."]


async def test_continuous_mode_begins_behind_the_last_prose(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    run = SimpleNamespace(user_id=studio.book.user_id, novel_id=studio.book.novel_id, actions=["read"])
    ctx: Any = SimpleNamespace(run=run)
    found = []
    for number in (0, 2, 3):
        async with fresh_db.api.transaction(owner_rows(studio.book)) as session:
            manuscript = await open_text(session, studio.book)
            if number:
                (scene,) = (
                    await StructureService.of(session, manuscript.scope).chapter(
                        await chapter(studio, number)
                    )
                ).scenes
                state = await manuscript.scene(scene.id)
                await manuscript.saving.save(Save(scene.id, state.version, page(scene.id, "It rained.")))
        async with fresh_db.agent.transaction(run_rows(studio.book)) as session:
            following = await next_chapter(session, ctx=ctx)
            found.append(following and following["number"])
    assert found == [1, 3, None]
