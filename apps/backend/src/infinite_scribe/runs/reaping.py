"""Finding runs that nobody works on any more, and giving each a fresh job exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core import clock
from infinite_scribe.db.sql.engine import set_scope
from infinite_scribe.runs.errors import RunPoisonedError
from infinite_scribe.runs.events import EventLog, Spoken
from infinite_scribe.runs.execution import identity_of
from infinite_scribe.runs.executors import Executors
from infinite_scribe.runs.models import Run, RunStep
from infinite_scribe.runs.queue import JOB_IS_ALIVE, Queue
from infinite_scribe.runs.rules import Cursor, RunState
from infinite_scribe.runs.schemas.events import Payload, RunCancelled, RunFailed
from infinite_scribe.runs.waking import deliver, enqueue, lock_parent, wake_parent

AT_ONCE = 50
START_GRACE_SECONDS = 10
ORPHAN_PROTOCOL_SECONDS = 60

_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended('reaper:' || :agent, 0))")
_STARTED = text("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())")
_FORGOTTEN = text(
    "SELECT r.id FROM runs r WHERE r.agent = :agent AND r.state IN ('queued', 'running', 'cancelling') AND NOT "  # noqa: S608 - both parts are constants
    + JOB_IS_ALIVE
    + " ORDER BY r.queued_at LIMIT :many FOR UPDATE OF r SKIP LOCKED"
)
_UNSERVED = text(
    "SELECT r.id FROM runs r WHERE r.agent = :agent AND r.state = 'queued' AND r.protocol <> :protocol "
    "AND r.queued_at < clock_timestamp() - make_interval(secs => :seconds) AND NOT EXISTS ("
    "SELECT 1 FROM executors e WHERE e.agent = r.agent AND e.protocol = r.protocol AND (e.state = 'live' "
    "OR e.beat_at > clock_timestamp() - make_interval(secs => :seconds))) "
    "LIMIT :many FOR UPDATE OF r SKIP LOCKED"
)
_RESTED = text(
    "SELECT r.id FROM runs r WHERE r.agent = :agent AND r.state = 'paused' AND r.gate ->> 'until' IS NOT NULL "
    "AND r.gate ->> 'reason' <> 'author' AND (r.gate ->> 'until')::timestamptz <= clock_timestamp() "
    "LIMIT :many FOR UPDATE OF r SKIP LOCKED"
)


@dataclass
class Harvest:
    """What one tick did. `said` is to be published after the commit."""

    buried: list[UUID] = field(default_factory=list)
    taken_over: list[UUID] = field(default_factory=list)
    ended: list[UUID] = field(default_factory=list)
    woken: list[UUID] = field(default_factory=list)
    said: list[Spoken] = field(default_factory=list)


@dataclass(frozen=True)
class Reaping:
    """One tick of the reaper of one agent, in one transaction whose scope is `reaper=agent`."""

    session: AsyncSession
    agent: str
    protocol: int
    dead_seconds: float
    max_takeovers: int

    async def tick(self, ghosts: Sequence[int] = ()) -> Harvest | None:
        """Bury the silent, take over what they had, wake what may go on. None: another process does it now."""
        if not await self._may():
            return None
        harvest = Harvest()
        harvest.buried = await Executors(self.session).bury_silent(self.agent, self.dead_seconds)
        for job in ghosts:
            await Queue(self.session).drop(job)
        for run_id in await self._ids(_FORGOTTEN, dead=self.dead_seconds):
            await self._take_over(run_id, harvest)
        for run_id in await self._ids(_UNSERVED, protocol=self.protocol, seconds=ORPHAN_PROTOCOL_SECONDS):
            await self._wake(run_id, harvest)
        for run_id in await self._ids(_RESTED):
            await self._wake(run_id, harvest)
        return harvest

    async def _may(self) -> bool:
        if not (await self.session.execute(_LOCK, {"agent": self.agent})).scalar_one():
            return False
        return float((await self.session.execute(_STARTED)).scalar_one()) > START_GRACE_SECONDS

    async def _ids(self, statement: object, **values: object) -> list[UUID]:
        parameters = {"agent": self.agent, "many": AT_ONCE, **values}
        return list((await self.session.execute(statement, parameters)).scalars())  # type: ignore[call-overload]

    async def _take_over(self, run_id: UUID, harvest: Harvest) -> None:
        row = await self._row(run_id)
        await self._scope(row)
        if row.state == RunState.CANCELLING:
            await self._end(row, RunState.CANCELLED, RunCancelled(), harvest)
            return
        done = await self.session.scalar(
            select(func.count()).select_from(RunStep).where(RunStep.run_id == row.id)
        )
        started = row.state == RunState.RUNNING
        row.takeovers = (row.takeovers if done == row.steps_at_takeover else 0) + int(started)
        row.steps_at_takeover = int(done or 0)
        if row.takeovers > self.max_takeovers:
            problem = RunPoisonedError(run=str(row.id)).to_problem()
            await self._end(row, RunState.FAILED, RunFailed(problem=problem), harvest, problem)
            return
        await Queue(self.session).drop(row.job_id)
        await deliver(self.session, row)
        harvest.taken_over.append(row.id)

    async def _end(
        self,
        row: Run,
        state: RunState,
        payload: Payload,
        harvest: Harvest,
        problem: dict[str, object] | None = None,
    ) -> None:
        """Write the end that the lost executor could not write; a new epoch, so that it cannot speak either."""
        parent = await lock_parent(self.session, row.parent_id)
        await Queue(self.session).drop(row.job_id)
        row.epoch += 1
        row.state, row.error, row.gate, row.signal = state, problem, None, "none"
        row.finished_at, row.executor_id = clock.now(), None
        await self.session.flush()
        said = [Spoken.of(identity_of(row), Cursor(row.epoch, 1), payload)]
        await EventLog(self.session).store(said)
        await wake_parent(self.session, parent)
        harvest.said += said
        harvest.ended.append(row.id)

    async def _wake(self, run_id: UUID, harvest: Harvest) -> None:
        row = await self._row(run_id)
        await self._scope(row)
        row.gate, row.error = None, None
        await enqueue(self.session, row)
        harvest.woken.append(row.id)

    async def _row(self, run_id: UUID) -> Run:
        return (await self.session.scalars(select(Run).where(Run.id == run_id))).one()

    async def _scope(self, row: Run) -> None:
        """Parents may belong to another agent; user events belong to the user."""
        await set_scope(self.session, user_id=row.user_id, novel_id=row.novel_id)
