"""The process `llm`: `python -m infinite_scribe.llm.main`. It listens on loopback and dials model providers."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import httpx2
import uvicorn
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

import infinite_scribe.accounts.sessions
import infinite_scribe.novels.service  # noqa: F401 - both for their tables: our foreign keys name them
from infinite_scribe.core import tasks
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.logging import configure, get_logger
from infinite_scribe.core.settings import Settings, load_settings
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.llm.adapters.base import Adapter
from infinite_scribe.llm.adapters.demo import DemoAdapter
from infinite_scribe.llm.adapters.hosted import HostedAdapter
from infinite_scribe.llm.adapters.scenarios import ScenarioAdapter
from infinite_scribe.llm.adapters.transport import assert_guard_works, guarded_client
from infinite_scribe.llm.authority import Caller, Verifier, caller_of
from infinite_scribe.llm.dialler import Dialler
from infinite_scribe.llm.embedding import BuiltInEncoder, Embedder
from infinite_scribe.llm.engine import Engine
from infinite_scribe.llm.forgetting import keep_forgetting
from infinite_scribe.llm.keys import KeyStore
from infinite_scribe.llm.presence import Presence
from infinite_scribe.llm.probe import Prober
from infinite_scribe.llm.sealing import KeyRing
from infinite_scribe.model_client.schemas import (
    CallEvent,
    CallRequest,
    Embeddings,
    EmbedRequest,
    KeyPut,
    KeyPutResult,
    ProbeReport,
)
from infinite_scribe.model_client.wire import HEARTBEAT, encode
from infinite_scribe.providers.addresses import DialRules
from infinite_scribe.web import problems
from infinite_scribe.web.service_tokens import ServiceVerifier

log = get_logger(__name__)

HOST = "127.0.0.1"
POOL_SIZE = 9
HEARTBEAT_SECONDS = 15


class ProbeRequest(BaseModel):
    """Whose endpoint to test, and with which model."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID
    model: str | None = None


@dataclass(frozen=True)
class Parts:
    """What the process is made of; one of each, made in the lifespan."""

    engine: Engine
    keys: KeyStore
    embedder: Embedder
    prober: Prober
    verifier: Verifier


