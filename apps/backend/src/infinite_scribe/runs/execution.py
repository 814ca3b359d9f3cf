"""What an executor does to its run's rows. Every method works in the caller's transaction.

Four walls keep a late executor out: the claim (a job works once), the fence at the start of each writing
transaction, keyed effects, and the live stream, which refuses an older epoch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.errors import BugError
from infinite_scribe.runs.errors import RunFenced
from infinite_scribe.runs.events import RunIdentity
from infinite_scribe.runs.models import Run, RunSteer, RunStep
from infinite_scribe.runs.repository import RunsRepository
from infinite_scribe.runs.rules import (
    ACTIVE,
    PREPARING,
    PauseReason,
    RunState,
    Signal,
    StepKind,
    journal_bytes,
    taken_by,
)
from infinite_scribe.runs.waking import lock_parent, wake_parent

LARGEST_OUTPUT_BYTES = 65_536
CHILDREN_GATE = "children"


@dataclass(frozen=True)
class StepRecord:
    """A finished step as it stands in the log."""

    path: str
    kind: str
    try_: int
    output: Any
    request_sha256: str | None = None


@dataclass(frozen=True)
class StepEntry:
    """A finished step that is about to be recorded. `output` is JSON: ids, hashes and figures, never prose."""

    path: str
    kind: StepKind
    name: str
    output: Any
    request_sha256: str | None = None


@dataclass(frozen=True)
class ClaimedRun:
    """A run in the hands of one executor, for one epoch."""

    identity: RunIdentity
    payer_id: UUID
    actions: tuple[str, ...]
    parent_id: UUID | None
    depth: int
    task: str
    input: dict[str, Any]
    language: str
    seed: int
    gates: dict[str, str]
    model_override: dict[str, Any] | None
    cap_nanousd: int | None
    estimate: dict[str, Any] | None
    epoch: int
    attempt: int
    signal: Signal
    deadline_at: datetime | None
    trace_parent: str | None
    steps: dict[str, StepRecord] = field(default_factory=dict, compare=False)
    replaced: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def id(self) -> UUID:
        return self.identity.id

    @property
    def user_id(self) -> UUID:
        return self.identity.user_id

    @property
    def novel_id(self) -> UUID:
        return self.identity.novel_id

    @property
    def root_id(self) -> UUID:
        return self.identity.root_id

    @property
    def agent(self) -> str:
        return self.identity.agent


def identity_of(row: Run) -> RunIdentity:
    """Return the ids of a run's row."""
    return RunIdentity(row.id, row.novel_id, row.user_id, row.root_id, row.agent)


