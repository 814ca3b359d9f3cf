"""When a provider fails before it gave text, the next model of the role answers in the same slot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.calls import a_request
from factories.providers import choose_model, make_endpoint
from infinite_scribe.calls.service import CallService
from servers.fake_provider import FakeProvider, Habit, fake_provider, story
from servers.llm_process import llm_here, settings_for

from .conftest import LLM, Studio


@dataclass
class Two:
    """A role with two models at two providers."""

    studio: Studio
    second: FakeProvider
    second_endpoint: UUID

    @property
    def first(self) -> FakeProvider:
        return self.studio.provider


@pytest.fixture
async def two(studio: Studio) -> AsyncIterator[Two]:
    async with fake_provider() as other:
        endpoint = await make_endpoint(studio.db.owner, studio.user, other.base_url, label="second")
        await choose_model(studio.db.owner, studio.user, "writer", endpoint, "fake-large", position=1)
        local = [studio.provider.origin, other.origin]
        settings = settings_for(studio.folder, llm={**LLM, "local_endpoints": local})
        other.usual = Habit(text=story(140))
        async with llm_here(studio.db.url, settings) as client:
            yield Two(Studio(studio.db, studio.folder, studio.user, studio.provider, studio.endpoint, client),
                      other, endpoint)  # fmt: skip


@pytest.mark.parametrize(
    "habit",
    [
        Habit(status=401),
        Habit(status=403),
        Habit(status=402),
        Habit(status=429, headers={"retry-after": "600"}),
        Habit(status=400, error={"message": "maximum context length is 8192 tokens"}),
    ],
    ids=["key refused", "forbidden", "no credit", "busy for long", "too long"],
)
async def test_the_next_model_answers(two: Two, habit: Habit) -> None:
    two.first.habits.append(habit)
    heard = await two.studio.ask(a_request(two.studio.user))
    assert heard.done is not None
    assert heard.text == story(140)
    assert (two.first.bill.requests, two.second.bill.requests) == (1, 1)
    async with two.studio.db.llm.transaction(two.studio.scope) as session:
        assert await CallService.of(session).ledger_gap(two.studio.user) == 0
    async with two.studio.db.owner.transaction() as session:
        row = (await session.execute(text("SELECT endpoint_id, dial_no, state FROM llm_calls"))).one()
        kinds = (await session.execute(text("SELECT kind FROM ledger"))).scalars().all()
    assert tuple(row) == (two.second_endpoint, 2, "done")
    assert list(kinds) == ["call"]


async def test_each_model_has_its_own_tries(two: Two) -> None:
    two.first.habits.extend([Habit(status=500)] * 3)
    two.second.habits.append(Habit(status=500))
    heard = await two.studio.ask(a_request(two.studio.user))
    assert heard.done is not None
    assert (two.first.bill.requests, two.second.bill.requests) == (3, 2)


async def test_many_readers_hand_a_call_on_once(two: Two) -> None:
    two.first.habits.append(Habit(status=401))
    request = a_request(two.studio.user)
    heard = await asyncio.gather(*(two.studio.ask(request) for _ in range(6)))
    assert {one.text for one in heard} == {story(140)}
    assert (two.first.bill.requests, two.second.bill.requests) == (1, 1)


async def test_without_another_model_the_last_problem_stands_and_the_first_is_asked_anew(two: Two) -> None:
    two.first.habits.append(Habit(status=401))
    two.second.habits.append(Habit(status=402))
    request = a_request(two.studio.user)
    heard = await two.studio.ask(request)
    assert heard.failed is not None
    assert heard.failed.code == "llm-quota"
    assert (await two.studio.ask(request)).text == two.first.usual.text
    assert (two.first.bill.requests, two.second.bill.requests) == (2, 1)


@pytest.mark.parametrize(
    "habit",
    [Habit(text="I'm sorry, I can't write that."), Habit(text=story(900), cut_after_words=250)],
    ids=["a refusal is an answer", "text was bought"],
)
async def test_what_gave_text_is_not_bought_again_elsewhere(two: Two, habit: Habit) -> None:
    two.first.usual = habit
    heard = await two.studio.ask(a_request(two.studio.user))
    assert heard.failed is not None
    assert two.second.bill.requests == 0


async def test_a_model_that_was_named_stands_alone(two: Two) -> None:
    two.first.habits.append(Habit(status=401))
    named = {"endpoint_id": two.studio.endpoint, "model": "fake-large"}
    heard = await two.studio.ask(a_request(two.studio.user).model_copy(update=named))
    assert heard.failed is not None
    assert two.second.bill.requests == 0
