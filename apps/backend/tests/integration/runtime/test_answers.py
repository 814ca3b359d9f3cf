"""Answers that cannot be used: a run repairs them, asks its author in the end, and asks no model for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel, Field

from factories.novels import make_novel, make_user
from factories.providers import make_endpoint
from factories.runs import AnyInput, Desk, ScriptedModels, make_desk, registry_of, settings_for, test_spec
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.light import LightContext
from infinite_scribe.agents.runtime.questions import models_to_offer
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.model_client.schemas import CallEvent, CallRequest, CallState, Message
from infinite_scribe.providers.privacy import PrivateModeService
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID, DEMO_MODEL
from infinite_scribe.runs.errors import CallFailedError
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
NOTHING = {"code": "no-output", "kind": "UPSTREAM", "title": "Nothing", "retryable": False}
TWO = {"steps": [{"text": "One."}, {"text": "Two."}]}
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


async def optional(ctx: RunContext, given: AnyInput) -> TaskResult:
    answer = await ctx.call("steps", ask(output=Steps, optional=True))
    return TaskResult(items=[one.text for one in answer.output.steps])


async def desk_of(db: TestDatabase) -> Desk:
    return await make_desk(db, registry_of(typed=typed, prose=prose, optional=optional))


def with_calls(desk: Desk, calls: int) -> Desk:
    """Return the desk of an operator who let a model be asked another number of times."""
    llm = desk.settings.llm.model_copy(update={"answer_calls": calls})
    return replace(desk, settings=desk.settings.model_copy(update={"llm": llm}))


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


async def test_no_text_at_all_is_asked_for_again_and_then_put_to_the_author(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    models = ScriptedModels({"text": NOTHING})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.prose")).id, *DONE)
        gate = run.gate or {}
        assert gate["name"] == "prose"
        assert "no prose" in gate["question"]
        assert "keep" not in [one["id"] for one in gate["options"]]
        assert [one.no for one in models.requests if not one.fallback] == [1, 2, 3]
        run = await answered(desk, run, "stop")
    assert (run.error or {})["code"] == "llm-unusable-text"
    assert (await desk.events(run.id))[-1].payload["usage"]["input_tokens"] == 30


async def test_a_further_model_is_asked_when_the_first_says_nothing(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    models = ScriptedModels({"text": [NOTHING] * 3 + ["She went home."]}, further=1)
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.prose")).id, *DONE)
    assert (run.result or {})["items"] == ["She went home.", False]
    assert models.requests[-1].fallback == 1


@pytest.mark.parametrize("changed", ["models", "calls"])
@pytest.mark.parametrize("task", ["typed", "prose"])
async def test_a_waiting_run_outlives_a_change_of_settings(
    fresh_db: TestDatabase, task: str, changed: str
) -> None:
    desk = await desk_of(fresh_db)
    path, bad, good = {
        "typed": ("steps", NO, TWO),
        "prose": ("text", LOOP, "She went home."),
    }[task]
    round_ = 4 if task == "typed" else 3
    models = ScriptedModels({path: [bad] * 2 * round_ + [good]})
    async with desk.working(models):
        run = await desk.until((await desk.start(f"writer.{task}")).id, *DONE)
        run = await answered(desk, run, "retry")
        assert run.state == "waiting"
    if changed == "models":
        models.further = 1
    else:
        desk = with_calls(desk, 3)
    asked = len(models.requests)
    async with desk.working(models):
        run = await answered(desk, run, "retry")
    assert run.state == "completed", run.error
    assert [one.no for one in models.requests[asked:]] == [2 * round_ + 1], "a lost round was asked again"
    (told,) = [one for one in await desk.events(run.id) if one.type == "call.finished"]
    assert told.payload["usage"]["input_tokens"] == 10
    assert (await desk.events(run.id))[-1].payload["usage"]["input_tokens"] == 10 * (2 * round_ + 1)
    if task == "typed":
        assert (await read(desk, run)).rungs["lite"] == 2


async def test_an_answer_under_way_outlives_another_number_of_calls(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    limited = {"code": "llm-rate-limited", "kind": "RATE_LIMITED", "title": "Later", "retryable": False}
    models = ScriptedModels({"steps": [NO, limited]})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.typed")).id, *DONE, "paused")
        assert run.state == "paused"
    models.script["steps"] = [NO, TWO]
    desk = with_calls(desk, 2)
    async with desk.working(models):
        await desk.command(lambda runs: runs.resume(run.id))
        run = await desk.until(run.id, *DONE)
    assert run.state == "completed", run.error


async def test_a_chosen_model_that_fails_leaves_the_question_open(fresh_db: TestDatabase) -> None:
    desk = await desk_of(fresh_db)
    shut = {"code": "llm-auth", "kind": "UPSTREAM", "title": "The key was refused", "retryable": False}
    models = ScriptedModels({"steps": [NO] * 4 + [shut, TWO], "text": [LOOP] * 3 + [shut]})
    async with desk.working(models):
        run = await desk.until((await desk.start("writer.typed")).id, *DONE)
        run = await answered(desk, run, "code")
        assert run.state == "waiting", run.error
        assert (run.gate or {})["name"] == "unreachable"
        assert "The key was refused" in (run.gate or {})["question"]
        run = await answered(desk, run, "retry")
        assert (run.result or {})["items"] == ["One.", "Two."]
        run = await desk.until((await desk.start("writer.prose")).id, *DONE)
        run = await answered(desk, run, "code")
        assert (run.gate or {})["raw"] == LOOP
        run = await answered(desk, run, "stop")
    assert (run.error or {})["code"] == "llm-auth"


@pytest.mark.parametrize("private", [False, True])
async def test_models_are_offered_that_the_payer_may_ask(fresh_db: TestDatabase, private: bool) -> None:
    payer, other = await make_user(fresh_db.owner), await make_user(fresh_db.owner)
    novel = await make_novel(fresh_db.api, payer)
    scope = RowScope(user_id=payer)
    for who, model, local in ((payer, "far/one", False), (payer, "near/one", True), (other, "own", True)):
        await make_endpoint(fresh_db.owner, who, "http://x", models=[model], local=local)
    if private:
        async with fresh_db.api.transaction(scope) as session:
            await PrivateModeService.of(session, payer).switch(True)
    async with fresh_db.agent.transaction(RowScope(user_id=other, novel_id=novel)) as session:
        found = [name for _, name in await models_to_offer(session, payer, novel)]
    assert found == (["near/one"] if private else ["far/one", "near/one"])


@pytest.mark.parametrize("way", ["shut", "optional"])
async def test_the_storyteller_stands_in_only_where_it_may(fresh_db: TestDatabase, way: str) -> None:
    desk = await desk_of(fresh_db)
    if way == "shut":
        demo = desk.settings.demo.model_copy(update={"enabled": False})
        desk = replace(desk, settings=desk.settings.model_copy(update={"demo": demo}))
    models = ScriptedModels({"steps": NO})
    async with desk.working(models):
        task = "writer.typed" if way == "shut" else "writer.optional"
        started = await desk.start(task, gates={"structure": "code"})
        run = await desk.until(started.id, *DONE)
    assert all(one.model != DEMO_MODEL for one in models.requests)
    assert run.state == ("waiting" if way == "shut" else "failed")


async def test_a_light_answer_without_an_end_is_a_failure(fresh_db: TestDatabase) -> None:
    class Mute(ScriptedModels):
        async def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
            yield CallState(call_id=new_id(), state="dialled")

    for output in (Steps, None):
        light = LightContext(
            test_spec("writer.light"), "k", new_id(), None, "en", Mute(), fresh_db.agent, settings_for()
        )
        with pytest.raises(CallFailedError) as error:
            [one async for one in light.ask(ask(output=output))]
        assert error.value.code == "llm-cut"
