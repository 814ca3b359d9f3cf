"""Each gate of the evaluation measures a mechanism: with it the figure holds, without it the figure breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from evals.ablation import (
    LOWEST_CONTROL,
    altered,
    timeless,
    unscoped,
    without_must_have,
    without_retrieval,
    without_viewpoint,
)
from evals.loading import Loaded, load
from evals.measures.briefing import BriefingFigures, MakeService, measure
from evals.neighbour import with_neighbour
from evals.novels.simulator import simulate
from evals.novels.spec import Spec

from factories.novels import make_user
from servers import databases
from servers.databases import Lending

WHOLE, CONTROL = range(10, 31, 3), range(15, 31, 5)
RECALL = 0.95

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["en", "zh"])
async def loaded(lending: Lending, request: pytest.FixtureRequest) -> AsyncIterator[Loaded]:
    """A small synthetic novel beside another one of the same author."""
    database = await databases.open_database(lending)
    author = await make_user(database.owner)
    novel = simulate(Spec(11, request.param, 30, secrets=12, lies=12))
    yield await with_neighbour(await load(database.api, author, novel), scenes=3)
    await databases.give_back(lending, database)


async def without(loaded: Loaded, make: MakeService) -> BriefingFigures:
    """Return the figures of some scenes while one mechanism is taken out."""
    return await measure(loaded, scenes=CONTROL, make=make)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole(loaded: Loaded) -> BriefingFigures:
    """The figures of the product as it is."""
    return await measure(loaded, scenes=WHOLE)


async def test_with_every_mechanism_the_gates_hold(whole: BriefingFigures) -> None:
    assert whole.recall.of >= 20
    assert (whole.recall.value or 0) >= RECALL, whole.misses()
    assert whole.forbidden >= 20
    assert whole.leaks == []
    assert whole.untimely == []
    assert whole.strangers == []
    assert whole.overruns == 0
    assert whole.repeated.hits == whole.repeated.of > 0


async def test_without_the_viewpoint_filter_forbidden_facts_leak(loaded: Loaded) -> None:
    assert (await without(loaded, altered(without_viewpoint))).leaks


async def test_without_validity_facts_of_other_times_come_in(loaded: Loaded) -> None:
    assert (await without(loaded, timeless)).untimely


async def test_without_the_scope_rows_of_another_book_come_in(loaded: Loaded) -> None:
    assert (await without(loaded, unscoped)).strangers


async def test_without_the_must_have_set_needed_facts_are_missed(loaded: Loaded) -> None:
    figures = await without(loaded, altered(without_must_have))
    assert (figures.recall.value or 0) < RECALL


async def test_with_retrieval_off_the_plan_alone_does_not_solve_the_task(loaded: Loaded) -> None:
    figures = await without(loaded, altered(without_retrieval))
    assert (figures.recall.value or 0) < LOWEST_CONTROL
