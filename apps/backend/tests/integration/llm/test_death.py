"""kill -9 of `llm` in the middle of a stream: the text is whole, and next to nothing is bought twice (J2)."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from factories.calls import a_request, make_user
from factories.providers import choose_model, make_endpoint
from infinite_scribe.calls.service import CallService
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.model_client.client import ModelClient
from servers.databases import TestDatabase
from servers.fake_provider import FakeProvider, Habit, fake_provider, pieces_of, story
from servers.llm_process import LlmChild, PlainTokens

from .conftest import Heard


@pytest.mark.timeout(150)
async def test_killed_in_the_middle_the_call_is_continued(fresh_db: TestDatabase, tmp_path: Path) -> None:
    user = await make_user(fresh_db.owner)
    full = story(2400)
    async with fake_provider() as provider:
        provider.usual = Habit(text=full, tokens_per_second=400)
        endpoint = await make_endpoint(fresh_db.owner, user, provider.base_url)
        await choose_model(fresh_db.owner, user, "writer", endpoint, "fake-large")
        child = LlmChild(fresh_db.url, tmp_path, {"llm": {"local_endpoints": [provider.origin]}})
        await child.start()
        heard = Heard()

        async def read() -> None:
            async with ModelClient([child.base_url], PlainTokens()) as client:
                async for event in client.stream(a_request(user, max_tokens=8000)):
                    heard.take(event)

        try:
            reader = asyncio.create_task(read())
            while len(heard.text) < len(full) * 0.6:
                await asyncio.sleep(0.01)
            child.kill()
            await asyncio.sleep(0.2)
            await child.start()
            await reader
        finally:
            child.kill()
        assert heard.text == full
        assert heard.done is not None
        assert provider.bill.requests == 2
        uninterrupted = sum(count_tokens(piece) for piece in pieces_of(full))
        assert provider.bill.output_tokens <= uninterrupted * 1.02
        assert len(heard.done.seams) == 1
        async with fresh_db.llm.transaction(RowScope(user_id=user)) as session:
            assert await CallService.of(session).ledger_gap(user) == 0


@pytest.mark.timeout(100)
@pytest.mark.parametrize(
    ("habit", "wasted"),
    [(Habit(status=429, headers={"retry-after": "30"}), 0), (Habit(stall_after_words=0), 1)],
    ids=["sent back", "taken"],
)
async def test_killed_before_the_next_dial_only_what_the_provider_took_is_billed(
    fresh_db: TestDatabase, tmp_path: Path, habit: Habit, wasted: int
) -> None:
    user = await make_user(fresh_db.owner)
    async with fake_provider() as provider:
        provider.habits.append(habit)
        endpoint = await make_endpoint(fresh_db.owner, user, provider.base_url)
        await choose_model(fresh_db.owner, user, "writer", endpoint, "fake-large")
        child = LlmChild(fresh_db.url, tmp_path, {"llm": {"local_endpoints": [provider.origin]}})
        await child.start()
        heard = Heard()

        async def read() -> None:
            async with ModelClient([child.base_url], PlainTokens()) as client:
                async for event in client.stream(a_request(user)):
                    heard.take(event)

        try:
            reader = asyncio.create_task(read())
            await until_state(fresh_db, "dialled" if wasted else "intended", provider)
            child.kill()
            await child.start()
            await reader
        finally:
            child.kill()
        assert heard.done is not None
        assert provider.bill.requests == 2
        async with fresh_db.owner.transaction() as session:
            kinds = (await session.scalars(text("SELECT kind FROM ledger ORDER BY at"))).all()
            held = await session.scalar(text("SELECT count(*) FROM reservations WHERE state = 'held'"))
        assert (kinds, held) == ([*["wasted"] * wasted, "call"], 0)


async def until_state(db: TestDatabase, state: str, provider: FakeProvider) -> None:
    """Wait until the first dial has reached the provider and stands like this in the journal."""
    async with asyncio.timeout(40):
        while True:
            async with db.owner.transaction() as session:
                found = await session.execute(text("SELECT state, dial_no FROM llm_calls"))
            if provider.bill.requests == 1 and [tuple(row) for row in found] == [(state, 1)]:
                return
            await asyncio.sleep(0.02)
