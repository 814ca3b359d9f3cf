"""Processes are killed, frozen and stopped in the middle of runs; every effect happens exactly once."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.runs import Desk, effects_of, effects_table, make_desk
from faults.runtime.executor_process import registry
from servers.databases import TestDatabase

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

PROGRAM = Path(__file__).with_name("executor_process.py")
DEAD_SECONDS = 4.0
DECLARED_DEAD = 75


@dataclass(frozen=True)
class Agent:
    """A process and the name under which it beats."""

    child: asyncio.subprocess.Process
    executor_id: UUID


@asynccontextmanager
async def process(url: str) -> AsyncIterator[Agent]:
    """Start an agent process and wait until it works."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), url, str(DEAD_SECONDS), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        word, _, executor = (
            (await asyncio.wait_for(child.stdout.readline(), 60)).decode().strip().partition(" ")
        )
        assert word == "ready"
        yield Agent(child, UUID(executor))
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def worker_on(desk: Desk, run_id: UUID, *agents: Agent) -> asyncio.subprocess.Process:
    """Return the process that works on the run, once it has made two effects."""
    await until_effects(desk.db, 2)
    mine = (await desk.run(run_id)).executor_id
    return next(agent.child for agent in agents if agent.executor_id == mine)


async def until_effects(db: TestDatabase, count: int) -> None:
    async with asyncio.timeout(60):
        while len(await effects_of(db)) < count:
            await asyncio.sleep(0.05)


async def settled(db: TestDatabase) -> None:
    """Pretend that the server has been up for long; the reaper is quiet in its first seconds."""
    async with asyncio.timeout(30):
        while True:
            async with db.owner.transaction() as session:
                up = await session.scalar(
                    text("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())")
                )
            if up and up > 10:
                return
            await asyncio.sleep(0.5)


async def test_killed_in_mid_run_another_goes_on_and_repeats_nothing(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry())
    await effects_table(fresh_db)
    await settled(fresh_db)
    async with process(fresh_db.url) as one, process(fresh_db.url) as other:
        read = await desk.start("writer.effects", count=12)
        victim = await worker_on(desk, read.id, one, other)
        victim.kill()
        await victim.wait()
        before, started = len(await effects_of(fresh_db)), asyncio.get_running_loop().time()
        await until_effects(fresh_db, before + 1)
        takeover = asyncio.get_running_loop().time() - started
        row = await desk.until(read.id, "completed", "failed", seconds=60)
    assert row.state == "completed"
    assert await effects_of(fresh_db) == [f"step{n}" for n in range(12)]
    assert row.takeovers == 1
    assert row.epoch == 2
    assert takeover <= 10, takeover


async def test_frozen_past_its_death_it_writes_nothing_more_and_leaves(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry())
    await effects_table(fresh_db)
    await settled(fresh_db)
    async with process(fresh_db.url) as one, process(fresh_db.url) as other:
        read = await desk.start("writer.effects", count=12)
        victim = await worker_on(desk, read.id, one, other)
        victim.send_signal(signal.SIGSTOP)
        row = await desk.until(read.id, "completed", "failed", seconds=60)
        victim.send_signal(signal.SIGCONT)
        assert await asyncio.wait_for(victim.wait(), 15) == DECLARED_DEAD
        await asyncio.sleep(0.5)
    assert row.state == "completed"
    assert await effects_of(fresh_db) == [f"step{n}" for n in range(12)]
    events = await desk.events(read.id)
    assert [event.type for event in events].count("run.completed") == 1
    assert events[-1].type == "run.completed"


async def test_stopped_in_order_it_hands_its_runs_over_at_once(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry())
    await effects_table(fresh_db)
    async with process(fresh_db.url) as one, process(fresh_db.url) as other:
        read = await desk.start("writer.effects", count=12)
        victim = await worker_on(desk, read.id, one, other)
        victim.terminate()
        assert await asyncio.wait_for(victim.wait(), 15) == 0
        row = await desk.until(read.id, "completed", "failed", seconds=60)
    assert row.state == "completed"
    assert row.takeovers <= 1, "a reaper may see the sign-off before the hand-over, and then it is the one"
    assert await effects_of(fresh_db) == [f"step{n}" for n in range(12)]


async def test_cancelled_while_its_executor_is_dead_the_reaper_writes_the_end(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry())
    await effects_table(fresh_db)
    await settled(fresh_db)
    async with process(fresh_db.url) as first:
        read = await desk.start("writer.effects", count=50)
        await until_effects(fresh_db, 1)
        first.child.kill()
        await first.child.wait()
        await desk.command(lambda runs: runs.cancel(read.id))
        async with process(fresh_db.url):
            await desk.until(read.id, "cancelled", seconds=30)
    assert (await desk.types(read.id))[-1] == "run.cancelled"


async def test_a_run_that_kills_its_executors_is_stopped(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry())
    await settled(fresh_db)
    read = await desk.start("writer.poison")
    async with asyncio.timeout(170):
        while (await desk.run(read.id)).state not in {"failed", "completed"}:
            async with fresh_db.owner.transaction() as session:
                await session.execute(
                    text("UPDATE executors SET beat_at = beat_at - interval '20 s' WHERE state = 'live'")
                )
                await session.execute(
                    text("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '20 s'")
                )
            async with process(fresh_db.url) as child:
                await asyncio.wait(
                    {asyncio.ensure_future(child.child.wait()), asyncio.ensure_future(_ended(desk, read.id))},
                    return_when=asyncio.FIRST_COMPLETED,
                )
    row = await desk.run(read.id)
    assert row.error is not None
    assert row.error["code"] == "run-poisoned"
    assert row.epoch >= 6


async def _ended(desk: Desk, run_id: UUID) -> None:
    while (await desk.run(run_id)).state not in {"failed", "completed"}:
        await asyncio.sleep(0.1)
