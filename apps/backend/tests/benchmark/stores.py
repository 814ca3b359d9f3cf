"""The stores at the size of a library: a book of a million words and a world of twenty thousand facts.

Both pairs of stores are measured where a server answers; the client's local mode of Qdrant proves answers and never
speed, so it has no row. Text is made of words by Zipf's law and vectors are random, since neither store looks inside.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from uuid import UUID

import numpy as np

from benchmark.rows import Row, percentile, spread
from factories.canon import make_entities, make_facts, person
from factories.graphs import RandomWorld, make_random_world
from factories.manuscript import Book, make_book, run_rows, run_scope
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.canon.steady_graph import story_graph
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.neo4j.client import connect_neo4j
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.db.stores import Stores
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.projections import Drift, Projections, Store, prepare
from infinite_scribe.memory.schemas import SceneToIndex
from infinite_scribe.memory.service import MemoryService
from servers import databases, qdrant, stores
from servers.databases import Lending, TestDatabase
from servers.neo4j import USER, NoNeo4jError, neo4j

SCENES, SCENE_WORDS, PARAGRAPH_WORDS = 800, 1_250, 50
ENTITIES, FACTS = 500, 20_000
QUESTIONS = 100
DIMENSIONS = 512
MODEL = f"random:{DIMENSIONS}"
SEED = 20_261_121


def _absent(name: str, why: str) -> Row:
    return Row(name, None, "", None, True, f"not evaluated: {why}")


class Words:
    """Words that come as often as words do."""

    def __init__(self) -> None:
        self.random, self.numbers = Random(SEED), np.random.default_rng(SEED)
        letters = "abcdefghijklmnopqrstuvwxyz"
        self.words = [
            "".join(self.random.choices(letters, k=self.random.randint(3, 9))) for _ in range(12_000)
        ]
        self.weights = [1 / (rank + 2) for rank in range(len(self.words))]

    def some(self, count: int) -> list[str]:
        return self.random.choices(self.words, self.weights, k=count)

    def question(self) -> str:
        """Return a question of five words, two of them rare."""
        return " ".join([*self.some(3), *self.random.choices(self.words[500:], k=2)])

    def vector(self) -> list[float]:
        found: list[float] = self.numbers.standard_normal(DIMENSIONS).tolist()
        return found


async def _import(agent: Database, book: Book, words: Words) -> tuple[list[UUID], float, float, int]:
    """Index the book scene by scene; return its scenes, the seconds for words and for vectors, and the passages."""
    scenes, by_words, by_vectors, passages = [new_id() for _ in range(SCENES)], 0.0, 0.0, 0
    for scene_id in scenes:
        blocks = [
            TextBlock(f"p{n}", " ".join(words.some(PARAGRAPH_WORDS)))
            for n in range(SCENE_WORDS // PARAGRAPH_WORDS)
        ]
        vectors = [words.vector() for _ in blocks]
        async with agent.transaction(run_rows(book)) as session:
            memory = MemoryService.of(session, run_scope(book))
            begun = time.perf_counter()
            rows = await memory.index_scene(SceneToIndex(scene_id, 1, "en", blocks))
            middle = time.perf_counter()
            found = {row.text_hash: vector for row, vector in zip(rows, vectors, strict=False)}
            await memory.keep_vectors(scene_id, MODEL, found)
        by_words, by_vectors = by_words + middle - begun, by_vectors + time.perf_counter() - middle
        passages += len(rows)
    return scenes, by_words, by_vectors, passages


async def _times(ask: Callable[[], Awaitable[object]], count: int = QUESTIONS) -> list[float]:
    """Return the milliseconds of some questions, the first of which only warms up."""
    await ask()
    found = []
    for _ in range(count):
        begun = time.perf_counter()
        await ask()
        found.append((time.perf_counter() - begun) * 1_000)
    return found


async def _searching(agent: Database, book: Book, scenes: list[UUID], words: Words, name: str) -> list[Row]:
    async def by_words() -> None:
        async with agent.transaction(run_rows(book)) as session:
            await MemoryService.of(session, run_scope(book)).find(
                words.question(), language="en", scenes=scenes
            )

    async def by_both() -> None:
        async with agent.transaction(run_rows(book)) as session:
            await MemoryService.of(session, run_scope(book)).find(
                words.question(), language="en", scenes=scenes, vector=words.vector(), model=MODEL
            )

    rows = []
    for kind, ask in (("by words", by_words), ("by words and meaning", by_both)):
        found = await _times(ask)
        note = spread(found, 1)
        rows.append(
            Row(
                f"search {kind} in a million words, {name}, p95",
                percentile(found, 0.95),
                "ms",
                None,
                True,
                note,
            )
        )
    return rows


async def _proving(projections: Projections, store: Store, novel_id: UUID, name: str) -> Row:
    begun = time.perf_counter()
    drift = await projections.compare(store, novel_id)
    seconds = time.perf_counter() - begun
    assert isinstance(drift, Drift)
    return Row(f"doctor proves {name} equal", seconds, "s", None, drift.is_equal, f"{drift.rows:,} rows")


async def _million_words(db: TestDatabase) -> list[Row]:
    words, book = Words(), await make_book(db)
    scenes, by_words, by_vectors, passages = await _import(db.agent, book, words)
    total = SCENES * SCENE_WORDS
    rows = [
        Row(
            "index a million words, by words",
            by_words,
            "s",
            None,
            True,
            f"{total:,} words, {passages:,} passages",
        ),
        Row(
            "index a million words, vectors into pgvector",
            by_vectors,
            "s",
            None,
            True,
            f"{DIMENSIONS} dimensions",
        ),
        *await _searching(db.agent, book, scenes, words, "pgvector"),
        await _proving(Projections(db.agent, Stores()), "passages", book.novel_id, "pgvector"),
    ]
    url = qdrant.server_url()
    if url is None:
        return [*rows, _absent("the same in Qdrant", "no server answers (QDRANT_URL)")]
    async with _with(db, Stores(passages=qdrant.server(url))) as (agent, projections):
        begun = time.perf_counter()
        written = await projections.rebuild("passages", book.novel_id)
        rate = written / (time.perf_counter() - begun)
        rows.append(Row("feed Qdrant", rate, "rows/s", None, True, f"{written:,} vectors"))
        rows += await _searching(agent, book, scenes, words, "Qdrant")
        rows.append(await _proving(projections, "passages", book.novel_id, "Qdrant"))
    return rows


@asynccontextmanager
async def _with(db: TestDatabase, held: Stores) -> AsyncIterator[tuple[Database, Projections]]:
    agent = Database(db.url, "is_agent", statement_seconds=60, companions=held)
    try:
        await prepare(held)
        yield agent, Projections(agent, held)
    finally:
        await agent.dispose()
        for store in (held.graph, held.passages):
            if store is not None:
                await store.aclose()


async def _relations(agent: Database, book: Book, world: RandomWorld, name: str) -> list[Row]:
    random = Random(SEED)

    async def near() -> None:
        async with agent.transaction(run_rows(book)) as session:
            graph = story_graph(session, run_scope(book))
            await graph.neighbours(random.sample(world.entities, 8), as_of=200, hops=2)
            assert not graph.fell_back

    async def way() -> None:
        async with agent.transaction(run_rows(book)) as session:
            graph = story_graph(session, run_scope(book))
            await graph.path(*random.sample(world.entities, 2), as_of=None)
            assert not graph.fell_back

    rows = []
    for kind, ask in (("facts around a cast of eight", near), ("a shortest way", way)):
        found = await _times(ask)
        rows.append(Row(f"{kind}, {name}, p95", percentile(found, 0.95), "ms", None, True, spread(found, 1)))
    return rows


async def _world(db: TestDatabase) -> list[Row]:
    book = await make_book(db)
    (ines,) = await make_entities(db, book, person("Ines"))
    world = await make_random_world(db, book, SEED, entities=ENTITIES, facts=FACTS, scenes=SCENES)
    rows = await _relations(db.agent, book, world, "PostgreSQL")
    try:
        server = neo4j()
    except NoNeo4jError as error:
        return [*rows, _absent("the same in Neo4j", str(error))]
    try:
        store = connect_neo4j(server.url, USER, server.password)
        async with _with(db, Stores(graph=store)) as (agent, projections):
            begun = time.perf_counter()
            written = await projections.rebuild("graph", book.novel_id)
            rate = written / (time.perf_counter() - begun)
            rows.append(Row("feed Neo4j", rate, "rows/s", None, True, f"{written:,} rows, {server.origin}"))
            rows += await _relations(agent, book, world, "Neo4j")
            rows.append(await _lag(db, book, ines, projections))
            rows.append(await _proving(projections, "graph", book.novel_id, "Neo4j"))
    finally:
        server.remove()
    return rows


async def _lag(db: TestDatabase, book: Book, subject: UUID, projections: Projections) -> Row:
    """Measure how long a committed change takes to be in the graph, once the feeder looks (each second)."""
    found = []
    for number in range(20):
        await make_facts(
            db, book, FactInput(subject_id=subject, predicate="has_feature", text=f"scar {number}")
        )
        begun = time.perf_counter()
        taken = await projections.advance()
        assert taken == 1
        found.append((time.perf_counter() - begun) * 1_000)
    return Row(
        "a changed fact reaches Neo4j, p95", percentile(found, 0.95), "ms", None, True, spread(found, 1)
    )


async def measure_stores(tell: Callable[[list[Row]], None]) -> list[Row]:
    """Measure both pairs of stores; whatever has no server is said to be not evaluated.

    `tell` hears the first half when it is measured, so that it is not lost with the second.
    """
    server = stores.postgres()
    try:
        databases.make_template(server.url)
        lending = Lending(server.url)
        lending.learn()
        db = await databases.open_database(lending)
        try:
            tell(await _million_words(db))
            return await _world(db)
        finally:
            await db.dispose()
    finally:
        server.stop()
