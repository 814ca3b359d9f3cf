"""Rewriting a passage: the answer is a proposal beside the text, never a change of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.briefings import briefings, frozen
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.agents.runtime.prompts import load_prompt
from infinite_scribe.agents.runtime.registry import task
from infinite_scribe.agents.runtime.requests import TextTarget
from infinite_scribe.agents.writer.places import spot_of
from infinite_scribe.agents.writer.proposing import Offer, Wanted, ask_prose, different, keep_offer
from infinite_scribe.core.ids import child_id
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.runs.schemas.inputs import RewriteInput, TaskResult

AROUND = 600
"""Characters of text before and after the passage that the writer reads."""
ROOM = 1.6
"""A rewritten passage may be so much longer than it was."""


@task("writer.rewrite")
async def rewrite(ctx: RunContext, given: RewriteInput) -> TaskResult:
    """Rewrite a passage as the author asks; one proposal with the asked number of variants."""
    proposal = child_id(ctx.run.id, "rewrite")
    async with ctx.step("rewrite", title_key="runs.step.rewrite"):
        kept = await ctx.material("rewrite/briefing", lambda session: _brief(session, ctx, given))
        offer = Offer(
            proposal,
            given.scene,
            "replace",
            given.anchor.model_dump(by_alias=True),
            kept["version"],
            given.instruction or given.preset,
        )
        words = given.target_words or language_rules(ctx.run.language).count(given.anchor.quote)
        prompt = load_prompt("writer", "rewrite", ctx.run.language)
        wanted = Wanted(kept, prompt, {}, int(words * ROOM) + 30, lambda _: [])
        readings = [
            await ask_prose(
                ctx, wanted, f"rewrite/text{number}", TextTarget(proposal_id=proposal, variant=number), offer,
                variant=number,
            )
            for number in range(given.variants)
        ]  # fmt: skip
        written = await ctx.write(
            "rewrite/keep", lambda session: keep_offer(session, ctx, offer, different(readings))
        )
    return TaskResult(words=written["words"], proposals=[str(proposal)])


async def _brief(session: AsyncSession, ctx: RunContext, given: RewriteInput) -> dict[str, Any]:
    state = await ManuscriptService.of(session, scope_of(ctx.run)).scene(given.scene)
    spot = spot_of(state.json, given.anchor.model_dump(by_alias=True)).around
    made = await briefings(session, ctx).rewrite(
        given.scene,
        text=spot.text,
        before=spot.before[-AROUND:],
        after=spot.after[:AROUND],
        instruction=given.instruction or "",
        preset=given.preset,
        target_words=given.target_words,
        room=ctx.limits.room,
    )
    return {**frozen(made, ctx), "version": state.version}
