"""Further chapters: planned in front of the ending, as one revision, without touching what stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.loop import StoryModels, Studio, make_studio
from factories.manuscript import open_text, owner_rows, page, run_rows, run_scope
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.plan_wire import PlanRead
from infinite_scribe.plot.planning import Planning
from infinite_scribe.plot.promise_schemas import PlannedScene, PromiseDraft, WindowPoint
from infinite_scribe.structure.service import StructureService
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(90)
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


async def promised(studio: Studio, *, locked: bool = False) -> UUID:
    """Promise something that nothing keeps yet, in the first chapter, to be kept in the second half."""
    async with studio.db.agent.transaction(run_rows(studio.book)) as session:
        scope = run_scope(studio.book)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            made = await PromiseLedger.of(session, scope).add(
                revision,
                PromiseDraft(
                    kind="gun", statement="The key will be used.", weight=3,
                    scenes=[PlannedScene(scene_id=studio.book.scene_id, act="plant")],
                    earliest=WindowPoint(kind="position", at=0.4), latest=WindowPoint(kind="position", at=1.0),
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
