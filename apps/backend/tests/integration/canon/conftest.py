"""A book and its author, asking the routes of its world."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from factories.manuscript import Book, make_book
from factories.structure import client_of, make_app
from infinite_scribe.canon.router import router as canon_router
from infinite_scribe.continuity.router import router as continuity_router
from infinite_scribe.structure.router import router as structure_router
from servers.databases import TestDatabase


@pytest.fixture
async def book(fresh_db: TestDatabase) -> Book:
    return await make_book(fresh_db)


@pytest.fixture
async def client(fresh_db: TestDatabase, book: Book) -> AsyncIterator[httpx2.AsyncClient]:
    app = make_app(fresh_db, canon_router, continuity_router, structure_router)
    async with client_of(app, book.user_id) as signed_in:
        yield signed_in


class World:
    """Asks the routes of one book."""

    def __init__(self, client: httpx2.AsyncClient, book: Book) -> None:
        self.client, self.base = client, f"/novels/{book.novel_id}"

    async def ask(self, method: str, path: str, expected: int = 200, **given: Any) -> Any:
        answer = await self.client.request(method, self.base + path, **given)
        assert answer.status_code == expected, answer.text
        return answer.json()

    async def entry(self, kind: str, name: str, **members: Any) -> str:
        made = await self.ask("POST", "/entries", 201, json={"kind": kind, "name": name, **members})
        return str(made["entry"]["id"])


@pytest.fixture
def world(client: httpx2.AsyncClient, book: Book) -> World:
    return World(client, book)


def tick(number: int) -> dict[str, Any]:
    return {"kind": "tick", "tick": number}
