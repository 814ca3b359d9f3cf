"""The `llm` process against servers that we did not write: LiteLLM's proxy, and llama.cpp with a random model.

They are large and live in an environment of their own; `make test-protocols` installs them and runs this. Without them
the tests are skipped, loudly.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from factories.calls import a_request, make_user
from factories.every_task import every_question
from factories.providers import make_endpoint
from infinite_scribe.model_client.client import ModelClient
from infinite_scribe.model_client.schemas import Message
from integration.llm.conftest import LLM, Heard
from servers import foreign_servers
from servers.databases import TestDatabase
from servers.llm_process import llm_here, settings_for

TEXT = "The lamp burned low. Mara counted the ropes again, and the gulls argued over the roof."
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "colour": {"type": "string", "enum": ["grey", "green", "black"]},
        "number": {"type": "integer", "minimum": 1, "maximum": 9},
    },
    "required": ["colour", "number"],
    "additionalProperties": False,
}

WORDS = [Message(role="user", text="Go on.")]

pytestmark = [pytest.mark.timeout(180), pytest.mark.protocols]


ANSWERS = {"prose": TEXT, "form": '{"colour": "grey", "number": 4}', "busy": "litellm.RateLimitError"}


@pytest.fixture(scope="module")
def litellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """LiteLLM's proxy with answers that need no provider; yields its address."""
    folder = tmp_path_factory.mktemp("litellm")
    with foreign_servers.litellm(foreign_servers.litellm_saying(ANSWERS, folder), folder) as address:
        yield address


@pytest.fixture(scope="module")
def llamacpp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """llama.cpp's server with a model of random weights; yields its address."""
    with foreign_servers.llamacpp(tmp_path_factory.mktemp("llama")) as address:
        yield address


class House:
    """A user with one endpoint, and the real `llm`."""

    def __init__(self, user: UUID, endpoint: UUID, client: ModelClient) -> None:
        self.user, self.endpoint, self.client = user, endpoint, client

    async def ask(self, model: str, **values: Any) -> Heard:
        heard = Heard()
        wanted = {"endpoint_id": self.endpoint, "model": model, **values}
        async for event in self.client.stream(a_request(self.user, **wanted)):
            heard.take(event)
        return heard


async def _house(db: TestDatabase, folder: Path, origin: str, kind: str, base: str) -> AsyncIterator[House]:
    user = await make_user(db.owner)
    endpoint = await make_endpoint(db.owner, user, f"{origin}{base}", kind=kind)
    settings = settings_for(folder, llm={**LLM, "local_endpoints": [origin]})
    async with llm_here(db.url, settings) as client:
        await client.put_key(endpoint, "sk-1234", user_id=user)
        yield House(user, endpoint, client)


@pytest.fixture
async def through_litellm(fresh_db: TestDatabase, tmp_path: Path, litellm: str) -> AsyncIterator[House]:
    async for house in _house(fresh_db, tmp_path, litellm, "openai_compatible", "/v1"):
        yield house


@pytest.fixture
async def through_llamacpp(fresh_db: TestDatabase, tmp_path: Path, llamacpp: str) -> AsyncIterator[House]:
    async for house in _house(fresh_db, tmp_path, llamacpp, "openai_compatible", "/v1"):
        yield house


async def test_litellm_streams_text_with_usage(through_litellm: House) -> None:
    heard = await through_litellm.ask("prose")
    assert heard.done is not None, heard.failed
    assert heard.text == TEXT
    assert heard.done.usage.output_tokens > 0


async def test_litellm_gives_a_typed_answer(through_litellm: House) -> None:
    heard = await through_litellm.ask("form", output_schema=FORM)
    assert heard.done is not None, heard.failed
    assert heard.done.output == {"colour": "grey", "number": 4}


async def test_litellm_refuses_in_our_words(through_litellm: House) -> None:
    unknown = await through_litellm.ask("no-such-model")
    assert unknown.failed is not None
    assert unknown.failed.code == "llm-model-unknown", unknown.failed.problem
    busy = await through_litellm.ask("busy")
    assert busy.failed is not None
    assert busy.failed.code in {"llm-rate-limited", "llm-cut"}, busy.failed.problem


async def test_litellm_is_tested_line_by_line(through_litellm: House) -> None:
    report = await through_litellm.client.probe(
        through_litellm.endpoint, user_id=through_litellm.user, model="prose"
    )
    lines = {line.check: line.ok for line in report.lines}
    assert (lines["reach"], lines["list"], lines["stream"]) == (True, True, True), report.lines
    assert "prose" in report.models


async def test_llamacpp_streams_text_and_counts_it(through_llamacpp: House) -> None:
    heard = await through_llamacpp.ask("random", max_tokens=24, temperature=1.0)
    assert heard.done is not None, heard.failed
    assert heard.text
    assert 0 < heard.done.usage.output_tokens <= 24


async def test_llamacpp_keeps_a_form_by_grammar_whatever_its_weights_say(through_llamacpp: House) -> None:
    for seed in range(3):
        heard = await through_llamacpp.ask("random", output_schema=FORM, max_tokens=200, seed=seed)
        assert heard.done is not None, heard.failed
        answer = json.loads(heard.text)
        assert answer == heard.done.output
        assert answer["colour"] in FORM["properties"]["colour"]["enum"]
        assert heard.done.rung == "native"


async def test_llamacpp_is_tested_line_by_line(through_llamacpp: House) -> None:
    report = await through_llamacpp.client.probe(through_llamacpp.endpoint, user_id=through_llamacpp.user)
    said = {line.check: line.said for line in report.lines}
    assert (said["reach"], said["list"], said["stream"]) == ("reached", "listed", "streams"), report.lines


async def test_litellm_carries_every_task(fresh_db: TestDatabase, tmp_path: Path) -> None:
    asked = {
        f"task-{number}": one
        for number, one in enumerate((await every_question(fresh_db, tmp_path)).values())
    }
    config = foreign_servers.litellm_saying({name: one.words for name, one in asked.items()}, tmp_path)
    with foreign_servers.litellm(config, tmp_path) as address:
        async for house in _house(fresh_db, tmp_path, address, "openai_compatible", "/v1"):
            for name, one in asked.items():
                heard = await house.ask(name, **one.request())
                assert heard.done is not None, (one.key, heard.failed)
                if one.form is None:
                    assert heard.text == one.words
                else:
                    assert one.form.model_validate(heard.done.output) == one.form.model_validate_json(
                        one.words
                    )


async def test_llamacpp_has_a_grammar_for_the_form_of_every_task(
    fresh_db: TestDatabase, tmp_path: Path, llamacpp: str
) -> None:
    asked = await every_question(fresh_db, tmp_path)
    forms = {one.form.__name__: one for one in asked.values() if one.form is not None}
    whole = 0
    async for house in _house(fresh_db, tmp_path, llamacpp, "openai_compatible", "/v1"):
        for name, one in forms.items():
            heard = await house.ask("random", **{**one.request(), "messages": WORDS, "max_tokens": 3_000})
            said = heard.done.text if heard.done is not None else heard.text
            assert said.lstrip().startswith("{"), (name, heard.failed)
            if heard.done is not None and heard.done.finish_reason == "stop":
                assert heard.done.rung == "native"
                assert one.form is not None
                one.form.model_validate_json(heard.done.text)
                whole += 1
    assert whole > 0
