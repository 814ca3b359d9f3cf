"""The life of a run with a real queue, beat and reaper in this process."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from factories.runs import AnyInput, Desk, ScriptedModels, make_desk, registry_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.requests import ModelRequest, PartialText, TextTarget
from infinite_scribe.agents.runtime.storage import patiently
from infinite_scribe.core.ids import new_id
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.wire import AnswerAsk, RetryAsk, SteerAsk
from servers.databases import TestDatabase


def ask(**members: Any) -> ModelRequest:
    return ModelRequest(messages=[Message(role="user", text="Go.")], max_tokens=100, **members)


SCENE = new_id()


def told(value: dict[str, Any] | None) -> dict[str, Any]:
    assert value is not None
    return value


async def draft(ctx: RunContext, given: AnyInput) -> TaskResult:
    async with ctx.step("draft", title_key="k"):
        await ctx.read("draft/briefing", _nothing)
        steers = await ctx.steers()
        answer = await ctx.call(
            "draft/text", ask(data={"steers": steers}), TextTarget(scene_id=SCENE), keep_partial=_keep
        )
        await ctx.write("draft/save", _nothing)
    return TaskResult(versions=["v1"], words=len(answer.text.split()))


async def _nothing(session: AsyncSession) -> dict[str, Any]:
    return {}


async def _keep(session: AsyncSession, partial: PartialText) -> dict[str, Any]:
    return {"proposal": "kept", "text": partial.text}


async def test_a_run_goes_from_its_start_to_its_end(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(draft=draft))
    models = ScriptedModels()
    async with desk.working(models):
        read = await desk.start("writer.draft")
        row = await desk.until(read.id, "completed", "failed")
        await asyncio.sleep(0.3)
    assert row.error is None
    assert told(row.result)["words"] == 3
    assert models.bill["draft/text"] == 1
    assert await desk.types(read.id) == [
        "run.queued", "run.started", "step.started", "text.rewind", "text.delta", "call.finished", "usage",
        "step.completed", "run.completed",
    ]  # fmt: skip
    steps = {step.path: step for step in await desk.steps(read.id)}
    assert set(steps) == {"draft/briefing", "draft/steers:1", "draft/text", "draft/save", "draft"}
    assert "One. Two." not in str(steps["draft/text"].output)
    events = await desk.events(read.id)
    assert all("One. Two." not in str(event.payload) for event in events)


async def test_a_run_without_product_fails(fresh_db: TestDatabase) -> None:
    async def empty(ctx: RunContext, given: AnyInput) -> TaskResult:
        return TaskResult()

    desk = await make_desk(fresh_db, registry_of(empty=empty))
    async with desk.working():
        read = await desk.start("writer.empty")
        row = await desk.until(read.id, "completed", "failed")
    assert row.state == "failed"
    assert told(row.error)["code"] == "no-output"
    assert (await desk.types(read.id))[-1] == "run.failed"


async def test_a_typed_answer_is_repaired_once_per_number(fresh_db: TestDatabase) -> None:
    async def typed(ctx: RunContext, given: AnyInput) -> TaskResult:
        answer = await ctx.call(
            "cards", ask(output=TaskResult, check=lambda found: [] if found.words else ["No words."])
        )
        return TaskResult(items=[answer.output.words])

    desk = await make_desk(fresh_db, registry_of(typed=typed))
    models = ScriptedModels({"cards": [{"words": "many"}, {"words": 0}, {"words": 7}]})
    async with desk.working(models):
        read = await desk.start("writer.typed")
        row = await desk.until(read.id, "completed", "failed")
    assert told(row.result)["items"] == [7]
    assert [request.no for request in models.requests] == [1, 2, 3]
    assert "No words." in models.requests[2].messages[-1].text


async def test_a_gate_waits_and_the_answer_goes_on_without_a_second_purchase(fresh_db: TestDatabase) -> None:
    async def gated(ctx: RunContext, given: AnyInput) -> TaskResult:
        first = await ctx.call("first", ask())
        chosen = await ctx.gate("plan", "Which?", [{"id": "a"}, {"id": "b"}], "a")
        return TaskResult(items=[chosen, first.text])

    desk = await make_desk(fresh_db, registry_of(gated=gated))
    models = ScriptedModels()
    async with desk.working(models):
        read = await desk.start("writer.gated", gates={"plan": "ask"})
        row = await desk.until(read.id, "waiting", "failed")
        assert told(row.gate)["name"] == "plan"
        await desk.command(lambda runs: runs.answer(read.id, AnswerAsk(gate="plan", decision="b")))
        row = await desk.until(read.id, "completed", "failed")
    assert told(row.result)["items"][0] == "b"
    assert models.bill["first"] == 1
    assert row.epoch == 2
    assert [kind for kind in await desk.types(read.id) if kind.startswith("run.")] == [
        "run.queued", "run.started", "run.waiting", "run.queued", "run.resumed", "run.completed",
    ]  # fmt: skip


async def test_parents_wake_when_their_children_end(fresh_db: TestDatabase) -> None:
    async def parent(ctx: RunContext, given: AnyInput) -> TaskResult:
        results = await ctx.children([(f"part{n}", "writer.part", {"words": str(n)}) for n in range(3)])
        return TaskResult(items=[result["items"][0] for result in results])

    async def part(ctx: RunContext, given: AnyInput) -> TaskResult:
        return TaskResult(items=[given.words])

    desk = await make_desk(fresh_db, registry_of(parent=parent, part=part))
    async with desk.working():
        read = await desk.start("writer.parent")
        row = await desk.until(read.id, "completed", "failed")
    assert told(row.result)["items"] == ["0", "1", "2"]
    assert row.generation == 2


async def test_a_failing_child_fails_its_parent_and_retry_tries_only_the_child_again(
    fresh_db: TestDatabase,
) -> None:
    async def parent(ctx: RunContext, given: AnyInput) -> TaskResult:
        await ctx.call("before", ask())
        found = await ctx.child("part", "writer.part", {})
        return TaskResult(items=found["items"])

    async def part(ctx: RunContext, given: AnyInput) -> TaskResult:
        answer = await ctx.call("text", ask())
        return TaskResult(items=[answer.text])

    desk = await make_desk(fresh_db, registry_of(parent=parent, part=part))
    models = ScriptedModels(
        {"text": {"code": "llm-quota", "kind": "UPSTREAM", "title": "No", "retryable": False}}
    )
    async with desk.working(models):
        read = await desk.start("writer.parent")
        row = await desk.until(read.id, "completed", "failed")
        assert told(row.error)["code"] == "llm-quota"
        models.script = {}
        await desk.command(lambda runs: runs.retry(read.id, RetryAsk()))
        row = await desk.until(read.id, "completed")
    assert told(row.result)["items"] == ["One. Two. Three."]
    assert models.bill["before"] == 1


async def test_pause_stops_at_a_sentence_and_resume_goes_on(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(draft=draft))
    models = ScriptedModels({"draft/text": "word " * 10 + "end. " + "more " * 400}, pause_seconds=0.02)
    async with desk.working(models):
        read = await desk.start("writer.draft")
        await _until_said(desk, read.id, "text.rewind")
        await desk.command(lambda runs: runs.pause(read.id))
        row = await desk.until(read.id, "paused", seconds=5)
        assert told(row.gate)["reason"] == "author"
        assert models.cancelled[-1][1] is True
        models.script["draft/text"] = "Short."
        await desk.command(lambda runs: runs.resume(read.id))
        row = await desk.until(read.id, "completed")
    assert told(row.result)["words"] == 1


async def test_cancel_keeps_the_text_that_had_arrived(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(draft=draft))
    models = ScriptedModels({"draft/text": "word " * 400}, pause_seconds=0.02)
    async with desk.working(models):
        read = await desk.start("writer.draft")
        await _until_said(desk, read.id, "text.rewind")
        await asyncio.sleep(0.2)
        await desk.command(lambda runs: runs.cancel(read.id))
        await desk.until(read.id, "cancelled", seconds=5)
    last = (await desk.events(read.id))[-1]
    assert last.type == "run.cancelled"
    assert last.payload["partial"]["proposal"] == "kept"
    assert last.payload["partial"]["text"].startswith("word ")
    assert models.cancelled[-1][1] is False


async def test_cancel_reaches_a_waiting_parent_and_its_running_child(fresh_db: TestDatabase) -> None:
    async def parent(ctx: RunContext, given: AnyInput) -> TaskResult:
        await ctx.child("part", "writer.draft", {})
        return TaskResult(items=[1])

    desk = await make_desk(fresh_db, registry_of(parent=parent, draft=draft))
    models = ScriptedModels(hold=asyncio.Event())
    async with desk.working(models):
        read = await desk.start("writer.parent")
        await desk.until(read.id, "waiting")
        async with asyncio.timeout(5):
            while not models.requests:
                await asyncio.sleep(0.02)
        child_id = models.requests[0].run_id
        assert child_id is not None
        await desk.command(lambda runs: runs.cancel(read.id))
        assert (await desk.run(read.id)).state == "cancelled"
        await desk.until(child_id, "cancelled", seconds=5)
        await asyncio.sleep(0.5)
        assert (await desk.run(read.id)).state == "cancelled"


async def test_a_steer_now_starts_the_step_over_with_the_steer(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(draft=draft))
    models = ScriptedModels({"draft/text": "word " * 300}, pause_seconds=0.02)
    async with desk.working(models):
        read = await desk.start("writer.draft")
        await _until_said(desk, read.id, "text.rewind")
        models.script["draft/text"] = "Darker now."
        await desk.command(lambda runs: runs.steer(read.id, SteerAsk(text="Darker.", when="now")))
        row = await desk.until(read.id, "completed", "failed", seconds=8)
    assert row.attempt == 2
    assert models.requests[-1].data == {"steers": ["Darker."]}
    assert models.requests[-1].try_ == 2
    assert told(row.result)["words"] == 2
    assert "steer.applied" in await desk.types(read.id)


async def test_what_passes_by_itself_makes_the_run_rest_and_go_on(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(draft=draft))
    limited = {
        "code": "llm-rate-limited",
        "kind": "UPSTREAM",
        "title": "Slow down",
        "retryable": False,
        "retry_after": 1,
    }
    models = ScriptedModels({"draft/text": limited})
    async with desk.working(models):
        read = await desk.start("writer.draft")
        row = await desk.until(read.id, "paused", "failed")
        assert told(row.gate)["reason"] == "rate-limited"
        models.script = {}
        row = await desk.until(read.id, "completed", seconds=10)
    assert told(row.result)["words"] == 3


@pytest.mark.parametrize(("slow_for", "ends"), [(1, "completed"), (100, "paused")])
async def test_a_database_that_stalls_is_waited_for_and_then_rested_for(
    fresh_db: TestDatabase, monkeypatch: pytest.MonkeyPatch, slow_for: int, ends: str
) -> None:
    times = 0

    async def stalled(session: AsyncSession) -> dict[str, Any]:
        nonlocal times
        times += 1
        if times <= slow_for:
            await session.execute(text("SET LOCAL statement_timeout = 20"))
            await session.execute(text("SELECT pg_sleep(5)"))
        return {}

    async def patient(ctx: RunContext, given: AnyInput) -> TaskResult:
        await ctx.write("save", stalled)
        return TaskResult(versions=["v1"], words=1)

    monkeypatch.setattr(patiently, "__kwdefaults__", {"seconds": 0.5})
    desk = await make_desk(fresh_db, registry_of(draft=patient))
    async with desk.working(ScriptedModels()):
        read = await desk.start("writer.draft")
        row = await desk.until(read.id, "completed", "failed", "paused")
    assert row.state == ends
    if ends == "paused":
        assert told(row.gate)["reason"] == "store-down"
        assert told(row.error)["code"] == "store-unavailable"


async def _until_said(desk: Desk, run_id: UUID, kind: str) -> None:
    async with asyncio.timeout(5):
        while kind not in await desk.types(run_id):
            await asyncio.sleep(0.02)
