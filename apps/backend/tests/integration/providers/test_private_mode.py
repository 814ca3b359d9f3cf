"""Private mode: what is refused, by whom it is switched, and that not a byte leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from factories.calls import a_request, make_user
from factories.novels import make_novel, share
from factories.providers import choose_model, know_model, make_endpoint
from infinite_scribe.core.errors import DomainError
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.model_client.client import ModelClient
from infinite_scribe.novels.rules import Role
from infinite_scribe.providers.errors import PrivateModeError, PrivateModeForbiddenError
from infinite_scribe.providers.privacy import PrivateModeService
from infinite_scribe.providers.service import ModelChoice, RoleService
from integration.llm.conftest import LLM, Heard
from servers.databases import TestDatabase
from servers.fake_provider import FakeProvider, Habit, fake_provider, story
from servers.llm_process import llm_here, settings_for


@dataclass
class House:
    """A writer who uses a model elsewhere first and one of their own second, and the real `llm`."""

    db: TestDatabase
    user: UUID
    novel: UUID
    elsewhere: FakeProvider
    endpoint: UUID
    client: ModelClient

    async def switch(self, on: bool, novel: UUID | None = None) -> None:
        async with self.db.api.transaction(RowScope(self.user, novel)) as session:
            await PrivateModeService.of(session, self.user).switch(on, novel)

    async def ask(self, **values: object) -> Heard:
        heard = Heard()
        request = a_request(self.user, novel_id=self.novel, **values)
        async for event in self.client.stream(request):
            heard.take(event)
        return heard


@pytest.fixture
async def house(fresh_db: TestDatabase, tmp_path: Path) -> AsyncIterator[House]:
    user = await make_user(fresh_db.owner)
    novel = await make_novel(fresh_db.api, user)
    async with fake_provider() as elsewhere:
        # It answers on loopback, but its row says what a provider elsewhere says.
        endpoint = await make_endpoint(
            fresh_db.owner, user, elsewhere.base_url, local=False, label="Elsewhere"
        )
        await choose_model(fresh_db.owner, user, "writer", endpoint, "fake-large")
        settings = settings_for(tmp_path, llm={**LLM, "local_endpoints": [elsewhere.origin]})
        async with llm_here(fresh_db.url, settings) as client:
            yield House(fresh_db, user, novel, elsewhere, endpoint, client)


async def test_without_it_the_model_elsewhere_answers(house: House) -> None:
    assert (await house.ask()).done is not None
    assert house.elsewhere.bill.requests == 1


@pytest.mark.parametrize("of_the_book", [False, True], ids=["all books", "this book"])
async def test_not_a_byte_leaves(house: House, of_the_book: bool) -> None:
    await house.switch(True, house.novel if of_the_book else None)
    for named in ({}, {"endpoint_id": house.endpoint, "model": "fake-large"}):
        heard = await house.ask(**named)
        assert heard.failed is not None
        assert heard.failed.code == "private-mode"
        assert heard.failed.problem["params"] == {
            "model": "fake-large", "provider": "Elsewhere", "by": "novel" if of_the_book else "user",
        }  # fmt: skip
    assert house.elsewhere.sockets == 0
    await house.switch(False, house.novel if of_the_book else None)
    assert (await house.ask()).done is not None


async def test_the_test_of_a_provider_and_vectors_stay_here_too(house: House) -> None:
    await choose_model(house.db.owner, house.user, "embedding", house.endpoint, "fake-embed")
    await house.switch(True)
    report = await house.client.probe(house.endpoint, user_id=house.user)
    assert [(line.check, line.ok, line.said) for line in report.lines] == [("reach", False, "private")]
    with pytest.raises(DomainError):
        await house.client.embed(["a secret"], user_id=house.user)
    assert house.elsewhere.sockets == 0


async def test_a_call_that_was_cut_before_is_not_continued_elsewhere(house: House) -> None:
    request = a_request(house.user, novel_id=house.novel)
    house.elsewhere.usual = Habit(text=story(900), tokens_per_second=300)
    heard, paused = Heard(), False
    async for event in house.client.stream(request):
        heard.take(event)
        engine = house.client.app.state.parts.engine  # type: ignore[attr-defined]
        if len(heard.text) > 300 and not paused and engine.live:
            paused = True
            [call_id] = engine.live
            await house.client.cancel(call_id, user_id=house.user, novel_id=house.novel, pause=True)
    assert heard.failed is not None
    await house.switch(True)
    again = Heard()
    async for event in house.client.stream(request):
        again.take(event)
    assert again.failed is not None
    assert again.failed.code == "private-mode"
    assert house.elsewhere.bill.requests == 1


async def test_what_waits_in_line_when_it_is_switched_on_is_not_sent(house: House) -> None:
    await know_model(house.db.owner, house.user, house.endpoint, "fake-large", concurrency=1)
    house.elsewhere.usual = Habit(text=story(600), tokens_per_second=400)
    first = asyncio.create_task(house.ask())
    dialler = house.client.app.state.parts.engine.dialler  # type: ignore[attr-defined]
    async with asyncio.timeout(15):
        while house.elsewhere.bill.requests == 0:
            await asyncio.sleep(0.01)
        second = asyncio.create_task(house.ask())
        [lane] = dialler.lanes.lanes.values()
        while lane.known < 2:
            await asyncio.sleep(0.01)
    await house.switch(True)
    assert not first.done()
    assert (await first).done is not None, "what was sent before is read to its end"
    heard = await second
    assert heard.failed is not None
    assert heard.failed.code == "private-mode"
    assert house.elsewhere.bill.requests == 1


async def test_a_model_of_ones_own_further_down_the_list_answers_instead(house: House) -> None:
    async with fake_provider() as own:
        mine = await make_endpoint(house.db.owner, house.user, own.base_url, label="Own")
        await choose_model(house.db.owner, house.user, "writer", mine, "own-small", position=1)
        await house.switch(True)
        async with house.db.llm.transaction(RowScope(house.user, house.novel)) as session:
            left = await RoleService.of(session, house.user).resolve("writer", house.novel)
        assert [choice.model for choice in left] == ["own-small"]


async def test_a_members_model_elsewhere_is_refused_for_a_private_book(house: House) -> None:
    member = await make_user(house.db.owner)
    await choose_model(house.db.owner, member, "writer", house.endpoint, "fake-large")
    await house.switch(True, house.novel)
    theirs = await make_endpoint(house.db.owner, member, house.elsewhere.base_url, local=False)
    async with house.db.llm.transaction(RowScope(member, house.novel)) as session:
        with pytest.raises(PrivateModeError):
            await RoleService.of(session, member).resolve(
                "writer", house.novel, endpoint_id=theirs, model="fake-large"
            )


async def test_only_who_looks_after_a_book_switches_it(house: House) -> None:
    editor = await make_user(house.db.owner)
    await share(house.db.api, house.user, house.novel, editor, Role.EDITOR)
    async with house.db.api.transaction(RowScope(editor, house.novel)) as session:
        service = PrivateModeService.of(session, editor)
        assert (await service.read(house.novel)).may_switch_here is False
        with pytest.raises(PrivateModeForbiddenError):
            await service.switch(True, house.novel)
    stranger = await make_user(house.db.owner)
    async with house.db.api.transaction(RowScope(stranger, house.novel)) as session:
        with pytest.raises(DomainError):
            await PrivateModeService.of(session, stranger).switch(True, house.novel)
    await house.switch(True, house.novel)
    async with house.db.api.transaction(RowScope(editor, house.novel)) as session:
        assert (await PrivateModeService.of(session, editor).read(house.novel)).here is True


async def test_a_local_ollama_is_not_asked_for_a_model_that_it_only_passes_on(house: House) -> None:
    async with fake_provider() as own:
        mine = await make_endpoint(house.db.owner, house.user, own.base_url, kind="ollama", label="Own")
        await choose_model(house.db.owner, house.user, "writer", mine, "gpt-oss:120b-cloud", position=1)
        await house.switch(True)
        async with house.db.llm.transaction(RowScope(house.user, house.novel)) as session:
            roles = RoleService.of(session, house.user)
            with pytest.raises(PrivateModeError):
                await roles.resolve("writer", house.novel)
            for model in ("glm-4.6:cloud", "GPT-OSS:120B-Cloud"):
                with pytest.raises(PrivateModeError):
                    await roles.resolve("writer", house.novel, endpoint_id=mine, model=model)
            [left] = await roles.resolve("writer", house.novel, endpoint_id=mine, model="cloudy:7b")
            await PrivateModeService.of(session, house.user).permit(left, house.novel)
            with pytest.raises(PrivateModeError):
                await PrivateModeService.of(session, house.user).permit(
                    ModelChoice(left.endpoint, "glm-4.6:cloud"), house.novel
                )
    assert own.sockets == 0
