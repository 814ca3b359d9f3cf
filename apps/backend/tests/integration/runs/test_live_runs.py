"""What the shelf shows of runs: one question for all novels, the newest root run of each."""

from __future__ import annotations

from factories.runs import AnyInput, make_desk, registry_of, settings_for
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.core.ids import new_id
from infinite_scribe.runs.schemas.inputs import TaskResult
from servers.databases import TestDatabase


async def nothing(ctx: RunContext, given: AnyInput) -> TaskResult:
    return TaskResult(items=[1])


async def test_newest_living_run_per_novel(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(thing=nothing), settings=settings_for(per_user=50))
    async with fresh_db.api.transaction(desk.scope) as session:
        assert await desk.service(session).live_runs_of([desk.novel_id]) == {}
    older = await desk.start("writer.thing")
    newer = await desk.start("writer.thing")
    async with fresh_db.api.transaction(desk.scope) as session:
        found = await desk.service(session).live_runs_of([desk.novel_id, new_id()])
    assert {novel: run.id for novel, run in found.items()} == {desk.novel_id: newer.id}
    await desk.command(lambda runs: runs.cancel(newer.id))
    async with fresh_db.api.transaction(desk.scope) as session:
        found = await desk.service(session).live_runs_of([desk.novel_id])
    assert found[desk.novel_id].id == older.id
