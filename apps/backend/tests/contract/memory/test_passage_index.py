"""What every adapter of `PassageIndex` must do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from factories.manuscript import Book, make_book, owner_rows
from infinite_scribe.core.ids import new_id
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.passage_index import PassageIndex, PassageVector
from infinite_scribe.memory.pgvector_index import PgvectorPassageIndex
from infinite_scribe.memory.schemas import PassageRead, SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.rules import NovelPermission
from servers.databases import TestDatabase

Made = Callable[[AsyncSession, NovelScope], PassageIndex]

ADAPTERS: dict[str, Made] = {"pgvector": PgvectorPassageIndex}
MODEL = "test/3"


@pytest.fixture(params=sorted(ADAPTERS))
def adapter(request: pytest.FixtureRequest) -> Made:
    return ADAPTERS[request.param]


async def opened(session: AsyncSession, book: Book) -> NovelScope:
    return await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)


async def put(
    session: AsyncSession, scope: NovelScope, index: PassageIndex, vector: Sequence[float]
) -> PassageRead:
    scene = SceneToIndex(new_id(), 1, "en", [TextBlock("p1", f"Rain {vector}")])
    (passage,) = await MemoryService.of(session, scope).index_scene(scene)
    await index.put(MODEL, [PassageVector(passage.id, vector, passage.scene_id)])
    return passage


async def test_the_nearest_come_first(fresh_db: TestDatabase, adapter: Made) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await opened(session, book)
        index = adapter(session, scope)
        near, far, middle = [
            await put(session, scope, index, one) for one in ([1, 0, 0], [0, 1, 0], [1, 1, 0])
        ]
        found = await index.query(MODEL, [1, 0.1, 0])
        best = await index.query(MODEL, [1, 0.1, 0], k=1)
    assert [one for one, _ in found] == [near.id, middle.id, far.id]
    assert found[0][1] == pytest.approx(0.995, abs=0.01)
    assert [one for one, _ in best] == [near.id]


async def test_scenes_narrow_and_a_dropped_scene_is_gone(fresh_db: TestDatabase, adapter: Made) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await opened(session, book)
        index = adapter(session, scope)
        one, two = [await put(session, scope, index, vector) for vector in ([1, 0, 0], [0, 1, 0])]
        assert [id_ for id_, _ in await index.query(MODEL, [1, 0, 0], scenes=[two.scene_id])] == [two.id]
        assert await index.query(MODEL, [1, 0, 0], scenes=[]) == []
        await index.drop(one.scene_id)
        assert [id_ for id_, _ in await index.query(MODEL, [1, 0, 0])] == [two.id]


async def test_models_never_mix_and_a_second_put_replaces(fresh_db: TestDatabase, adapter: Made) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await opened(session, book)
        index = adapter(session, scope)
        passage = await put(session, scope, index, [1, 0, 0])
        assert await index.query("other/3", [1, 0, 0]) == []
        assert await index.query(MODEL, [1, 0]) == []
        await index.put(MODEL, [PassageVector(passage.id, [0, 0, 1], passage.scene_id)])
        ((found, score),) = await index.query(MODEL, [0, 0, 1])
        assert found == passage.id
        assert score == pytest.approx(1.0)


async def test_another_novel_answers_nothing(fresh_db: TestDatabase, adapter: Made) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await opened(session, book)
        await put(session, scope, adapter(session, scope), [1, 0, 0])
    async with fresh_db.api.transaction(owner_rows(other)) as session:
        assert await adapter(session, await opened(session, other)).query(MODEL, [1, 0, 0]) == []
