"""Light tasks: an answer in the same request, without a durable run. They pass the journal, the caps and the receipt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from infinite_scribe.agents.runtime.climbing import Climb, Question
from infinite_scribe.agents.runtime.models import ModelPort
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.model_client.schemas import (
    CallDelta,
    CallDone,
    CallEvent,
    CallFailed,
    CallRequest,
    CallRewind,
    CallState,
)
from infinite_scribe.runs.errors import BadAnswerError, CallFailedError
from infinite_scribe.runs.rules import seed_below, utf16_length
from infinite_scribe.runs.schemas.tasks import TaskSpec


@dataclass(frozen=True)
class LightEvent:
    """One frame of a light answer: `text.delta`, `text.rewind`, `item`, or `done`."""

    type: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class LightContext:
    """What a light task holds: who asks, about which book, and the models."""

    spec: TaskSpec
    key: str
    user_id: UUID
    novel_id: UUID | None
    language: str
    models: ModelPort
    database: Database
    settings: Settings
    _calls: int = 0
    _live_call: UUID | None = None

    @property
    def seed(self) -> int:
        """A number that is the same for the same request."""
        return seed_below(0, self.key) % 2**31

    async def ask(self, request: ModelRequest) -> AsyncIterator[LightEvent]:
        """Ask a model: prose arrives as `text.delta`, a typed answer as one `item` per element, then `done`.

        A typed answer is repaired like that of a run, but nobody is asked in the end.
        Raises `CallFailedError` and `BadAnswerError`.
        """
        if request.output is not None:
            async for event in self._typed(request, request.output):
                yield event
            return
        offset = 0
        async for said in self._heard(self._wire(request, Question(self._next(), list(request.messages)))):
            if isinstance(said, CallDelta):
                yield LightEvent("text.delta", {"offset": offset, "text": said.text})
                offset += utf16_length(said.text)
            elif isinstance(said, CallRewind):
                yield LightEvent("text.rewind", {"to_offset": said.to_offset})
                offset = said.to_offset
            elif isinstance(said, CallDone):
                yield _done(said)

    async def _typed(self, request: ModelRequest, form: type[BaseModel]) -> AsyncIterator[LightEvent]:
        climb = Climb(request, form, self.language, self.settings.llm.answer_calls)

        async def put(question: Question) -> CallDone:
            wire = self._wire(request, replace(question, no=self._next()))
            (done,) = [said async for said in self._heard(wire) if isinstance(said, CallDone)]
            return done

        found = await climb.go(put)
        if found is None:
            raise BadAnswerError(faults=climb.faults[:5])
        for item in _items(found.output):
            yield LightEvent("item", item)
        yield _done(found.done)

    async def _heard(self, wire: CallRequest) -> AsyncIterator[CallEvent]:
        """Yield the events of a call up to its end; a failure, and a stream without an end, are raised."""
        ended = False
        async for event in self.models.stream(wire):
            ended = ended or isinstance(event, CallDone)
            if isinstance(event, CallState):
                self._live_call = event.call_id
            elif isinstance(event, CallFailed | CallDone):
                self._live_call = None
            if isinstance(event, CallFailed):
                raise CallFailedError.of(dict(event.problem))
            yield event
        if not ended:
            raise CallFailedError.of(_NO_END)

    def _next(self) -> int:
        self._calls += 1
        return self._calls

    async def leave(self) -> None:
        """The reader is gone: stop paying."""
        if self._live_call is not None:
            await self.models.cancel(self._live_call, user_id=self.user_id, novel_id=self.novel_id)

    def _wire(self, request: ModelRequest, question: Question) -> CallRequest:
        schema = request.output.model_json_schema() if request.output is not None else None
        return CallRequest(
            light_key=f"light/{self.key}",
            path=self.spec.name,
            no=question.no,
            task=self.spec.name,
            agent=self.spec.agent,
            role=request.role or self.spec.role or "quick",
            messages=question.messages,
            data=request.data,
            output_schema=schema,
            rung=question.rung,
            fallback=question.fallback,
            max_tokens=request.max_tokens,
            min_tokens=request.min_tokens,
            seed=((self.seed if request.seed is None else request.seed) + question.no - 1) % 2**31,
            temperature=request.temperature,
            prompt_name=request.prompt_name,
            prompt_version=request.prompt_version,
            manifest=list(request.manifest),
            user_id=self.user_id,
            novel_id=self.novel_id,
        )


_NO_END = {
    "code": "llm-cut", "kind": "UPSTREAM", "title": "The answer broke off", "retryable": True,
}  # fmt: skip


def _done(done: CallDone) -> LightEvent:
    return LightEvent("done", {"call": str(done.call_id), "model": done.model, "demo": done.demo})


def _items(answer: BaseModel) -> list[dict[str, Any]]:
    """The elements of the answer's first list, or the whole answer when it has none."""
    members = answer.model_dump(mode="json")
    for value in members.values():
        if isinstance(value, list):
            return [item if isinstance(item, dict) else {"value": item} for item in value]
    return [members]
