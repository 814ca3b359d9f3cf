"""Child runs: made once per step of the parent, awaited without holding anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import child_id
from infinite_scribe.runs.admission import Admission, NewRun, validated
from infinite_scribe.runs.errors import RunAlreadyActiveError, RunTooLongError
from infinite_scribe.runs.events import Spoken
from infinite_scribe.runs.execution import ClaimedRun, identity_of
from infinite_scribe.runs.models import Run
from infinite_scribe.runs.rules import MAX_DEPTH, RunState, seed_below
from infinite_scribe.runs.schemas.tasks import TaskSpec
from infinite_scribe.runs.waking import enqueue


@dataclass(frozen=True)
class ChildWanted:
    """A child that a step of the parent asks for."""

    path: str
    spec: TaskSpec
    input: dict[str, Any]


@dataclass(frozen=True)
class ChildState:
    """Where a child stands. `said` are events to publish after the commit."""

    id: UUID
    path: str
    state: RunState
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    fresh: bool
    said: tuple[Spoken, ...] = ()


@dataclass(frozen=True)
class Children:
    """The children of a claimed run; its fence has been passed in this transaction."""

    session: AsyncSession
    run: ClaimedRun

    async def ensure(self, wanted: ChildWanted) -> ChildState:
        """Return the child of this step, making it the first time and opening it again in a new attempt.

        Raises `RunAlreadyActiveError` when its target is being worked on by somebody else.
        """
        taken_back = self.run.replaced.get(wanted.path, 0)
        name = wanted.path if not taken_back else f"{wanted.path}#{taken_back}"
        identity = child_id(self.run.id, name)
        statement = select(Run).where(Run.id == identity).with_for_update()
        row = (await self.session.scalars(statement)).one_or_none()
        if row is None:
            return await self._make(identity, name, wanted)
        if row.state in {RunState.FAILED, RunState.CANCELLED} and row.attempt < self.run.attempt:
            row.attempt, row.error, row.finished_at = self.run.attempt, None, None
            row.model_override = self.run.model_override or row.model_override
            row.deadline_at = self.run.deadline_at
            await enqueue(self.session, row)
            return ChildState(identity, wanted.path, RunState.QUEUED, None, None, fresh=True)
        return ChildState(identity, wanted.path, RunState(row.state), row.result, row.error, fresh=False)

    async def _make(self, identity: UUID, name: str, wanted: ChildWanted) -> ChildState:
        if self.run.depth + 1 >= MAX_DEPTH:
            raise RunTooLongError("Runs are nested too deeply.")
        given = validated(wanted.spec, wanted.input)
        new = NewRun(
            id=identity,
            user_id=self.run.user_id,
            novel_id=self.run.novel_id,
            payer_id=self.run.payer_id,
            actions=self.run.actions,
            spec=wanted.spec,
            input=given,
            language=self.run.language,
            idempotency_key=identity.hex,
            seed=seed_below(self.run.seed, name),
            gates=dict(self.run.gates),
            model_override=self.run.model_override,
            root_id=self.run.root_id,
            parent_id=self.run.id,
            parent_step=wanted.path,
            depth=self.run.depth + 1,
            attempt=self.run.attempt,
            deadline_at=self.run.deadline_at,
            trace_parent=self.run.trace_parent,
        )
        row, said = await Admission(self.session).insert(new)
        if row is None:
            raise RunAlreadyActiveError
        return ChildState(
            identity_of(row).id, wanted.path, RunState.QUEUED, None, None, fresh=True, said=tuple(said)
        )
