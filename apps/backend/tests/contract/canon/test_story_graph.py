"""What every adapter of `StoryGraph` must do. The one in Neo4j answers while nobody may read the canon's tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from random import Random
from uuid import UUID

import pytest

from factories.canon import make_entities, make_facts, person, place, thing
from factories.graphs import make_random_world
from factories.manuscript import Book, make_book, owner_rows
from infinite_scribe.canon.neo4j_graph import Neo4jStoryGraph
from infinite_scribe.canon.postgres_graph import PostgresStoryGraph
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.canon.story_graph import READER, GraphChange, GraphContents, StoryGraph
from infinite_scribe.db.neo4j.client import Neo4jStore
from infinite_scribe.db.sql.engine import allow_pause
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from servers.databases import TestDatabase
from servers.neo4j import Neo4jServer
from servers.rights import without_reading

pytestmark = pytest.mark.timeout(240)

CANON = [
    "entities",
    "assertions",
    "evidence",
    "events",
    "event_participants",
    "event_links",
    "beliefs",
    "disclosures",
    "rules",
    "promises",
    "promise_scenes",
    "scenes",
]


@dataclass
class Adapter:
    """How a test gets the graph of a book as it stands now."""

    name: str
    db: TestDatabase
    store: Neo4jStore | None

    @asynccontextmanager
    async def graph(self, book: Book) -> AsyncIterator[StoryGraph]:
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(self.db.api.transaction(owner_rows(book)))
            scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
            truth = PostgresStoryGraph(session, scope)
            if self.store is None:
                yield truth
                return
            dumped = await truth.dump()
            await stack.aclose()  # PostgreSQL ends a transaction that waits long for another server
            graph = Neo4jStoryGraph(self.store, scope)
            await graph.apply(GraphChange(1, 1, dumped))
            async with without_reading(self.db, CANON):
                yield graph


@pytest.fixture
async def neo4j_store(neo4j_server: Neo4jServer) -> AsyncIterator[Neo4jStore]:
    store = neo4j_server.store()
    await store.prepare()
    yield store
    await store.aclose()


@pytest.fixture(params=["postgres", "neo4j"])
def adapter(request: pytest.FixtureRequest, fresh_db: TestDatabase) -> Adapter:
    store = request.getfixturevalue("neo4j_store") if request.param == "neo4j" else None
    return Adapter(request.param, fresh_db, store)


@dataclass
class Town:
    book: Book
    ids: dict[str, UUID]

    def __getitem__(self, name: str) -> UUID:
        return self.ids[name]


@pytest.fixture
async def town(fresh_db: TestDatabase) -> Town:
    book = await make_book(fresh_db)
    names = ("ines", "tomas", "key", "box", "shop", "harbour")
    entities = await make_entities(
        fresh_db, book, person("Ines"), person("Tomas"), thing("Key"), thing("Box"), place("Shop"), place("Harbour")
    )  # fmt: skip
    known = dict(zip(names, entities, strict=True))
    late = {"kind": "tick", "tick": 100}
    facts = await make_facts(
        fresh_db,
        book,
        FactInput(subject_id=known["ines"], predicate="eye_colour", text="green"),
        FactInput(subject_id=known["ines"], predicate="located_at", object_id=known["shop"]),
        FactInput(subject_id=known["key"], predicate="contained_in", object_id=known["box"]),
        FactInput(subject_id=known["box"], predicate="held_by", object_id=known["ines"]),
        FactInput(subject_id=known["shop"], predicate="part_of", object_id=known["harbour"]),
        FactInput(subject_id=known["shop"], predicate="has_feature", text="a bell"),
        FactInput(
            subject_id=known["tomas"], predicate="located_at", object_id=known["harbour"], valid_from=late
        ),
    )
    said = ("eyes", "at_shop", "in_box", "held", "part", "bell", "at_harbour")
    return Town(book, {**known, **dict(zip(said, facts, strict=True))})


async def test_one_hop_gives_facts_about_the_asked_alone(adapter: Adapter, town: Town) -> None:
    async with adapter.graph(town.book) as graph:
        found = await graph.neighbours([town["ines"]], as_of=0)
        again = await graph.neighbours([town["ines"]], as_of=0)
    assert {fact.id for fact in found} == {town["eyes"], town["at_shop"], town["held"]}
    assert found == again
    assert next(fact for fact in found if fact.id == town["eyes"]).value == {"text": "green"}


async def test_a_second_hop_goes_only_over_custody_and_containment(adapter: Adapter, town: Town) -> None:
    async with adapter.graph(town.book) as graph:
        found = await graph.neighbours([town["ines"]], as_of=0, hops=2)
    assert {fact.id for fact in found if fact.hops == 1} == {town["in_box"], town["part"]}


async def test_where_facts_lie_is_told_in_the_order_of_the_facts(adapter: Adapter, town: Town) -> None:
    async with adapter.graph(town.book) as graph:
        for hops in (1, 2):
            asked = [town["ines"], town["tomas"]]
            facts = await graph.neighbours(asked, as_of=200, hops=hops)
            near = await graph.near(asked, as_of=200, hops=hops)
            assert near == [
                (one.id, one.subject_id, one.predicate, one.object_id, one.from_tick, one.hops)
                for one in facts
            ]
            assert await graph.near(asked, as_of=200, hops=hops, limit=2) == near[:2]
            assert await (await graph.begin_near(asked, as_of=200, hops=hops)) == near
    assert 100 in {one.from_tick for one in near}


async def test_a_novel_projected_by_an_older_version_is_brought_up_to_date(
    fresh_db: TestDatabase, town: Town, neo4j_store: Neo4jStore
) -> None:
    adapter = Adapter("neo4j", fresh_db, neo4j_store)
    async with adapter.graph(town.book) as graph:
        before = await graph.near([town["ines"]], as_of=200, hops=2)
        assert {one.hops for one in before} == {0, 1}
        async with neo4j_store.driver.session() as session:
            await session.run(
                "MATCH (s)-[w:WITHIN {novel_id: $novel}]->(o) CREATE (s)-[a:ASSERTS]->(o) SET a = properties(w) DELETE w "
                "WITH count(*) AS done MATCH (m:Projection {novel_id: $novel}) REMOVE m.layout",
                novel=str(town.book.novel_id),
            )
        assert await graph.near([town["ines"]], as_of=200, hops=2) == before
        for _ in range(2):  # once more changes nothing
            await neo4j_store.prepare()
            assert await graph.near([town["ines"]], as_of=200, hops=2) == before
        async with neo4j_store.driver.session() as session:
            result = await session.run(
                "MATCH ()-[w:WITHIN {novel_id: $novel}]->() RETURN count(w) AS count",
                novel=str(town.book.novel_id),
            )
            assert (await result.fetch(1))[0]["count"] > 0


async def test_facts_that_do_not_hold_yet_are_absent(adapter: Adapter, town: Town) -> None:
    async with adapter.graph(town.book) as graph:
        counts = [len(await graph.neighbours([town["tomas"]], as_of=tick)) for tick in (99, 100, None)]
    assert counts == [0, 1, 1]


async def test_predicates_and_limits_narrow(adapter: Adapter, town: Town) -> None:
    async with adapter.graph(town.book) as graph:
        eyes = await graph.neighbours([town["ines"]], as_of=0, predicates=["eye_colour"])
        one = await graph.neighbours([town["ines"]], as_of=0, limit=1)
    assert [fact.id for fact in eyes] == [town["eyes"]]
    assert len(one) == 1


async def test_a_path_is_shortest_and_none_where_there_is_none(adapter: Adapter, town: Town) -> None:
    async with adapter.graph(town.book) as graph:
        way = await graph.path(town["key"], town["shop"], as_of=0)
        none = await graph.path(town["key"], town["tomas"], as_of=0)
        later = await graph.path(town["key"], town["tomas"], as_of=100)
        short = await graph.path(town["key"], town["tomas"], as_of=100, longest=4)
        here = await graph.path(town["key"], town["key"], as_of=0)
    assert way is not None
    assert [fact.id for fact in way] == [town["in_box"], town["held"], town["at_shop"]]
    assert none is None
    assert later is not None
    assert len(later) == 5
    assert short is None
    assert here == []


async def test_a_timeline_holds_every_fact_earliest_first(adapter: Adapter, town: Town) -> None:
    async with adapter.graph(town.book) as graph:
        found = await graph.timeline(town["shop"])
    assert {fact.id for fact in found} == {town["at_shop"], town["part"], town["bell"]}


@pytest.mark.parametrize("seed", [11])
async def test_the_reading_clock_gives_what_the_reader_was_told(adapter: Adapter, seed: int) -> None:
    book = await make_book(adapter.db)
    world = await make_random_world(adapter.db, book, seed)
    asked = {"as_of": None, "clock": "reading", "limit": 1000}
    async with adapter.graph(book) as graph:
        every = await graph.neighbours(world.entities, as_of=None, limit=1000)
        first_told = {fact.id: fact.reading_from for fact in (await graph.dump()).facts}
        told = await graph.neighbours(world.entities, **asked)  # type: ignore[arg-type]
        early = await graph.neighbours(world.entities, reading_index=4, **asked)  # type: ignore[arg-type]
        knowing = await graph.knowers(world.facts[0], as_of=None)
    assert [fact.id for fact in told] == [fact.id for fact in every if first_told[fact.id] is not None]
    assert {fact.id: fact.reading_from for fact in told}.items() <= first_told.items()
    assert all(fact.reading_from is None for fact in every), "by story time nobody asks what was told"
    assert 0 < len(early) < len(told)
    assert all((fact.reading_from or 99) <= 4 for fact in early)
    assert all(one == READER or isinstance(one, UUID) for one, _ in knowing)


async def test_a_change_is_taken_over_once_and_an_older_one_not_at_all(adapter: Adapter, town: Town) -> None:
    async with adapter.graph(town.book) as graph:
        if adapter.store is None:
            return  # the tables themselves are never fed
        held = await graph.dump()
        change = GraphChange(3, 3, held.only({town["eyes"], town["ines"]}), gone=(town["bell"], town["box"]))
        await graph.apply(change)
        await graph.apply(change)
        after = await graph.dump()
        assert after.rows().keys() == held.rows().keys() - {town["bell"], town["box"]}
        assert await graph.neighbours([town["box"]], as_of=0) != [], "its relations are rows of their own"
        await graph.apply(GraphChange(2, 2, gone=(town["eyes"],)))
        assert (await graph.dump()).checksum() == after.checksum()
        await graph.clear()
        assert await graph.dump() == GraphContents()


async def test_another_novel_answers_nothing(adapter: Adapter, town: Town) -> None:
    other = await make_book(adapter.db)
    async with adapter.graph(town.book):
        pass
    async with adapter.graph(other) as graph:
        assert await graph.neighbours([town["ines"]], as_of=None) == []
        assert await graph.timeline(town["ines"]) == []
        assert await graph.path(town["key"], town["shop"], as_of=None) is None
        assert await graph.knowers(town["eyes"], as_of=None) == []
        assert not town.ids.values() & (await graph.dump()).rows().keys()
        await graph.clear()
        await graph.apply(GraphChange(9, 9, gone=tuple(town.ids.values())))
    async with adapter.graph(town.book) as graph:
        assert set(town.ids.values()) <= (await graph.dump()).rows().keys()


Ask = Callable[[StoryGraph], Awaitable[object]]


@pytest.mark.parametrize("seed", [0, 2])
async def test_random_worlds_get_the_same_answers_in_the_same_order(
    fresh_db: TestDatabase, neo4j_store: Neo4jStore, seed: int
) -> None:
    random = Random(seed)
    book = await make_book(fresh_db)
    world = await make_random_world(fresh_db, book, seed, facts=60 + 60 * seed)
    async with Adapter("postgres", fresh_db, None).graph(book) as truth:
        assert isinstance(truth, PostgresStoryGraph)
        await allow_pause(truth.session, 120)  # while Neo4j answers
        scope = truth.scope
        graph = Neo4jStoryGraph(neo4j_store, scope)
        contents = await truth.dump()
        for number, part in enumerate(contents.parts(50)):
            await graph.apply(GraphChange(2, number, part))
        assert await graph.checksum() == await truth.checksum() == contents.checksum()
        some = set(random.sample(sorted(contents.rows()), 20))
        assert (await graph.dump(some)).checksum() == contents.only(some).checksum()
        for _ in range(15):
            start, end = random.sample(world.entities, 2)
            tick = random.choice([None, random.randint(0, 600)])
            about = random.sample(world.entities, random.randint(1, 5))
            asked = {
                "as_of": tick,
                "hops": random.randint(1, 3),
                "limit": random.choice([5, 200]),
                "clock": random.choice(["story", "reading"]),
                "reading_index": random.choice([None, 3]),
                "statuses": random.choice([("canon",), ("canon", "planned", "superseded")]),
            }
            fact = random.choice(world.facts)
            questions: list[Ask] = [
                lambda one, about=about, asked=asked: one.neighbours(about, **asked),  # type: ignore[misc]
                lambda one, about=about, asked=asked: one.near(  # type: ignore[misc]
                    about, as_of=asked["as_of"], hops=asked["hops"], limit=asked["limit"]
                ),
                lambda one, start=start, end=end, tick=tick: one.path(start, end, as_of=tick),  # type: ignore[misc]
                lambda one, start=start: one.timeline(start),  # type: ignore[misc]
                lambda one, fact=fact, tick=tick: one.knowers(fact, as_of=tick, reading_index=4),  # type: ignore[misc]
            ]
            for ask in questions:
                assert await ask(graph) == await ask(truth), asked
