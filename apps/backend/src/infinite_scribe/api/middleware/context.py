"""The id of the request, its log line, and whether the guarded server carries it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infinite_scribe.api.forwarding import passing_headers
from infinite_scribe.api.middleware.errors import UnguardedError, refuse
from infinite_scribe.core.clock import monotonic
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.logging import get_logger

log = get_logger(__name__)

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TRACE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass
class RequestContext:
    """Outermost: everything inside can name the request."""

    app: ASGIApp
    is_production: bool
    _has_complained: bool = field(default=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, begun, status = Headers(scope=scope), monotonic(), 0
        request_id = str(new_id())
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        given = headers.get("x-request-id", "")
        if _CLIENT_ID.fullmatch(given):
            structlog.contextvars.bind_contextvars(client_request_id=given)
        passing_headers.set(dict(headers.items()))
        trace = headers.get("traceparent", "")
        if _TRACE.fullmatch(trace):
            state["traceparent"] = trace
            structlog.contextvars.bind_contextvars(trace_id=trace.split("-")[1])

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        try:
            if self._refuses(scope):
                await refuse(UnguardedError(), scope, receive, answer)
            else:
                await self.app(scope, receive, answer)
        except Exception:
            # The error handler has answered and logged it; raised further it would only be logged a second time.
            if status == 0:
                raise
        finally:
            if scope["path"] not in {"/healthz", "/readyz"}:
                ms = round((monotonic() - begun) * 1000, 1)
                log.info("request.done", method=scope["method"], path=scope["path"], status=status, ms=ms)

    def _refuses(self, scope: Scope) -> bool:
        if scope["state"].get("guarded"):
            return False
        if not self._has_complained:
            self._has_complained = True
            log.warning("http.unguarded")
        return self.is_production and scope["path"] != "/healthz"
