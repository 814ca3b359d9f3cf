"""A call sent again with changes: prose becomes a proposal where the first answer went, a typed answer is only shown."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, create_model
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import parts_of
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prose import clean, without_marks
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import CallResult, ModelRequest
from infinite_scribe.agents.writer.errors import NoProseError
from infinite_scribe.calls.errors import CallNotFoundError
from infinite_scribe.calls.sending import Change, filled
from infinite_scribe.calls.service import CallService
from infinite_scribe.core.ids import child_id
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.call_places import place_of_call
from infinite_scribe.manuscript.service import ManuscriptService, Origin, ProposalDraft, blocks_from_text
from infinite_scribe.prompts.rules import version_of
from infinite_scribe.runs.schemas.inputs import ReplayInput, ReplayResult


@task("writer.replay")
async def replay(ctx: RunContext, given: ReplayInput) -> ReplayResult:
    """Send the words of an earlier call of this book again; nothing is written that the author did not accept.

    Raises `CallNotFoundError` (also for a call of another book), `CallForgottenError`, `ReplayVariablesError`.
    """
    async with ctx.step("replay", title_key="runs.step.replay"):
        kept = await ctx.material("replay/sent", lambda session: _sent(session, ctx, given))
        answer = await ctx.call("replay/ask", _request(kept))
        if kept["form"] is not None:
            return ReplayResult(call=str(answer.call_id), of=str(given.call))
        text = clean(answer.text, stopped_by_length=answer.finish_reason != "stop").text
        if not without_marks(text):
            raise NoProseError(faults=["the answer held no prose"])
        offered = await ctx.write("replay/offer", lambda session: _offer(session, ctx, given, answer, text))
    return ReplayResult(
        call=str(answer.call_id), of=str(given.call), proposals=offered["proposals"], words=offered["words"]
    )


async def _sent(session: AsyncSession, ctx: RunContext, given: ReplayInput) -> dict[str, Any]:
    """Return the changed words of the call with its settings, and the receipt of what is sent now."""
    call = await CallService.of(session).sent(given.call)
    if call.novel_id != ctx.run.novel_id:
        raise CallNotFoundError
    change = Change(frozenset(given.without), given.system, given.task)
    again = call.sent.again(change)
    version = call.prompt_version
    if given.system is not None or given.task is not None:
        version = f"edited:{version_of(*_halves(again.wording))}"
    return {
        "wording": [list(one) for one in zip(again.roles, again.wording, strict=True)],
        "values": dict(again.values),
        "later": [dict(one) for one in again.later],
        "data": {**again.data, "task": again.data.get("task") or call.task},
        "form": call.request.get("output_schema"),
        "manifest": {**call.manifest, "items": again.items, "dropped": again.dropped},
        "role": call.role,
        "prompt": {"name": call.prompt_name, "version": version},
        "max_tokens": call.request.get("max_tokens") or 1_000,
        "temperature": call.request.get("temperature"),
        # With the same seed what differs comes from the change; without a change another draw is wanted.
        "seed": None if change.is_none else call.request.get("seed"),
    }


def _halves(wording: tuple[str, ...]) -> tuple[str, str]:
    """Return the two texts of a prompt; a call without a system message has an empty first one."""
    return (wording[0], wording[1]) if len(wording) > 1 else ("", "".join(wording))


def _request(kept: dict[str, Any]) -> ModelRequest:
    most = int(kept["max_tokens"])
    return ModelRequest(
        messages=filled(kept["wording"], kept["values"], kept["later"]),
        max_tokens=most,
        min_tokens=min(most, most // 4 + 1),
        data=kept["data"],
        output=None if kept["form"] is None else form_of(kept["form"]),
        temperature=kept["temperature"],
        prompt_name=kept["prompt"]["name"],
        prompt_version=kept["prompt"]["version"],
        manifest=parts_of(kept["manifest"]),
        receipt=kept["manifest"],
        role=kept["role"],
        seed=kept["seed"],
    )


def form_of(schema: dict[str, Any]) -> type[BaseModel]:
    """Return the form of a typed answer by its stored schema; any object with its members is an answer."""
    required = set(schema.get("required") or [])
    members: dict[str, Any] = {
        name: (Any, ... if name in required else None) for name in schema.get("properties") or {}
    }

    class Stored(BaseModel):
        model_config = ConfigDict(extra="allow")

        @classmethod
        def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
            return schema

    return create_model("Answer", __base__=Stored, **members)


async def _offer(
    session: AsyncSession, ctx: RunContext, given: ReplayInput, answer: CallResult, text: str
) -> dict[str, Any]:
    """Store the answer as a proposal where the first one went; without such a place it is only shown."""
    scope = scope_of(ctx.run)
    words = language_rules(ctx.run.language).count(without_marks(text))
    place = await place_of_call(session, scope, given.call)
    if place is None:
        return {"proposals": [], "words": words}
    origin = Origin(run=str(ctx.run.id), call=str(answer.call_id), demo=answer.demo)
    blocks = [block.node for block in blocks_from_text(text, origin)]
    made = await ManuscriptService.of(session, scope).proposals.store(
        ProposalDraft(
            id=child_id(ctx.run.id, "replay"),
            scene_id=place.scene_id,
            kind=place.kind,
            variants=[{"id": "1", "blocks": blocks, "words": words, "complete": True}],
            anchor=place.anchor,
            base_version=place.version,
            model=answer.model,
            demo=answer.demo,
            run_id=ctx.run.id,
            calls=[str(answer.call_id)],
            usage={
                "input_tokens": answer.usage.input_tokens,
                "output_tokens": answer.usage.output_tokens,
            },
        )
    )
    return {"proposals": [str(made.id)], "words": words}
