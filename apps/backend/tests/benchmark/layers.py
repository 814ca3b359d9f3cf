"""The gateway's layers, one more on each path, in a process of their own: `python -m benchmark.layers <port> <user id>`.

`/bare` is FastAPI, asyncpg and nothing else; `/middleware` adds what every request passes; `/session` adds token,
session and rate limit; `/database` adds the transaction in the scope of the user and the mapped row. What is left to
the real route is the typed answer, the routing table and the guarded HTTP protocol.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import Depends, FastAPI, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from infinite_scribe.accounts.dependencies import HasSystemPermission, MyProfile, SystemPermission
from infinite_scribe.accounts.kit import build_kit, running
from infinite_scribe.api.main import ROLE, wrap
from infinite_scribe.core.settings import Settings, load_settings
from infinite_scribe.db.redis.client import connect_redis
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.web import problems
from infinite_scribe.web.rate_limits import RateLimits

LAYERS = ("bare", "middleware", "session", "database")
_SELF = [Depends(HasSystemPermission(SystemPermission.SELF))]
_ROW = "SELECT id, name, email, kind, locale, created_at FROM users WHERE id = $1"


def bare_app(bodies: dict[str, bytes], user_id: UUID, pool_of: dict[str, asyncpg.Pool[Any]]) -> FastAPI:
    """Two routes that read one row and answer with bytes that are ready."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    async def answer(path: str) -> Response:
        await pool_of["pool"].fetchrow(_ROW, user_id)
        return Response(bodies[path], media_type="application/json")

    @app.get("/bare/{name}")
    async def bare(name: str) -> Response:
        return await answer(name)

    @app.get("/middleware/{name}")
    async def middleware(name: str) -> Response:
        return await answer(name)

    return app


def signed_in_app(bodies: dict[str, bytes], user_id: UUID, pool_of: dict[str, asyncpg.Pool[Any]]) -> FastAPI:
    """The same with the product's own check of who asks, and once more with its own way to the row."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    problems.install(app)

    @app.get("/session/{name}", dependencies=_SELF)
    async def session(name: str) -> Response:
        await pool_of["pool"].fetchrow(_ROW, user_id)
        return Response(bodies[name], media_type="application/json")

    @app.get("/database/{name}", dependencies=_SELF)
    async def database(name: str, mine: MyProfile) -> Response:
        await mine.read()
        return Response(bodies[name], media_type="application/json")

    return app


async def _open(app: FastAPI, settings: Settings, stack: AsyncExitStack) -> None:
    database = Database(settings.database_url, ROLE, pool_size=settings.database.pool_size)
    stack.push_async_callback(database.dispose)
    redis = connect_redis(settings.redis_url)
    if redis is not None:
        stack.push_async_callback(redis.aclose)
    app.state.settings, app.state.database, app.state.redis = settings, database, redis
    app.state.rate_limits = RateLimits(settings.rate_limits, settings.redis_url)
    app.state.accounts = build_kit(database, settings, redis)
    await stack.enter_async_context(running(app.state.accounts))


def dispatcher(settings: Settings, bodies: dict[str, bytes], user_id: UUID) -> ASGIApp:
    """One address for all layers: the first part of the path picks how much stands in front of the row."""
    pool_of: dict[str, asyncpg.Pool[Any]] = {}
    bare, signed_in = bare_app(bodies, user_id, pool_of), signed_in_app(bodies, user_id, pool_of)
    wrapped: dict[str, ASGIApp] = {"middleware": wrap(bare, settings, "default-src 'self'"), "bare": bare}
    wrapped |= dict.fromkeys(("session", "database"), wrap(signed_in, settings, "default-src 'self'"))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            pool_of["pool"] = await stack.enter_async_context(
                asyncpg.create_pool(settings.database_url, min_size=5, max_size=settings.database.pool_size)
            )
            await _open(signed_in, settings, stack)
            yield

    outer = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await wrapped[scope["path"].split("/", 2)[1]](scope, receive, send)
        else:
            await outer(scope, receive, send)

    return front


def main() -> None:
    """Serve until told to stop; the bodies to answer with come as JSON on standard input."""
    port, user_id = int(sys.argv[1]), UUID(sys.argv[2])
    bodies = {name: text.encode() for name, text in json.load(sys.stdin).items()}
    uvicorn.run(
        dispatcher(load_settings(), bodies, user_id),
        port=port, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=1,
    )  # fmt: skip


if __name__ == "__main__":
    main()
