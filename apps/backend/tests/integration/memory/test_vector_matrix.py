"""The vectors that a process holds: always those of the database, read once, and never more than there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from factories.manuscript import Book, make_book, owner_rows, run_rows, run_scope
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.memory import vector_matrix
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.passage_index import PassageVector, scored, unit
from infinite_scribe.memory.pgvector_index import PgvectorPassageIndex
from infinite_scribe.memory.schemas import SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.memory.vector_matrix import Block, VectorMatrix
from servers.databases import TestDatabase

MODEL, DIMENSIONS = "test:4", 4
Nearest = list[tuple[UUID, float]]


@dataclass
class Library:
    """A book with vectors, and what it should answer."""

    db: TestDatabase
    book: Book
    random: Random = field(default_factory=lambda: Random(7))
    vectors: dict[UUID, dict[UUID, list[float]]] = field(default_factory=dict)

    def vector(self) -> list[float]:
        return [self.random.choice([self.random.gauss(0, 1), 0.5]) for _ in range(DIMENSIONS)]

    async def write(self, *scenes: UUID, paragraphs: int = 2, fails: bool = False) -> None:
        """Write some scenes anew in one transaction, which is taken back at the end when it `fails`."""
        made: dict[UUID, dict[UUID, list[float]]] = {}
        async with self.db.agent.transaction(run_rows(self.book)) as session:
            memory = MemoryService.of(session, run_scope(self.book))
            for scene in scenes:
                words = " ".join(f"w{self.random.random()}" for _ in range(210))
                blocks = [TextBlock(f"p{n}", f"{words} {n}") for n in range(paragraphs)]
                rows = await memory.index_scene(SceneToIndex(scene, 1, "en", blocks))
                made[scene] = {row.id: self.vector() for row in rows}
                index = PgvectorPassageIndex(session, run_scope(self.book))
                await index.put(MODEL, [PassageVector(one, v) for one, v in made[scene].items()])
            if fails:
                await self.asked_in(session, self.vector())
                await session.rollback()
                return
        self.vectors |= made

    async def asked_in(self, session: AsyncSession, query: list[float]) -> Nearest:
        return await PgvectorPassageIndex(session, run_scope(self.book)).query(MODEL, query, k=5)

    async def asked(
        self, query: list[float], *, by: Database | None = None, rows: RowScope | None = None
    ) -> Nearest:
        async with (by or self.db.agent).transaction(rows or run_rows(self.book)) as session:
            return await self.asked_in(session, query)

    def expected(self, query: list[float]) -> Nearest:
        """Return the answer by looking at every vector."""
        every = [item for scene in self.vectors.values() for item in scene.items()]
        exact = [(one, unit(vector)) for one, vector in every]
        return scored(query, exact, 5)

    async def agrees(self) -> bool:
        query = self.vector()
        return await self.asked(query) == self.expected(query)


@pytest.fixture
async def library(fresh_db: TestDatabase) -> Library:
    return Library(fresh_db, await make_book(fresh_db))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Give the scenes whose vectors were read from the database."""
    found: list[UUID] = []
    original = VectorMatrix._read

    async def noting(self: VectorMatrix, scenes: Sequence[UUID]) -> Block:
        found.extend(scenes)
        return await original(self, scenes)

    monkeypatch.setattr(VectorMatrix, "_read", noting)
    return found


async def test_only_what_was_written_since_is_read_again(library: Library, read: list[UUID]) -> None:
    scenes = [new_id() for _ in range(70)]
    await library.write(*scenes)
    assert await library.agrees()
    assert sorted(read) == sorted(scenes)
    read.clear()
    assert await library.agrees()
    assert read == []
    await library.write(scenes[3])
    added = new_id()
    await library.write(added, paragraphs=3)
    assert await library.agrees()
    assert sorted(read) == sorted([scenes[3], added])


async def test_a_passage_that_goes_takes_its_vector_out_of_memory(library: Library, read: list[UUID]) -> None:
    one, two = new_id(), new_id()
    await library.write(one, two)
    assert await library.agrees()
    async with library.db.api.transaction(owner_rows(library.book)) as session:
        await session.execute(text("DELETE FROM passages WHERE scene_id = :scene"), {"scene": one})
    read.clear()
    del library.vectors[one]
    assert await library.agrees()
    assert read == [one]


async def test_what_is_taken_back_is_never_held(library: Library) -> None:
    one = new_id()
    await library.write(one)
    assert await library.agrees()
    await library.write(one, new_id(), fails=True)
    assert await library.agrees()
    await library.write(one)
    assert await library.agrees()


async def test_what_has_no_room_is_read_at_each_question_and_found_all_the_same(
    library: Library, read: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_matrix, "TOGETHER", 2)
    monkeypatch.setattr("infinite_scribe.memory.passage_index.SCENES", 2)
    monkeypatch.setattr(vector_matrix, "MOST_BYTES", 6 * 2 * DIMENSIONS * 4)
    scenes = [new_id() for _ in range(9)]
    await library.write(*scenes)
    assert await library.agrees()
    read.clear()
    assert await library.agrees()
    assert len(read) == 3
    held = vector_matrix._HELD[library.db.agent.engine.sync_engine]
    assert sum(one.bytes for one in held.values()) <= vector_matrix.MOST_BYTES
    other = Library(library.db, await make_book(library.db))
    await other.write(*(new_id() for _ in range(4)))
    assert await other.agrees()
    assert sum(one.bytes for one in held.values()) <= vector_matrix.MOST_BYTES
    assert await library.agrees()


async def test_a_copy_in_another_cluster_is_read_once_and_its_news_are_seen(
    library: Library, read: list[UUID]
) -> None:
    scenes = [new_id() for _ in range(3)]
    await library.write(*scenes)
    async with library.db.owner.transaction() as session:
        await session.execute(text("UPDATE passage_vectors_written SET written_by = written_by + 1000000000"))
    assert await library.agrees()
    read.clear()
    async with library.db.agent.transaction(run_rows(library.book)) as session:
        asked = {"novel": library.book.novel_id, "since": 1}
        (row,) = (await session.execute(vector_matrix._WRITTEN, asked)).all()
        assert row.scene_id is None, "numbers of the other cluster are no news"
    await library.write(scenes[1])
    assert await library.agrees()
    assert read == [scenes[1]]


async def test_a_process_that_outlives_its_cluster_forgets_what_it_holds(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = new_id(), new_id()
    await library.write(one, two)
    assert await library.agrees()
    original, lives = VectorMatrix._held, [10**12]

    def of_another_cluster(self: VectorMatrix) -> vector_matrix.Held:
        held = original(self)
        held.since += lives.pop() if lives else 0
        return held

    monkeypatch.setattr(VectorMatrix, "_held", of_another_cluster)
    await library.write(one)
    assert await library.agrees()
    await library.write(two)
    assert await library.agrees()
    assert lives == []


async def test_nobody_else_is_answered_from_memory(library: Library) -> None:
    await library.write(new_id())
    query = library.vector()
    mine = owner_rows(library.book)
    assert await library.asked(query, by=library.db.api, rows=mine) == library.expected(query)
    other = await make_book(library.db)
    assert await library.asked(query, by=library.db.api, rows=owner_rows(other)) == []
    assert await library.asked(query, by=library.db.api, rows=mine) == library.expected(query)


async def test_a_novel_that_is_erased_leaves_nothing(library: Library) -> None:
    await library.write(new_id(), new_id())
    assert await library.agrees()
    async with library.db.owner.transaction() as session:
        await session.execute(text("DELETE FROM novels WHERE id = :id"), {"id": library.book.novel_id})
    assert await library.asked(library.vector()) == []
