"""A model provider on the wire: OpenAI's shape, a bill as the oracle, and every bad habit a provider can have.

Its text is known: the model goes on from wherever the assistant turn ends, so that a continuation can be
compared with the uninterrupted text. It counts what it has really sent; a hung-up client stops the bill.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.llm.continuation import GO_ON

WORDS = [
    "the",
    "harbour",
    "kept",
    "its",
    "lamps",
    "low",
    "and",
    "{n}",
    "gulls",
    "argued",
    "over",
    "the",
    "roof",
    "while",
    "Mara",
    "counted",
    "ropes",
    "again",
]


def story(words: int) -> str:
    """Return prose of so many words, every few of them unique, so that a repeat or a gap shows."""
    found = [
        f"{WORDS[n % len(WORDS)].format(n=n)}{n}" if n % 3 == 0 else WORDS[n % len(WORDS)].format(n=n)
        for n in range(words)
    ]
    return " ".join(word + ("." if n % 12 == 11 else "") for n, word in enumerate(found)) + "."


@dataclass
class Habit:
    """How one answer behaves."""

    text: str = ""
    tokens_per_second: float = 0
    status: int = 200
    error: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cut_after_words: int | None = None
    stall_after_words: int | None = None
    usage: bool = True
    told: tuple[int, int] | None = None
    finish: str = "stop"
    refuses_formats: frozenset[str] = frozenset()
    repeat_chars: int = 0
    obeys_limit: bool = True
    says_end: bool = True


@dataclass
class Bill:
    """What the provider would charge for."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


class FakeProvider:
    """Answers `/prefix/v1/chat/completions`, `/models` and `/embeddings`; habits are used up one per request."""

    def __init__(self) -> None:
        self.bill = Bill()
        self.usual = Habit(text=story(120))
        self.habits: deque[Habit] = deque()
        self.compose: Callable[[dict[str, Any]], str] | None = None
        self.origin = ""
        self.open_streams = 0
        self.sockets = 0

    @property
    def base_url(self) -> str:
        return f"{self.origin}/some/prefix/v1"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sockets += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                _, path, _ = lines[0].split(" ")
                headers = {
                    name.lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in lines[1:])
                }
                raw = await reader.readexactly(int(headers.get("content-length", 0)))
                self.bill.keys.append(headers.get("authorization", ""))
                if not await self._answer(path, json.loads(raw or b"{}"), writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _answer(self, path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        if path == "/some/prefix/v1/models":
            return await self._json(
                writer, 200, {"object": "list", "data": [{"id": "fake-large", "object": "model"}]}
            )
        if path == "/some/prefix/v1/embeddings":
            rows = [
                {"index": n, "embedding": [float(len(text)), 1.0]} for n, text in enumerate(body["input"])
            ]
            return await self._json(writer, 200, {"data": rows, "model": body["model"], "object": "list"})
        if path != "/some/prefix/v1/chat/completions":
            return await self._json(writer, 404, {"error": {"message": f"no such path {path}"}})
        self.bill.requests += 1
        self.bill.bodies.append(body)
        habit = self.habits.popleft() if self.habits else self.usual
        format_ = body.get("response_format", {}).get("type", "text")
        if format_ in habit.refuses_formats:
            return await self._json(
                writer, 400, {"error": {"message": f"response_format {format_} is not supported"}}
            )
        if habit.status != 200:
            return await self._json(
                writer, habit.status, {"error": habit.error or {"message": "no"}}, habit.headers
            )
        if self.compose is not None:
            habit = replace(habit, text=self.compose(body))
        return await self._stream(habit, body, writer)

    async def _json(
        self,
        writer: asyncio.StreamWriter,
        status: int,
        body: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> bool:
        raw = json.dumps(body).encode()
        extra = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{extra}content-length: {len(raw)}\r\n\r\n"
        writer.write(head.encode() + raw)
        await writer.drain()
        return True

    async def _stream(self, habit: Habit, body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        used = sum(count_tokens(str(message["content"])) + 4 for message in body["messages"])
        self.bill.input_tokens += used
        pieces = pieces_of(rest_of(habit, body["messages"]))
        limit = body.get("max_tokens") or body.get("max_completion_tokens") or 10**9
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        sent = 0
        self.open_streams += 1
        try:
            for number, piece in enumerate(pieces):
                if number == habit.cut_after_words:
                    return False
                if number == habit.stall_after_words:
                    await asyncio.sleep(3600)
                if sent >= limit and habit.obeys_limit:
                    habit = Habit(usage=habit.usage, finish="length")
                    break
                self._send(writer, {"delta": {"content": piece}})
                await writer.drain()
                sent += count_tokens(piece)
                self.bill.output_tokens += count_tokens(piece)
                if habit.tokens_per_second:
                    await asyncio.sleep(count_tokens(piece) / habit.tokens_per_second)
                if writer.transport.is_closing():
                    return False
            if habit.says_end:
                self._send(writer, {"delta": {}, "finish_reason": habit.finish})
            if habit.usage and body.get("stream_options", {}).get("include_usage"):
                into, out = habit.told or (used, sent)
                usage = {"prompt_tokens": into, "completion_tokens": out, "total_tokens": into + out}
                self._send(writer, None, usage)
            if habit.says_end:
                self._frame(writer, b"data: [DONE]\n\n")
            writer.write(b"0\r\n\r\n")
            await writer.drain()
            return True
        finally:
            self.open_streams -= 1

    def _send(self, writer: asyncio.StreamWriter, choice: dict[str, Any] | None, usage: Any = None) -> None:
        chunk = {
            "id": f"resp-{self.bill.requests}",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "fake-large",
        }
        chunk["choices"] = [] if choice is None else [{"index": 0, "finish_reason": None, **choice}]
        if usage:
            chunk["usage"] = usage
        self._frame(writer, f"data: {json.dumps(chunk)}\n\n".encode())

    def _frame(self, writer: asyncio.StreamWriter, raw: bytes) -> None:
        writer.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")


def rest_of(habit: Habit, messages: list[dict[str, Any]]) -> str:
    """Return what is left of the answer behind the last assistant turn."""
    ordered = messages[-1]["content"] in GO_ON.values()
    last = messages[-2 if ordered else -1]
    if last["role"] != "assistant" or not habit.text.startswith(last["content"]):
        return habit.text
    at = len(last["content"])
    return habit.text[max(0, at - habit.repeat_chars) if ordered else at :]


def pieces_of(text: str) -> list[str]:
    """Return what goes over the wire one by one."""
    words = text.split(" ")
    return [word if n == 0 else f" {word}" for n, word in enumerate(words)]


@asynccontextmanager
async def fake_provider() -> AsyncIterator[FakeProvider]:
    """Run a provider on a free loopback port."""
    provider = FakeProvider()
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0)
    provider.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.close()
