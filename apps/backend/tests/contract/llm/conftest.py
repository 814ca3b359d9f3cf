"""One studio with an endpoint for every kind of provider, all of them played by one real socket."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from factories.calls import a_request, make_user
from factories.every_task import every_question
from factories.providers import make_endpoint
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.model_client.client import ModelClient
from infinite_scribe.model_client.schemas import CallRequest, Message
from integration.llm.conftest import LLM, Heard
from servers import databases, foreign_servers
from servers.databases import Lending, TestDatabase
from servers.fake_provider import story
from servers.llm_process import llm_here, settings_for
from servers.recorded_provider import RecordedProvider, recorded_provider

from .foreign import ANSWERS, Asked

TEXT = "The lamp burned low. Mara counted the ropes again, and the gulls argued over the roof until the tide turned."
OPENING = story(1_400)
PREFIX = "/gw/x"
KEY = "a-key-that-only-llm-opens"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "beats": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["title", "beats"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Kind:
    """How one kind of provider is reached: which model, under which path, with the key in which header."""

    name: str
    model: str
    path: str
    key: tuple[str, str] = ("authorization", f"Bearer {KEY}")
    base: str = PREFIX


KINDS = [
    Kind("anthropic", "claude-sonnet-5", "/v1/messages"),
    Kind(
        "google",
        "gemini-2.5-flash",
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
        ("x-goog-api-key", KEY),
    ),
    Kind("mistral", "mistral-small-latest", "/v1/chat/completions"),
    Kind("openai", "gpt-4.1-mini", "/v1/chat/completions", base=f"{PREFIX}/v1"),
    Kind("groq", "llama-3.3-70b-versatile", "/openai/v1/chat/completions", base=f"{PREFIX}/openai/v1"),
    Kind("deepseek", "deepseek-chat", "/v1/chat/completions", base=f"{PREFIX}/v1"),
    Kind("openrouter", "anthropic/claude-sonnet-4.5", "/api/v1/chat/completions", base=f"{PREFIX}/api/v1"),
    Kind("ollama", "llama3.2", "/v1/chat/completions"),
]
"""Every kind with a wire of its own; what merely speaks like OpenAI is tried in `integration/llm`."""


@dataclass
class House:
    """The real `llm`, a user with every kind of provider, and the player behind all of them."""

    db: TestDatabase
    user: UUID
    provider: RecordedProvider
    endpoints: dict[str, UUID]
    client: ModelClient

    @property
    def scope(self) -> RowScope:
        return RowScope(user_id=self.user)

    def request(self, kind: Kind, **values: Any) -> CallRequest:
        """A request with a long opening that stays the same from call to call."""
        words = [
            Message(role="system", text="You are the one voice of this book."),
            Message(role="user", text=f"{OPENING}\n\nGo on."),
        ]
        wanted: dict[str, Any] = {
            "endpoint_id": self.endpoints[kind.name],
            "model": kind.model,
            "messages": words,
            "opening_chars": len(OPENING),
            "seed": 7,
        }
        return a_request(self.user, **{**wanted, **values})

    async def ask(self, kind: Kind, **values: Any) -> Heard:
        heard = Heard()
        async for event in self.client.stream(self.request(kind, **values)):
            heard.take(event)
        return heard


@pytest.fixture(scope="session", autouse=True)
def loaded() -> None:
    """Import the SDKs once, so that no test's clock stands over it."""
    for name in ("anthropic", "google", "mistral", "openai", "streaming"):
        importlib.import_module(f"infinite_scribe.llm.adapters.{name}")


@pytest.fixture
async def house(fresh_db: TestDatabase, tmp_path: Path) -> AsyncIterator[House]:
    user = await make_user(fresh_db.owner)
    async with recorded_provider() as provider:
        endpoints = {
            kind.name: await make_endpoint(
                fresh_db.owner, user, f"{provider.origin}{kind.base}", kind=kind.name, label=kind.name
            )
            for kind in KINDS
        }
        settings = settings_for(tmp_path, llm={**LLM, "local_endpoints": [provider.origin]})
        async with llm_here(fresh_db.url, settings) as client:
            for endpoint in endpoints.values():
                await client.put_key(endpoint, KEY, user_id=user)
            yield House(fresh_db, user, provider, endpoints, client)


@pytest.fixture(scope="session")
def asked(lending: Lending, tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    """What all tasks ask of a model, each question once. Skips where nobody is there to be asked."""
    foreign_servers.installed("python")

    async def found() -> list[Asked]:
        database = await databases.open_database(lending)
        questions = await every_question(database, tmp_path_factory.mktemp("questions"))
        await databases.give_back(lending, database)
        return [Asked(f"question-{number}", one) for number, one in enumerate(questions.values())]

    return asyncio.run(found())


@pytest.fixture(scope="session")
def litellm(tmp_path_factory: pytest.TempPathFactory, asked: list[Asked]) -> Iterator[str]:
    """LiteLLM's proxy with answers that need no provider, one for each question; yields its address."""
    folder = tmp_path_factory.mktemp("litellm")
    config = foreign_servers.litellm_saying({**ANSWERS, **{one.model: one.words for one in asked}}, folder)
    with foreign_servers.litellm(config, folder) as address:
        yield address


@pytest.fixture(scope="session")
def llamacpp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """llama.cpp's server with a model of random weights; yields its address."""
    with foreign_servers.llamacpp(tmp_path_factory.mktemp("llama")) as address:
        yield address
