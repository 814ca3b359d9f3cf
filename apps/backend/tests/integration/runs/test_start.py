"""Starting: once per key, once per target, inside the limits, and only for those who may."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from factories.runs import AnyInput, Desk, make_desk, registry_of, settings_for
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.runs.children import Children, ChildWanted
from infinite_scribe.runs.errors import (
    IdempotencyMismatchError,
    InvalidInputError,
    RunAlreadyActiveError,
    RunFenced,
    RunNotFoundError,
    RunStateError,
    TooManyRunsError,
    UnknownTaskError,
)
from infinite_scribe.runs.execution import ClaimedRun, Execution, StepEntry
from infinite_scribe.runs.rules import RunState, StepKind
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.wire import RetryAsk
from infinite_scribe.runs.service import RunService
from servers.databases import TestDatabase


async def nothing(ctx: RunContext, given: AnyInput) -> TaskResult:
    return TaskResult(items=[1])


@pytest.fixture
async def desk(fresh_db: TestDatabase) -> Desk:
    return await make_desk(
        fresh_db, registry_of(thing=nothing, part=nothing), settings=settings_for(per_user=50)
    )


async def count(desk: Desk, table: str) -> int:
    async with desk.db.owner.transaction() as session:
        return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def claimed(desk: Desk, run_id: UUID) -> ClaimedRun:
    row = await desk.run(run_id)
    assert row.job_id is not None
    async with desk.db.agent.transaction(desk.scope) as session:
        found = await Execution(session).claim(run_id, desk.user_id, row.job_id, new_id())
    assert found is not None
    return found


async def test_the_same_key_twenty_times_at_once_is_one_run_and_one_job(desk: Desk) -> None:
    reads = await asyncio.gather(*(desk.start("writer.thing", key="k" * 16) for _ in range(20)))
    assert len({read.id for read in reads}) == 1
    assert await count(desk, "runs") == 1
    assert await count(desk, "procrastinate_jobs") == 1
    assert await count(desk, "run_events") == 1


async def test_the_same_key_for_something_else_is_refused(desk: Desk) -> None:
    await desk.start("writer.thing", key="k" * 16)
    with pytest.raises(IdempotencyMismatchError):
        await desk.start("writer.thing", key="k" * 16, words="other")


async def test_one_active_run_per_target_and_a_free_target_after_the_end(desk: Desk) -> None:
    first = await desk.start("writer.thing", target="scene:1")
    with pytest.raises(RunAlreadyActiveError) as refused:
        await desk.start("writer.thing", target="scene:1")
    assert refused.value.params["run"] == str(first.id)
    await desk.command(lambda runs: runs.cancel(first.id))
    await desk.start("writer.thing", target="scene:1")


async def test_too_many_roots_wait_at_the_door(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(thing=nothing), settings=settings_for(per_user=2))
    answers = await asyncio.gather(*(desk.start("writer.thing") for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(answer, TooManyRunsError) for answer in answers) == 4


async def test_unknown_tasks_wrong_inputs_and_foreign_novels_are_refused(desk: Desk) -> None:
    with pytest.raises(UnknownTaskError):
        await desk.start("writer.nothing")
    with pytest.raises(InvalidInputError) as wrong:
        await desk.start("writer.thing", count="many")
    assert wrong.value.errors[0].pointer == "/input/count"
    stranger = await make_desk(desk.db, desk.registry, settings=desk.settings)
    foreign = Desk(desk.db, desk.user_id, new_id(), desk.registry, desk.settings)
    with pytest.raises(RunNotFoundError):
        await foreign.start("writer.thing")
    read = await desk.start("writer.thing")
    with pytest.raises(RunNotFoundError):
        await stranger.command(lambda runs: runs.read(read.id))


async def test_a_job_claims_once_and_an_old_job_never(desk: Desk) -> None:
    read = await desk.start("writer.thing")
    row = await desk.run(read.id)
    first = await claimed(desk, read.id)
    assert (first.epoch, first.id) == (1, read.id)
    async with desk.db.agent.transaction(desk.scope) as session:
        assert await Execution(session).claim(read.id, desk.user_id, (row.job_id or 0) + 1, new_id()) is None
        assert await Execution(session).claim(read.id, new_id(), row.job_id or 0, new_id()) is None


async def test_a_fenced_executor_writes_nothing(desk: Desk) -> None:
    read = await desk.start("writer.thing")
    old = await claimed(desk, read.id)
    await claimed(desk, read.id)
    with pytest.raises(RunFenced):
        async with desk.db.agent.transaction(desk.scope) as session:
            await Execution(session).fence(old)
            await Execution(session).record(old, StepEntry("late", StepKind.WRITE, "", {}))
    late: list[Callable[[Execution], Awaitable[object]]] = [
        lambda execution: execution.finish(old, RunState.COMPLETED, result={}),
        lambda execution: execution.park_at_gate(old, {"name": "x"}),
        lambda execution: execution.park_for_children(old, []),
    ]
    for act in late:
        with pytest.raises(RunFenced):
            async with desk.db.agent.transaction(desk.scope) as session:
                await act(Execution(session))
    assert await count(desk, "run_steps") == 0
    assert (await desk.run(read.id)).state == "running"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("children", [1, 5])
async def test_parents_wake_exactly_once_however_their_children_race(desk: Desk, children: int) -> None:
    for _ in range(6):
        read = await desk.start("writer.thing")
        parent = await claimed(desk, read.id)
        spec = desk.registry.tasks["writer.part"].spec
        async with desk.db.agent.transaction(desk.scope) as session:
            made = [
                await Children(session, parent).ensure(ChildWanted(f"p{n}", spec, {}))
                for n in range(children)
            ]
        ids = [child.id for child in made]

        async def park(parent: ClaimedRun = parent, ids: list[UUID] = ids) -> RunState | None:
            async with desk.db.agent.transaction(desk.scope) as session:
                return await Execution(session).park_for_children(parent, ids)

        async def end(child_id: UUID) -> None:
            child = await claimed(desk, child_id)
            async with desk.db.agent.transaction(desk.scope) as session:
                await Execution(session).finish(child, RunState.COMPLETED, result={})

        parked, *_ = await asyncio.gather(park(), *(end(child_id) for child_id in ids))
        row = await desk.run(read.id)
        if parked is None:
            assert (row.state, row.generation) == ("running", 1)
        else:
            assert (row.state, row.generation) == ("queued", 2)


async def test_ended_runs_do_not_come_back_by_themselves(desk: Desk) -> None:
    read = await desk.start("writer.thing")
    await desk.command(lambda runs: runs.cancel(read.id))
    for verb in (RunService.resume, RunService.pause):
        with pytest.raises(RunStateError):
            await desk.command(lambda runs, verb=verb: verb(runs, read.id))  # type: ignore[misc]
    assert (await desk.command(lambda runs: runs.cancel(read.id))).state == "cancelled"
    reopened = await desk.command(lambda runs: runs.retry(read.id, RetryAsk()))
    assert reopened.state == "queued"
    assert (await desk.run(read.id)).attempt == 2


async def test_pausing_a_queued_run_takes_its_job_and_resume_gives_a_fresh_one(desk: Desk) -> None:
    read = await desk.start("writer.thing")
    await desk.command(lambda runs: runs.pause(read.id))
    assert await count(desk, "procrastinate_jobs") == 0
    await desk.command(lambda runs: runs.resume(read.id))
    assert await count(desk, "procrastinate_jobs") == 1
    assert await desk.types(read.id) == ["run.queued", "run.paused", "run.queued"]
    assert [event.n for event in await desk.events(read.id)] == [1, 2, 3]


async def test_the_gateway_may_command_and_its_user_hears_of_it(desk: Desk) -> None:
    read = await desk.start("writer.thing")
    async with desk.db.api.transaction(RowScope(user_id=desk.user_id)) as session:
        await desk.service(session).cancel(read.id)
    async with desk.db.owner.transaction() as session:
        told = (await session.execute(text("SELECT type FROM user_events ORDER BY seq"))).scalars().all()
    assert told == ["run.queued", "run.cancelled"]
