"""Ask a model. The stream survives the death of the `llm` process, of the network and of this process."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol, Self
from uuid import UUID

import httpx2

from infinite_scribe.core import clock
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.logging import get_logger
from infinite_scribe.model_client.errors import ModelsUnavailableError, RefusedCallError
from infinite_scribe.model_client.mirror import TextMirror
from infinite_scribe.model_client.schemas import (
    CallDelta,
    CallDone,
    CallEvent,
    CallFailed,
    CallRequest,
    CallRewind,
    Embeddings,
    EmbedRequest,
    KeyPut,
    KeyPutResult,
    ProbeReport,
)
from infinite_scribe.model_client.wire import decode

log = get_logger(__name__)

AUDIENCE = "llm"
_LOST = (httpx2.TransportError, ValueError)


class TokenSource(Protocol):
    """Makes the 60-second service token that `llm` asks for (`web.service_tokens.ServiceIdentity`)."""

    def mint(
        self,
        aud: str,
        *,
        user_id: UUID,
        novel_id: UUID | None,
        run_id: UUID | None,
        actions: Sequence[str],
        request_id: str,
    ) -> str:
        """Return a signed token for one request."""
        ...


class ModelClient:
    """A caller of `llm`. One per process, made in its lifespan; safe for many tasks at once.

    `patience_seconds` bounds how long a call waits for a dead or restarting `llm`; then
    `ModelsUnavailableError` is raised and the caller parks. Asking again with the same slot is always free.
    """

    def __init__(
        self,
        base_urls: Sequence[str],
        token_source: TokenSource,
        *,
        patience_seconds: float = 60,
        connect_seconds: float = 2,
    ) -> None:
        if not base_urls:
            raise ValueError("at least one address of llm is needed")
        self._urls = itertools.cycle([url.rstrip("/") for url in base_urls])
        self._tokens = token_source
        self._patience = patience_seconds
        timeout = httpx2.Timeout(30, connect=connect_seconds, read=45)
        self._http = httpx2.AsyncClient(timeout=timeout, trust_env=False, follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. Calls under way are only detached, not cancelled."""
        await self._http.aclose()

    async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        """Make, join, replay or continue the call of this slot; ends with `CallDone` or `CallFailed`.

        Deltas arrive without gap or repeat even when `llm` dies in between: after a restart the same slot is
        asked again, and the reader is told to rewind where text was never stored. A lost connection never starts
        what somebody stopped meanwhile: a paused call then ends with `CallFailed`.
        Raises `ModelsUnavailableError` when no `llm` answers for `patience_seconds`.
        """
        mirror = TextMirror()
        lost_since: float | None = None
        heard = False
        for attempt in itertools.count():
            try:
                async for event in self._once(request, attach=heard):
                    lost_since, heard = None, True
                    for told in _reconcile(mirror, event):
                        yield told
                    if isinstance(event, CallDone | CallFailed):
                        return
                reason = "ended early"
            except _LOST as error:
                reason = type(error).__name__
            lost_since = lost_since if lost_since is not None else clock.monotonic()
            if clock.monotonic() - lost_since >= self._patience:
                raise ModelsUnavailableError(service="llm")
            log.warning("llm.stream_lost", run_id=request.run_id, path=request.path, reason=reason)
            await asyncio.sleep(min(2.0, 0.1 * 2 ** min(attempt, 5)) * (0.5 + random.random() / 2))

    async def cancel(
        self,
        call_id: UUID,
        *,
        user_id: UUID,
        novel_id: UUID | None = None,
        run_id: UUID | None = None,
        pause: bool = False,
    ) -> None:
        """Stop paying for a call. `pause` keeps it continuable; a plain cancel ends it for ever."""
        why = "pause" if pause else "cancel"
        headers = self._headers(user_id, novel_id, run_id, ["call.cancel"])
        url = f"{next(self._urls)}/v1/calls/{call_id}"
        await self._send("DELETE", url, params={"why": why}, headers=headers)

    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        """Turn texts into vectors with the user's embedding model; the built-in encoder by default."""
        body = EmbedRequest(texts=list(texts), user_id=user_id, novel_id=novel_id)
        headers = self._headers(user_id, novel_id, None, ["embed"])
        url = f"{next(self._urls)}/v1/embeddings"
        found = await self._send("POST", url, json=body.model_dump(mode="json"), headers=headers)
        return Embeddings.model_validate(found)

    async def put_key(self, endpoint_id: UUID, key: str, *, user_id: UUID) -> KeyPutResult:
        """Hand a provider key through to `llm`, which seals it. The caller cannot read it back."""
        body = {"user_id": str(user_id), "key": KeyPut(user_id=user_id, key=key).key}
        headers = self._headers(user_id, None, None, ["key.put"])
        url = f"{next(self._urls)}/v1/endpoints/{endpoint_id}/key"
        return KeyPutResult.model_validate(await self._send("PUT", url, json=body, headers=headers))

    async def probe(self, endpoint_id: UUID, *, user_id: UUID, model: str | None = None) -> ProbeReport:
        """Test a provider: reach, list, stream, structure, context, speed."""
        headers = self._headers(user_id, None, None, ["endpoint.probe"])
        url = f"{next(self._urls)}/v1/endpoints/{endpoint_id}/probe"
        body = {"user_id": str(user_id), "model": model}
        return ProbeReport.model_validate(
            await self._send("POST", url, json=body, headers=headers, read_seconds=180)
        )

    async def _once(self, request: CallRequest, *, attach: bool) -> AsyncIterator[CallEvent]:
        headers = self._headers(request.user_id, request.novel_id, request.run_id, [f"call:{request.task}"])
        headers["content-type"] = "application/json"
        url = f"{next(self._urls)}/v1/calls"
        body = request.model_dump_json(by_alias=True)
        params = {"attach": "true"} if attach else {}
        async with self._http.stream("POST", url, content=body, headers=headers, params=params) as response:
            if response.status_code != httpx2.codes.OK:
                await response.aread()
                if response.status_code in {502, 503, 504}:
                    raise httpx2.ReadError(f"llm answered {response.status_code}")
                yield CallFailed(problem=_problem(response))
                return
            async for event in decode(response.aiter_bytes()):
                yield event

    async def _send(
        self, method: str, url: str, *, headers: dict[str, str], read_seconds: float = 30, **body: Any
    ) -> dict[str, Any]:
        try:
            response = await self._http.request(
                method, url, headers=headers, timeout=httpx2.Timeout(read_seconds, connect=2), **body
            )
        except httpx2.TransportError as error:
            raise ModelsUnavailableError(service="llm") from error
        if response.status_code in {502, 503, 504}:
            raise ModelsUnavailableError(service="llm")
        if response.is_error:
            raise RefusedCallError(_problem(response))
        return dict(response.json()) if response.content else {}

    def _headers(
        self, user_id: UUID, novel_id: UUID | None, run_id: UUID | None, actions: Sequence[str]
    ) -> dict[str, str]:
        request_id = new_id().hex
        token = self._tokens.mint(
            AUDIENCE,
            user_id=user_id,
            novel_id=novel_id,
            run_id=run_id,
            actions=actions,
            request_id=request_id,
        )
        return {"authorization": f"Bearer {token}", "x-request-id": request_id}


def _reconcile(mirror: TextMirror, event: CallEvent) -> list[CallEvent]:
    if isinstance(event, CallDelta | CallRewind):
        return mirror.take(event)
    if isinstance(event, CallDone):
        return [*mirror.settle(event.text), event]
    return [event]


def _problem(response: httpx2.Response) -> dict[str, Any]:
    try:
        found = json.loads(response.content)
    except ValueError:
        found = None
    if isinstance(found, dict) and "code" in found:
        return found
    return {
        "code": "internal",
        "kind": "BUG",
        "title": "The model service answered in an unknown way",
        "detail": f"status {response.status_code}",
        "status": response.status_code,
        "retryable": False,
    }
