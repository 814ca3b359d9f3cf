"""The gateway process: makes the clients once, wires the features to them, and puts the front in order.

Documented raw command: ``uvicorn infinite_scribe.api.main:app --http infinite_scribe.web.guard:GuardProtocol --ws none``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import httpx2
import uvicorn
from fastapi import Depends, FastAPI, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from infinite_scribe.accounts.dependencies import Public
from infinite_scribe.accounts.kit import build_kit, running
from infinite_scribe.api.forwarding import HttpAgentGateway
from infinite_scribe.api.health import Health, LocalModels, ServiceWatch
from infinite_scribe.api.middleware.bodies import Bodies
from infinite_scribe.api.middleware.context import RequestContext
from infinite_scribe.api.middleware.headers import SecurityHeaders, content_policy
from infinite_scribe.api.middleware.hosts import Hosts
from infinite_scribe.api.middleware.origin import SameOrigin
from infinite_scribe.api.openapi import text_of
from infinite_scribe.api.routes import PREFIX, mount
from infinite_scribe.api.static import WebApp, find_webapp, script_hashes
from infinite_scribe.core import tasks
from infinite_scribe.core.logging import configure, get_logger
from infinite_scribe.core.settings import Settings, load_settings
from infinite_scribe.db.redis.client import connect_redis
from infinite_scribe.db.sql.engine import Database, Role
from infinite_scribe.db.stores import Stores
from infinite_scribe.memory.projections import lags
from infinite_scribe.model_client.client import ModelClient
from infinite_scribe.runs.executors import Executors
from infinite_scribe.runs.service import RunService
from infinite_scribe.web import problems
from infinite_scribe.web.guard import GuardLimits, GuardProtocol, guard_options
from infinite_scribe.web.rate_limits import RateLimits
from infinite_scribe.web.service_tokens import ServiceIdentity

log = get_logger(__name__)

ROLE: Role = "is_api"
SERVICE = "api"
STOP_SECONDS = 3


@dataclass
class Gateway:
    """The whole front as one ASGI application; ``app`` is the FastAPI part inside it."""

    app: FastAPI
    front: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.front(scope, receive, send)


def create_gateway(settings: Settings) -> Gateway:
    """Put the process together. Nothing is dialled before its lifespan begins."""
    app = FastAPI(
        title="InfiniteScribe", lifespan=_lifespan(settings), openapi_url=None, docs_url=None, redoc_url=None
    )
    app.state.settings = settings
    problems.install(app)
    app.state.features = mount(app)
    _serve_contract(app)
    folder = find_webapp()
    app.mount("/", WebApp(folder))
    return Gateway(app, wrap(app, settings, content_policy(script_hashes(folder))))


def wrap(app: ASGIApp, settings: Settings, policy: str) -> ASGIApp:
    """What every request passes, read from the last line to the first."""
    origins = settings.http.cors_origins
    front: ASGIApp = Bodies(app, settings.http)
    front = SameOrigin(front, frozenset(origins))
    if origins:
        front = CORSMiddleware(front, allow_origins=origins, allow_methods=["*"], allow_headers=["*"])
    front = Hosts(front, settings.http)
    front = SecurityHeaders(front, policy)
    return RequestContext(front, is_production=settings.app.env == "production")


def _serve_contract(app: FastAPI) -> None:
    public = Depends(Public(reason="the contract is in the source anyway"))

    @app.get(f"{PREFIX}/openapi.json", include_in_schema=False, dependencies=[public])
    async def contract() -> Response:
        if not hasattr(app.state, "contract"):
            app.state.contract = text_of(app)
        return Response(app.state.contract, media_type="application/json")


def _lifespan(settings: Settings) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _open(app, settings, stack)
            log.info("gateway.started", features=list(app.state.features))
            yield

    return lifespan


async def _open(app: FastAPI, settings: Settings, stack: AsyncExitStack) -> None:
    """Make every client of the process; the stack closes them in reverse."""
    stores = await Stores.open(settings, stack)
    database = Database(
        settings.database_url,
        ROLE,
        pool_size=settings.database.pool_size * 3,  # every request holds one for its whole length
        statement_seconds=settings.database.statement_seconds,
        lock_seconds=settings.database.lock_seconds,
        companions=stores,
    )
    stack.push_async_callback(database.dispose)
    redis = connect_redis(settings.redis_url)
    if redis is not None:
        stack.push_async_callback(redis.aclose)
    http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False, follow_redirects=False))
    identity = ServiceIdentity(
        SERVICE, token_seconds=settings.services.token_seconds, key_hours=settings.services.key_hours
    )
    urls_of = addresses(settings, database)
    state = app.state
    state.database, state.redis = database, redis
    state.rate_limits = RateLimits(settings.rate_limits, settings.redis_url)
    state.accounts = build_kit(database, settings, redis)
    state.agents = HttpAgentGateway(http, identity, urls_of)
    state.models = await stack.enter_async_context(ModelClient(await urls_of("llm"), identity))
    state.live_runs = live_runs
    watch = ServiceWatch(http, urls_of, database, redis, pings=stores.pings())
    state.projections = partial(lags, database, stores)
    state.health = Health(settings, watch, LocalModels(http, settings), state.features)
    await stack.enter_async_context(running(state.accounts))
    for work in (identity.keep_published(database), watch.run()):
        stack.push_async_callback(tasks.end, asyncio.create_task(work))


def addresses(settings: Settings, database: Database) -> Callable[[str], Awaitable[list[str]]]:
    """Where a service lives: as set, else as the beats of its processes say, else on its own port here."""
    ports = settings.services

    async def urls_of(service: str) -> list[str]:
        fixed = ports.urls.get(service)
        if fixed:
            return fixed
        here = [f"http://127.0.0.1:{getattr(ports, f'{service}_port')}"]
        if service == "llm":
            return here
        async with database.transaction() as session:
            return await Executors(session).living(service, settings.runs.dead_seconds) or here

    return urls_of


async def live_runs(session: AsyncSession, novel_ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    """The latest living run of each novel, as the signed-in user may see it."""
    scope = session.info.get("scope")
    if scope is None or scope.user_id is None:
        return {}
    found = await RunService.of(session, scope.user_id).live_runs_of(novel_ids)
    return {novel_id: run.model_dump(mode="json") for novel_id, run in found.items()}


def main() -> None:
    """Serve as the gateway until SIGTERM or SIGINT."""
    settings = load_settings()
    configure(SERVICE, settings.app.log_level)
    http = settings.http
    GuardProtocol.limits = GuardLimits(
        head_seconds=http.head_seconds,
        body_seconds=http.body_seconds,
        body_bytes_per_second=http.body_bytes_per_second,
        trusted=frozenset(http.trusted_proxies),
    )
    uvicorn.run(
        create_gateway(settings),
        host=http.host,
        port=http.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        lifespan="on",
        **guard_options(),
    )


def __getattr__(name: str) -> Any:
    """`app` is made when uvicorn asks for it, so that importing this module opens nothing and reads no secret."""
    if name != "app":
        raise AttributeError(name)
    settings = load_settings()
    configure(SERVICE, settings.app.log_level)
    return create_gateway(settings)


if __name__ == "__main__":
    main()
