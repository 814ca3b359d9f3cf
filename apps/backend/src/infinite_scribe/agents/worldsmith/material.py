"""What the worldsmith reads before it answers a message: the message, the stages so far, the author's wishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import freeze_genesis, parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import novel_facts, scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.requests import ModelRequest
from infinite_scribe.genesis.conversation import Conversation
from infinite_scribe.genesis.errors import RoundNotFoundError
from infinite_scribe.genesis.rules import Stage
from infinite_scribe.genesis.service import GenesisService
from infinite_scribe.runs.schemas.inputs import RoundInput


async def work_of(ctx: RunContext, given: RoundInput) -> dict[str, Any]:
    """Return the message that this run answers, with the book's facts, stages and wishes as they were then.

    Raises `RoundNotFoundError` when the message has ended meanwhile, or belongs to another run.
    """
    if given.round is None:
        raise RoundNotFoundError("This task answers a message of a conversation.")
    wanted = given.round

    async def look(session: AsyncSession) -> dict[str, Any]:
        scope = scope_of(ctx.run)
        conversation = Conversation.of(session, scope)
        work = await conversation.work(wanted, ctx.run.id)
        stages = GenesisService.of(session, scope)
        options = [
            *work["input"].get("option_ids", []), *work["input"].get("keep", []),
        ]  # fmt: skip
        return {
            **work,
            "facts": await novel_facts(session, ctx.run),
            "known": {one.stage: one.draft for one in await stages.stages() if one.draft},
            "stale_because": next(
                (one.stale_because for one in await stages.stages() if one.stage == work["stage"]), None
            ),
            "chapters": await stages.chapters(),
            "wishes": [
                {"text": one.text, "kind": one.kind}
                for one in await stages.constraints()
                if one.scope in {"all", work["stage"]}
            ],
            "options": await stages.option_cards(work["stage"], options),
            "before": await conversation.said_before(Stage(work["stage"]), work["seq"]),
        }

    found: dict[str, Any] = await ctx.material("round/work", look)
    return found


def data_of(ctx: RunContext, work: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    """Return the twin of a question: what every question about a stage holds, and its own members."""
    facts = work["facts"]
    return {
        "task": ctx.run.task, "language": facts["language"], "seed": ctx.run.seed, "stage": work["stage"],
        "idea": facts["idea"][:8_000], "length": facts["length"], "pov": facts["pov"], "tone": facts["tone"],
        "chapters": work["chapters"], "known": work["known"], **members,
    }  # fmt: skip


async def request_of(
    ctx: RunContext,
    path: str,
    prompt_name: str,
    data: Mapping[str, Any],
    variables: Mapping[str, object],
    **rest: Any,
) -> ModelRequest:
    """Return the question with its frozen briefing and receipt; `rest` are the members of the request."""
    prompt = load_prompt("worldsmith", prompt_name, str(data["language"]))
    frozen = await ctx.material(f"{path}/briefing", lambda session: freeze_genesis(session, ctx, data))
    return ModelRequest(
        messages=prompt.messages({"briefing": frozen["text"], **variables}),
        data=frozen["data"],
        manifest=parts_of(frozen["manifest"]),
        receipt=frozen["manifest"],
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        **rest,
    )


async def keep_answer(ctx: RunContext, given: RoundInput, output: Mapping[str, Any]) -> None:
    """Keep the answer of the round; the database counts it as answered in the commit that ends the run."""

    async def keep(session: AsyncSession) -> dict[str, Any]:
        if given.round is not None:
            await Conversation.of(session, scope_of(ctx.run)).answer(given.round, output)
        return {"kept": True}

    await ctx.write("round/keep", keep)
