"""The scripted weak model behind agents with real queues, and every task of the table done as a run of its own."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from factories.loop import StoryModels
from factories.questions import Notes, Question
from factories.runs import NO_FURTHER, Desk
from infinite_scribe.agents.runtime.journal import Answer
from infinite_scribe.agents.runtime.light import LightContext
from infinite_scribe.agents.runtime.prompts import speaking
from infinite_scribe.agents.runtime.registry import REGISTRY
from infinite_scribe.core.ids import new_id
from infinite_scribe.llm.adapters.base import Dial, TextPiece
from infinite_scribe.llm.adapters.demo import DemoAdapter
from infinite_scribe.llm.adapters.scenarios import STUBBORN, WEAK, ScenarioAdapter
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
from infinite_scribe.providers.rules import DEMO_MODEL
from infinite_scribe.runs.errors import RunAlreadyActiveError
from infinite_scribe.runs.models import Run
from infinite_scribe.runs.schemas.tasks import TASKS
from infinite_scribe.runs.schemas.wire import AnswerAsk, ModelOverride, RunStart
from infinite_scribe.runs.service import RunService

NOTHING = {"code": "no-output", "kind": "UPSTREAM", "title": "Nothing", "retryable": False}
GATES = {"plan": "auto", "accept": "auto", "replan": "auto", "contradiction": "keep"}
MOST_BROKEN = 3
"""Answers in a row that the weak model breaks: bad luck has an end, so that a test has one too."""


@dataclass
class Weak(StoryModels):
    """The scenario model itself behind the agents, without the process between.

    `stubborn`: of how many models of a task's role nothing can be used; behind the last one nobody follows.
    """

    model: str = f"demo/{WEAK}"
    stubborn: Mapping[str, int] = field(default_factory=dict)
    first: set[str] = field(default_factory=set)
    typed: dict[UUID | None, CallRequest] = field(default_factory=dict)

    @override
    async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        self.requests.append(request)
        if request.output_schema is not None:
            self.typed[request.run_id] = request
        if (request.fallback or 0) > (self.stubborn.get(request.task, 0) == 1):
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

    def _model(self, request: CallRequest) -> str:
        """Return which scenario answers. The first form of a task is broken for certain."""
        if request.model == DEMO_MODEL:
            return DEMO_MODEL
        if (request.fallback or 0) < self.stubborn.get(request.task, 0) and request.output_schema is not None:
            return f"demo/{STUBBORN}"
        if request.no > MOST_BROKEN and request.task not in self.stubborn:
            return DEMO_MODEL
        if request.output_schema is not None and request.task not in self.first:
            self.first.add(request.task)
            return "demo/bad-json"
        return self.model

    async def _say(self, request: CallRequest) -> str:
        model = self._model(request)
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

    def truth(self, run: UUID) -> str:
        """Return what the storyteller would have said to the last question of a run, as its author writes it."""
        one = self.typed[run]
        asked = str(one.data.get("task") or one.task)
        return json.dumps(
            told(asked, one.data, one.output_schema, 7, one.language).output, ensure_ascii=False
        )


@dataclass
class RunWalker:
    """Does every task as a run with a real queue. What is asked about an answer is asked again.

    In tasks of `by_hand` the author writes it; those of `without` may do without a model.
    """

    desk: Desk
    models: Weak
    by_hand: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    notes: Notes = field(default_factory=Notes)
    ended: dict[str, set[str]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    def at(self, desk: Desk) -> RunWalker:
        """Return who does the same over another book."""
        return replace(self, desk=desk)

    async def walk(
        self, task: str, *, run: UUID | None = None, override: dict[str, Any] | None = None, **given: Any
    ) -> dict[str, Any]:
        """Do a task as a run and wait for its end."""
        root = await self._start(task, run, override, given)
        row = await self._until_ended(root)
        self._note()
        assert row.state == "completed", (task, row.state, row.error)
        self.ended.setdefault(task, set()).add(row.state)
        return dict(row.result or {})

    async def light(self, task: str, **given: Any) -> None:
        """Ask a light task."""
        registered, desk = REGISTRY.lights[task], self.desk
        context = LightContext(
            registered.spec, "key", desk.user_id, None, "en", self.models, desk.db.agent, desk.settings
        )
        with speaking({}):
            events = [
                one
                async for one in registered.body(context, registered.spec.input_model.model_validate(given))
            ]
        assert [one.type for one in events if one.type == "item"], task
        self.ended.setdefault(task, set()).add("completed")

    async def _start(
        self, task: str, waiting: UUID | None, override: dict[str, Any] | None, given: dict[str, Any]
    ) -> UUID:
        """Start a run like the door of its agent; a round of a conversation waits for it."""
        desk = self.desk
        specs = {name: replace(spec, startable=True) for name, spec in TASKS.items()}
        gates = {**GATES, **({"structure": "code"} if task in self.without else {})}
        ask = RunStart(
            task=task, input=given, gates=gates, idempotency_key=new_id().hex,
            model_override=ModelOverride.model_validate(override) if override else None,
        )  # fmt: skip
        async with asyncio.timeout(60):
            while True:
                try:
                    async with desk.db.agent.transaction(desk.scope) as session:
                        runs = RunService.of(session, desk.user_id, specs)
                        read, _ = await runs.start(desk.novel_id, ask, desk.settings)
                        if waiting is not None:
                            await _await_run(session, waiting, read.id)
                except RunAlreadyActiveError:
                    await asyncio.sleep(0.1)
                else:
                    await desk.live.publish(runs.said)
                    return read.id

    async def _until_ended(self, root: UUID) -> Run:
        async with asyncio.timeout(400):
            while True:
                for row in await self._family(root):
                    assert row.state != "failed", (row.task, row.error)
                    if row.state == "waiting" and (row.gate or {}).get("path"):
                        await self._decide(row)
                if (found := await self.desk.run(root)).state in {"completed", "failed"}:
                    return found
                await asyncio.sleep(0.05)

    async def _decide(self, row: Run) -> None:
        """Answer as an author who wants it done: asks again, or writes the answer."""
        name = str((row.gate or {})["name"])
        self.asked[row.task] += 1
        by_hand = row.task in self.by_hand and name == "structure"
        ask = AnswerAsk(
            gate=name,
            decision="write" if by_hand else "retry",
            text=self.models.truth(row.id) if by_hand else None,
        )
        await self.desk.command(_answering(row.id, ask))

    async def _family(self, root: UUID) -> Sequence[Run]:
        async with self.desk.db.owner.transaction() as session:
            return list(await session.scalars(select(Run).where(Run.root_id == root)))

    def _note(self) -> None:
        for one in self.models.requests:
            prompt = one.prompt_name.rpartition(".")[0]
            asked = Question(one.task, prompt, tuple(one.messages), None, "", one.max_tokens, one.data)
            self.notes.found.setdefault(asked.key, asked)


def _answering(run: UUID, ask: AnswerAsk) -> Callable[[RunService], Any]:
    return lambda runs: runs.answer(run, ask)


async def _await_run(session: AsyncSession, waiting: UUID, run: UUID) -> None:
    statement = text("UPDATE genesis_rounds SET run_id = :run WHERE run_id = :waiting")
    await session.execute(statement, {"run": run, "waiting": waiting})
