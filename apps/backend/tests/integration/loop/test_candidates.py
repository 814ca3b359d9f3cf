"""Several drafts of a scene in the chapter loop: the better one stands, the other can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.judges import hosted_judge, shown_in_shipped_words
from factories.loop import StoryModels, make_studio
from integration.loop.test_chapter_loop import AUTO, chapter
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(120)
MODEL = "some-model"
REFRAIN = "She looked at the old sea wall again."


def worn(draft: str) -> str:
    """Return a draft of the same length in which every longer paragraph ends on the same words."""
    size = len(REFRAIN.split())
    parts = [one.split() for one in draft.split("\n\n")]
    return "\n\n".join(
        " ".join([*one[:-size], REFRAIN]) if len(one) > 2 * size else " ".join(one) for one in parts
    )


@pytest.mark.parametrize("bad", [1, 2])
async def test_the_better_of_two_drafts_stands_and_the_other_is_kept(
    fresh_db: TestDatabase, tmp_path: Path, bad: int
) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=3)
    drafted: list[str] = []

    def careless(task: str, answer: Any, data: dict[str, Any]) -> Any:
        if task != "writer.draft_scene":
            return answer
        drafted.append(worn(answer) if len(drafted) + 1 == bad else answer)
        return drafted[-1]

    async with studio.working(StoryModels(careless)):
        read = await studio.desk.start(
            "director.write_chapter", chapter=str(await chapter(studio)), drafts=2, gates=AUTO
        )
        row = await studio.desk.until(read.id, "completed", "failed", seconds=100)
    assert row.state == "completed", row.error
    assert row.result is not None
    (scene,) = row.result["scenes"]
    (pick,) = scene["picks"]
    assert pick["winner"] == pick["advice"] == (pick["second"] if bad == 1 else pick["first"])
    async with fresh_db.owner.transaction() as session:
        live = await session.execute(
            text(
                "SELECT v.text FROM scene_live l JOIN scene_versions v ON v.id = l.version_id WHERE l.scene_id = :s"
            ),
            {"s": UUID(scene["scene"])},
        )
        every = await session.execute(
            text("SELECT text FROM scene_versions WHERE scene_id = :s"), {"s": UUID(scene["scene"])}
        )
        page, kept = live.scalar_one(), list(every.scalars())
    assert REFRAIN not in page
    assert any(one.count(REFRAIN) > 2 for one in kept)


async def test_a_hosted_judge_that_was_tried_picks_between_drafts(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=3)
    await hosted_judge(
        fresh_db.owner, studio.book.user_id, MODEL, **shown_in_shipped_words("choice", 20, 18, 1)
    )
    drafted: list[str] = []

    def careless(task: str, answer: Any, data: dict[str, Any]) -> Any:
        if task == "writer.draft_scene":
            drafted.append(answer if drafted else worn(answer))
            return drafted[-1]
        if task == "editor.choose":
            winner = "b" if REFRAIN in data["draft_a"] else "a"
            return {"winner": winner, "margin": 2, "why": "Less is said twice."}
        return answer

    models = StoryModels(careless, model=MODEL)
    async with studio.working(models):
        read = await studio.desk.start(
            "director.write_chapter", chapter=str(await chapter(studio)), drafts=2, read=True, gates=AUTO
        )
        row = await studio.desk.until(read.id, "completed", "failed", seconds=100)
    assert row.state == "completed", row.error
    assert row.result is not None
    (scene,) = row.result["scenes"]
    (pick,) = scene["picks"]
    assert (pick["winner"], pick["not_evaluated"]) == (pick["second"], [])
    # It was not tried at marking, so that nothing is paid for marks; the cold reading is done.
    assert row.result["read"]["marks"] == []
    assert [one["rule"] for one in row.result["read"]["not_evaluated"]] == ["judge"]
    assert (models.bill["editor.cold_read"], models.bill["editor.judge"]) == (1, 0)


async def test_a_finished_chapter_is_marked_by_a_judge_that_was_tried_at_it(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=3)
    await hosted_judge(
        fresh_db.owner, studio.book.user_id, MODEL, **shown_in_shipped_words("marks", 15, 14, 0)
    )
    models = StoryModels(model=MODEL)
    async with studio.working(models):
        read = await studio.desk.start("director.write_book", chapters=1, read=True, gates=AUTO)
        row = await studio.desk.until(read.id, "completed", "failed", seconds=100)
    assert row.state == "completed", row.error
    (written,) = (row.result or {})["chapters"]
    assert written["read"]["chapter"] == written["chapter"]
    assert "prose" in {one["criterion"] for one in written["read"]["marks"]}
    (untried,) = written["read"]["not_evaluated"]
    assert untried["criteria"]
    assert not {"prose", "structure"} & set(untried["criteria"])


async def test_a_judge_that_may_only_advise_costs_no_second_draft(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path, chapters=3)
    await hosted_judge(fresh_db.owner, studio.book.user_id, MODEL)
    models = StoryModels()
    async with studio.working(models):
        read = await studio.desk.start(
            "director.write_chapter", chapter=str(await chapter(studio)), drafts=3, gates=AUTO
        )
        row = await studio.desk.until(read.id, "completed", "failed", seconds=100)
    assert row.state == "completed", row.error
    (scene,) = (row.result or {})["scenes"]
    (pick,) = scene["picks"]
    assert pick["winner"] is None
    assert [one["reason"] for one in pick["not_evaluated"]] == ["uncalibrated"]
    assert pick["second"] is None  # the only draft stays, and the checks may patch it afterwards
    assert models.bill["writer.draft_scene"] == 1
    assert models.bill["editor.choose"] == 0
