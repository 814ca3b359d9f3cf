"""What we rely on in the queue library (3.10, pinned). An upgrade that changes one of these fails here."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from factories.runs import AnyInput, make_desk, registry_of, settings_for
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.runs.queue import Queue
from infinite_scribe.runs.schemas.inputs import TaskResult
from servers.databases import TestDatabase


async def jobs(db: TestDatabase) -> list[tuple[int, str]]:
    async with db.owner.transaction() as session:
        found = await session.execute(text("SELECT id, status::text FROM procrastinate_jobs ORDER BY id"))
        return [(row.id, row.status) for row in found]


def ids() -> tuple[UUID, UUID, UUID]:
    return new_id(), new_id(), new_id()


def test_the_version_is_the_measured_one() -> None:
    assert version("procrastinate") == "3.10.0"


async def test_enqueueing_joins_our_transaction_and_rollback_leaves_nothing(fresh_db: TestDatabase) -> None:
    async with fresh_db.agent.transaction() as session:
        job = await Queue(session).enqueue("runs.writer.1", *ids())
    with pytest.raises(RuntimeError):
        async with fresh_db.agent.transaction() as session:
            await Queue(session).enqueue("runs.writer.1", *ids())
            raise RuntimeError
    assert await jobs(fresh_db) == [(job, "todo")]


async def test_job_arguments_are_three_ids(fresh_db: TestDatabase) -> None:
    run, novel, user = ids()
    async with fresh_db.agent.transaction() as session:
        await Queue(session).enqueue("runs.writer.1", run, novel, user)
        args = (await session.execute(text("SELECT args FROM procrastinate_jobs"))).scalar_one()
    assert args == {"run": str(run), "novel": str(novel), "user": str(user)}


async def test_aborting_a_waiting_job_takes_it_away_and_dropping_removes_it(fresh_db: TestDatabase) -> None:
    async with fresh_db.api.transaction() as session:
        queue = Queue(session)
        first, second = await queue.enqueue("q", *ids()), await queue.enqueue("q", *ids())
        await queue.abort(first)
        await queue.drop(second)
    assert await jobs(fresh_db) == [(first, "cancelled")]


async def test_places_count_what_is_ahead_in_the_same_queue(fresh_db: TestDatabase) -> None:
    async with fresh_db.agent.transaction() as session:
        queue = Queue(session)
        one, _, two = [await queue.enqueue(name, *ids()) for name in ("a", "b", "a")]
        first = await queue.enqueue("a", *ids(), priority=1)
        assert [await queue.place_of(job) for job in (first, one, two)] == [1, 2, 3]


async def listening(db: TestDatabase) -> bool:
    """Say whether a worker's connection listens; one with an open transaction would hear nothing."""
    watcher = await asyncpg.connect(db.url)  # in no role of ours: those do not see what others run
    try:
        return bool(
            await watcher.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' "
                "AND application_name = 'infinite-scribe queue' AND query LIKE '%LISTEN%'"
            )
        )
    finally:
        await watcher.close()


async def test_a_commit_wakes_a_worker_without_a_poll_and_an_abort_reaches_the_task(
    fresh_db: TestDatabase,
) -> None:
    async def long(ctx: RunContext, given: AnyInput) -> TaskResult:
        await asyncio.sleep(60)
        return TaskResult(items=[1])

    desk = await make_desk(fresh_db, registry_of(long=long), settings=settings_for(queue_poll_seconds=600))
    async with desk.working() as working:
        async with asyncio.timeout(10):
            while not await listening(fresh_db):
                await asyncio.sleep(0.05)
        read = await desk.start("writer.long")
        await desk.until(read.id, "running")
        pokes: list[UUID] = []
        working.executor.poke = pokes.append  # type: ignore[assignment,method-assign]
        async with fresh_db.api.transaction(RowScope(user_id=desk.user_id)) as session:
            await Queue(session).abort((await desk.run(read.id)).job_id)
        async with asyncio.timeout(3):
            while not pokes:
                await asyncio.sleep(0.01)
        del working.executor.poke
        await desk.command(lambda runs: runs.cancel(read.id))
        await desk.until(read.id, "cancelled", seconds=8)
        async with asyncio.timeout(5):
            while await jobs(fresh_db):
                await asyncio.sleep(0.05)
    assert pokes == [read.id]


async def test_finish_does_not_check_its_owner_so_our_drop_makes_a_late_finish_fail(
    fresh_db: TestDatabase,
) -> None:
    async with fresh_db.agent.transaction() as session:
        job = await Queue(session).enqueue("q", *ids())
        await Queue(session).drop(job)
    with pytest.raises(Exception, match="Job was not found"):
        async with fresh_db.agent.transaction() as session:
            await session.execute(
                text("SELECT procrastinate_finish_job_v1(:job, 'succeeded', true)"), {"job": job}
            )
