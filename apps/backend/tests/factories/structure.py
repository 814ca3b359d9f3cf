"""A small application with chosen routers, in which the header `x-user` says who is signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx2
from fastapi import APIRouter, FastAPI, Request

from infinite_scribe.accounts.dependencies import Principal, current_user
from infinite_scribe.accounts.errors import SessionExpiredError
from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.web import problems
from servers.databases import TestDatabase


async def user_of_header(request: Request) -> Principal:
    """Stand in for the session check, which has tests of its own."""
    given = request.headers.get("x-user")
    if given is None:
        raise SessionExpiredError
    request.state.user_id = UUID(given)
    return Principal(UUID(given), new_id(), "member", 1, now())


def make_app(db: TestDatabase, *routers: APIRouter) -> FastAPI:
    """Return an application with the problem handlers and the gateway's database role."""
    app = FastAPI()
    app.state.database = db.api
    problems.install(app)
    for router in routers:
        app.include_router(router)
    app.dependency_overrides[current_user] = user_of_header
    return app


@asynccontextmanager
async def client_of(app: FastAPI, user_id: UUID | None) -> AsyncIterator[httpx2.AsyncClient]:
    """Yield a client that is signed in as `user_id` (None: as nobody)."""
    headers = {"x-user": str(user_id)} if user_id else {}
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield client
