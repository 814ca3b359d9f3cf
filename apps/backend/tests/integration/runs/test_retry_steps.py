"""Trying again from a step: what stands before it is not paid again, what came after it is done anew."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import select

from factories.runs import AnyInput, Desk, ScriptedModels, make_desk, registry_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.runs.errors import RunEffectStandsError, RunStateError
from infinite_scribe.runs.models import Run, RunSteer, RunStep
from infinite_scribe.runs.rules import RunState, StepKind
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.wire import AnswerAsk, RetryAsk
from infinite_scribe.runs.service import RunService
from servers.databases import TestDatabase

ASK = ModelRequest(messages=[Message(role="user", text="Go.")], max_tokens=100)
OPTIONS = [{"id": "yes", "label": "Yes"}]


async def scene(ctx: RunContext, given: AnyInput) -> TaskResult:
    """Two questions to a model, with one to the author between them where that is wanted."""
    for name in ("one", "two"):
        async with ctx.step(name, title_key=f"k.{name}"):
            await ctx.call(f"{name}/ask", ASK)
        if given.words == "asks" and name == "one":
            await ctx.gate("sure", "Sure?", OPTIONS, "yes", ask=True)
    return TaskResult(items=[1])


async def book(ctx: RunContext, given: AnyInput) -> TaskResult:
    """A scene, another one, and a last word."""
    await ctx.child("a", "writer.scene", {})
    await ctx.child("b", "writer.scene", {"words": given.words})
    async with ctx.step("end", title_key="k.end"):
        await ctx.call("end/ask", ASK)
    return TaskResult(items=[1])


async def retried(desk: Desk, run: UUID, step: str | None, *states: str) -> Run:
    async def again(runs: RunService) -> object:
        return await runs.retry(run, RetryAsk(from_step=step))

    await desk.command(again)
    root = (await desk.run(run)).root_id
    return await desk.until(root, *(states or ("completed", "failed")), seconds=60)


async def below(desk: Desk, root: UUID, step: str) -> list[Run]:
    """Return the runs that a step of the root has had, in their order."""
    async with desk.db.owner.transaction() as session:
        found = select(Run).where(Run.parent_id == root, Run.parent_step == step).order_by(Run.created_at)
        return list(await session.scalars(found))


async def test_a_step_is_done_again_with_all_that_came_after_it_and_nothing_before(
    fresh_db: TestDatabase,
) -> None:
    desk = await make_desk(fresh_db, registry_of(scene=scene, book=book))
    models = ScriptedModels()
    async with desk.working(models):
        read = await desk.start("writer.book")
        assert (await desk.until(read.id, "completed", "failed", seconds=60)).error is None
        assert models.bill == {"one/ask": 2, "two/ask": 2, "end/ask": 1}
        with pytest.raises(RunStateError):
            await retried(desk, read.id, None)
        # A step of the run itself: the scenes stand.
        assert (await retried(desk, read.id, "end")).state == "completed"
        assert models.bill == {"one/ask": 2, "two/ask": 2, "end/ask": 2}
        # A step inside the second scene: that scene goes on from there, and what the book did behind it is done again.
        (second,) = await below(desk, read.id, "b")
        assert (await retried(desk, second.id, "two")).error is None
        assert models.bill == {"one/ask": 2, "two/ask": 3, "end/ask": 3}
        # A step inside the first one: the second was written after it, so there is a new second one.
        (first,) = await below(desk, read.id, "a")
        assert (await retried(desk, first.id, "two")).error is None
        assert models.bill == {"one/ask": 3, "two/ask": 5, "end/ask": 4}
        old, new = await below(desk, read.id, "b")
        assert (old.id, new.state) == (second.id, "completed")
        with pytest.raises(RunStateError):
            await retried(desk, old.id, "two")
        async with fresh_db.api.transaction(desk.scope) as session:
            steps = await desk.service(session).steps(read.id)
    assert [one.state for one in steps if one.path == "end"] == ["replaced"] * 3 + ["completed"]


async def test_what_rests_at_a_question_is_left_when_an_earlier_step_is_tried_again(
    fresh_db: TestDatabase,
) -> None:
    desk = await make_desk(fresh_db, registry_of(scene=scene, book=book))
    models = ScriptedModels()

    async def asked(root: UUID, number: int) -> Run:
        await desk.until(root, "waiting", seconds=60)
        async with asyncio.timeout(60):
            while True:
                rows = await below(desk, root, "b")
                found = next((row for row in rows[number:] if (row.gate or {}).get("path")), None)
                if found is not None:
                    return found
                await asyncio.sleep(0.02)

    async with desk.working(models):
        read = await desk.start("writer.book", words="asks")
        old = await asked(read.id, 0)
        await retried(desk, read.id, "a", "waiting")
        new = await asked(read.id, 1)
        assert (await desk.run(old.id)).state == "cancelled"
        assert models.bill == {"one/ask": 4, "two/ask": 2}
        # The step at which it rests, tried again, begins anew too.
        await retried(desk, read.id, "b", "waiting")
        newest = await asked(read.id, 2)
        assert (await desk.run(new.id)).state == "cancelled"
        ask = AnswerAsk(gate="sure", decision="yes")
        await desk.command(lambda runs: runs.answer(newest.id, ask))
        row = await desk.until(read.id, "completed", "failed", seconds=60)
    assert row.error is None
    assert models.bill == {"one/ask": 5, "two/ask": 3, "end/ask": 1}


async def ended(
    desk: Desk, task: str, *steps: tuple[str, StepKind, object], steer: str | None = None
) -> UUID:
    """Return a completed run of a task with these steps; nobody works on it. `steer` names who took up a word."""
    read = await desk.start("writer.scene")
    async with desk.db.owner.transaction() as session:
        row = (await session.scalars(select(Run).where(Run.id == read.id))).one()
        row.task, row.state = task, RunState.COMPLETED
        mine = {"run_id": row.id, "novel_id": row.novel_id, "user_id": row.user_id}
        for path, kind, output in steps:
            session.add(
                RunStep(**mine, agent="director", path=path, try_=1, kind=kind, output=output, epoch=1)
            )
            await session.flush()
        if steer is not None:
            session.add(RunSteer(**mine, text="More rain.", taken_by=f"{row.id}:{steer}"))
    return read.id


async def test_what_stands_in_the_book_is_not_written_twice_and_words_are_not_lost(
    fresh_db: TestDatabase,
) -> None:
    desk = await make_desk(fresh_db, registry_of(scene=scene))
    read, write, child = StepKind.READ, StepKind.WRITE, StepKind.CHILD
    outline = await ended(desk, "director.outline", ("outline1", read, {}), ("write", write, {}))
    with pytest.raises(RunEffectStandsError):
        await desk.command(lambda runs: runs.retry(outline, RetryAsk(from_step="outline1")))
    assert (await desk.run(outline)).state == "completed"
    text = {"versions": ["v"], "proposals": []}
    chapter = await ended(
        desk, "director.write_chapter", ("chapter/scenes", read, []), ("scene2/beats/steers:1", StepKind.STEERS, {}),
        ("scene2/beats", write, {}), ("scene1/draft", child, text), ("gate:accept", StepKind.GATE, {}),
        ("scene1/accept", write, 1), ("scene2/draft", child, text), steer="scene2/beats/steers:1",
    )  # fmt: skip
    with pytest.raises(RunEffectStandsError):
        await desk.command(lambda runs: runs.retry(chapter, RetryAsk(from_step="chapter/scenes")))
    await desk.command(lambda runs: runs.retry(chapter, RetryAsk(from_step="scene2/beats")))
    assert [one.path for one in await desk.steps(chapter) if one.replaced] == [
        "scene2/beats/steers:1", "scene2/beats", "scene2/draft",
    ]  # fmt: skip
    async with fresh_db.owner.transaction() as session:
        assert (await session.scalars(select(RunSteer.taken_by))).all() == [None]
