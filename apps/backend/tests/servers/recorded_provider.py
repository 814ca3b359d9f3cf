"""Providers as they are on the wire: answers replayed from `wire/*.http` on a real socket, whole or broken off."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

WIRE = Path(__file__).parent / "wire"


@dataclass(frozen=True)
class Play:
    """One answer: which file, after how many frames it stops, and how. `words` are said in place of those recorded."""

    name: str
    frames: int | None = None
    end: Literal["clean", "reset", "stall"] = "clean"
    words: str | None = None


@dataclass(frozen=True)
class Seen:
    """One request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def words(self) -> str:
        """Everything the body says, as one text."""
        return json.dumps(self.body, ensure_ascii=False)


@dataclass
class RecordedProvider:
    """Plays what is queued to each POST, and `models` to each GET."""

    origin: str = ""
    queue: deque[Play] = field(default_factory=deque)
    usual: Play = field(default_factory=lambda: Play("openai/text"))
    models: str = "openai/models"
    seen: list[Seen] = field(default_factory=list)
    open_sockets: int = 0

    def play(self, *plays: Play | str) -> None:
        """Queue answers."""
        self.queue.extend(play if isinstance(play, Play) else Play(play) for play in plays)

    def again(self) -> None:
        """Forget what was seen and queued."""
        self.queue.clear()
        self.seen.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_sockets += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, path, _ = head[0].split(" ")
                headers = {
                    name.lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in head[1:])
                }
                raw = await reader.readexactly(int(headers.get("content-length", 0)))
                self.seen.append(Seen(method, path, headers, json.loads(raw or b"{}")))
                play = Play(self.models) if method == "GET" else self._next()
                if not await _answer(play, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self.open_sockets -= 1
            writer.close()

    def _next(self) -> Play:
        return self.queue.popleft() if self.queue else self.usual


async def _answer(play: Play, writer: asyncio.StreamWriter) -> bool:
    """Send one recording; False when the connection is over."""
    head, _, body = (WIRE / f"{play.name}.http").read_text(encoding="utf-8").partition("\n\n")
    status, *headers = head.split("\n")
    if not any("event-stream" in line for line in headers):
        raw = body.encode()
        lines = [status, *headers, f"content-length: {len(raw)}"]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + raw)
        await writer.drain()
        return True
    writer.write("\r\n".join([status, *headers, "transfer-encoding: chunked"]).encode() + b"\r\n\r\n")
    frames = [frame for frame in body.split("\n\n") if frame]
    if play.words is not None:
        frames = saying(frames, play.words)
    for frame in frames[: play.frames]:
        raw = f"{frame}\n\n".encode()
        writer.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0)
    if play.end == "stall":
        await asyncio.sleep(3600)
    if play.end == "reset":
        return False
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


def saying(frames: list[str], words: str) -> list[str]:
    """Return recorded frames with other words in them, shared out over those that said something."""
    spoken = [(number, found) for number, frame in enumerate(frames) if (found := _spoken(frame))]
    assert spoken, "the recording says nothing"
    size = -(-len(words) // len(spoken))
    said = list(frames)
    for share, (number, (before, event, holder, key)) in enumerate(spoken):
        holder[key] = words[share * size : (share + 1) * size]
        said[number] = f"{before}data: {json.dumps(event, ensure_ascii=False)}"
    return said


def _spoken(frame: str) -> tuple[str, Any, Any, str] | None:
    """Return what stands before a frame's data, the data, and where in it the provider's words stand."""
    before, mark, data = frame.partition("data: ")
    if not mark or data == "[DONE]":
        return None
    event = json.loads(data)
    places: list[tuple[Any, str]] = [(event.get("delta") or {}, "text")]
    for choice in event.get("choices") or []:
        places.append((choice.get("delta") or {}, "content"))
        places += [(one["function"], "arguments") for one in choice["delta"].get("tool_calls") or []]
    for candidate in event.get("candidates") or []:
        places += [(part, "text") for part in (candidate.get("content") or {}).get("parts") or []]
    found = next(((holder, key) for holder, key in places if holder.get(key)), None)
    return None if found is None else (before, event, *found)


@asynccontextmanager
async def recorded_provider() -> AsyncIterator[RecordedProvider]:
    """Run a player on a free loopback port."""
    provider = RecordedProvider()
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0)
    provider.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.close()
