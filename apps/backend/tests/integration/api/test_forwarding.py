"""Commands to agents: signed, by allow-list, retried only when nothing was started."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse

from infinite_scribe.api.forwarding import HttpAgentGateway, passing_headers
from infinite_scribe.runs.errors import AgentUnavailableError, ReportedError
from infinite_scribe.runs.gateway import AgentCall
from infinite_scribe.web.service_tokens import ServiceIdentity, ServiceTokenError, ServiceVerifier, bearer
from servers.databases import TestDatabase

USER, NOVEL, RUN = UUID(int=1), UUID(int=2), UUID(int=3)
DEAD = "http://127.0.0.1:1"


def call(**changes: Any) -> AgentCall:
    values: dict[str, Any] = {
        "agent": "writer", "method": "POST", "path": "/v1/runs", "user_id": USER, "novel_id": NOVEL, "run_id": RUN,
        "actions": ("run.start:writer.draft_scene",), "request_id": "r1", "idempotency_key": "k" * 20, "body": {"a": "ä"},
    }  # fmt: skip
    return AgentCall(**{**values, **changes})


class Upstream:
    """An agent that says what it saw."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self.app = FastAPI()
        self.app.add_api_route("/v1/runs", self.runs, methods=["POST"])
        self.app.add_api_route("/v1/light/x", self.light, methods=["POST"])

    async def runs(self, request: Request) -> JSONResponse:
        self.seen.append({"headers": dict(request.headers), "body": await request.json()})
        status = self.statuses.pop(0) if self.statuses else 202
        problem = {
            "code": "run-already-active",
            "kind": "CONFLICT",
            "title": "t",
            "detail": "d",
            "params": {"run": "1"},
        }
        return JSONResponse(problem if status >= 400 else {"id": "1"}, status)

    async def light(self) -> StreamingResponse:
        async def speak() -> AsyncIterator[bytes]:
            for word in (b"one ", b"two ", b"three"):
                yield word
                await asyncio.sleep(0.01)

        return StreamingResponse(speak(), media_type="application/x-ndjson")


@asynccontextmanager
async def _serving(app: FastAPI) -> AsyncIterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task


@asynccontextmanager
async def _gateway(*urls: str) -> AsyncIterator[HttpAgentGateway]:
    async def instances_of(_agent: str) -> list[str]:
        return list(urls)

    async with httpx2.AsyncClient(trust_env=False) as http:
        yield HttpAgentGateway(http, ServiceIdentity("api"), instances_of)


@pytest.fixture
async def upstream() -> Upstream:
    return Upstream()


async def test_an_agent_sees_the_listed_headers_and_our_token_only(upstream: Upstream) -> None:
    browser = {
        "cookie": "at=secret", "authorization": "Bearer stolen", "x-forwarded-for": "1.2.3.4", "x-user-id": "9",
        "forwarded": "for=1", "accept-language": "zh", "traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01",
        "connection": "keep-alive, tracestate", "tracestate": "x=y", "origin": "http://localhost", "idempotency-key": "other",
    }  # fmt: skip
    passing_headers.set(browser)
    async with _serving(upstream.app) as url, _gateway(url) as gateway:
        assert await gateway.send(call()) == {"id": "1"}
    headers = upstream.seen[0]["headers"]
    own = {"host", "user-agent", "accept-encoding", "connection", "content-length"}
    allowed = own | {
        "content-type", "accept", "accept-language", "traceparent", "idempotency-key", "authorization", "x-request-id",
        "x-deadline-ms",
    }  # fmt: skip
    assert set(headers) <= allowed
    assert headers["idempotency-key"] == "k" * 20
    assert headers["accept-language"] == "zh"
    assert "stolen" not in headers["authorization"]
    assert upstream.seen[0]["body"] == {"a": "ä"}


async def test_a_refusal_keeps_code_and_members(upstream: Upstream) -> None:
    upstream.statuses = [409]
    async with _serving(upstream.app) as url, _gateway(url) as gateway:
        with pytest.raises(ReportedError) as caught:
            await gateway.send(call())
    assert (caught.value.code, caught.value.params) == ("run-already-active", {"run": "1"})
    assert len(upstream.seen) == 1


async def test_a_dead_instance_and_a_busy_one_are_passed_over(upstream: Upstream) -> None:
    upstream.statuses = [503]
    async with (
        _serving(upstream.app) as busy,
        _serving(upstream.app) as url,
        _gateway(DEAD, busy, url) as gateway,
    ):
        assert await gateway.send(call()) == {"id": "1"}
    assert {seen["headers"]["idempotency-key"] for seen in upstream.seen} == {"k" * 20}


