"""Projections follow the truth: through edits, rollbacks, an outage and a second feeder, and never across novels."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.canon import make_entities, make_facts, person, place
from factories.graphs import make_random_world
from factories.manuscript import Book, make_book, owner_rows, run_rows, run_scope
from infinite_scribe.briefing.service import BriefingService
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.canon.service import CanonService
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.breaker import StoreDownError
from infinite_scribe.db.neo4j.client import Cypher
from infinite_scribe.db.qdrant.client import connect_qdrant
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.db.stores import Stores
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.projections import Projections, lags
from infinite_scribe.memory.schemas import SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.structure.service import StructureService
from servers import qdrant
from servers.databases import TestDatabase
from servers.neo4j import Neo4jServer

pytestmark = pytest.mark.timeout(240)


@dataclass
class Platform:
    """The gateway and the librarian of an installation with projections."""

    db: TestDatabase
    stores: Stores
    api: Database
    agent: Database

    @property
    def projections(self) -> Projections:
        return Projections(self.agent, self.stores)

    async def neighbours(self, book: Book, ids: Sequence[UUID]) -> tuple[list[UUID], bool]:
        """Return facts about entities as a reader of the gateway gets them, and whether it fell back."""
        async with self.api.transaction(owner_rows(book)) as session:
            scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
            graph = CanonService.of(session, scope).graph()
            found = await graph.neighbours(ids, as_of=None)
        return [fact.id for fact in found], graph.fell_back

    async def missing_in_briefing(self, book: Book) -> tuple[str, ...]:
        """Return what the briefing of the book's scene says it had to do without."""
        async with self.agent.transaction(run_rows(book)) as session:
            briefings = BriefingService.of(session, run_scope(book), b"a key of this test")
            return tuple((await briefings.scene_material(book.scene_id)).missing)

    async def close(self) -> None:
        await self.api.dispose()
        await self.agent.dispose()
        for store in (self.stores.graph, self.stores.passages):
            if store is not None:
                await store.aclose()


def platform_with(db: TestDatabase, stores: Stores) -> Platform:
    return Platform(
        db, stores, Database(db.url, "is_api", companions=stores), Database(db.url, "is_agent", companions=stores)
    )  # fmt: skip


@pytest.fixture
async def graphs(fresh_db: TestDatabase, neo4j_server: Neo4jServer) -> AsyncIterator[Platform]:
    store = neo4j_server.store()
    store.breaker.rest_seconds = 0
    await store.prepare()
    platform = platform_with(fresh_db, Stores(graph=store))
    yield platform
    await platform.close()


@pytest.fixture
async def passages(fresh_db: TestDatabase) -> AsyncIterator[Platform]:
    platform = platform_with(fresh_db, Stores(passages=qdrant.local()))
    yield platform
    await platform.close()


def eyes(subject: UUID, colour: str) -> FactInput:
    return FactInput(subject_id=subject, predicate="eye_colour", text=colour)


async def equal(platform: Platform, book: Book, rows: int = 1) -> None:
    drift = await platform.projections.compare("graph", book.novel_id)
    assert drift is not None
    assert drift.is_equal, drift
    assert (drift.missing, drift.extra, drift.different) == ([], [], [])
    assert drift.rows >= rows


async def test_edits_moves_and_a_rollback_reach_the_graph(graphs: Platform) -> None:
    book = await make_book(graphs.db)
    ines, shop = await make_entities(graphs.db, book, person("Ines"), place("Shop"))
    await make_random_world(graphs.db, book, 5, facts=40)
    (first,) = await make_facts(graphs.db, book, eyes(ines, "green"))
    assert await graphs.projections.advance() > 0
    await equal(graphs, book, rows=60)
    (second,) = await make_facts(
        graphs.db, book, FactInput(subject_id=ines, predicate="located_at", object_id=shop)
    )
    assert [one.lag for one in await lags(graphs.agent, graphs.stores)] == [1]
    assert set((await graphs.neighbours(book, [ines]))[0]) == {first, second}, "behind, so read from the rows"
    await graphs.projections.advance()
    await equal(graphs, book, rows=61)
    async with graphs.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.OWN)
        await Revisions.of(session, scope).rollback(2)
    async with graphs.api.transaction(owner_rows(book)) as session:
        structure = StructureService.of(session, scope)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            await structure.add_scene(revision, book.chapter_id, title="Later")
            await structure.settle_order(revision)
    assert await graphs.projections.advance() == 2
    await equal(graphs, book)
    assert await graphs.projections.advance() == 0
    assert [one.lag for one in await lags(graphs.agent, graphs.stores)] == [0]


