"""How large, how deep and of which kind a body may be. Bytes are counted while they arrive, whatever was declared."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from itertools import accumulate

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infinite_scribe.api.middleware.errors import TooDeepError, TooLargeError, UnsupportedMediaError, refuse
from infinite_scribe.api.middleware.origin import REPORTS
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.settings.sections import HttpSection

DEEPEST = 64
REPORT_BYTES = 8_192
_CONTENT = re.compile(r"/api/v1/(scenes/[^/]+/content|novels/[^/]+/content|imports)$")
_UPLOAD = re.compile(r"/api/v1/(imports/file|uploads)$")
MEASURED_HERE = 64 * 1024
"""Larger bodies are measured on a thread, so that nobody else waits for it."""
_KEPT = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def depth_of(body: bytes) -> int:
    """How deep brackets and braces nest outside strings.

    Escapes go first; then every second piece between quotes is a string. A pattern for strings with escapes would keep
    a place to come back to for each character: a gigabyte for a body of 8 MB.
    """
    bare = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = b"".join(bare.split(b'"')[::2]).translate(None, _KEPT)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


@dataclass
class Bodies:
    """Refuses with 413, 415 or 400 before a route sees the body."""

    app: ASGIApp
    settings: HttpSection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else None
        if headers is None or not _announces_body(headers):
            await self.app(scope, receive, send)
            return
        try:
            kind, limit = self._allowed(scope["path"], headers)
            if int(headers.get("content-length", "0")) > limit:
                raise TooLargeError(limit=limit)
            inner = (
                _counted(receive, limit) if kind == "multipart/form-data" else await _whole(receive, limit)
            )
        except DomainError as error:
            await refuse(error, scope, receive, send)
            return
        answered = False

        async def watch(message: Message) -> None:
            nonlocal answered
            answered = answered or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, inner, watch)
        except TooLargeError as error:
            if answered:
                raise
            await refuse(error, scope, receive, send)

    def _allowed(self, path: str, headers: Headers) -> tuple[str, int]:
        """Kind and most bytes of the body. Raises `UnsupportedMediaError`."""
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise UnsupportedMediaError
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if path == REPORTS:
            return kind, REPORT_BYTES
        if kind == "multipart/form-data" and _UPLOAD.fullmatch(path):
            return kind, self.settings.upload_bytes
        if kind != "application/json":
            raise UnsupportedMediaError
        return kind, self.settings.content_bytes if _CONTENT.fullmatch(path) else self.settings.json_bytes


def _announces_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


async def _whole(receive: Receive, limit: int) -> Receive:
    """The body read, counted and measured; a receive that says it again."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return _once(message, receive)
        size += len(message.get("body", b""))
        if size > limit:
            raise TooLargeError(limit=limit)
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    body = b"".join(parts)
    depth = depth_of(body) if size <= MEASURED_HERE else await asyncio.to_thread(depth_of, body)
    if depth > DEEPEST:
        raise TooDeepError(deepest=DEEPEST)
    return _once({"type": "http.request", "body": body, "more_body": False}, receive)


def _once(message: Message, rest: Receive) -> Receive:
    said = False

    async def receive() -> Message:
        nonlocal said
        if said:
            return await rest()
        said = True
        return message

    return receive


def _counted(receive: Receive, limit: int) -> Receive:
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise TooLargeError(limit=limit)
        return message

    return counted
