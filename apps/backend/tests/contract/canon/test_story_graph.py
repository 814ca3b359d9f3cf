"""What every adapter of `StoryGraph` must do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from factories.canon import make_entities, make_facts, person, place, thing
from factories.manuscript import Book, make_book, owner_rows
from infinite_scribe.canon.postgres_graph import PostgresStoryGraph
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.canon.story_graph import StoryGraph
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.rules import NovelPermission
from servers.databases import TestDatabase

Made = Callable[[AsyncSession, NovelScope], StoryGraph]

ADAPTERS: dict[str, Made] = {"postgres": PostgresStoryGraph}


@pytest.fixture(params=sorted(ADAPTERS))
def adapter(request: pytest.FixtureRequest) -> Made:
    return ADAPTERS[request.param]


async def town(db: TestDatabase, book: Book) -> dict[str, object]:
    ines, tomas, key, box, shop, harbour = await make_entities(
        db, book, person("Ines"), person("Tomas"), thing("Key"), thing("Box"), place("Shop"), place("Harbour")
    )
    late = {"kind": "tick", "tick": 100}
    facts = await make_facts(
        db,
        book,
        FactInput(subject_id=ines, predicate="eye_colour", text="green"),
        FactInput(subject_id=ines, predicate="located_at", object_id=shop),
        FactInput(subject_id=key, predicate="contained_in", object_id=box),
        FactInput(subject_id=box, predicate="held_by", object_id=ines),
        FactInput(subject_id=shop, predicate="part_of", object_id=harbour),
        FactInput(subject_id=shop, predicate="has_feature", text="a bell"),
        FactInput(subject_id=tomas, predicate="located_at", object_id=harbour, valid_from=late),
    )
    names = ("eyes", "at_shop", "in_box", "held", "part", "bell", "tomas")
    return {**dict(zip(names, facts, strict=True)), "ines": ines, "tomas": tomas, "key": key, "shop": shop}


async def open_graph(session: AsyncSession, book: Book, adapter: Made) -> StoryGraph:
    scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
    return adapter(session, scope)


async def test_one_hop_gives_facts_about_the_asked_alone(fresh_db: TestDatabase, adapter: Made) -> None:
    book = await make_book(fresh_db)
    known = await town(fresh_db, book)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        graph = await open_graph(session, book, adapter)
        found = await graph.neighbours([known["ines"]], as_of=0)  # type: ignore[list-item]
        again = await graph.neighbours([known["ines"]], as_of=0)  # type: ignore[list-item]
    assert {fact.id for fact in found} == {known["eyes"], known["at_shop"], known["held"]}
    assert found == again
    assert next(fact for fact in found if fact.id == known["eyes"]).value == {"text": "green"}


async def test_a_second_hop_goes_only_over_custody_and_containment(
    fresh_db: TestDatabase, adapter: Made
) -> None:
    book = await make_book(fresh_db)
    known = await town(fresh_db, book)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        graph = await open_graph(session, book, adapter)
        found = await graph.neighbours([known["ines"]], as_of=0, hops=2)  # type: ignore[list-item]
    second = {fact.id for fact in found if fact.hops == 1}
    assert second == {known["in_box"], known["part"]}


async def test_facts_that_do_not_hold_yet_are_absent(fresh_db: TestDatabase, adapter: Made) -> None:
    book = await make_book(fresh_db)
    known = await town(fresh_db, book)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        graph = await open_graph(session, book, adapter)
        counts = [len(await graph.neighbours([known["tomas"]], as_of=tick)) for tick in (99, 100, None)]  # type: ignore[list-item]
    assert counts == [0, 1, 1]


async def test_predicates_and_limits_narrow(fresh_db: TestDatabase, adapter: Made) -> None:
    book = await make_book(fresh_db)
    known = await town(fresh_db, book)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        graph = await open_graph(session, book, adapter)
        eyes = await graph.neighbours([known["ines"]], as_of=0, predicates=["eye_colour"])  # type: ignore[list-item]
        one = await graph.neighbours([known["ines"]], as_of=0, limit=1)  # type: ignore[list-item]
    assert [fact.id for fact in eyes] == [known["eyes"]]
    assert len(one) == 1


async def test_a_path_is_shortest_and_none_where_there_is_none(fresh_db: TestDatabase, adapter: Made) -> None:
    book = await make_book(fresh_db)
    known = await town(fresh_db, book)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        graph = await open_graph(session, book, adapter)
        way = await graph.path(known["key"], known["shop"], as_of=0)  # type: ignore[arg-type]
        none = await graph.path(known["key"], known["tomas"], as_of=0)  # type: ignore[arg-type]
        later = await graph.path(known["key"], known["tomas"], as_of=100)  # type: ignore[arg-type]
    assert way is not None
    assert [fact.id for fact in way] == [known["in_box"], known["held"], known["at_shop"]]
    assert none is None
    assert later is not None
    assert len(later) == 5


async def test_a_timeline_holds_every_fact_earliest_first(fresh_db: TestDatabase, adapter: Made) -> None:
    book = await make_book(fresh_db)
    known = await town(fresh_db, book)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        graph = await open_graph(session, book, adapter)
        found = await graph.timeline(known["shop"])  # type: ignore[arg-type]
    assert {fact.id for fact in found} == {known["at_shop"], known["part"], known["bell"]}


async def test_another_novel_answers_nothing(fresh_db: TestDatabase, adapter: Made) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    known = await town(fresh_db, book)
    async with fresh_db.api.transaction(owner_rows(other)) as session:
        graph = await open_graph(session, other, adapter)
        assert await graph.neighbours([known["ines"]], as_of=None) == []  # type: ignore[list-item]
        assert await graph.timeline(known["ines"]) == []  # type: ignore[arg-type]
        assert await graph.path(known["key"], known["shop"], as_of=None) is None  # type: ignore[arg-type]
