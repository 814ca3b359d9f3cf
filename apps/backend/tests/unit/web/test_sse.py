"""A stream of events keeps pace with its reader: a long replay arrives whole, a reader who sleeps is let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from infinite_scribe.web import sse
from infinite_scribe.web.sse import SseEvent, event_response


async def many(count: int) -> AsyncIterator[SseEvent]:
    for number in range(count):
        yield SseEvent("step.progress", {"n": number}, id=str(number))


async def test_a_replay_longer_than_the_queue_arrives_whole() -> None:
    frames = [frame async for frame in event_response(many(3_500)).body_iterator]
    told = [frame for frame in frames if b"step.progress" in bytes(frame)]  # type: ignore[arg-type]
    assert len(told) == 3_500
    assert b'"n":3499' in bytes(told[-1])  # type: ignore[arg-type]


async def test_a_reader_who_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "SLOW_SECONDS", 0.05)
    monkeypatch.setattr(sse, "QUEUE_EVENTS", 10)
    made: list[int] = []
    over: list[bool] = []

    async def events() -> AsyncIterator[SseEvent]:
        try:
            async for event in many(1_000):
                made.append(1)
                yield event
        finally:
            over.append(True)

    frames = event_response(events()).body_iterator
    await anext(aiter(frames))
    while not over:
        await asyncio.sleep(0.01)
    rest = [frame async for frame in frames]
    assert len(rest) == 10
    assert len(made) < 20
