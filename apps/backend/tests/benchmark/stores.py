"""The stores at the size of a library: a book of a million words and a world of twenty thousand facts.

Both pairs of stores are measured where a server answers; the client's local mode of Qdrant proves answers and never
speed, so it has no row.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from uuid import UUID

from benchmark.library import QUESTIONS, SEED, analysed, fed, imported, proven
from benchmark.rows import Row, percentile, spread
from factories.canon import make_entities, make_facts, person
from factories.graphs import RandomWorld, make_random_world
from factories.manuscript import Book, make_book, run_rows, run_scope
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.canon.steady_graph import story_graph
from infinite_scribe.db.neo4j.client import connect_neo4j
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.db.stores import Stores
from infinite_scribe.memory.projections import Projections, prepare
from servers import databases, qdrant, stores
from servers.databases import Lending, TestDatabase
from servers.neo4j import USER, NoNeo4jError, neo4j

SCENES = 800
"""A million words."""
ENTITIES, FACTS, WORLD_SCENES = 500, 20_000, 800
WARM_SECONDS = 60
Tell = Callable[[list[Row]], None]


def _absent(name: str, why: str) -> Row:
    return Row(name, None, "", None, True, f"not evaluated: {why}")


async def _times(ask: Callable[[], Awaitable[bool]], count: int = QUESTIONS) -> tuple[list[float], int]:
    """Return the milliseconds of some questions, once the store has answered some, and how many others answered.

    A store that has just started compiles; until then `ask` may be answered in its stead, which it says.
    """
    begun = time.perf_counter()
    while not await ask():
        assert time.perf_counter() - begun < WARM_SECONDS, "the store never answered in time"
    found, away = [], 0
    for _ in range(count):
        begun = time.perf_counter()
        away += not await ask()
        found.append((time.perf_counter() - begun) * 1_000)
    return found, away


async def _book(db: TestDatabase, scenes: int, tell: Tell) -> list[Row]:
    """Measure a book; `tell` hears each figure when it is there, the rest is returned."""
    library, rows = await imported(db, scenes)
    tell(rows)
    await analysed(db)
    novel, alone = library.book.novel_id, Projections(db.agent, Stores())
    tell(await library.searched(db.api, "pgvector"))
    rows = [
        await proven(alone, "passages", novel, "pgvector"),
        await fed(alone, "passages", novel, "pgvector"),
    ]
    url = qdrant.server_url()
    if url is None:
        return [*rows, _absent("the same in Qdrant", "no server answers (QDRANT_URL)")]
    async with _with(db, Stores(passages=qdrant.server(url))) as (_, projections):
        rows.append(await fed(projections, "passages", novel, "Qdrant"))
        api = Database(db.url, "is_api", companions=Stores(passages=qdrant.server(url)))
        rows += await library.searched(api, "Qdrant")
        await api.dispose()
        rows.append(await proven(projections, "passages", novel, "Qdrant"))
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

    async def near() -> bool:
        async with agent.transaction(run_rows(book)) as session:
            graph = story_graph(session, run_scope(book))
            await graph.neighbours(random.sample(world.entities, 8), as_of=200, hops=2)
            return not graph.fell_back

    async def way() -> bool:
        async with agent.transaction(run_rows(book)) as session:
            graph = story_graph(session, run_scope(book))
            await graph.path(*random.sample(world.entities, 2), as_of=None)
            return not graph.fell_back

    rows = []
    for kind, ask in (("facts around a cast of eight", near), ("a shortest way", way)):
        found, away = await _times(ask)
        note = spread(found, 1) + (
            f"; {away} answered by PostgreSQL, since the graph was too late" if away else ""
        )
        rows.append(Row(f"{kind}, {name}, p95", percentile(found, 0.95), "ms", None, not away, note))
    return rows


async def _world(db: TestDatabase) -> list[Row]:
    book = await make_book(db)
    (ines,) = await make_entities(db, book, person("Ines"))
    world = await make_random_world(db, book, SEED, entities=ENTITIES, facts=FACTS, scenes=WORLD_SCENES)
    await analysed(db)
    rows = await _relations(db.agent, book, world, "PostgreSQL")
    try:
        server = neo4j()
    except NoNeo4jError as error:
        return [*rows, _absent("the same in Neo4j", str(error))]
    try:
        store = connect_neo4j(server.url, USER, server.password)
        async with _with(db, Stores(graph=store)) as (agent, projections):
            rows.append(await fed(projections, "graph", book.novel_id, f"Neo4j ({server.origin})"))
            rows += await _relations(agent, book, world, "Neo4j")
            rows.append(await _lag(db, book, ines, projections))
            rows.append(await proven(projections, "graph", book.novel_id, "Neo4j"))
    finally:
        server.remove()
    return rows


async def _lag(db: TestDatabase, book: Book, subject: UUID, projections: Projections) -> Row:
    """Measure how long a committed change takes to be in the graph, once the feeder looks (each second)."""
    while await projections.advance():
        pass  # other books of this database first
    found = []
    for number in range(20):
        await make_facts(db, book, FactInput(subject_id=subject, predicate="mark", text=f"scar {number}"))
        begun = time.perf_counter()
        taken = await projections.advance()
        assert taken == 1
        found.append((time.perf_counter() - begun) * 1_000)
    return Row(
        "a changed fact reaches Neo4j, p95", percentile(found, 0.95), "ms", None, True, spread(found, 1)
    )


async def measure_stores(tell: Tell, scenes: int = SCENES) -> list[Row]:
    """Measure both pairs of stores; whatever has no server is said to be not evaluated.

    The book has so many scenes; the world has always the same size. `tell` hears the first half when it is measured, so that it is not lost with the second.
    """
    server = stores.postgres()
    try:
        databases.make_template(server.url)
        lending = Lending(server.url)
        lending.learn()
        db = await databases.open_database(lending)
        try:
            tell(await _book(db, scenes, tell))
            return await _world(db)
        finally:
            await db.dispose()
    finally:
        server.stop()
