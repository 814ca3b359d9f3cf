"""Runs, the tasks they do in tests, and a model whose answers and bill are known."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel
from redis.asyncio import Redis
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from factories.novels import make_novel, make_user
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.journal import Answer
from infinite_scribe.agents.runtime.process import Working
from infinite_scribe.agents.runtime.registry import Registry
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.settings import Settings
from infinite_scribe.core.settings.sections import RunsSection
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.llm.requests import request_sha256
from infinite_scribe.model_client.reader import read_object
from infinite_scribe.model_client.schemas import (
    CallDelta,
    CallDone,
    CallEvent,
    CallFailed,
    CallRequest,
    CallState,
    Embeddings,
    TokenUsage,
)
from infinite_scribe.runs.models import Run, RunEvent, RunStep
from infinite_scribe.runs.schemas.inputs import TaskInput, TaskResult
from infinite_scribe.runs.schemas.tasks import Share, TaskSpec
from infinite_scribe.runs.schemas.wire import RunRead, RunStart
from infinite_scribe.runs.service import RunService
from infinite_scribe.runs.stream import LiveStream
from servers.databases import TestDatabase

QUICK = RunsSection(beat_seconds=0.2, dead_seconds=20, reaper_seconds=0.2, queue_poll_seconds=1)


class AnyInput(TaskInput):
    """Input of test tasks."""

    target: str | None = None
    count: int = 3
    words: str = ""


def test_spec(name: str, **members: Any) -> TaskSpec:
    """Return a task for tests; its agent is the first part of its name."""
    values: dict[str, Any] = {
        "role": "writer", "input_model": AnyInput, "result_model": TaskResult, "goal_key": f"goal.{name}",
        "budget": (Share("writer", 100, 100),), "target": lambda given: given.target,
    }  # fmt: skip
    return TaskSpec(name, name.split(".", maxsplit=1)[0], **{**values, **members})  # type: ignore[arg-type]


test_spec.__test__ = False  # type: ignore[attr-defined]

NO_FURTHER = {"code": "llm-no-further-model", "kind": "NOT_FOUND", "title": "No", "retryable": False}
MISMATCH = {"code": "llm-call-mismatch", "kind": "CONFLICT", "title": "No", "retryable": False}
Body = Callable[[RunContext, Any], Awaitable[BaseModel]]


def registry_of(**bodies: Body) -> Registry:
    """Return a registry of `writer.<name>` tasks (`director__x` is `director.x`)."""
    registry = Registry()
    for name, body in bodies.items():
        full = name.replace("__", ".") if "__" in name else f"writer.{name}"
        registry.task(full, test_spec(full))(body)
    return registry


@dataclass
class ScriptedModels:
    """A model with a bill. A slot asked again is replayed free; a call that nobody ended goes on from where it was.

    A list is an answer per number of the slot, its last for all later ones. `further`: models behind the first one.
    A slot is refused when it is asked again in other words.
    """

    script: dict[str, Any] = field(default_factory=dict)
    pause_seconds: float = 0.0
    bill: Counter[str] = field(default_factory=Counter)
    cancelled: list[tuple[UUID, bool]] = field(default_factory=list)
    answers: dict[UUID, Answer] = field(default_factory=dict)
    requests: list[CallRequest] = field(default_factory=list)
    hold: asyncio.Event | None = None
    further: int = 0
    words: dict[UUID, bytes] = field(default_factory=dict)

    async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        self.requests.append(request)
        if (request.fallback or 0) > self.further:
            yield CallFailed(problem=NO_FURTHER)
            return
        slot = f"{request.run_id}/{request.path}/{request.try_}/{request.no}"
        call_id = uuid5(request.run_id or UUID(int=0), slot)
        wanted = self.script.get(request.path, "One. Two. Three.")
        if isinstance(wanted, list):
            wanted = wanted[min(request.no, len(wanted)) - 1]
        if self.words.setdefault(call_id, request_sha256(request)) != request_sha256(request):
            yield CallFailed(problem=MISMATCH)
            return
        if call_id not in self.answers:
            self.bill[request.path] += 1
        yield CallState(call_id=call_id, state="dialled", model="scripted", provider="test")
        if isinstance(wanted, dict) and "code" in wanted:
            yield CallFailed(call_id=call_id, problem=wanted, usage=TokenUsage(input_tokens=10))
            return
        words = json.dumps(wanted) if isinstance(wanted, dict) else str(wanted)
        output = read_object(words, request.output_schema) if request.output_schema else None
        offset = 0
        for seq, piece in enumerate(_pieces(words), 1):
            yield CallDelta(seq=seq, offset=offset, text=piece)
            offset += len(piece)
            await asyncio.sleep(self.pause_seconds)
        if self.hold is not None:
            await self.hold.wait()
        self.answers[call_id] = Answer(words, output)
        usage = TokenUsage(input_tokens=10, output_tokens=5)
        yield CallDone(
            call_id=call_id,
            text=words,
            output=output,
            usage=usage,
            cost_nanousd=1000,
            provider="test",
            model="scripted",
            rung=(request.rung or "native") if request.output_schema else "",
        )

    async def cancel(self, call_id: UUID, *, pause: bool = False, **_: Any) -> None:
        self.cancelled.append((call_id, pause))

    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        return Embeddings(model="test/none", dimensions=2, vectors=[[1.0, 0.0] for _ in texts])

    async def answer(self, session: AsyncSession, call_id: UUID) -> Answer | None:
        return self.answers.get(call_id)


def _pieces(words: str) -> list[str]:
    return [words[at : at + 5] for at in range(0, len(words), 5)]


def settings_for(**runs: Any) -> Settings:
    """Return settings with quick beats."""
    return Settings(data_dir=Path("/nonexistent"), runs=QUICK.model_copy(update=runs))


@dataclass(frozen=True)
class Desk:
    """A novel, its author, and what runs there."""

    db: TestDatabase
    user_id: UUID
    novel_id: UUID
    registry: Registry
    settings: Settings
    redis: Redis | None = None

    @property
    def scope(self) -> RowScope:
        return RowScope(user_id=self.user_id, novel_id=self.novel_id)

    @property
    def live(self) -> LiveStream:
        return LiveStream(self.redis)

    def service(self, session: AsyncSession) -> RunService:
        specs = {name: item.spec for name, item in self.registry.tasks.items()}
        return RunService.of(session, self.user_id, specs)

    async def start(self, task: str, key: str | None = None, **given: Any) -> RunRead:
        """Start a run as the agent's door does."""
        gates, model = given.pop("gates", {}), given.pop("model_override", None)
        ask = RunStart(
            task=task, input=given, gates=gates, model_override=model, idempotency_key=key or new_id().hex
        )
        made: RunRead = await self.command(
            lambda runs: runs.start(self.novel_id, ask, self.settings), first=True
        )
        return made

    async def command(self, work: Callable[[RunService], Awaitable[Any]], *, first: bool = False) -> Any:
        """Do one command in its own transaction, and publish what it says."""
        async with self.db.agent.transaction(self.scope) as session:
            runs = self.service(session)
            answer = await work(runs)
        await self.live.publish(runs.said)
        return answer[0] if first else answer

    async def run(self, run_id: UUID) -> Run:
        """Return the row of a run."""
        async with self.db.owner.transaction() as session:
            return (await session.scalars(select(Run).where(Run.id == run_id))).one()

    async def events(self, run_id: UUID) -> list[RunEvent]:
        """Return the stored events of a run in their order."""
        async with self.db.owner.transaction() as session:
            statement = select(RunEvent).where(RunEvent.run_id == run_id).order_by(RunEvent.epoch, RunEvent.n)
            return list(await session.scalars(statement))

    async def types(self, run_id: UUID) -> list[str]:
        return [event.type for event in await self.events(run_id)]

    async def steps(self, run_id: UUID) -> list[RunStep]:
        async with self.db.owner.transaction() as session:
            return list(
                await session.scalars(select(RunStep).where(RunStep.run_id == run_id).order_by(RunStep.seq))
            )

    async def until(self, run_id: UUID, *states: str, seconds: float = 15) -> Run:
        """Wait for a run to reach one of the states."""
        async with asyncio.timeout(seconds):
            while True:
                row = await self.run(run_id)
                if row.state in states:
                    return row
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def working(
        self, models: Any = None, agent: str = "writer", protocol: int = 1
    ) -> AsyncIterator[Working]:
        """Work on the runs of one agent, in this process, with a real queue, beat and reaper."""
        port = models or ScriptedModels()
        database = Database(self.db.url, "is_agent", pool_size=8)
        outfit = Outfit(database, self.live, port, port, self.registry, self.settings, executor_id=new_id())
        working = Working(agent, protocol, outfit)
        await working.start()
        try:
            yield working
        finally:
            await working.stop()
            await database.dispose()


async def make_desk(
    db: TestDatabase, registry: Registry, redis: Redis | None = None, settings: Settings | None = None
) -> Desk:
    """Make a novel with an owner, ready for runs."""
    user_id = await make_user(db.owner)
    novel_id = await make_novel(db.api, user_id)
    return Desk(db, user_id, novel_id, registry, settings or settings_for(), redis)


async def effects_table(db: TestDatabase) -> None:
    """Make a table that counts effects, outside the product's schema rules."""
    async with db.owner.transaction() as session:
        await session.execute(
            text("CREATE TABLE effects (id bigserial PRIMARY KEY, run uuid, name text, epoch int)")
        )
        await session.execute(text("GRANT ALL ON effects TO is_agent"))
        await session.execute(text("GRANT ALL ON effects_id_seq TO is_agent"))


async def effects_of(db: TestDatabase) -> list[str]:
    """Return the names of all effects in their order."""
    async with db.owner.transaction() as session:
        return list((await session.execute(text("SELECT name FROM effects ORDER BY id"))).scalars())


def digest(value: str) -> str:
    """Return a short hash."""
    return hashlib.sha256(value.encode()).hexdigest()[:12]
