"""How a command travels from the gateway to an agent: signed, counted, by allow-list, to a process that lives.

Nothing of the browser's request goes on but what is listed here; who it is for stands in the signed token alone.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2

from infinite_scribe.api.instances import Instances
from infinite_scribe.core.logging import get_logger
from infinite_scribe.runs.errors import AgentUnavailableError, ReportedError
from infinite_scribe.runs.gateway import AgentCall
from infinite_scribe.web.service_tokens import ServiceIdentity

log = get_logger(__name__)

REQUEST_HEADERS = frozenset(
    {"content-type", "accept", "accept-language", "idempotency-key", "traceparent", "tracestate"}
)
ANSWER_HEADERS = frozenset({"content-type", "retry-after", "etag", "location"})
LONGEST_HEADER = 512
UNARY_SECONDS = 30.0
FIRST_BYTE_SECONDS = 10.0
MOST_BYTES = 8_000_000
MOST_IN_FLIGHT = 64
MOST_RETRIES = 2
NOT_STARTED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)

passing_headers: ContextVar[Mapping[str, str] | None] = ContextVar("passing_headers", default=None)
"""Headers of the request that is being served; `api.main` sets them, `forwardable` picks from them."""

InstancesOf = Callable[[str], Awaitable[list[str]]]


def forwardable(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a browser's request that an agent may see: listed, short, one line, not named by Connection."""
    lowered = {name.lower(): value for name, value in headers.items()}
    dropped = {token.strip().lower() for token in lowered.get("connection", "").split(",")}
    return {
        name: value
        for name, value in lowered.items()
        if name in REQUEST_HEADERS - dropped and len(value) <= LONGEST_HEADER and value.isprintable()
    }


def answerable(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an agent's answer that a browser may see; a location loses everything but its path."""
    found = {name.lower(): value for name, value in headers.items() if name.lower() in ANSWER_HEADERS}
    if "location" in found:
        parts = urlsplit(found["location"])
        path = "/" + parts.path.lstrip("/\\")
        found["location"] = path + (f"?{parts.query}" if parts.query else "")
    return {name: value for name, value in found.items() if value.isprintable()}


@dataclass
class HttpAgentGateway:
    """Implements `runs.gateway.AgentGateway`. One per gateway process; ``instances_of`` says where agents live."""

    http: httpx2.AsyncClient
    identity: ServiceIdentity
    instances_of: InstancesOf
    instances: Instances = field(default_factory=Instances)
    _in_flight: Counter[str] = field(default_factory=Counter)

    async def send(self, call: AgentCall) -> dict[str, Any]:
        """The agent's JSON answer. Raises `AgentUnavailableError`, and the agent's refusal as `ReportedError`."""
        async with self._answer(call, UNARY_SECONDS) as answer:
            body = await _whole(answer)
        _raise_refusal(answer.status_code, body)
        found = _json(body)
        if found is None:
            raise AgentUnavailableError(retry_after=5)
        return found

    @asynccontextmanager
    async def stream(self, call: AgentCall) -> AsyncIterator[AsyncIterator[bytes]]:
        """The agent's stream, byte by byte; refusals are raised before the first one."""
        async with self._answer(call, FIRST_BYTE_SECONDS) as answer:
            if answer.status_code >= 300:
                _raise_refusal(answer.status_code, await _whole(answer))
            yield answer.aiter_raw()

    @asynccontextmanager
    async def _answer(self, call: AgentCall, seconds: float) -> AsyncIterator[httpx2.Response]:
        if self._in_flight[call.agent] >= MOST_IN_FLIGHT:
            raise AgentUnavailableError(retry_after=5)
        self._in_flight[call.agent] += 1
        try:
            url, answer = await self._reach(call, seconds)
            worked: bool | None = answer.status_code < 500
            try:
                yield answer
            except httpx2.TransportError as error:
                worked = False
                raise AgentUnavailableError(retry_after=5) from error
            finally:
                self.instances.end(url, worked=worked)
                await answer.aclose()
        finally:
            self._in_flight[call.agent] -= 1

    async def _reach(self, call: AgentCall, seconds: float) -> tuple[str, httpx2.Response]:
        """An answer, from another instance when one cannot be reached or says 503. Nothing was started by those."""
        tried: list[str] = []
        for attempt in range(MOST_RETRIES + 1):
            url = self.instances.choose(await self.instances_of(call.agent), tried=tried)
            if url is None or (attempt and not self.instances.may_retry()):
                break
            if attempt:
                await asyncio.sleep(random.uniform(0.05, 0.5))
            tried.append(url)
            answer = await self._try(url, call, seconds)
            if answer is not None:
                return url, answer
        log.warning("agent.unavailable", agent=call.agent, tried=len(tried))
        raise AgentUnavailableError(retry_after=5)

    async def _try(self, url: str, call: AgentCall, seconds: float) -> httpx2.Response | None:
        """One call; ``None`` when the instance could not start it."""
        request = self._request(url, call, seconds)
        self.instances.begin(url)
        worked: bool | None = None
        answer = None
        try:
            answer = await self.http.send(request, stream=True, follow_redirects=False)
            worked = answer.status_code != 503
        except NOT_STARTED:
            worked = False
        except httpx2.TransportError as error:
            # It may have been started: only the same idempotency key may ask again, and that is the caller's to do.
            worked = False
            raise AgentUnavailableError(retry_after=5) from error
        finally:
            if answer is None or not worked:
                self.instances.end(url, worked=worked)
        if worked:
            return answer
        if answer is not None:
            await answer.aclose()
        return None

    def _request(self, url: str, call: AgentCall, seconds: float) -> httpx2.Request:
        body = json.dumps(call.body, ensure_ascii=False).encode("utf-8")
        headers = forwardable(passing_headers.get() or {})
        headers |= {"content-type": "application/json", "accept": headers.get("accept", "application/json")}
        headers.pop("idempotency-key", None)
        if call.idempotency_key is not None:
            headers["idempotency-key"] = call.idempotency_key
        token = self.identity.mint(
            call.agent,
            user_id=call.user_id,
            novel_id=call.novel_id,
            run_id=call.run_id,
            actions=call.actions,
            request_id=call.request_id,
        )
        headers |= {
            "authorization": f"Bearer {token}",
            "x-request-id": call.request_id,
            "x-deadline-ms": str(int(seconds * 1000)),
        }
        timeout = httpx2.Timeout(seconds, connect=2.0)
        address = url.rstrip("/") + call.path
        return self.http.build_request(call.method, address, content=body, headers=headers, timeout=timeout)


async def _whole(answer: httpx2.Response) -> bytes:
    """The body, counted. Raises `AgentUnavailableError` beyond the limit."""
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_raw():
        size += len(part)
        if size > MOST_BYTES:
            raise AgentUnavailableError(retry_after=5)
        parts.append(part)
    return b"".join(parts)


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _raise_refusal(status: int, body: bytes) -> None:
    if status < 300:
        return
    problem = _json(body)
    if problem is None or "code" not in problem or status < 400:
        raise AgentUnavailableError(retry_after=5)
    raise ReportedError.of(problem)
