"""What-if branches: worked out beside the plan, held against it, taken as one revision, or thrown away."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.loop import StoryModels, Studio, make_studio
from factories.manuscript import owner_rows
from infinite_scribe.core.ids import new_id
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.plot.branches import BranchRead, PlanBranches
from infinite_scribe.plot.errors import BranchDecidedError, BranchNotFoundError
from infinite_scribe.plot.planning import Planning
from infinite_scribe.plot.schemas import CardUpdate
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(90)
PREMISE = {"en": "The bell was never hers", "zh": "钟从来就不是她的"}


async def asked(studio: Studio, models: StoryModels, language: str = "en") -> BranchRead:
    """Ask what becomes of the plan from the first planned scene on; return the branch."""
    async with studio.working(models):
        given = {"from_card": str(studio.book.scene_id), "premise": PREMISE[language]}
        run = await studio.desk.start("director.what_if", **given)
        row = await studio.desk.until(run.id, "completed", "failed", "waiting", seconds=60)
    assert row.state == "completed", row.error
    branch: BranchRead = (await branches(studio)).items[0]
    assert row.result is not None
    assert row.result["branch"] == str(branch.id)
    return branch


async def branches(studio: Studio) -> Any:
    async with studio.db.api.transaction(owner_rows(studio.book)) as session:
        return await made(studio, session)


async def made(studio: Studio, session: Any, branch: UUID | None = None, action: Any = None) -> Any:
    scope = await require(session, studio.book.user_id, studio.book.novel_id, NovelPermission.WRITE)
    held = PlanBranches.of(session, scope)
    if branch is None:
        return await held.read()
    return await (held.compare(branch) if action is None else held.decide(branch, action))


async def in_turn(studio: Studio, branch: UUID, action: Any = None) -> Any:
    async with studio.db.api.transaction(owner_rows(studio.book)) as session:
        return await made(studio, session, branch, action)


async def turn(studio: Studio) -> str:
    async with studio.db.owner.transaction() as session:
        found = await session.execute(
            text("SELECT turn FROM cards WHERE scene_id = :s AND rev_to IS NULL"), {"s": studio.book.scene_id}
        )
        return str(found.scalar_one())


async def revision(studio: Studio) -> int:
    async with studio.db.owner.transaction() as session:
        found = await session.execute(
            text("SELECT revision FROM novels WHERE id = :n"), {"n": studio.book.novel_id}
        )
        return int(found.scalar_one())


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_branch_is_made_held_against_the_plan_and_adopted_as_one_revision(
    fresh_db: TestDatabase, tmp_path: Path, language: str
) -> None:
    studio = await make_studio(fresh_db, tmp_path, language)
    before, number = await turn(studio), await revision(studio)
    branch = await asked(studio, StoryModels(), language)
    assert await turn(studio) == before, "a branch leaves the plan alone"
    changed = {(one.field, one.id): one for one in branch.changes}
    mine = changed["turn", studio.book.scene_id]
    assert mine.before == before
    assert PREMISE[language] in mine.after
    compared = await in_turn(studio, branch.id)
    assert compared.refused == []
    assert await revision(studio) == number
    done = await in_turn(studio, branch.id, "adopt")
    assert done.status == "adopted"
    assert await turn(studio) == mine.after
    assert await revision(studio) == number + 1
    assert (await branches(studio)).items == []
    with pytest.raises(BranchDecidedError):
        await in_turn(studio, branch.id, "adopt")


async def test_a_branch_that_is_thrown_away_changes_nothing(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    before, number = await turn(studio), await revision(studio)
    branch = await asked(studio, StoryModels())
    assert (await in_turn(studio, branch.id, "discard")).changed is None
    assert (await turn(studio), await revision(studio)) == (before, number)
    with pytest.raises(BranchNotFoundError):
        await in_turn(studio, new_id(), "discard")


async def test_what_the_author_changed_since_is_not_overwritten_by_a_branch(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    branch = await asked(studio, StoryModels())
    async with studio.db.api.transaction(owner_rows(studio.book)) as session:
        scope = await require(session, studio.book.user_id, studio.book.novel_id, NovelPermission.WRITE)
        await Planning.of(session, scope).update_card(studio.book.scene_id, CardUpdate(turn="My own turn."))
    assert {one["problem"]["code"] for one in (await in_turn(studio, branch.id)).refused} == {"plan-stale"}
    done = await in_turn(studio, branch.id, "adopt")
    assert [one.problem["code"] for one in done.changed.refused] == ["plan-stale"]
    assert done.status == "open"
    assert [one.id for one in (await branches(studio)).items] == [branch.id]
    assert await turn(studio) == "My own turn."


async def test_what_of_a_branch_could_not_be_made_waits_on(fresh_db: TestDatabase, tmp_path: Path) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    book, branch, base = studio.book, new_id(), await revision(studio)
    ops = [
        {"op": "update", "kind": "card", "id": str(book.scene_id), "fields": {"turn": "The bell cracks."}},
        {"op": "update", "kind": "chapter", "id": str(book.chapter_id), "fields": {"one_line": "It cracks."}},
    ]
    async with studio.db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        await PlanBranches.of(session, scope).keep(branch, book.scene_id, "The bell", "", ops, base)
        await Planning.of(session, scope).update_card(book.scene_id, CardUpdate(turn="My own turn."))
    done = await in_turn(studio, branch, "adopt")
    assert (done.status, len(done.changed.refused)) == ("open", 1)
    assert done.changed.revision is not None
    (left,) = (await branches(studio)).items
    assert [(one.kind, one.field, one.after) for one in left.changes] == [
        ("card", "turn", "The bell cracks.")
    ]
    again = await in_turn(studio, branch, "adopt")
    assert (again.status, again.changed.revision) == ("open", None)
    assert (await in_turn(studio, branch, "discard")).status == "discarded"
    assert await turn(studio) == "My own turn."


async def test_a_director_who_names_what_is_not_there_is_asked_again(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    said: list[str] = []

    def careless(task: str, answer: Any, _: dict[str, Any]) -> Any:
        if task == "director.what_if":
            said.append(task)
            if len(said) == 1:
                return {"ops": [{"op": "update", "target": "K99", "field": "turn", "value": "X."}], "why": ""}
        return answer

    branch = await asked(studio, StoryModels(careless))
    assert len(said) > 1
    assert branch.changes
