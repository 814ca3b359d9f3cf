"""A cold reader holds a chapter against what earlier chapters say of the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from factories.canon import make_entities, person
from factories.loop import StoryModels
from factories.manuscript import open_text, owner_rows
from factories.readers import ReadingRoom, make_room
from infinite_scribe.agents.editor import cold_reading
from infinite_scribe.briefing.errors import BriefingTooLargeError
from infinite_scribe.continuity.models import Finding
from infinite_scribe.core.ids import new_id
from infinite_scribe.structure.schemas import StructureOp
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(60)
OLD = {
    "en": (
        "Mara Venn kept the bell house key in the blue jar by the door.",
        "Rain fell on the quay all that day.",
    ),
    "zh": ("沈秋把钟楼的钥匙放在门边的蓝色坛子里。", "那天码头上下了一整天的雨。"),
}
NEW = {
    "en": ("It was spring again.", "Mara Venn took the bell house key from the red jar by the door."),
    "zh": ("又是春天。", "沈秋从门边的红色坛子里取出钟楼的钥匙。"),
}
HERO = {"en": "Mara Venn", "zh": "沈秋"}


async def two_chapters(
    room: ReadingRoom, old: Sequence[str], new: Sequence[str], hero: str
) -> tuple[UUID, UUID]:
    """Write a chapter and one after it; return the later one and its scene."""
    book = room.book
    await make_entities(room.db, book, person(hero))
    await room.write(*old)
    chapter, scene = new_id(), new_id()
    async with room.db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        insert = StructureOp(
            op="insert",
            kind="chapter",
            id=chapter,
            parent_id=book.part_id,
            after_id=book.chapter_id,
            scene_id=scene,
        )
        await text.reordering.change((await text.tree()).structure_version, [insert])
    await room.write(*new, scene=scene)
    return chapter, scene


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_chapter_is_held_against_what_an_earlier_one_says(
    fresh_db: TestDatabase, tmp_path: Path, language: str
) -> None:
    room = await make_room(fresh_db, tmp_path, language)
    book = room.book
    chapter, scene = await two_chapters(room, OLD[language], NEW[language], HERO[language])
    models = StoryModels()
    async with room.open(models):
        await room.learn()
        models.requests.clear()
        await room.ask("editor.cold_read", chapter=str(book.chapter_id))
        assert len([one for one in models.requests if one.agent == "editor"]) == 1
        await room.ask("editor.cold_read", chapter=str(chapter))
    asked = [one for one in models.requests if one.agent == "editor"][1:]
    assert [bool(one.data.get("old_passages")) for one in asked] == [False, True]
    async with fresh_db.owner.transaction() as session:
        (found,) = await session.scalars(select(Finding).where(Finding.rule == "T2-READ"))
    assert (found.against["scene"], found.against["quote"]) == (str(book.scene_id), OLD[language][0])
    assert (found.claim["scene"], found.claim["quote"]) == (str(scene), NEW[language][1])
    assert found.certainty == "possible"


async def test_what_was_found_is_kept_when_old_pages_are_too_much_for_a_model(
    fresh_db: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await make_room(fresh_db, tmp_path)
    red = "Mara Venn took the bell house key from the blue jar by the door."
    chapter, _ = await two_chapters(room, OLD["en"], (red, *NEW["en"]), HERO["en"])
    monkeypatch.setattr(cold_reading, "_beside_old_pages", too_large)
    async with room.open(StoryModels()):
        run = await room.ask("editor.cold_read", chapter=str(chapter))
    assert (run.result or {})["not_evaluated"] == [{"rule": "T2-READ", "reason": "too_large", "count": 1}]
    async with fresh_db.owner.transaction() as session:
        kept = list(await session.scalars(select(Finding.id).where(Finding.rule == "T2-READ")))
    assert [str(one) for one in kept] == (run.result or {})["items"]
    assert kept


async def too_large(*_: object) -> None:
    raise BriefingTooLargeError(room=1)
