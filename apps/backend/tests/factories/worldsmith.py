"""A worldsmith at work in this process whose model is the storyteller, and ways to make that model fail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from factories.runs import NO_FURTHER, QUICK, ScriptedModels
from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.journal import Answer
from infinite_scribe.agents.runtime.process import Working
from infinite_scribe.agents.runtime.registry import load_agent
from infinite_scribe.core import tasks
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.llm.demo.storyteller import answer
from infinite_scribe.model_client.schemas import (
    CallDone,
    CallEvent,
    CallFailed,
    CallRequest,
    CallState,
    TokenUsage,
)
from infinite_scribe.runs.gateway import AgentCall
from infinite_scribe.runs.schemas.tasks import PROTOCOLS
from infinite_scribe.runs.schemas.wire import RunStart
from infinite_scribe.runs.service import RunService
from infinite_scribe.runs.stream import LiveStream
from servers.databases import TestDatabase


@dataclass
class Storyteller(ScriptedModels):
    """Answers as the demo does. `instead` holds what is answered in its place, by the task's name."""

    instead: dict[str, Any] = field(default_factory=dict)
    """By task: an answer, a problem, or a function of the request that gives one."""

    async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        if request.fallback:
            yield CallFailed(problem=NO_FURTHER)
            return
        given = self.instead.get(request.task)
        given = given(request) if callable(given) else given
        if given is None:
            language = str(request.data.get("language", "en"))
            given = answer(request.task, request.data, request.output_schema, request.seed, language).output
        if isinstance(given, dict) and "code" in given:
            self.script[request.path] = given
            async for event in super().stream(request):
                yield event
            return
        self.requests.append(request)
        call_id = uuid5(request.run_id or UUID(int=0), f"{request.path}/{request.try_}/{request.no}")
        yield CallState(call_id=call_id, state="dialled", model="demo/storyteller", provider="demo")
        if self.hold is not None:
            await self.hold.wait()
        text = json.dumps(given, ensure_ascii=False)
        self.answers[call_id] = Answer(text, given)
        yield CallDone(
            call_id=call_id, text=text, output=given, usage=TokenUsage(input_tokens=10, output_tokens=5),
            cost_nanousd=0, provider="demo", model="demo/storyteller", demo=True,
        )  # fmt: skip


@dataclass(frozen=True)
class NearAgents:
    """The way to an agent of this process: commands begin runs as its door does."""

    db: TestDatabase
    settings: Settings

    async def send(self, call: AgentCall) -> dict[str, Any]:
        rows = RowScope(user_id=call.user_id, novel_id=call.novel_id)
        assert call.novel_id is not None
        assert call.actions == (f"run.start:{call.body['task']}",)
        async with self.db.agent.transaction(rows) as session:
            runs = RunService.of(session, call.user_id)
            found, _ = await runs.start(call.novel_id, RunStart.model_validate(call.body), self.settings)
        return found.model_dump(mode="json")


@asynccontextmanager
async def worldsmith(
    db: TestDatabase, settings: Settings, models: Storyteller | None = None
) -> AsyncIterator[Storyteller]:
    """Work on the rounds of every book, with a real queue, beat, reaper and the look-out for rounds."""
    port = models or Storyteller()
    database = Database(db.url, "is_agent", pool_size=8)
    quick = settings.model_copy(update={"runs": QUICK})
    registry = load_agent("worldsmith")
    outfit = Outfit(database, LiveStream(None), port, port, registry, quick, executor_id=new_id())
    working = Working("worldsmith", PROTOCOLS["worldsmith"], outfit)
    await working.start()
    others = [asyncio.ensure_future(body(outfit)) for body in registry.backgrounds["worldsmith"]]
    try:
        yield port
    finally:
        await tasks.end(*others)
        await working.stop()
        await database.dispose()