async def test_readers_ask_neo4j_while_it_is_fresh(graphs: Platform) -> None:
    book = await make_book(graphs.db)
    (ines,) = await make_entities(graphs.db, book, person("Ines"))
    (fact,) = await make_facts(graphs.db, book, eyes(ines, "green"))
    await graphs.projections.advance()
    async with graphs.db.owner.transaction() as session:  # nobody was told of this
        await session.execute(text("UPDATE assertions SET status = 'retconned' WHERE id = :id"), {"id": fact})
    assert await graphs.neighbours(book, [ines]) == ([fact], False)
    drift = await graphs.projections.compare("graph", book.novel_id)
    assert drift is not None
    assert not drift.is_equal
    assert drift.different == [str(fact)]
    assert await graphs.projections.rebuild("graph", book.novel_id) == drift.rows
    await equal(graphs, book)


async def test_two_feeders_and_a_change_told_twice_make_no_difference(graphs: Platform) -> None:
    book = await make_book(graphs.db)
    (ines,) = await make_entities(graphs.db, book, person("Ines"))
    await graphs.projections.advance()
    for colour in ("green", "brown", "grey"):
        async with graphs.api.transaction(owner_rows(book)) as session:
            scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
            held = await CanonService.of(session, scope).rows.facts(about=[ines])
            async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
                for row in held:
                    await revision.retire(row)
                await CanonService.of(session, scope).state_fact(revision, eyes(ines, colour))
    await asyncio.gather(graphs.projections.advance(), graphs.projections.advance())
    await equal(graphs, book)
    async with graphs.db.owner.transaction() as session:
        await session.execute(text("UPDATE outbox_cursors SET seq = seq - 2 WHERE consumer = 'graph'"))
    assert await graphs.projections.advance() == 2
    await equal(graphs, book)


async def test_an_hour_without_neo4j_stops_nobody_and_is_caught_up(
    graphs: Platform, neo4j_server: Neo4jServer
) -> None:
    if not neo4j_server.can_stop:
        pytest.skip("this server is not ours to stop")
    book = await make_book(graphs.db)
    (ines,) = await make_entities(graphs.db, book, person("Ines"))
    await graphs.projections.advance()
    neo4j_server.stop()
    try:
        assert (await graphs.neighbours(book, [ines]))[1] is True
        (fact,) = await make_facts(graphs.db, book, eyes(ines, "green"))
        assert await graphs.projections.advance() == 0
        assert [one.lag for one in await lags(graphs.agent, graphs.stores)] == [1]
        assert await graphs.neighbours(book, [ines]) == ([fact], False), "behind for a moment is not away"
        await _an_hour_passes(graphs)
        assert await graphs.neighbours(book, [ines]) == ([fact], True)
        assert "graph" in await graphs.missing_in_briefing(book)
    finally:
        neo4j_server.start()
    async with asyncio.timeout(120):
        while not await graphs.projections.advance():  # the first question may meet a connection that broke
            await asyncio.sleep(0.1)
    await equal(graphs, book)
    assert await graphs.neighbours(book, [ines]) == ([fact], False)
    assert "graph" not in await graphs.missing_in_briefing(book)


async def _an_hour_passes(platform: Platform) -> None:
    async with platform.db.owner.transaction() as session:
        await session.execute(text("UPDATE outbox SET created_at = created_at - interval '1 hour'"))


async def test_a_refusal_is_an_answer_that_did_not_come(graphs: Platform) -> None:
    asked = Cypher("MERGE (m:Projection {novel_id: $novel}) RETURN 1 / 0 AS nothing")
    assert graphs.stores.graph is not None
    with pytest.raises(StoreDownError, match="ArithmeticError"):
        await graphs.stores.graph.of(new_id()).read(asked)