@dataclass(frozen=True)
class Execution:
    """The executor's hand on one run, for one transaction."""

    session: AsyncSession

    async def claim(self, run_id: UUID, user_id: UUID, job_id: int, executor_id: UUID) -> ClaimedRun | None:
        """Take the run for this job: a new epoch begins. None: the job is out of date and has nothing to do."""
        statement = (
            update(Run)
            .where(Run.id == run_id, Run.user_id == user_id, Run.job_id == job_id)
            .where(Run.state.in_([RunState.QUEUED, RunState.RUNNING]))
            .values(
                epoch=Run.epoch + 1,
                executor_id=executor_id,
                state=RunState.RUNNING,
                gate=None,
                error=None,
                started_at=func.coalesce(Run.started_at, func.now()),
                progress_at=func.now(),
            )
            .returning(Run)
        )
        row = (await self.session.scalars(statement)).one_or_none()
        return None if row is None else await self._claimed(row)

    async def reload(self, run: ClaimedRun) -> ClaimedRun:
        """Return the run as it stands now, steps included. Raises `RunFenced`."""
        row = await self._mine(run)
        return await self._claimed(row)

    async def fence(self, run: ClaimedRun) -> None:
        """First statement of every writing transaction: the run is still mine, and no claim may pass meanwhile.

        Raises `RunFenced`.
        """
        found = await self.session.execute(
            select(Run.id)
            .where(Run.id == run.id, Run.epoch == run.epoch, Run.state == RunState.RUNNING)
            .with_for_update(read=True)
        )
        if found.one_or_none() is None:
            raise RunFenced

    async def recorded(self, run: ClaimedRun, path: str) -> StepRecord | None:
        """Return a step that an attempt at this very transaction has recorded already (its answer was lost)."""
        row = await self.session.get(RunStep, (run.id, path, run.attempt))
        return None if row is None or row.replaced else _record(row)

    async def record(self, run: ClaimedRun, entry: StepEntry) -> StepRecord:
        """Remember a finished step. Raises `BugError` when its output is larger than 64 KB (UTF-8)."""
        if journal_bytes(entry.output) > LARGEST_OUTPUT_BYTES:
            raise BugError(f"The output of step {entry.path} is larger than 64 KB.")
        values = {
            "run_id": run.id, "novel_id": run.novel_id, "user_id": run.user_id, "agent": run.agent,
            "path": entry.path, "try": run.attempt, "kind": entry.kind.value, "name": entry.name,
            "request_sha256": entry.request_sha256, "output": entry.output, "epoch": run.epoch, "replaced": False,
        }  # fmt: skip
        await self.session.execute(
            pg_insert(cast("Table", RunStep.__table__)).values(**values).on_conflict_do_nothing()
        )
        return StepRecord(entry.path, entry.kind, run.attempt, entry.output, entry.request_sha256)

    async def take_steers(self, run: ClaimedRun, path: str) -> tuple[StepRecord, list[str]]:
        """Take up what the author asked for since the last time; remembered as a step."""
        rows = list(
            await self.session.scalars(
                select(RunSteer)
                .where(RunSteer.run_id == run.root_id, RunSteer.taken_by.is_(None))
                .order_by(RunSteer.created_at, RunSteer.id)
                .with_for_update()
            )
        )
        for row in rows:
            row.taken_by, row.taken_at = taken_by(run.id, path), func.now()
        output = {"steers": [str(row.id) for row in rows]}
        record = await self.record(run, StepEntry(path, StepKind.STEERS, "steers", output))
        return record, [row.text for row in rows]

    async def steer_texts(self, ids: Sequence[str]) -> list[str]:
        """Return the texts of steers that a step took up earlier."""
        if not ids:
            return []
        wanted = [UUID(item) for item in ids]
        rows = {
            row.id: row.text
            for row in await self.session.scalars(select(RunSteer).where(RunSteer.id.in_(wanted)))
        }
        return [rows[item] for item in wanted if item in rows]

    async def has_urgent_steer(self, run: ClaimedRun) -> bool:
        """Whether the author wants the current step to start over with a steer."""
        found = await self.session.execute(
            select(RunSteer.id)
            .where(RunSteer.run_id == run.root_id, RunSteer.taken_by.is_(None), RunSteer.when == "now")
            .limit(1)
        )
        return found.first() is not None

    async def signal_of(self, run: ClaimedRun) -> tuple[RunState, Signal] | None:
        """Return what the author wants; None when the run is no longer mine."""
        found = await self.session.execute(
            select(Run.state, Run.signal).where(Run.id == run.id, Run.epoch == run.epoch)
        )
        row = found.one_or_none()
        return None if row is None else (RunState(row.state), Signal(row.signal))

    async def start_over(self, run: ClaimedRun) -> ClaimedRun:
        """Begin the current step again as a new attempt: what prepared it is taken back, what was done stays."""
        row = await self._mine(run, lock=True)
        row.attempt += 1
        steps = await self.session.scalars(
            select(RunStep).where(RunStep.run_id == run.id, ~RunStep.replaced).order_by(RunStep.seq.desc())
        )
        prepared = list(takewhile(lambda step: step.kind in PREPARING, steps))
        await RunsRepository(self.session).take_back(prepared)
        return await self._claimed(row)

    async def park_at_gate(self, run: ClaimedRun, gate: dict[str, Any]) -> RunState:
        """Rest until the author answers; a pause that came meanwhile wins. Raises `RunFenced`."""
        return await self._rest(await self._mine(run, lock=True), RunState.WAITING, gate)

    async def park_for_children(self, run: ClaimedRun, children: Sequence[UUID]) -> RunState | None:
        """Rest until these children have ended. None: they have ended already, do not rest.

        The own row is locked before the children are counted, and the last child locks it before it counts too, so
        exactly one of the two sees the end.
        """
        row = await self._mine(run, lock=True)
        alive = await self.session.scalar(
            select(func.count()).select_from(Run).where(Run.id.in_(children), Run.state.in_(ACTIVE))
        )
        if not alive:
            return None
        gate = {"name": CHILDREN_GATE, "children": [str(child) for child in children]}
        return await self._rest(row, RunState.WAITING, gate)

    async def pause(
        self,
        run: ClaimedRun,
        reason: PauseReason,
        *,
        until: datetime | None = None,
        error: dict[str, Any] | None = None,
    ) -> None:
        """Rest by the author's wish or until something outside has passed. Raises `RunFenced`."""
        row = await self._mine(run, lock=True)
        gate = {"name": "pause", "reason": reason.value, "until": until.isoformat() if until else None}
        row.state, row.gate, row.signal = RunState.PAUSED, gate, Signal.NONE
        row.error, row.executor_id = error, None

    async def finish(
        self,
        run: ClaimedRun,
        state: RunState,
        *,
        result: dict[str, Any] | None = None,
        error: dict[str, Any] | None = None,
    ) -> None:
        """End the run and wake its parent if this was the last child it waits for. Raises `RunFenced`."""
        parent = await lock_parent(self.session, run.parent_id)
        expected = [RunState.CANCELLING] if state is RunState.CANCELLED else [RunState.RUNNING]
        ended = await self.session.execute(
            update(Run)
            .where(Run.id == run.id, Run.epoch == run.epoch, Run.state.in_(expected))
            .values(
                state=state, result=result, error=error, gate=None, signal=Signal.NONE, executor_id=None,
                finished_at=func.now(),
            )
            .returning(Run.id)
        )  # fmt: skip
        if ended.one_or_none() is None:
            raise RunFenced
        await wake_parent(self.session, parent)

    async def hand_over(self, run: ClaimedRun) -> Run:
        """Return the locked row of a run that this process gives away because it stops. Raises `RunFenced`."""
        return await self._mine(run, lock=True)

    async def _rest(self, row: Run, state: RunState, gate: dict[str, Any]) -> RunState:
        if row.signal in {Signal.PAUSE, Signal.PAUSE_NOW}:
            state, gate = RunState.PAUSED, {**gate, "reason": PauseReason.AUTHOR.value}
        row.state, row.gate, row.signal, row.executor_id = state, gate, Signal.NONE, None
        await self.session.flush()
        return state

    async def _mine(self, run: ClaimedRun, *, lock: bool = False) -> Run:
        statement = select(Run).where(Run.id == run.id, Run.epoch == run.epoch, Run.state == RunState.RUNNING)
        if lock:
            statement = statement.with_for_update()
        row = (await self.session.scalars(statement.execution_options(populate_existing=True))).one_or_none()
        if row is None:
            raise RunFenced
        return row

    async def _claimed(self, row: Run) -> ClaimedRun:
        rows = await self.session.scalars(
            select(RunStep).where(RunStep.run_id == row.id).order_by(RunStep.try_)
        )
        steps: dict[str, StepRecord] = {}
        replaced: dict[str, int] = {}
        for step in rows:
            if step.replaced:
                replaced[step.path] = replaced.get(step.path, 0) + 1
            else:
                steps[step.path] = _record(step)
        return ClaimedRun(
            identity=identity_of(row), payer_id=row.payer_id, actions=tuple(row.actions), parent_id=row.parent_id,
            depth=row.depth, task=row.task, input=row.input, language=row.language, seed=row.seed,
            gates={name: str(mode) for name, mode in row.gates.items()}, model_override=row.model_override,
            cap_nanousd=row.cap_nanousd, estimate=row.estimate, epoch=row.epoch, attempt=row.attempt,
            signal=Signal(row.signal), deadline_at=row.deadline_at, trace_parent=row.trace_parent,
            steps=steps, replaced=replaced,
        )  # fmt: skip


def _record(row: RunStep) -> StepRecord:
    return StepRecord(row.path, row.kind, row.try_, row.output, row.request_sha256)
