"""A cold reader holds a chapter against what earlier chapters say of the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from factories.canon import make_entities, person
from factories.loop import StoryModels
from factories.manuscript import open_text, owner_rows
from factories.readers import make_room
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


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_chapter_is_held_against_what_an_earlier_one_says(
    fresh_db: TestDatabase, tmp_path: Path, language: str
) -> None:
    room = await make_room(fresh_db, tmp_path, language)
    book = room.book
    await make_entities(fresh_db, book, person(HERO[language]))
    await room.write(*OLD[language])
    chapter, scene = new_id(), new_id()
    async with fresh_db.api.transaction(owner_rows(book)) as session:
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
    await room.write(*NEW[language], scene=scene)
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
