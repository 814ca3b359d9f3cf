"""The whole family of agents in one process, with the storyteller (spoilt where a test asks) as its model."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from factories.genesis import begin, quick_start
from factories.manuscript import Book, make_book
from factories.runs import NO_FURTHER, Desk, settings_for
from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.journal import Answer
from infinite_scribe.agents.runtime.process import Working
from infinite_scribe.agents.runtime.registry import REGISTRY, load_agent
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.settings import Settings
from infinite_scribe.core.settings.sections import LoopSection
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.genesis.schemas import QuickStartResult
from infinite_scribe.llm.demo.storyteller import answer as told
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
from infinite_scribe.runs.models import Run
from infinite_scribe.runs.schemas.tasks import PROTOCOLS, Agent
from servers.databases import TestDatabase

AGENTS: tuple[Agent, ...] = ("director", "writer", "editor", "librarian")
Spoil = Callable[[str, Any, dict[str, Any]], Any]
"""From task, answer (text or object) and data to what the model says instead."""


def as_told(_task: str, answer: Any, _data: dict[str, Any]) -> Any:
    return answer


@dataclass
class StoryModels:
    """The storyteller as the agents' model; counts what each step asked. `before` may wait, or end the process.

    `model` is the name it goes by.
    """

    spoil: Spoil = as_told
    before: Callable[[CallRequest], Any] | None = None
    bill: Counter[str] = field(default_factory=Counter)
    answers: dict[UUID, Answer] = field(default_factory=dict)
    requests: list[CallRequest] = field(default_factory=list)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    never: asyncio.Event = field(default_factory=asyncio.Event)
    model: str = "demo/storyteller"

    async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        self.requests.append(request)
        if request.fallback:
            yield CallFailed(problem=NO_FURTHER)
            return
        slot = f"{request.run_id}/{request.path}/{request.try_}/{request.no}"
        call_id = uuid5(request.run_id or UUID(int=0), slot)
        yield CallState(call_id=call_id, state="dialled", model=self.model, provider="demo")
        if self.before is not None:
            await self.before(request)
        if call_id not in self.answers:
            task = str(request.data.get("task") or request.task)
            language = str(request.data.get("language", "en"))
            made = await asyncio.to_thread(
                told, task, request.data, request.output_schema, request.seed, language
            )
            said = self.spoil(task, made.output if made.output is not None else made.text, request.data)
            self.bill[task] += 1
            text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
            self.answers[call_id] = Answer(text, None if isinstance(said, str) else said)
        kept = self.answers[call_id]
        yield CallDelta(seq=1, offset=0, text=kept.text)
        yield CallDone(
            call_id=call_id, text=kept.text, output=kept.output, usage=TokenUsage(input_tokens=10, output_tokens=5),
            cost_nanousd=0, provider="demo", model=self.model, demo=True,
        )  # fmt: skip

    async def cancel(self, call_id: UUID, **_: Any) -> None:
        return None

    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        return Embeddings(model="test/none", dimensions=2, vectors=[[1.0, 0.0] for _ in texts])

    async def answer(self, session: AsyncSession, call_id: UUID) -> Answer | None:
        return self.answers.get(call_id)


@dataclass(frozen=True)
class Studio:
    """A book with a quick start, and the desk where its runs are worked on."""

    db: TestDatabase
    book: Book
    start: QuickStartResult
    desk: Desk

    async def family(self, root: UUID) -> list[Run]:
        async with self.db.owner.transaction() as session:
            rows = await session.scalars(select(Run).where(Run.root_id == root).order_by(Run.depth, Run.id))
            return list(rows)

    async def asking(self, root: UUID, seconds: float = 180) -> Run:
        """Wait until a run of the family asks the author."""
        async with asyncio.timeout(seconds):
            while True:
                for row in await self.family(root):
                    assert row.state != "failed", row.error
                    if row.state == "waiting" and (row.gate or {}).get("path"):
                        return row
                await asyncio.sleep(0.05)

    async def until_stopped_or(self, root: UUID, models: StoryModels, seconds: float = 180) -> str:
        """Wait until a call was stopped in its middle, or the run has ended; return its state."""
        async with asyncio.timeout(seconds):
            while True:
                row = await self.desk.run(root)
                if models.stopped.is_set() or row.state in {"completed", "failed"}:
                    return row.state
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def working(self, models: StoryModels, agents: Sequence[Agent] = AGENTS) -> AsyncIterator[None]:
        """Let agents (all of the loop) work, each with a real queue."""
        async with AsyncExitStack() as stack:
            for agent in agents:
                await stack.enter_async_context(self._working(agent, models))
            yield

    @asynccontextmanager
    async def _working(self, agent: Agent, models: StoryModels) -> AsyncIterator[None]:
        database = Database(self.db.url, "is_agent", pool_size=6)
        registry = self.desk.registry.of_agent(agent)
        outfit = Outfit(
            database, self.desk.live, models, models, registry, self.desk.settings, executor_id=new_id()
        )
        working = Working(agent, PROTOCOLS[agent], outfit)
        await working.start()
        try:
            yield
        finally:
            await working.stop()
            await database.dispose()


def loop_settings(tmp: Any) -> Settings:
    """Return settings of short chapters of one scene."""
    loop = LoopSection.model_construct(
        first_chapter_words=300, first_chapter_characters=500, scene_words=300, scene_characters=500,
        scenes_per_chapter=1,
    )  # fmt: skip
    # Four agents that beat and reap five times a second would keep a core busy by themselves.
    calm = settings_for(max_takeovers=20, beat_seconds=0.5, reaper_seconds=0.5)
    return calm.model_copy(update={"loop": loop, "data_dir": tmp})


async def make_studio(db: TestDatabase, tmp: Any, language: str = "en", chapters: int = 3) -> Studio:
    """Make a book whose plan has chapters to write, one scene each and short ones."""
    for agent in AGENTS:
        load_agent(agent)
    book = await make_book(db, language)
    start = await begin(db, book, quick_start(language, chapters))
    settings = loop_settings(tmp)
    (tmp / "secrets").mkdir(exist_ok=True)
    return Studio(db, book, start, Desk(db, book.user_id, book.novel_id, REGISTRY, settings))
