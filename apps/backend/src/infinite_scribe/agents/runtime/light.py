"""Light tasks: an answer in the same request, without a durable run. They pass the journal, the caps and the receipt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from infinite_scribe.agents.runtime.models import ModelPort
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.model_client.schemas import (
    CallDelta,
    CallDone,
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

        Raises `CallFailedError` and `BadAnswerError`.
        """
        self._calls += 1
        wire = self._wire(request)
        offset = 0
        async for event in self.models.stream(wire):
            if isinstance(event, CallState):
                self._live_call = event.call_id
            elif isinstance(event, CallDelta) and request.output is None:
                yield LightEvent("text.delta", {"offset": offset, "text": event.text})
                offset += utf16_length(event.text)
            elif isinstance(event, CallRewind) and request.output is None:
                yield LightEvent("text.rewind", {"to_offset": event.to_offset})
                offset = event.to_offset
            elif isinstance(event, CallFailed):
                self._live_call = None
                raise CallFailedError.of(dict(event.problem))
            elif isinstance(event, CallDone):
                self._live_call = None
                for item in _items(event, request):
                    yield LightEvent("item", item)
                yield LightEvent(
                    "done", {"call": str(event.call_id), "model": event.model, "demo": event.demo}
                )

    async def leave(self) -> None:
        """The reader is gone: stop paying."""
        if self._live_call is not None:
            await self.models.cancel(self._live_call, user_id=self.user_id, novel_id=self.novel_id)

    def _wire(self, request: ModelRequest) -> CallRequest:
        schema = request.output.model_json_schema() if request.output is not None else None
        return CallRequest(
            light_key=f"light/{self.key}",
            path=self.spec.name,
            no=self._calls,
            task=self.spec.name,
            agent=self.spec.agent,
            role=request.role or self.spec.role or "quick",
            messages=list(request.messages),
            data=request.data,
            output_schema=schema,
            max_tokens=request.max_tokens,
            min_tokens=request.min_tokens,
            seed=self.seed if request.seed is None else request.seed,
            temperature=request.temperature,
            prompt_name=request.prompt_name,
            prompt_version=request.prompt_version,
            manifest=list(request.manifest),
            user_id=self.user_id,
            novel_id=self.novel_id,
        )


def _items(done: CallDone, request: ModelRequest) -> list[dict[str, Any]]:
    """The elements of the answer's first list, or the whole answer when it has none."""
    if request.output is None:
        return []
    try:
        answer = request.output.model_validate(done.output)
    except ValidationError as error:
        raise BadAnswerError from error
    members = answer.model_dump(mode="json")
    for value in members.values():
        if isinstance(value, list):
            return [item if isinstance(item, dict) else {"value": item} for item in value]
    return [members]
