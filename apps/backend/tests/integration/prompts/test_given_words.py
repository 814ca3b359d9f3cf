"""What a run is given: the wording in force when its attempt began, also after a pause, a death and an edit in between."""

from __future__ import annotations

import asyncio

from factories.runs import AnyInput, Desk, ScriptedModels, make_desk, registry_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.prompts.schemas import PromptWrite
from infinite_scribe.prompts.service import PromptService
from infinite_scribe.runs.schemas.inputs import TaskResult
from infinite_scribe.runs.schemas.wire import AnswerAsk, RetryAsk
from servers.databases import TestDatabase

NAME = "writer.rewrite.en"


async def twice(ctx: RunContext, given: AnyInput) -> TaskResult:
    prompt = load_prompt("writer", "rewrite", "en")
    for path in ("one", "two"):
        async with ctx.step(path, title_key="k"):
            messages = prompt.messages({"briefing": "The sea."})
            await ctx.call(
                f"{path}/ask",
                ModelRequest(
                    messages=messages, max_tokens=50, prompt_name=prompt.name, prompt_version=prompt.version,
                    receipt={"items": [], "dropped": []},
                ),
            )  # fmt: skip
        if path == "one":
            await ctx.gate("go", "Go on?", [{"id": "yes"}], "yes", ask=given.words == "ask")
    return TaskResult(items=[1])


async def word(desk: Desk, system: str, *, novel: bool = True) -> str:
    async with desk.db.api.transaction(desk.scope) as session:
        prompts = PromptService.of(session, desk.user_id, desk.novel_id if novel else None)
        held = (await prompts.read(NAME)).model_dump()["novel" if novel else "mine"]
        saved = await prompts.save(
            NAME,
            PromptWrite(system=system, task="{{briefing}}", replaces=held["version"] if held else None),
        )
        return saved.version


def systems(models: ScriptedModels) -> list[tuple[str, str]]:
    return [(one.messages[0].text[:20], one.prompt_version) for one in models.requests]


async def test_an_own_wording_is_sent_and_its_version_stands_with_the_call(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(twice=twice))
    models = ScriptedModels()
    async with desk.working(models):
        plain = await desk.start("writer.twice")
        await desk.until(plain.id, "completed")
        mine = await word(desk, "Mine.", novel=False)
        run = await desk.start("writer.twice")
        await desk.until(run.id, "completed")
        ours = await word(desk, "The book's.")
        run = await desk.start("writer.twice")
        await desk.until(run.id, "completed")
    shipped = load_prompt("writer", "rewrite", "en")
    assert systems(models) == [
        *[(shipped.system[:20], shipped.version)] * 2,
        *[("Mine.", f"mine:{mine}")] * 2,
        *[("The book's.", f"novel:{ours}")] * 2,
    ]
    assert {one.messages[1].text for one in models.requests[2:]} == {"The sea."}


async def test_a_run_goes_on_in_the_words_it_began_with_and_a_retry_takes_the_new_ones(
    fresh_db: TestDatabase,
) -> None:
    desk = await make_desk(fresh_db, registry_of(twice=twice))
    models = ScriptedModels()
    first = await word(desk, "First.")
    async with desk.working(models):
        run = await desk.start("writer.twice", words="ask")
        await desk.until(run.id, "waiting")
    second = await word(desk, "Second.")
    async with desk.working(models):
        await desk.command(lambda runs: runs.answer(run.id, _yes()))
        await desk.until(run.id, "completed")
    assert systems(models) == [("First.", f"novel:{first}")] * 2
    async with desk.working(models):
        broken = await desk.start("writer.twice", words="ask")
        await desk.until(broken.id, "waiting")
        await desk.command(lambda runs: runs.cancel(broken.id))
        third = await word(desk, "Third.")
        await desk.command(lambda runs: runs.retry(broken.id, RetryAsk()))
        await desk.until(broken.id, "completed", "waiting")
        await desk.command(lambda runs: runs.answer(broken.id, _yes()))
        await desk.until(broken.id, "completed")
    assert systems(models)[2:] == [("Second.", f"novel:{second}"), ("Third.", f"novel:{third}")]


async def test_a_death_in_the_middle_of_a_call_asks_again_in_the_same_words(fresh_db: TestDatabase) -> None:
    desk = await make_desk(fresh_db, registry_of(twice=twice))
    await word(desk, "First.")
    models = ScriptedModels(hold=asyncio.Event())
    async with desk.working(models):
        run = await desk.start("writer.twice")
        async with asyncio.timeout(10):
            while not models.requests:
                await asyncio.sleep(0.02)
    await word(desk, "Second.")
    assert models.hold is not None
    models.hold.set()
    async with desk.working(models):
        await desk.until(run.id, "completed")
    # The same slot with other words would be refused by the journal; it is asked again with the same ones.
    assert {text for text, _ in systems(models)} == {"First."}
    assert len([one for one in models.requests if one.path == "one/ask"]) == 2


def _yes() -> AnswerAsk:
    return AnswerAsk(gate="go", decision="yes")
