"""Answers that cannot be used: a run repairs them, asks its author in the end, and asks no model for ever."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from factories.runs import AnyInput, Desk, ScriptedModels, make_desk, registry_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.model_client.schemas import Message
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID, DEMO_MODEL
from infinite_scribe.runs.models import Run
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.wire import AnswerAsk, RunRead
from servers.databases import TestDatabase

NO = "I would begin quietly."
LOOP = "and then he counted the lamps on the sill once more and again " * 6
REFUSED = {
    "code": "llm-refused",
    "kind": "UPSTREAM",
    "title": "No",
    "detail": "I cannot write this.",
    "retryable": False,
}
DONE = ("completed", "failed", "waiting")


class Step(BaseModel):
    text: str = Field(min_length=1)
    weight: int = 1


class Steps(BaseModel):
    steps: list[Step] = Field(min_length=2)


def ask(**members: Any) -> ModelRequest:
    words = [Message(role="system", text="You plan."), Message(role="user", text="Go.")]
    return ModelRequest(messages=words, max_tokens=100, **members)


async def typed(ctx: RunContext, given: AnyInput) -> TaskResult:
    answer = await ctx.call("steps", ask(output=Steps))
    if given.words:
        await ctx.gate("plan", "Like this?", [{"id": "a"}], "a", ask=True)
    return TaskResult(items=[one.text for one in answer.output.steps], words=len(answer.dropped))


async def prose(ctx: RunContext, given: AnyInput) -> TaskResult:
    answer = await ctx.call("text", ask())
    return TaskResult(items=[answer.text, answer.taken])


async def desk_of(db: TestDatabase) -> Desk:
    return await make_desk(db, registry_of(typed=typed, prose=prose))


async def answered(desk: Desk, run: Run, decision: str, text: str | None = None) -> Run:
    gate = (run.gate or {})["name"]
    await desk.command(lambda runs: runs.answer(run.id, AnswerAsk(gate=gate, decision=decision, text=text)))
    return await desk.until(run.id, *DONE)


async def read(desk: Desk, run: Run) -> RunRead:
    found: list[RunRead] = []

    async def look(runs: Any) -> None:
        found.append(await runs.read(run.id))

    await desk.command(look)
    return found[0]


async def test_a_form_that_nobody_kept_is_put_to_the_author_who_writes_it(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    models = ScriptedModels({"steps": NO})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.typed")).id, *DONE)
        assert run.state == "waiting"
        gate = run.gate or {}
        assert gate["name"] == "structure"
        assert gate["raw"] == NO
        assert "TEXT:" in gate["form"]
        assert [one["id"] for one in gate["options"]] == ["retry", "code", "write", "stop"]
        assert "4" in gate["question"]
        run = await answered(desk, run, "write", "TEXT: only one")
        assert run.state == "waiting", "one step is too few"
        run = await answered(desk, run, "write", "[steps]\nTEXT: First.\n\n[steps]\nTEXT: Second.")
    assert (run.result or {})["items"] == ["First.", "Second."]
    assert [one.rung for one in models.requests[:4]] == [None, "json", "fenced", "lite"]
    assert len(models.bill) == 1
    assert models.bill["steps"] == 4
    told = await read(desk, run)
    assert told.rungs == {"native": 1, "json": 1, "fenced": 1, "lite": 1, "author": 1}


async def test_the_author_can_have_it_asked_again_or_made_without_a_model(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    good = {"steps": [{"text": "One."}, {"text": "Two."}]}
    models = ScriptedModels({"steps": [NO] * 8 + [good]})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.typed")).id, *DONE)
        run = await answered(desk, run, "retry")
        assert run.state == "waiting"
        assert models.bill["steps"] == 8
        run = await answered(desk, run, "code")
    assert (run.result or {})["items"] == ["One.", "Two."]
    last = models.requests[-1]
    assert (last.endpoint_id, last.model, last.no) == (DEMO_ENDPOINT_ID, DEMO_MODEL, 9)
    assert (await read(desk, run)).rungs["code"] == 1


async def test_who_allowed_it_beforehand_is_not_asked(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    models = ScriptedModels({"steps": [NO] * 4 + [{"steps": [{"text": "One."}, {"text": "Two."}]}]})
    async with desk.working(models):
        started = await desk.start("writer.typed", gates={"structure": "code"})
        run = await desk.until(started.id, *DONE)
    assert run.state == "completed"
    assert models.requests[-1].model == DEMO_MODEL


async def test_to_stop_is_an_answer_and_a_conversation_is_not_left_waiting(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    async with desk.working(ScriptedModels({"steps": NO})):
        run = await desk.until((await desk.start("writer.typed")).id, *DONE)
        run = await answered(desk, run, "stop")
        assert (run.error or {})["code"] == "llm-bad-structure"
        assert run.state == "failed"


async def test_a_mended_answer_is_remembered_as_it_was_mended(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    broken = {"steps": [{"text": "One."}, {"text": ""}, {"text": "Three.", "weight": "a good many"}]}
    models = ScriptedModels({"steps": [broken, {"steps": [{"text": "Two."}, {"text": "Three."}]}]})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.typed", words="x")).id, *DONE)
        assert (run.gate or {})["name"] == "plan"
        run = await answered(desk, run, "a")
    assert (run.result or {})["items"] == ["One.", "Two.", "Three."]
    assert models.bill["steps"] == 2
    assert (await read(desk, run)).rungs == {"native": 1, "errors": 1}


async def test_an_item_left_out_is_told(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    models = ScriptedModels({"steps": {"steps": [{"text": "One."}, {"text": ""}, {"text": "Three."}]}})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.typed")).id, *DONE)
    assert (run.result or {})["items"] == ["One.", "Three."]
    (event,) = [one for one in await desk.events(run.id) if one.type == "call.finished"]
    (why,) = event.payload["dropped"]
    assert why.startswith("steps.2: text")
    assert (await read(desk, run)).dropped == 1


@pytest.mark.parametrize("way", ["loop", "language"])
async def test_prose_that_stays_unusable_ends_at_a_question(fresh_db: TestDatabase, way: str) -> None:
    desk = await desk_of(fresh_db)
    text = (
        LOOP
        if way == "loop"
        else "他把灯放回窗台，数了三遍，什么也没有说，街上的人都知道今晚不会再有船靠岸了。" * 3
    )
    models = ScriptedModels({"text": text})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.prose")).id, *DONE)
        assert (run.gate or {})["name"] == "prose"
        assert (run.gate or {})["raw"] == text
        assert models.bill["text"] == 3
        told = models.requests[-1].messages[-1].text
        assert ("again and again" if way == "loop" else "write in English") in told
        assert len({one.seed for one in models.requests[:3]}) == 3
        run = await answered(desk, run, "keep")
    assert (run.result or {})["items"] == [text, True]
    assert models.bill["text"] == 3


async def test_a_corrected_text_is_taken(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    models = ScriptedModels({"text": [LOOP, "She went home."]})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.prose")).id, *DONE)
    assert (run.result or {})["items"] == ["She went home.", False]
    assert "step.retrying" in await desk.types(run.id)


async def test_a_refusal_is_the_authors_to_answer(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    models = ScriptedModels({"text": [REFUSED, "She went home."]})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.prose")).id, *DONE)
        gate = run.gate or {}
        assert gate["name"] == "refused"
        assert "I cannot write this" in gate["question"]
        run = await answered(desk, run, "rephrase", "It happens off the page.")
    assert (run.result or {})["items"] == ["She went home.", False]
    assert models.requests[-1].messages[-1].text.endswith("It happens off the page.")


async def test_the_authors_own_scene_stands_in_for_a_refused_one(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    async with desk.working(ScriptedModels({"text": REFUSED})):
        run = await desk.until((await desk.start("writer.prose")).id, *DONE)
        run = await answered(desk, run, "write", "I wrote it.")
        assert run.state == "completed"
    assert (run.result or {})["items"] == ["I wrote it.", True]


async def test_no_text_at_all_is_a_failure_that_shows_its_cost(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    nothing = {"code": "no-output", "kind": "UPSTREAM", "title": "Nothing", "retryable": False}
    async with desk.working(ScriptedModels({"text": nothing})):
        run = await desk.until((await desk.start("writer.prose")).id, *DONE)
    assert (run.error or {})["code"] == "no-output"
    assert (await desk.events(run.id))[-1].payload["usage"]["input_tokens"] == 10
