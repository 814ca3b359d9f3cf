"""What every adapter of `PassageIndex` must do. Those in Qdrant answer while nobody may read the passages' tables."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from factories.manuscript import Book, make_book, owner_rows
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.qdrant.client import QdrantStore
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.passage_index import LEAST, PassageIndex, PassageVector
from infinite_scribe.memory.pgvector_index import PgvectorPassageIndex, has_pgvector
from infinite_scribe.memory.qdrant_index import QdrantPassageIndex
from infinite_scribe.memory.schemas import PassageRead, SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.rules import NovelPermission
from servers import qdrant, stores
from servers.databases import TestDatabase
from servers.rights import without_reading

MODEL = "test:3"
TABLES = ["passages", "passage_vectors", "vectors"]


@dataclass
class Opened:
    """An index of one book, and what writes the passages that it holds vectors of."""

    session: AsyncSession
    scope: NovelScope
    index: PassageIndex

    async def passage(self, *, pov: UUID | None = None, entities: tuple[UUID, ...] = ()) -> PassageRead:
        scene = SceneToIndex(
            new_id(), 1, "en", [TextBlock("p1", f"Rain {new_id()}")], pov_id=pov, entity_ids=entities
        )
        (made,) = await MemoryService.of(self.session, self.scope).index_scene(scene)
        return made

    async def put(
        self, *values: float, pov: UUID | None = None, entities: tuple[UUID, ...] = (), model: str = MODEL
    ) -> PassageRead:
        made = await self.passage(pov=pov, entities=entities)
        await self.index.put(model, [PassageVector(made.id, values, made.scene_id, pov, entities)])
        return made


@dataclass
class Adapter:
    db: TestDatabase
    store: QdrantStore | None

    @asynccontextmanager
    async def open(self, book: Book) -> AsyncIterator[Opened]:
        async with self.db.api.transaction(owner_rows(book)) as session:
            scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
            index = (
                PgvectorPassageIndex(session, scope)
                if self.store is None
                else QdrantPassageIndex(self.store, scope)
            )
            yield Opened(session, scope, index)

    @asynccontextmanager
    async def answering(self, book: Book) -> AsyncIterator[PassageIndex]:
        """Give the index for questions: one in Qdrant has no session, and nobody may read the tables."""
        async with self.open(book) as opened:
            if self.store is None:
                yield opened.index
                return
            scope = opened.scope
        async with without_reading(self.db, TABLES):
            yield QdrantPassageIndex(self.store, scope)


@pytest.fixture(params=["pgvector", "qdrant-local", "qdrant-server"])
async def adapter(request: pytest.FixtureRequest, fresh_db: TestDatabase) -> AsyncIterator[Adapter]:
    async with fresh_db.api.transaction() as session:
        if not await has_pgvector(session):  # the others are compared with it
            stores.absent(request.config, "pgvector", "this PostgreSQL has no pgvector")
    if request.param == "pgvector":
        yield Adapter(fresh_db, None)
        return
    url = qdrant.server_url()
    if request.param == "qdrant-server" and url is None:
        stores.absent(request.config, "qdrant", "no Qdrant server answers; QDRANT_URL names one")
    store = qdrant.server(url) if request.param == "qdrant-server" and url else qdrant.local()
    yield Adapter(fresh_db, store)
    await store.aclose()


async def test_the_nearest_come_first(adapter: Adapter) -> None:
    book = await make_book(adapter.db)
    async with adapter.open(book) as opened:
        near, far, middle = [await opened.put(*one) for one in ((1, 0, 0), (0, 1, 0), (2, 2, 0))]
    async with adapter.answering(book) as index:
        found = await index.query(MODEL, [1, 0.1, 0])
        best = await index.query(MODEL, [1, 0.1, 0], k=1)
    assert [one for one, _ in found] == [near.id, middle.id, far.id]
    assert found[0][1] == pytest.approx(0.995, abs=0.01)
    assert [one for one, _ in best] == [near.id]


async def test_equally_near_ones_come_by_id_even_beyond_the_limit(adapter: Adapter) -> None:
    book = await make_book(adapter.db)
    async with adapter.open(book) as opened:
        made = [await opened.put(1, 0, 0) for _ in range(30)]
    async with adapter.answering(book) as index:
        found = await index.query(MODEL, [1, 0, 0], k=5)
    assert [one for one, _ in found] == sorted(row.id for row in made)[:5]


async def test_what_is_further_than_the_floor_of_its_model_is_no_answer(adapter: Adapter) -> None:
    book, (model, least) = await make_book(adapter.db), next(iter(LEAST.items()))
    rest = [0.0] * (int(model.partition(":")[2]) - 2)
    async with adapter.open(book) as opened:
        near = await opened.put(least + 0.01, 1, *rest, model=model)
        await opened.put(least - 0.01, 1, *rest, model=model)
    query = [1.0, 0.0, *rest]
    async with adapter.answering(book) as index:
        assert [one for one, _ in await index.query(model, query)] == [near.id]
        assert [[one for one, _ in found] for found in await (await index.begin(model, [query]))] == [
            [near.id]
        ]


async def test_filters_narrow_and_a_dropped_scene_is_gone(adapter: Adapter) -> None:
    book, ines, tomas = await make_book(adapter.db), new_id(), new_id()
    async with adapter.open(book) as opened:
        one = await opened.put(1, 0, 0, pov=ines, entities=(ines, tomas))
        two = await opened.put(0, 1, 0, pov=tomas, entities=(tomas,))
    query = [1.0, 0, 0]
    async with adapter.answering(book) as index:
        assert [at for at, _ in await index.query(MODEL, query, scenes=[two.scene_id])] == [two.id]
        assert await index.query(MODEL, query, scenes=[]) == []
        assert [at for at, _ in await index.query(MODEL, query, pov_id=tomas)] == [two.id]
        assert [at for at, _ in await index.query(MODEL, query, entities=[ines])] == [one.id]
        assert [at for at, _ in await index.query(MODEL, query, entities=[tomas, ines])] == [one.id, two.id]
        assert await index.query(MODEL, query, entities=[]) == []
    async with adapter.open(book) as opened:
        await opened.index.drop(one.scene_id)
        assert [at for at, _ in await opened.index.query(MODEL, query)] == [two.id]
        await opened.index.forget([two.id])
        assert await opened.index.query(MODEL, query) == []


async def test_models_never_mix_and_a_second_put_replaces(adapter: Adapter) -> None:
    book = await make_book(adapter.db)
    async with adapter.open(book) as opened:
        passage = await opened.put(1, 0, 0)
        assert await opened.index.query("other:3", [1, 0, 0]) == []
        assert await opened.index.query(MODEL, [1, 0]) == []
        await opened.index.put(MODEL, [PassageVector(passage.id, [0, 0, 3], passage.scene_id)])
        ((found, score),) = await opened.index.query(MODEL, [0, 0, 1])
        assert found == passage.id
        assert score == pytest.approx(1.0)


async def test_what_is_held_can_be_proven_and_cleared(adapter: Adapter) -> None:
    book = await make_book(adapter.db)
    async with adapter.open(book) as opened:
        one, two = await opened.put(1, 0, 0), await opened.put(0, 1, 1)
        held = await opened.index.dump()
        assert set(held.rows) == {(one.id, MODEL), (two.id, MODEL)}
        assert set((await opened.index.dump([one.scene_id])).rows) == {(one.id, MODEL)}
        before = await opened.index.checksum()
        await opened.index.put(MODEL, [PassageVector(two.id, [0, 1, 1.001], two.scene_id)])
        assert await opened.index.checksum() != before
        await opened.index.clear()
        assert len(await opened.index.dump()) == 0


async def test_another_novel_answers_nothing_and_is_left_alone(adapter: Adapter) -> None:
    book, other = await make_book(adapter.db), await make_book(adapter.db)
    async with adapter.open(book) as opened:
        passage = await opened.put(1, 0, 0)
    async with adapter.open(other) as opened:
        assert await opened.index.query(MODEL, [1, 0, 0]) == []
        assert await opened.index.query(MODEL, [1, 0, 0], scenes=[passage.scene_id]) == []
        assert len(await opened.index.dump()) == 0
        await opened.index.drop(passage.scene_id)
        await opened.index.forget([passage.id])
        await opened.index.clear()
        if adapter.store is not None:
            await opened.index.put(MODEL, [PassageVector(passage.id, [0, 0, 1], passage.scene_id)])
    async with adapter.open(book) as opened:
        assert await opened.index.query(MODEL, [1, 0, 0]) == [(passage.id, 1.0)]


@pytest.mark.parametrize("seed", [1, 2])
async def test_random_vectors_get_the_same_answers_in_the_same_order(adapter: Adapter, seed: int) -> None:
    if adapter.store is None:
        return  # the one that the others are compared with
    random, book = Random(seed), await make_book(adapter.db)
    people = [new_id() for _ in range(4)]

    def vector() -> list[float]:
        return [random.choice([random.gauss(0, 1), 0.5]) for _ in range(3)]

    async with Adapter(adapter.db, None).open(book) as reference, adapter.open(book) as opened:
        rows = []
        for _ in range(40):
            pov, seen = random.choice(people), tuple(random.sample(people, 2))
            passage = await reference.passage(pov=pov, entities=seen)
            rows.append(PassageVector(passage.id, vector(), passage.scene_id, pov, seen))
        for index in (reference.index, opened.index):
            await index.put(MODEL, rows)
        assert await reference.index.checksum() == await opened.index.checksum()
        for _ in range(30):
            some = random.sample([row.scene_id for row in rows if row.scene_id], random.randint(1, 40))
            asked = {
                "scenes": random.choice([None, some]),
                "pov_id": random.choice([None, people[0]]),
                "entities": random.choice([None, people[:2]]),
                "k": random.choice([1, 5, 20]),
            }
            query = vector()
            expected = await reference.index.query(MODEL, query, **asked)  # type: ignore[arg-type]
            assert await opened.index.query(MODEL, query, **asked) == expected  # type: ignore[arg-type]


async def test_many_questions_at_once_get_the_answers_of_each(adapter: Adapter) -> None:
    random, book = Random(3), await make_book(adapter.db)

    def vector() -> list[float]:
        return [random.choice([random.gauss(0, 1), 0.5]) for _ in range(3)]

    async with adapter.open(book) as opened:
        held = [await opened.put(*vector()) for _ in range(30)]
        for turn in range(3):
            some = random.sample([one.scene_id for one in held], 20)
            asked = [vector() for _ in range(4)]
            for scenes, k in ((None, 5), (some, 5), (some, 50), ([], 5)):
                found = await (await opened.index.begin(MODEL, asked, scenes=scenes, k=k))
                assert found == [await opened.index.query(MODEL, one, scenes=scenes, k=k) for one in asked]
            changed = held[turn]
            await opened.index.put(MODEL, [PassageVector(changed.id, vector(), changed.scene_id)])
            await opened.index.drop(held[-1 - turn].scene_id)
    assert len(held) == 30


async def test_vectors_held_for_one_novel_are_not_shown_to_those_who_may_not_read_it(
    adapter: Adapter,
) -> None:
    book, other = await make_book(adapter.db), await make_book(adapter.db)
    async with adapter.open(book) as opened:
        await opened.put(1, 0, 0)
        assert await (await opened.index.begin(MODEL, [[1, 0, 0]])) != [[]]
    async with adapter.open(other) as opened:
        assert await (await opened.index.begin(MODEL, [[1, 0, 0]])) == [[]]