async def test_a_novel_that_cannot_be_fed_does_not_hold_up_the_others(graphs: Platform) -> None:
    broken, sound = await make_book(graphs.db), await make_book(graphs.db)
    for one in (broken, sound):
        await make_entities(graphs.db, one, person("Ines"))
    await graphs.projections.advance()
    for one in (broken, sound):
        await make_entities(graphs.db, one, person("Tomas"))
    async with graphs.db.owner.transaction() as session:
        await session.execute(
            text('UPDATE outbox SET payload = \'{"tables": {"entities": 3}}\' WHERE novel_id = :id'),
            {"id": broken.novel_id},
        )
    assert await graphs.projections.advance() == 1
    await equal(graphs, sound, rows=2)
    assert [one.lag for one in await lags(graphs.agent, graphs.stores)] == [1]
    await graphs.projections.rebuild("graph", broken.novel_id)
    await equal(graphs, broken, rows=2)


async def test_an_erased_novel_is_forgotten(graphs: Platform) -> None:
    book, other = await make_book(graphs.db), await make_book(graphs.db)
    for one in (book, other):
        await make_entities(graphs.db, one, person("Ines"))
    await graphs.projections.advance()
    async with graphs.db.owner.transaction() as session:
        await session.execute(text("DELETE FROM novels WHERE id = :id"), {"id": book.novel_id})
    assert graphs.stores.graph is not None
    assert book.novel_id in await graphs.stores.graph.novels()
    await graphs.projections.forget_erased()
    held = await graphs.stores.graph.novels()
    assert book.novel_id not in held
    assert other.novel_id in held
    await equal(graphs, other)


async def write_scene(platform: Platform, book: Book, scene_id: UUID, body: str, vector: list[float]) -> None:
    async with platform.agent.transaction(run_rows(book)) as session:
        memory = MemoryService.of(session, run_scope(book))
        await memory.index_scene(SceneToIndex(scene_id, 1, "en", [TextBlock("p1", body)]))
        for row in await memory.missing_vectors(scene_id, "m:2"):
            await memory.keep_vectors(scene_id, "m:2", {row.text_hash: vector})


async def test_passages_reach_qdrant_and_leave_it(passages: Platform) -> None:
    book, one, two = await make_book(passages.db), new_id(), new_id()
    await write_scene(passages, book, one, "The brass key.", [1.0, 0.0])
    await write_scene(passages, book, two, "Rain on the pier.", [0.0, 1.0])
    await passages.projections.advance()

    async def found(query: list[float]) -> list[UUID]:
        async with passages.agent.transaction(run_rows(book)) as session:
            memory = MemoryService.of(session, run_scope(book))
            answer = await memory.find("weather", language="en", vector=query, model="m:2")
            assert answer.missing == ()
            return [hit.passage.scene_id for hit in answer.hits]

    assert await found([0.1, 1.0]) == [two, one]
    await write_scene(passages, book, two, "Snow on the pier.", [1.0, 0.1])
    await passages.projections.advance()
    drift = await passages.projections.compare("passages", book.novel_id)
    assert drift is not None
    assert (drift.is_equal, drift.rows) == (True, 2)
    await write_scene(passages, book, two, "", [])
    await passages.projections.advance()
    assert await found([0.1, 1.0]) == [one]
    assert passages.stores.passages is not None
    assert await passages.stores.passages.novels() == [book.novel_id]
    await passages.projections.rebuild("passages", book.novel_id)
    drift = await passages.projections.compare("passages", book.novel_id)
    assert drift is not None
    assert (drift.is_equal, drift.rows) == (True, 1)


async def test_without_qdrant_search_goes_on_by_words_and_says_so(fresh_db: TestDatabase) -> None:
    book, one = await make_book(fresh_db), new_id()
    platform = platform_with(fresh_db, Stores(passages=connect_qdrant("http://127.0.0.1:9")))
    try:
        await write_scene(platform, book, one, "The brass key.", [1.0, 0.0])
        assert await platform.projections.advance() == 0
        async with platform.agent.transaction(run_rows(book)) as session:
            memory = MemoryService.of(session, run_scope(book))
            answer = await memory.find("brass", language="en", vector=[1.0, 0.0], model="m:2")
        assert answer.missing == ("passages",)
        assert [hit.passage.scene_id for hit in answer.hits] == [one]
        assert [lag.lag for lag in await lags(platform.agent, platform.stores)] == [2]
    finally:
        await platform.close()
    back = platform_with(fresh_db, Stores(passages=qdrant.local()))
    try:
        assert await back.projections.advance() > 0
        drift = await back.projections.compare("passages", book.novel_id)
        assert drift is not None
        assert (drift.is_equal, drift.rows) == (True, 1)
    finally:
        await back.close()
