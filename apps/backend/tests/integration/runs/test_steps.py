"""What the author sees of a run's steps: each that asked a model leads to its receipt, whatever the call's path."""

from __future__ import annotations

from factories.runs import AnyInput, ScriptedModels, make_desk, registry_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.runs.schemas.inputs import TaskResult
from servers.databases import TestDatabase

ASK = ModelRequest(messages=[Message(role="user", text="Go.")], max_tokens=100)


async def stages(ctx: RunContext, given: AnyInput) -> TaskResult:
    async with ctx.step("complete-theme", title_key="k.theme"):
        await ctx.call("complete/ask", ASK)
    async with ctx.step("chapter", title_key="k.chapter"):
        async with ctx.step("chapter/beats", title_key="k.beats"):
            await ctx.call("elsewhere/ask", ASK)
            await ctx.output("finding", 0, {"rule": "P-CAST"})
        await ctx.call("chapter/beats-again", ASK)
        await ctx.output("scene_card", 0, {"title": "Dawn"})
    async with ctx.step("index", title_key="k.index"):
        await ctx.write("index/rows", _one)
    return TaskResult(items=[1])


async def _one(_: object) -> int:
    return 1


async def test_each_step_that_asked_a_model_has_its_receipt(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(stages=stages))
    models = ScriptedModels()
    async with desk.working(models):
        read = await desk.start("writer.stages")
        await desk.until(read.id, "completed")
    calls = {step.path: step.output["call"] for step in await desk.steps(read.id) if step.kind == "call"}
    async with fresh_db.api.transaction(desk.scope) as session:
        steps = await desk.service(session).steps(read.id)
    assert {step.path: step.call_id and str(step.call_id) for step in steps} == {
        "complete-theme": calls["complete/ask"],
        "chapter": calls["chapter/beats-again"],
        "chapter/beats": calls["elsewhere/ask"],
        "index": None,
    }
    asked = [step for step in steps if step.call_id is not None]
    assert all(step.usage is not None and step.usage.output_tokens == 5 for step in asked)
    assert {step.state for step in steps} == {"completed"}
    made = {step.path: [(one.kind, one.value) for one in step.outputs] for step in steps if step.outputs}
    assert made == {
        "chapter/beats": [("finding", {"rule": "P-CAST"})], "chapter": [("scene_card", {"title": "Dawn"})],
    }  # fmt: skip
