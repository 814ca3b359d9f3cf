"""Passages of real rows: found by word and by meaning, replaced with their scene."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from factories.manuscript import Book, make_book, owner_rows
from infinite_scribe.core.ids import new_id
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.schemas import SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from servers.databases import TestDatabase


async def memory_of(session: AsyncSession, book: Book) -> MemoryService:
    return MemoryService.of(
        session, await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
    )


def scene(scene_id: UUID, body: str, language: str = "en") -> SceneToIndex:
    return SceneToIndex(scene_id, 1, language, [TextBlock("p1", body)])


@pytest.mark.parametrize(
    ("language", "bodies", "query"),
    [
        ("en", ["The brass key hung by the door.", "Rain fell on the pier."], "who has the brass key"),
        ("zh", ["铜钥匙挂在门边。", "雨落在码头上。"], "谁拿着铜钥匙"),
    ],
)
async def test_words_find_the_passage(
    fresh_db: TestDatabase, language: str, bodies: list[str], query: str
) -> None:
    book = await make_book(fresh_db, language)
    first, second = new_id(), new_id()
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        memory = await memory_of(session, book)
        await memory.index_scene(scene(first, bodies[0], language))
        await memory.index_scene(scene(second, bodies[1], language))
        found = await memory.search(query, language=language)
        assert found[0].passage.scene_id == first
        assert await memory.search(query, language=language, scenes=[]) == []
        assert {
            hit.passage.scene_id for hit in await memory.search(query, language=language, scenes=[second])
        } <= {second}


async def test_a_new_text_replaces_the_passages_and_their_counts(fresh_db: TestDatabase) -> None:
    book, one = await make_book(fresh_db), new_id()
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        memory = await memory_of(session, book)
        (before,) = await memory.index_scene(scene(one, "The brass key."))
        (same,) = await memory.index_scene(scene(one, "The brass key."))
        assert before.id == same.id
        await memory.index_scene(scene(one, "The iron key."))
        assert await memory.search("brass", language="en") == []
        counts = {
            row.term: row.passages
            for row in await session.execute(text("SELECT term, passages FROM passage_terms"))
        }
        assert counts == {"iron": 1, "key": 1}
        await memory.index_scene(SceneToIndex(one, 2, "en", []))
        assert await memory.search("iron", language="en") == []
        assert await session.scalar(text("SELECT count(*) FROM passage_terms")) == 0


async def test_meaning_and_words_are_fused_and_vectors_are_cached_by_text(fresh_db: TestDatabase) -> None:
    book, one, other = await make_book(fresh_db), new_id(), new_id()
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        memory = await memory_of(session, book)
        for scene_id, body, vector in (
            (one, "The brass key.", [1.0, 0.0]),
            (other, "Rain on the pier.", [0.0, 1.0]),
        ):
            await memory.index_scene(scene(scene_id, body))
            (missing,) = await memory.missing_vectors(scene_id, "m")
            await memory.keep_vectors(scene_id, "m", {missing.text_hash: vector})
            assert await memory.missing_vectors(scene_id, "m") == []
        found = await memory.search("weather", language="en", vector=[0.1, 1.0], model="m")
        assert [(hit.passage.scene_id, hit.reason) for hit in found] == [(other, "dense"), (one, "dense")]
        await memory.index_scene(scene(one, "Something else."))
        await memory.index_scene(scene(one, "The brass key."))
        assert await memory.missing_vectors(one, "m") == []


async def test_a_summary_is_found_by_what_it_was_made_from(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        memory = await memory_of(session, book)
        await memory.keep_summary("chapter:1", "chapter", "old", [{"text": "Old."}])
        await memory.keep_summary("chapter:1", "chapter", "new", [{"text": "New."}])
        again = await memory.keep_summary("chapter:1", "chapter", "old", [{"text": "Old, better."}])
        held = await memory.summary("chapter:1", "old")
        assert held is not None
        await session.refresh(await memory.rows.summary("chapter:1", "old"))
        assert held.id == again
        assert (await memory.newest_summaries(["chapter:1"]))["chapter:1"].sentences == [{"text": "New."}]
        assert await memory.summary("chapter:1", "third") is None


async def test_nothing_of_another_novel_is_found(fresh_db: TestDatabase) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        memory = await memory_of(session, book)
        await memory.index_scene(scene(new_id(), "The brass key."))
        await memory.keep_summary("book", "book", "h", [{"text": "x"}])
    async with fresh_db.api.transaction(owner_rows(other)) as session:
        memory = await memory_of(session, other)
        assert await memory.search("brass key", language="en") == []
        assert await memory.newest_summaries(["book"]) == {}
