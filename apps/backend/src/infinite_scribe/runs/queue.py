"""The queue: the one file that knows procrastinate's SQL.

The library delivers, we remember. Its functions are versioned but not documented as an interface, so the version is
pinned and every fact that is used here has a contract test. A job's arguments are ids and nothing else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

JOB_NAME = "infinite_scribe.run"

_DEFER = text(
    "SELECT (procrastinate_defer_jobs_v1(ARRAY[ROW(CAST(:queue AS varchar), CAST(:task AS varchar), "
    "CAST(:priority AS integer), NULL, NULL, CAST(:args AS jsonb), NULL)::procrastinate_job_to_defer_v1]))[1]"
)
_ABORT = text("SELECT procrastinate_cancel_job_v1(:job, true, false)")
_DROP = text("DELETE FROM procrastinate_jobs WHERE id = :job")
_BEAT = text(
    "WITH mine AS (UPDATE executors SET beat_at = clock_timestamp(), running = :running, worker_id = :worker "
    "WHERE id = :me AND state IN ('live', 'draining') RETURNING id), "
    "queue AS (UPDATE procrastinate_workers SET last_heartbeat = clock_timestamp() "
    "WHERE id = :worker AND EXISTS (SELECT 1 FROM mine) RETURNING id) SELECT count(*) FROM mine"
)
_FORGET_WORKERS = text("DELETE FROM procrastinate_workers WHERE id = ANY(:workers)")
_PRUNE = text(
    "DELETE FROM procrastinate_workers WHERE last_heartbeat < clock_timestamp() - make_interval(secs => :seconds)"
)
_JOBS_OF_WORKER = text("SELECT id FROM procrastinate_jobs WHERE worker_id = :worker AND status = 'doing'")
_PLACE = text(
    "SELECT count(*) FROM procrastinate_jobs ahead JOIN procrastinate_jobs mine ON mine.id = :job "
    "WHERE ahead.queue_name = mine.queue_name AND ahead.status = 'todo' AND mine.status = 'todo' AND "
    "(ahead.priority > mine.priority OR (ahead.priority = mine.priority AND ahead.id <= mine.id))"
)

JOB_IS_ALIVE = (
    "EXISTS (SELECT 1 FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id "
    "WHERE j.id = r.job_id AND (j.status = 'todo' OR (j.status = 'doing' AND "
    "w.last_heartbeat > clock_timestamp() - make_interval(secs => :dead))))"
)
"""SQL condition on `runs r`: the run's job waits, or a worker that beats has it. Parameter `dead` in seconds."""


@dataclass(frozen=True)
class Queue:
    """The queue, inside the caller's transaction: what is rolled back never happened."""

    session: AsyncSession

    async def enqueue(
        self, queue: str, run_id: UUID, novel_id: UUID, user_id: UUID, *, priority: int = 0
    ) -> int:
        """Add a job that says "look at this run" and return its id. Delivered when the transaction commits."""
        args = json.dumps({"run": str(run_id), "novel": str(novel_id), "user": str(user_id)})
        found = await self.session.execute(
            _DEFER, {"queue": queue, "task": JOB_NAME, "priority": priority, "args": args}
        )
        return int(found.scalar_one())

    async def abort(self, job_id: int | None) -> None:
        """Cancel the task that works on a job; a job nobody has begun is not begun any more."""
        if job_id is not None:
            await self.session.execute(_ABORT, {"job": job_id})

    async def drop(self, job_id: int | None) -> None:
        """Remove a job, whoever has it. Its late finish by a lost worker then hits nothing."""
        if job_id is not None:
            await self.session.execute(_DROP, {"job": job_id})

    async def beat(self, executor_id: UUID, worker_id: int | None, running: int) -> bool:
        """Show that the process lives. False: somebody has declared it dead."""
        found = await self.session.execute(
            _BEAT, {"me": executor_id, "worker": worker_id, "running": running}
        )
        return bool(found.scalar_one())

    async def forget_workers(self, worker_ids: list[int]) -> None:
        """Remove the queue's workers of dead executors; their jobs then have no living worker."""
        if worker_ids:
            await self.session.execute(_FORGET_WORKERS, {"workers": worker_ids})

    async def prune_workers(self, seconds: float) -> None:
        """Remove workers without a heartbeat for `seconds`."""
        await self.session.execute(_PRUNE, {"seconds": seconds})

    async def jobs_of(self, worker_id: int) -> set[int]:
        """Return the jobs that the queue believes this worker is doing."""
        found = await self.session.execute(_JOBS_OF_WORKER, {"worker": worker_id})
        return set(found.scalars())

    async def place_of(self, job_id: int | None) -> int | None:
        """Return how many jobs, this one included, are waiting up to this job; None when it waits no longer."""
        if job_id is None:
            return None
        found = await self.session.execute(_PLACE, {"job": job_id})
        return int(found.scalar_one()) or None
