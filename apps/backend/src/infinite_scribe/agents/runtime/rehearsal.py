"""A rehearsal: a task is done up to its first question to a model, in a transaction that is never committed.

So a preview of a prompt shows what would be sent, made by the code that sends it, and nothing has happened.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from infinite_scribe.agents.runtime.context import Decision, RunContext, StepBody
from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.prompts import Prompt, speaking
from infinite_scribe.agents.runtime.registry import Registered
from infinite_scribe.agents.runtime.requests import CallResult, KeepPartial, ModelRequest, TextTarget
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope, allow_pause
from infinite_scribe.prompts.errors import PlaceNeededError
from infinite_scribe.prompts.service import PromptService
from infinite_scribe.runs.events import RunIdentity
from infinite_scribe.runs.execution import ClaimedRun
from infinite_scribe.runs.rules import Signal
from infinite_scribe.runs.schemas.events import OutputKind, Payload, UsageRead
from infinite_scribe.runs.service import RUN_ACTIONS

SEED = 1
"""A rehearsal draws what a run with this seed would draw."""

ENCODER_SECONDS = 60
"""How long the transaction may wait for vectors of the questions to the memory."""


@dataclass(frozen=True)
class Rehearsed:
    """What is rehearsed: a task with its input, for one user and novel, and the prompt that is waited for."""

    user_id: UUID
    novel_id: UUID
    language: str
    prompt: str
    wording: Prompt | None
    input: Mapping[str, Any]


class _Asked(BaseException):
    """The first question to a model."""

    def __init__(self, request: ModelRequest) -> None:
        super().__init__()
        self.request = request


class Rehearsal(RunContext):
    """A context whose steps are done in one session and remembered nowhere; it never asks a model for an answer."""

    def __init__(self, run: ClaimedRun, session: AsyncSession, outfit: Outfit) -> None:
        self.run = run
        self.settings = outfit.settings
        self.models = outfit.models
        self.may_leave = False
        self._session = session

    @property
    def spending(self) -> UsageRead:
        return UsageRead()

    @override
    async def read(self, path: str, body: StepBody) -> Any:
        return await body(self._session)

    @override
    async def write(self, path: str, body: StepBody, *, tell: Sequence[Payload] = ()) -> Any:
        return await body(self._session)

    @override
    async def material(self, path: str, body: StepBody) -> Any:
        return await body(self._session)

    @override
    async def call(
        self,
        path: str,
        request: ModelRequest,
        target: TextTarget | None = None,
        *,
        keep_partial: KeepPartial | None = None,
    ) -> CallResult:
        raise _Asked(request)

    @override
    async def children(self, wanted: Sequence[tuple[str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
        raise PlaceNeededError

    @override
    async def decide(
        self,
        name: str,
        question: str,
        options: Sequence[dict[str, Any]],
        default: str,
        *,
        ask: bool | None = None,
        shown: dict[str, Any] | None = None,
    ) -> Decision:
        return Decision(default)

    @override
    async def steers(self) -> list[str]:
        return []

    @override
    @asynccontextmanager
    async def step(
        self,
        path: str,
        *,
        agent: str | None = None,
        title_key: str,
        total: int | None = None,
        of: int | None = None,
    ) -> AsyncIterator[None]:
        yield

    @override
    async def output(self, kind: OutputKind, index: int, value: dict[str, Any]) -> None:
        return None

    @override
    async def progress(self, done: int, total: int | None = None) -> None:
        return None

    @override
    async def say(self, *payloads: Payload) -> None:
        return None


async def rehearse(outfit: Outfit, registered: Registered, wanted: Rehearsed) -> ModelRequest:
    """Return the question that the task would ask with this prompt.

    Raises `PlaceNeededError` when it would ask another one first, or none here, and whatever the task refuses.
    """
    run = _run(registered, wanted)
    given = registered.spec.input_model.model_validate(wanted.input)
    scope = RowScope(user_id=wanted.user_id, novel_id=wanted.novel_id)
    try:
        async with outfit.database.transaction(scope) as session:
            await allow_pause(session, ENCODER_SECONDS)
            own = await PromptService.of(session, wanted.user_id, wanted.novel_id).in_force(run.agent)
            if wanted.wording is not None:
                own = {**own, wanted.wording.name: wanted.wording}
            with speaking(own):
                await registered.body(Rehearsal(run, session, outfit), given)
            raise PlaceNeededError  # whatever it wrote is taken back
    except _Asked as asked:
        if asked.request.prompt_name != wanted.prompt:
            raise PlaceNeededError(asks_first=asked.request.prompt_name) from None
        return asked.request


def _run(registered: Registered, wanted: Rehearsed) -> ClaimedRun:
    run_id = new_id()
    return ClaimedRun(
        identity=RunIdentity(run_id, wanted.novel_id, wanted.user_id, run_id, registered.spec.agent),
        payer_id=wanted.user_id, actions=RUN_ACTIONS, parent_id=None, depth=0, task=registered.spec.name,
        input=dict(wanted.input), language=wanted.language, seed=SEED, gates={}, model_override=None,
        cap_nanousd=None, estimate=None, epoch=1, attempt=1, signal=Signal.NONE, deadline_at=None, trace_parent=None,
    )  # fmt: skip
