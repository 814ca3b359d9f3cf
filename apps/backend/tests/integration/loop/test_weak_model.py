"""A chapter by the scripted weak model: three in ten of its typed answers are broken, and the chapter is written."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid5

import pytest
from sqlalchemy import text

from factories.loop import StoryModels, Studio, make_studio
from factories.runs import NO_FURTHER
from infinite_scribe.agents.runtime.journal import Answer
from infinite_scribe.llm.adapters.base import Dial, TextPiece
from infinite_scribe.llm.adapters.demo import DemoAdapter
from infinite_scribe.llm.adapters.scenarios import ScenarioAdapter
from infinite_scribe.llm.demo.storyteller import answer as told
from infinite_scribe.model_client.reader import read_object
from infinite_scribe.model_client.schemas import (
    CallDelta,
    CallDone,
    CallEvent,
    CallFailed,
    CallRequest,
    CallState,
    TokenUsage,
)
from infinite_scribe.runs.schemas.wire import AnswerAsk
from infinite_scribe.runs.service import RunService
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(480)
AUTO = {"plan": "auto", "accept": "auto", "replan": "auto", "contradiction": "keep"}
NOTHING = {"code": "no-output", "kind": "UPSTREAM", "title": "Nothing", "retryable": False}


@dataclass
class Weak(StoryModels):
    """The scenario model itself behind the agents, without the process between."""

    model: str = "demo/scripted:weak"
    asked: Counter[str] = field(default_factory=Counter)

    async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        self.requests.append(request)
        if request.fallback:
            yield CallFailed(problem=NO_FURTHER)
            return
        slot = f"{request.run_id}/{request.path}/{request.try_}/{request.no}"
        call_id = uuid5(request.run_id or UUID(int=0), slot)
        yield CallState(call_id=call_id, state="dialled", model=self.model, provider="demo")
        if call_id not in self.answers:
            self.bill[request.task] += 1
            said = await self._say(request)
            schema = request.output_schema
            self.answers[call_id] = Answer(said, read_object(said, schema) if schema else None)
        kept = self.answers[call_id]
        if not kept.text.strip():
            yield CallFailed(call_id=call_id, problem=NOTHING)
            return
        yield CallDelta(seq=1, offset=0, text=kept.text)
        yield CallDone(
            call_id=call_id, text=kept.text, output=kept.output, usage=TokenUsage(input_tokens=10, output_tokens=5),
            provider="demo", model=self.model, demo=True, rung=(request.rung or "native") if request.output_schema else "",
        )  # fmt: skip

    async def _say(self, request: CallRequest) -> str:
        # The first form is broken for certain; a short chapter may be lucky with all others.
        is_first = [one for one in self.requests if one.output_schema is not None] == [request]
        model = "demo/bad-json" if is_first else request.model or self.model
        lite = request.output_schema is None or request.rung == "lite"
        for shift in (0, 1):
            dial = Dial(
                endpoint=cast("Any", None), model=model, messages=request.messages,
                max_tokens=request.max_tokens, rung="text" if lite else cast("Any", request.rung or "native"),
                schema=request.output_schema, seed=request.seed + shift, task=request.task,
                language=request.language, data=request.data,
            )  # fmt: skip
            adapter = ScenarioAdapter(DemoAdapter(told, 10_000_000))
            pieces = [one.text async for one in adapter.stream(dial) if isinstance(one, TextPiece)]
            if said := "".join(pieces):
                return said
        return ""


def answering(run: UUID, ask: AnswerAsk) -> Callable[[RunService], Awaitable[object]]:
    return lambda runs: runs.answer(run, ask)


async def until_written(studio: Studio, root: UUID) -> Counter[str]:
    """Wait for the end; who is asked about an answer has it asked again."""
    asked: Counter[str] = Counter()
    async with asyncio.timeout(240):
        while True:
            for row in await studio.family(root):
                assert row.state != "failed", (row.task, row.error)
                if row.state == "waiting" and (row.gate or {}).get("path"):
                    name = (row.gate or {})["name"]
                    asked[name] += 1
                    wanted = AnswerAsk(gate=name, decision="retry")
                    await studio.desk.command(answering(row.id, wanted))
            if (await studio.desk.run(root)).state == "completed":
                return asked
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_weak_model_writes_a_chapter(fresh_db: TestDatabase, tmp_path: Path, language: str) -> None:
    studio = await make_studio(fresh_db, tmp_path, language)
    models = Weak()
    async with fresh_db.owner.transaction() as session:
        rows = await session.execute(
            text('SELECT id FROM chapters WHERE novel_id = :n AND rev_to IS NULL ORDER BY rank COLLATE "C"'),
            {"n": studio.book.novel_id},
        )
        second = list(rows.scalars())[1]
    async with studio.working(models):
        root = (await studio.desk.start("director.write_chapter", chapter=str(second), gates=AUTO)).id
        asked = await until_written(studio, root)
    typed = [one for one in models.requests if one.output_schema is not None]
    assert [one for one in typed if one.no > 1], "nothing was broken"
    async with fresh_db.owner.transaction() as session:
        rows = await session.execute(text("SELECT output FROM run_steps WHERE kind = 'call'"))
        outputs = list(rows.scalars())
    rungs: Counter[str] = sum((Counter(one["rungs"]) for one in outputs), Counter())
    assert sum(rungs.values()) > rungs["native"]
    assert all(why.partition(": ")[2] for one in outputs for why in one["dropped"])
    assert set(asked) <= {"structure", "prose"}
