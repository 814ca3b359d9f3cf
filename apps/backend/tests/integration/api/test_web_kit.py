"""Remembered answers and streams of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from infinite_scribe.core.errors import NotFoundError
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.web.idempotency import (
    IdempotencyBusyError,
    IdempotencyKeyError,
    IdempotencyMismatchError,
    Remembering,
    StoredAnswer,
    body_hash,
    remember,
)
from infinite_scribe.web.sse import QUEUE_EVENTS, SseEvent, _speak
from servers.databases import TestDatabase

USER, OTHER = UUID(int=1), UUID(int=2)
KEY = "abcdefghij-0123456789"


async def _ask(
    db: TestDatabase, *, user: UUID = USER, body: bytes = b"{}", path: str = "/x", fail: bool = False
) -> object:
    async with db.api.transaction(RowScope(user_id=user)) as session:
        found = await remember(session, user, KEY, "POST", path, body_hash(body))
        if isinstance(found, Remembering):
            await asyncio.sleep(0.02)
            if fail:
                raise NotFoundError
            await found.keep(201, {"n": 1})
        return found


async def test_the_same_request_twice_has_one_effect_and_one_answer(fresh_db: TestDatabase) -> None:
    found = await asyncio.gather(*(_ask(fresh_db) for _ in range(20)))
    assert sum(isinstance(one, Remembering) for one in found) == 1
    assert [one for one in found if isinstance(one, StoredAnswer)] == [StoredAnswer(201, {"n": 1})] * 19


async def test_another_body_or_path_is_a_mismatch_and_another_user_is_free(fresh_db: TestDatabase) -> None:
    await _ask(fresh_db)
    for changes in ({"body": b"{1}"}, {"path": "/y"}):
        with pytest.raises(IdempotencyMismatchError):
            await _ask(fresh_db, **changes)
    assert isinstance(await _ask(fresh_db, user=OTHER), Remembering)


async def test_work_that_failed_leaves_nothing_behind(fresh_db: TestDatabase) -> None:
    with pytest.raises(NotFoundError):
        await _ask(fresh_db, fail=True)
    assert isinstance(await _ask(fresh_db), Remembering)


async def test_while_the_first_one_runs_long_the_second_is_told_so(fresh_db: TestDatabase) -> None:
    async with fresh_db.api.transaction(RowScope(user_id=USER)) as session:
        await remember(session, USER, KEY, "POST", "/x", body_hash(b"{}"))
        with pytest.raises(IdempotencyBusyError) as caught:
            await _ask(fresh_db)
    assert caught.value.retry_after == 1


@pytest.mark.parametrize("key", ["short", "x" * 65, "with spaces in the key", "ключключключключ", ""])
async def test_keys_have_a_form(fresh_db: TestDatabase, key: str) -> None:
    async with fresh_db.api.transaction(RowScope(user_id=USER)) as session:
        with pytest.raises(IdempotencyKeyError):
            await remember(session, USER, key, "POST", "/x", b"")


class Watch:
    """A session that ends when told to."""

    def __init__(self) -> None:
        self.over = asyncio.Event()

    async def ended(self) -> None:
        await self.over.wait()


async def _events(
    count: int, *, error: Exception | None = None, endless: bool = False
) -> AsyncIterator[SseEvent]:
    for number in range(count):
        yield SseEvent("text.delta", {"n": number, "text": "a\nb"}, id=f"1:{number}")
    if error is not None:
        raise error
    if endless:
        await asyncio.Event().wait()


async def test_events_arrive_in_order_and_the_stream_ends() -> None:
    frames = [frame async for frame in _speak(_events(3), None)]
    assert frames[0].startswith(b":")
    assert frames[1] == b'id: 1:0\nevent: text.delta\ndata: {"n":0,"text":"a\\nb"}\n\n'
    assert len(frames) == 4


async def test_a_failure_is_told_as_a_problem() -> None:
    frames = [frame async for frame in _speak(_events(1, error=NotFoundError()), None)]
    assert b"stream.failed" in frames[-1]
    assert b"not-found" in frames[-1]
    frames = [frame async for frame in _speak(_events(1, error=RuntimeError("secret")), None)]
    assert b"secret" not in frames[-1]
    assert b"internal" in frames[-1]


async def test_a_revoked_session_closes_its_stream() -> None:
    watch = Watch()
    frames = []
    async for frame in _speak(_events(1, endless=True), watch):
        frames.append(frame)
        if len(frames) == 2:
            watch.over.set()
    assert b"session.revoked" in frames[-1]
    assert len(frames) == 3


async def test_silence_is_filled_with_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infinite_scribe.web.sse.HEARTBEAT_SECONDS", 0.02)
    stream = _speak(_events(0, endless=True), None)
    frames = [await anext(stream) for _ in range(4)]
    await stream.aclose()  # type: ignore[attr-defined]
    assert all(frame.startswith(b":") for frame in frames)


async def test_a_reader_a_thousand_events_behind_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infinite_scribe.web.sse.SLOW_SECONDS", 0.01)
    stream = _speak(_events(5_000), None)
    await anext(stream)
    first = await anext(stream)
    await asyncio.sleep(0.5)
    rest = [frame.split(b"\n")[0] async for frame in stream]
    assert first.startswith(b"id: 1:0")
    assert rest == [b"id: 1:%d" % number for number in range(1, QUEUE_EVENTS + 1)]
