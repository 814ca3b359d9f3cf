"""Reading what runs say: live, from the log, across disconnects, each event once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from factories.runs import AnyInput, Desk, ScriptedModels, make_desk, registry_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.requests import ModelRequest, TextTarget
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.redis.client import connect_redis
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.model_client.schemas import CallDelta, CallEvent, CallRequest, Message
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.stream import LiveStream, run_key
from infinite_scribe.runs.tail import Tail, parse_places
from infinite_scribe.web.sse import SseEvent
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(120)

SCENE = new_id()
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
PROSE = "".join(f"Lamp {one} went out at {one}. 灯灭了。 " for one in NUMBERS) + "🌊 End."


async def prose(ctx: RunContext, given: AnyInput) -> TaskResult:
    async with ctx.step("draft", title_key="k"):
        wire = ModelRequest(messages=[Message(role="user", text="Go.")], max_tokens=100)
        answer = await ctx.call("draft/text", wire, TextTarget(scene_id=SCENE))
    return TaskResult(versions=["v"], words=len(answer.text))


class JournalledModels(ScriptedModels):
    """Puts the text into the journal's tables as it streams, so that replay has something to read."""

    def __init__(self, desk: Desk, **members: Any) -> None:
        super().__init__(**members)
        self.desk = desk

    async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        call_id = UUID(int=0)
        async for event in super().stream(request):
            if event.type == "state":
                call_id = event.call_id
                await self._open(call_id, request)
            elif event.type == "delta":
                await self._append(call_id, event)
            yield event

    async def _open(self, call_id: UUID, request: CallRequest) -> None:
        async with self.desk.db.owner.transaction() as session:
            await session.execute(
                text(
                    "INSERT INTO llm_calls (id, call_key, user_id, novel_id, run_id, path, try, no, task, agent, role, "
                    "endpoint_id, provider, model, request_sha256, prompt_name, prompt_version, state, max_tokens) VALUES "
                    "(:id, :key, :user, :novel, :run, :path, 1, 1, 't', 'writer', 'writer', :id, 'demo', 'm', :key, '', '', "
                    "'streaming', 10) ON CONFLICT DO NOTHING"
                ),
                {"id": call_id, "key": call_id.bytes, "user": request.user_id, "novel": request.novel_id,
                 "run": request.run_id, "path": request.path},
            )  # fmt: skip

    async def _append(self, call_id: UUID, event: CallDelta) -> None:
        async with self.desk.db.owner.transaction() as session:
            await session.execute(
                text(
                    'INSERT INTO llm_chunks (call_id, seq, user_id, novel_id, dial_no, "offset", payload) '
                    "VALUES (:id, :seq, :user, :novel, 1, :offset, :text) ON CONFLICT DO NOTHING"
                ),
                {"id": call_id, "seq": event.seq, "user": self.desk.user_id, "novel": self.desk.novel_id,
                 "offset": event.offset, "text": event.text},
            )  # fmt: skip


class Page:
    """A reader as the browser is one: drops what it has seen, applies text by offset."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}
        self.units = b""
        self.kinds: list[str] = []
        self.place = ""
        self.repeats = 0

    def take(self, frame: SseEvent) -> None:
        data, run = frame.data, frame.data["run"]
        if data["seq"] <= self.last.get(run, 0):
            self.repeats += 1
            return
        self.last[run] = data["seq"]
        self.place = frame.id or ""
        self.kinds.append(frame.event)
        if frame.event == "text.delta":
            assert data["offset"] * 2 == len(self.units), "a gap or a repeat in the text"
            self.units += data["text"].encode("utf-16-le")
        elif frame.event == "text.snapshot":
            self.units = data["text"].encode("utf-16-le")
        elif frame.event == "text.rewind":
            self.units = self.units[: data["to_offset"] * 2]

    @property
    def text(self) -> str:
        return self.units.decode("utf-16-le")


def tail_of(desk: Desk, run_id: UUID, live: LiveStream, place: str = "") -> Tail:
    places = parse_places([place] if place else [])
    return Tail(desk.db.api, live, RowScope(user_id=desk.user_id), [run_id], places)


async def read_on(
    desk: Desk, run_id: UUID, live: LiveStream, page: Page, stop_after: int | None = None
) -> bool:
    """Read from the page's place; True when the stream ended by itself."""
    seen = 0
    async with asyncio.timeout(20), aclosing(tail_of(desk, run_id, live, page.place).frames()) as frames:  # type: ignore[type-var]
        async for frame in frames:
            page.take(frame)
            seen += 1
            if stop_after is not None and seen >= stop_after:
                return False
    return True


@pytest.fixture
async def blocking_redis(redis_server: str) -> AsyncIterator[Redis]:
    client = connect_redis(redis_server, call_seconds=5)
    assert client is not None
    yield client
    await client.aclose()