async def test_no_instance_means_unavailable_and_says_when_to_come_back() -> None:
    async with _gateway(DEAD) as gateway:
        with pytest.raises(AgentUnavailableError) as caught:
            await gateway.send(call())
    assert caught.value.retry_after == 5
    assert gateway.instances.outstanding == {DEAD: 0}


async def test_what_may_have_been_started_is_not_asked_again() -> None:
    asked = 0

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        await reader.readuntil(b"\r\n\r\n")
        asked += 1
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, _gateway(url) as gateway:
        with pytest.raises(AgentUnavailableError):
            await gateway.send(call())
    assert asked == 1


async def test_a_sick_agent_is_left_alone_after_twenty_failures() -> None:
    async with _gateway(DEAD) as gateway:
        for _ in range(25):
            with pytest.raises(AgentUnavailableError):
                await gateway.send(call())
        assert not gateway.instances.breaker(DEAD).allows()


async def test_a_stream_arrives_as_it_is_spoken(upstream: Upstream) -> None:
    async with _serving(upstream.app) as url, _gateway(url) as gateway:
        async with gateway.stream(call(path="/v1/light/x")) as parts:
            text = b"".join([part async for part in parts])
    assert text == b"one two three"
    assert gateway.instances.outstanding[url] == 0


async def test_more_than_sixty_four_at_once_are_refused(upstream: Upstream) -> None:
    async with _serving(upstream.app) as url, _gateway(url) as gateway:
        gateway._in_flight["writer"] = 64
        with pytest.raises(AgentUnavailableError):
            await gateway.send(call())
    assert upstream.seen == []


async def test_service_tokens_open_one_door_for_one_caller(fresh_db: TestDatabase) -> None:
    api, writer, llm = ServiceIdentity("api"), ServiceIdentity("writer"), ServiceIdentity("llm")
    await api.publish(fresh_db.api)
    await api.publish(fresh_db.api)
    await writer.publish(fresh_db.agent)
    await llm.publish(fresh_db.llm)

    def minted(by: ServiceIdentity, aud: str) -> str:
        return by.mint(aud, user_id=USER, novel_id=NOVEL, run_id=None, actions=["run.resume"], request_id="r")

    at_writer, at_llm = ServiceVerifier(fresh_db.agent), ServiceVerifier(fresh_db.llm)
    claims = await at_writer.verify(minted(api, "writer"), "writer")
    assert (claims.issuer, claims.user_id, claims.novel_id, claims.run_id) == ("api", USER, NOVEL, None)
    assert claims.allows("run.resume")
    assert not claims.allows("run.start:writer.draft_scene")
    assert (await at_llm.verify(minted(writer, "llm"), "llm")).issuer == "writer"
    unpublished = ServiceIdentity("api")
    refused = [
        (at_writer, minted(api, "director"), "writer"),
        (at_writer, minted(writer, "writer"), "writer"),
        (at_writer, minted(llm, "writer"), "writer"),
        (at_llm, minted(llm, "llm"), "llm"),
        (at_writer, minted(unpublished, "writer"), "writer"),
        (at_writer, "x.y.z", "writer"),
        (at_writer, minted(api, "writer")[:-3] + "AAA", "writer"),
    ]
    for verifier, token, aud in refused:
        with pytest.raises(ServiceTokenError):
            await verifier.verify(token, aud)
    for header in (None, "", "Basic x", "Bearer "):
        with pytest.raises(ServiceTokenError):
            bearer(header)


async def test_an_outdated_service_token_is_refused(fresh_db: TestDatabase) -> None:
    api = ServiceIdentity("api", token_seconds=-31)
    await api.publish(fresh_db.api)
    token = api.mint("writer", user_id=USER, novel_id=None, run_id=None, actions=[], request_id="r")
    with pytest.raises(ServiceTokenError):
        await ServiceVerifier(fresh_db.agent).verify(token, "writer")


async def test_nobody_publishes_a_key_for_another_service(fresh_db: TestDatabase) -> None:
    from sqlalchemy.exc import DBAPIError

    for service, database in (("llm", fresh_db.api), ("api", fresh_db.agent), ("writer", fresh_db.llm)):
        with pytest.raises(DBAPIError):
            await ServiceIdentity(service).publish(database)
    revoked = ServiceIdentity("api")
    await revoked.publish(fresh_db.api)
    await revoked.withdraw(fresh_db.api)
    token = revoked.mint("writer", user_id=USER, novel_id=None, run_id=None, actions=[], request_id="r")
    with pytest.raises(ServiceTokenError):
        await ServiceVerifier(fresh_db.agent).verify(token, "writer")