def parts_of(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found


async def caller(request: Request) -> Caller:
    return await caller_of(parts_of(request).verifier, request.headers.get("authorization"))


Asked = Annotated[Caller, Depends(caller)]
Made = Annotated[Parts, Depends(parts_of)]


def make_app(
    settings: Settings, database: Database, *, port: int, verifier: Verifier | None = None
) -> FastAPI:
    """Put the process together. The port must be bound already: the guard is tested against it."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        rules = DialRules.of(settings.llm.local_endpoints, settings.llm.extra_ports)
        await assert_guard_works(guarded_client, port)
        async with guarded_client(rules) as http:
            presence = Presence(
                database,
                new_id(),
                f"http://{HOST}:{port}",
                settings.runs.beat_seconds,
                settings.runs.dead_seconds,
            )
            parts = _parts(settings, database, http, presence.id, verifier or ServiceVerifier(database))
            app.state.parts = parts
            await presence.enter()
            await parts.engine.recover()
            works = [
                asyncio.create_task(presence.beat(lambda: len(parts.engine.live))),
                asyncio.create_task(parts.engine.watch()),
                asyncio.create_task(keep_forgetting(database, settings.llm.journal_days)),
            ]
            try:
                yield
            finally:
                await parts.engine.shut_down()
                await tasks.end(*works)
                await presence.leave()

    app = FastAPI(
        title="InfiniteScribe llm", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    problems.install(app)
    _routes(app)
    return app


def _parts(
    settings: Settings, database: Database, http: httpx2.AsyncClient, owner: UUID, verifier: Verifier
) -> Parts:
    keys = KeyStore(database, KeyRing.of_folder(settings.secrets_dir))
    adapter_of = _adapters(settings, http)
    dialler = Dialler(database, settings, owner, keys, adapter_of)
    return Parts(
        engine=Engine(database, settings, dialler),
        keys=keys,
        embedder=Embedder(database, keys, http, BuiltInEncoder()),
        prober=Prober(database, keys, http, adapter_of),
        verifier=verifier,
    )


def _adapters(settings: Settings, http: httpx2.AsyncClient) -> Callable[[str], Adapter]:
    def answer(*words: Any) -> Any:
        return importlib.import_module("infinite_scribe.llm.demo.storyteller").answer(*words)

    storyteller = DemoAdapter(answer, settings.demo.tokens_per_second)
    demo: Adapter = ScenarioAdapter(storyteller) if settings.demo.scenarios else storyteller
    hosted = HostedAdapter(http)
    return lambda kind: demo if kind == "demo" else hosted


def _routes(app: FastAPI) -> None:
    @app.get("/healthz", operation_id="health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/v1/calls", operation_id="make_call")
    async def make_call(
        body: CallRequest, asked: Asked, parts: Made, attach: bool = False
    ) -> StreamingResponse:
        asked.must(f"call:{body.task}", user_id=body.user_id, novel_id=body.novel_id, run_id=body.run_id)
        events = await parts.engine.accept(body, attach=attach)
        return StreamingResponse(frames(events), media_type="text/event-stream")

    @app.delete("/v1/calls/{call_id}", operation_id="cancel_call", status_code=204)
    async def cancel_call(
        call_id: UUID, asked: Asked, parts: Made, why: Literal["cancel", "pause"] = "cancel"
    ) -> Response:
        asked.must("call.cancel", user_id=asked.user_id, novel_id=asked.novel_id, run_id=asked.run_id)
        await parts.engine.cancel(call_id, asked.scope, pause=why == "pause")
        return Response(status_code=204)

    @app.post("/v1/embeddings", operation_id="embed")
    async def embed(body: EmbedRequest, asked: Asked, parts: Made) -> Embeddings:
        asked.must("embed", user_id=body.user_id, novel_id=body.novel_id, run_id=asked.run_id)
        return await parts.embedder.embed(body.texts, body.user_id, body.novel_id)

    @app.put("/v1/endpoints/{endpoint_id}/key", operation_id="put_key")
    async def put_key(endpoint_id: UUID, body: KeyPut, asked: Asked, parts: Made) -> KeyPutResult:
        asked.must("key.put", user_id=body.user_id)
        return await parts.keys.put(endpoint_id, body.user_id, body.key)

    @app.post("/v1/endpoints/{endpoint_id}/probe", operation_id="probe_endpoint")
    async def probe_endpoint(endpoint_id: UUID, body: ProbeRequest, asked: Asked, parts: Made) -> ProbeReport:
        asked.must("endpoint.probe", user_id=body.user_id)
        return await parts.prober.probe(endpoint_id, body.user_id, body.model)


async def frames(events: AsyncIterator[CallEvent]) -> AsyncIterator[bytes]:
    """Encode events; a comment every 15 seconds keeps the connection alive. Closing only detaches the reader."""
    waiting: asyncio.Task[CallEvent] | None = None
    try:
        while True:
            waiting = waiting or asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait({waiting}, timeout=HEARTBEAT_SECONDS)
            if not done:
                yield HEARTBEAT
                continue
            try:
                event = waiting.result()
            except StopAsyncIteration:
                return
            waiting = None
            yield encode(event)
    finally:
        if waiting is not None:
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                await waiting
        await events.aclose()  # type: ignore[attr-defined]


def bind(port: int) -> socket.socket:
    """Take the port, or fail: a port has one owner, which is how a successor knows its predecessor is gone."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind((HOST, port))
    taken.listen(128)
    return taken


def main() -> None:
    """Serve until told to stop."""
    settings = load_settings()
    configure("llm", settings.app.log_level)
    database = Database(settings.database_url, "is_llm", pool_size=POOL_SIZE)
    with bind(settings.services.llm_port) as taken:
        app = make_app(settings, database, port=taken.getsockname()[1])
        config = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=3, lifespan="on"
        )
        uvicorn.Server(config).run(sockets=[taken])


if __name__ == "__main__":
    main()