@pytest.mark.parametrize("seed", range(4))
async def test_random_disconnects_lose_and_repeat_nothing(
    fresh_db: TestDatabase, blocking_redis: Redis, seed: int
) -> None:
    chance = random.Random(seed)
    desk = await make_desk(fresh_db, registry_of(prose=prose), blocking_redis)
    models = JournalledModels(desk, script={"draft/text": PROSE}, pause_seconds=0.002)
    page, live = Page(), LiveStream(blocking_redis)
    async with desk.working(models):
        read = await desk.start("writer.prose")
        while not await read_on(desk, read.id, live, page, chance.randint(1, 9)):
            await asyncio.sleep(chance.random() * 0.1)
            if chance.random() < 0.3:
                await blocking_redis.delete(run_key(read.id))
    assert page.text == PROSE
    assert page.repeats == 0
    assert page.kinds[0] == "run.queued"
    assert page.kinds[-1] == "run.completed"


async def test_without_redis_text_grows_from_the_log_and_the_end_comes(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(prose=prose))
    models = JournalledModels(desk, script={"draft/text": PROSE}, pause_seconds=0.03)
    page = Page()
    async with desk.working(models):
        read = await desk.start("writer.prose")
        assert await read_on(desk, read.id, LiveStream(None), page)
    assert page.text == PROSE
    assert page.kinds[-1] == "run.completed"
    assert page.kinds.count("text.snapshot") >= 3


async def test_a_finished_run_is_replayed_whole_after_redis_was_emptied(
    fresh_db: TestDatabase, blocking_redis: Redis
) -> None:
    desk = await make_desk(fresh_db, registry_of(prose=prose), blocking_redis)
    async with desk.working(JournalledModels(desk, script={"draft/text": PROSE})):
        read = await desk.start("writer.prose")
        await desk.until(read.id, "completed")
    await blocking_redis.delete(run_key(read.id))
    page = Page()
    assert await read_on(desk, read.id, LiveStream(blocking_redis), page)
    assert page.text == PROSE
    assert page.kinds[-1] == "run.completed"


async def test_a_stranger_reads_nothing(fresh_db: TestDatabase, blocking_redis: Redis) -> None:
    desk = await make_desk(fresh_db, registry_of(prose=prose), blocking_redis)
    stranger = await make_desk(fresh_db, registry_of(prose=prose), blocking_redis)
    async with desk.working(JournalledModels(desk)):
        read = await desk.start("writer.prose")
        await desk.until(read.id, "completed")
    page = Page()
    assert await read_on(stranger, read.id, LiveStream(blocking_redis), page)
    assert page.kinds == []


async def test_a_late_executor_cannot_speak(fresh_db: TestDatabase, blocking_redis: Redis) -> None:
    desk = await make_desk(fresh_db, registry_of(prose=prose), blocking_redis)
    async with desk.working(JournalledModels(desk)):
        read = await desk.start("writer.prose")
        await desk.until(read.id, "completed")
    key = run_key(read.id)
    await blocking_redis.xadd(key, {"t": "x", "p": "{}", "at": "0"}, id="2-1")
    with pytest.raises(Exception, match="equal or smaller"):
        await blocking_redis.xadd(key, {"t": "x", "p": "{}", "at": "0"}, id="1-99")


async def test_children_are_part_of_the_stream(fresh_db: TestDatabase, blocking_redis: Redis) -> None:
    async def parent(ctx: RunContext, given: AnyInput) -> TaskResult:
        found = await ctx.child("part", "writer.prose", {})
        return TaskResult(versions=found["versions"])

    desk = await make_desk(fresh_db, registry_of(parent=parent, prose=prose), blocking_redis)
    page = Page()
    async with desk.working(JournalledModels(desk, script={"draft/text": PROSE})):
        read = await desk.start("writer.parent")
        assert await read_on(desk, read.id, LiveStream(blocking_redis), page)
    assert page.kinds.count("run.completed") == 2
    assert page.text == PROSE
    assert len(page.last) == 2


@pytest.mark.parametrize("hot", [True, False], ids=["while Redis holds it", "from the log"])
async def test_a_late_reader_hears_the_children_before_the_end(
    fresh_db: TestDatabase, blocking_redis: Redis, hot: bool
) -> None:
    """A tab opened after the end closes at the end of the root: all text must have come before that."""

    async def parent(ctx: RunContext, given: AnyInput) -> TaskResult:
        found = await ctx.child("part", "writer.prose", {})
        return TaskResult(versions=found["versions"])

    desk = await make_desk(fresh_db, registry_of(parent=parent, prose=prose), blocking_redis)
    async with desk.working(JournalledModels(desk, script={"draft/text": PROSE}, pause_seconds=0.002)):
        read = await desk.start("writer.parent")
        await desk.until(read.id, "completed")
    page, root_ended = Page(), False
    live = LiveStream(blocking_redis if hot else None)
    async with asyncio.timeout(20), aclosing(tail_of(desk, read.id, live).frames()) as frames:  # type: ignore[type-var]
        async for frame in frames:
            assert not root_ended, "something came after the end"
            page.take(frame)
            root_ended = frame.event == "run.completed" and frame.data["run"] == str(read.id)
    assert root_ended
    assert page.text == PROSE
    assert page.kinds.count("run.completed") == 2
    if not hot:
        assert page.kinds.count("text.snapshot") == 1
    again = Page()
    again.place = page.place
    assert await read_on(desk, read.id, live, again), "who has the end is not kept waiting"
    assert again.kinds == []
