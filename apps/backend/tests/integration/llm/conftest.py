"""A studio with one user, one fake provider, and the real `llm` in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from factories.calls import make_user
from factories.providers import choose_model, make_endpoint
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.model_client.client import ModelClient
from infinite_scribe.model_client.schemas import (
    CallDelta,
    CallDone,
    CallEvent,
    CallFailed,
    CallRequest,
    CallRewind,
)
from servers.databases import TestDatabase
from servers.fake_provider import FakeProvider, fake_provider
from servers.llm_process import llm_here, settings_for


@dataclass
class Studio:
    db: TestDatabase
    folder: Path
    user: UUID
    provider: FakeProvider
    endpoint: UUID
    client: ModelClient

    @property
    def scope(self) -> RowScope:
        return RowScope(user_id=self.user)

    @property
    def engine(self) -> Any:
        return self.client.app.state.parts.engine  # type: ignore[attr-defined]

    async def ask(self, request: CallRequest) -> Heard:
        heard = Heard()
        async for event in self.client.stream(request):
            heard.take(event)
        return heard


class Heard:
    """What one reader saw, checked while it listens: offsets have no gap."""

    def __init__(self) -> None:
        self.text = ""
        self.rewinds = 0
        self.done: CallDone | None = None
        self.failed: CallFailed | None = None
        self.states: list[str] = []

    def take(self, event: CallEvent) -> None:
        if isinstance(event, CallDelta):
            assert event.offset == len(self.text)
            self.text += event.text
        elif isinstance(event, CallRewind):
            self.rewinds += 1
            self.text = self.text[: event.to_offset]
        elif isinstance(event, CallDone):
            assert self.text == event.text
            self.done = event
        elif isinstance(event, CallFailed):
            self.failed = event
        elif event.type == "state":
            self.states.append(event.state)


LLM = {
    "append_milliseconds": 100,
    "silence_seconds": 20.0,
    "first_token_seconds": 20.0,
    "local_first_token_seconds": 20.0,
}
"""Limits that a busy machine does not reach by itself."""


@pytest.fixture
async def studio(fresh_db: TestDatabase, tmp_path: Path) -> AsyncIterator[Studio]:
    user = await make_user(fresh_db.owner)
    async with fake_provider() as provider:
        endpoint = await make_endpoint(fresh_db.owner, user, provider.base_url)
        await choose_model(fresh_db.owner, user, "writer", endpoint, "fake-large")
        settings = settings_for(
            tmp_path,
            llm={**LLM, "local_endpoints": [provider.origin]},
            demo={"scenarios": True, "tokens_per_second": 4000},
        )
        async with llm_here(fresh_db.url, settings) as client:
            yield Studio(fresh_db, tmp_path, user, provider, endpoint, client)
