"""A gateway on real servers, and clients of it as browsers and other peers are."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from infinite_scribe.api.main import Gateway, create_gateway
from infinite_scribe.core.settings import Settings, load_settings
from servers.databases import TestDatabase

SERVICES = ("llm", "worldsmith", "director", "writer", "editor", "librarian")
PASSWORD = "a long walk by the harbour"


class Studio:
    """One running gateway and ways to reach it."""

    def __init__(self, gateway: Gateway, settings: Settings) -> None:
        self.gateway = gateway
        self.settings = settings
        self.kit = gateway.app.state.accounts

    def client(self, peer: str = "127.0.0.1", **headers: str) -> httpx2.AsyncClient:
        """A browser at this address; it keeps cookies and says that it is same-origin."""
        transport = httpx2.ASGITransport(app=self.gateway, client=(peer, 40000), raise_app_exceptions=False)
        shown = {"sec-fetch-site": "same-origin", **headers}
        return httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=shown)

    async def owner(self, name: str = "Ada") -> httpx2.AsyncClient:
        """A client that has set the library up."""
        client = self.client()
        answer = await client.post("/api/v1/setup", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return client

    async def guest(self) -> httpx2.AsyncClient:
        client = self.client()
        answer = await client.post("/api/v1/auth/guest", json={"locale": "en"})
        assert answer.status_code == 200, answer.text
        return client


OpenStudio = Callable[..., Any]


@pytest.fixture
async def open_studio(fresh_db: TestDatabase, redis_server: str, tmp_path: Path) -> OpenStudio:
    """A context manager that runs a gateway; `environ` changes settings, `redis=False` takes Redis away."""

    @asynccontextmanager
    async def opened(*, redis: bool | str = True, **environ: str) -> AsyncIterator[Studio]:
        chosen = redis if isinstance(redis, str) else redis_server
        values = {
            "INFINITE_SCRIBE__DATABASE__URL": fresh_db.url,
            "INFINITE_SCRIBE__REDIS__ENABLED": "true" if redis else "false",
            "INFINITE_SCRIBE__REDIS__URL": chosen,
            "INFINITE_SCRIBE__SERVICES__URLS": json.dumps(
                {name: ["http://127.0.0.1:1"] for name in SERVICES}
            ),
            "INFINITE_SCRIBE__ACCOUNTS__ARGON2_MEMORY_KIB": "1024",
            "INFINITE_SCRIBE__ACCOUNTS__ARGON2_TIME": "1",
            "INFINITE_SCRIBE__DATABASE__POOL_SIZE": "10",
            "INFINITE_SCRIBE__RATE_LIMITS__AUTH_PER_MINUTE": "100000",
            "INFINITE_SCRIBE__RATE_LIMITS__ANONYMOUS_PER_MINUTE": "100000",
            **environ,
        }
        settings = load_settings(tmp_path / "data", environ=values)
        gateway = create_gateway(settings)
        async with gateway.app.router.lifespan_context(gateway.app):
            yield Studio(gateway, settings)

    return opened


@pytest.fixture
async def studio(open_studio: OpenStudio) -> AsyncIterator[Studio]:
    """A gateway with every store."""
    async with open_studio() as opened:
        yield opened
