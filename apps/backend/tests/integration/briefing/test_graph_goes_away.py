"""A graph that goes away while it is asked: the canon's own rows answer, and what was missing is said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from factories.canon import make_entities, make_facts, person
from factories.manuscript import make_book, run_rows, run_scope
from infinite_scribe.briefing.reading import SceneReader
from infinite_scribe.canon.postgres_graph import PostgresStoryGraph
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.canon.steady_graph import SteadyStoryGraph
from infinite_scribe.canon.story_graph import GraphUnavailableError, Near
from servers.databases import TestDatabase


class Dying:
    """A projection that is there when it is asked and gone before it answers."""

    async def near(self, *_ids: Any, **_more: Any) -> Sequence[Near]:
        await asyncio.sleep(0)
        raise GraphUnavailableError(store="neo4j")


async def test_a_graph_that_dies_in_the_middle_costs_no_fact(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    (ines,) = await make_entities(fresh_db, book, person("Ines"))
    await make_facts(fresh_db, book, FactInput(subject_id=ines, predicate="eye_colour", text="green"))
    async with fresh_db.agent.transaction(run_rows(book)) as session:
        truth = PostgresStoryGraph(session, run_scope(book))
        steady = SteadyStoryGraph(Dying(), truth, _is_current=True)  # type: ignore[arg-type]
        reader = SceneReader(session, run_scope(book), steady)
        begun = await reader.begin_near([ines], None)
        found, missing = await reader.lain(begun, [ines], None)
        assert found == await truth.near([ines], as_of=None, hops=2)
    assert len(found) == 1
    assert (missing, steady.fell_back) == (["graph"], True)
