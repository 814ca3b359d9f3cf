"""Server-sent events: accept first, then speak.

Whatever can be refused is refused before `event_response` is returned, as a real 4xx. From then on only events travel:
a comment every 15 seconds keeps proxies awake, a slow reader is cut off alone, and the stream closes when the session
behind it ends.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse

from infinite_scribe.core import tasks
from infinite_scribe.core.errors import BugError, DomainError
from infinite_scribe.core.logging import get_logger

log = get_logger(__name__)

HEARTBEAT_SECONDS = 15.0
QUEUE_EVENTS = 1_000
SLOW_SECONDS = 20.0
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
_HEARTBEAT = b": still here\n\n"


@dataclass(frozen=True, slots=True)
class SseEvent:
    """One frame. ``id`` is what `Last-Event-ID` will bring back; ``None`` leaves the reader's place where it was."""

    event: str
    data: dict[str, Any]
    id: str | None = None

    def encode(self) -> bytes:
        """The frame on the wire."""
        lines = [f"event: {_one_line(self.event)}"]
        if self.id is not None:
            lines.insert(0, f"id: {_one_line(self.id)}")
        lines.append(f"data: {json.dumps(self.data, ensure_ascii=False, separators=(',', ':'))}")
        return ("\n".join(lines) + "\n\n").encode("utf-8", "replace")


def event_response(events: AsyncIterator[SseEvent], *, request: Request | None = None) -> StreamingResponse:
    """Stream ``events`` until they end or the reader leaves; with ``request`` also until its session is over."""
    watch = None if request is None else getattr(request.state, "session_watch", None)
    return StreamingResponse(_speak(events, watch), media_type="text/event-stream", headers=HEADERS)


async def _speak(events: AsyncIterator[SseEvent], watch: Any | None) -> AsyncIterator[bytes]:
    queue: asyncio.Queue[SseEvent | None] = asyncio.Queue(QUEUE_EVENTS)
    reader = asyncio.create_task(_read(events, queue))
    ended = asyncio.create_task(watch.ended()) if watch is not None else None
    try:
        yield _HEARTBEAT
        while True:
            event = await _next(queue, ended)
            if event is _OVER:
                return
            yield event
    finally:
        await tasks.end(*(task for task in (reader, ended) if task is not None))


_OVER = b""


async def _next(queue: asyncio.Queue[SseEvent | None], ended: asyncio.Task[None] | None) -> bytes:
    """The next frame, a heartbeat after silence, or `_OVER`."""
    if ended is not None and ended.done():
        return _OVER
    take = asyncio.create_task(queue.get())
    waiting: set[asyncio.Task[Any]] = {take} if ended is None else {take, ended}
    try:
        done, _ = await asyncio.wait(waiting, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        take.cancel()
        raise
    if take in done:
        event = take.result()
        return _OVER if event is None else event.encode()
    take.cancel()
    if ended is not None and ended in done:
        return SseEvent("session.revoked", {"v": 1}).encode()
    return _HEARTBEAT


async def _read(events: AsyncIterator[SseEvent], queue: asyncio.Queue[SseEvent | None]) -> None:
    """Fill the queue. A reader who is a thousand events behind and takes none is cut off; it comes back with its id."""
    try:
        async with aclosing(events) as source:  # type: ignore[type-var]
            async for event in source:
                if not await _put(queue, event):
                    log.warning("sse.slow_reader")
                    break
    except DomainError as error:
        await queue.put(SseEvent("stream.failed", {"v": 1, "problem": error.to_problem()}))
    except Exception:
        log.exception("sse.failed")
        await queue.put(SseEvent("stream.failed", {"v": 1, "problem": BugError().to_problem()}))
    await queue.put(None)


async def _put(queue: asyncio.Queue[SseEvent | None], event: SseEvent) -> bool:
    try:
        async with asyncio.timeout(SLOW_SECONDS):
            await queue.put(event)
    except TimeoutError:
        return False
    return True


def _one_line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")
