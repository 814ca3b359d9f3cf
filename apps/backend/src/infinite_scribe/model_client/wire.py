"""Server-sent events between `llm` and its callers: one encoder and one decoder, both sides share them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator

from infinite_scribe.model_client.schemas import CALL_EVENT, CallDelta, CallEvent

HEARTBEAT = b": beat\n\n"
MAX_LINE_BYTES = 32_000_000


def encode(event: CallEvent) -> bytes:
    """One frame. A delta's `seq` is the frame's id, so that a reader can name the last one it saw."""
    head = f"id: {event.seq}\n" if isinstance(event, CallDelta) else ""
    return f"{head}event: {event.type}\ndata: {event.model_dump_json()}\n\n".encode()


async def decode(chunks: AsyncIterable[bytes]) -> AsyncIterator[CallEvent]:
    """The events of a byte stream; comments (heartbeats) are dropped.

    Raises `ValueError` when a line is larger than 32 MB or does not hold an event.
    """
    buffer = bytearray()
    data: list[str] = []
    async for chunk in chunks:
        buffer += chunk
        if len(buffer) > MAX_LINE_BYTES:
            raise ValueError("event line too long")
        *lines, rest = bytes(buffer).split(b"\n")
        buffer = bytearray(rest)
        for raw in lines:
            line = raw.decode().rstrip("\r")
            if line.startswith("data:"):
                data.append(line[5:].lstrip(" "))
            elif not line and data:
                yield CALL_EVENT.validate_python(json.loads("\n".join(data)))
                data = []
