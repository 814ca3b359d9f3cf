"""The end of a chapter, where the author wants it read: cold, for contradictions, and marked by a judge that was tried."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.providers.judges import JudgeService

_UNTRIED = {"rule": "judge", "reason": "uncalibrated", "count": 1}


async def read_over(ctx: RunContext, chapter: UUID, *, prefix: str) -> dict[str, Any]:
    """Return how many doubts a cold reading had, and the chapter's marks. A judge that was not tried is not paid for."""
    cold = await ctx.child(f"{prefix}/cold", "editor.cold_read", {"chapter": str(chapter)})
    read = {"chapter": str(chapter), "doubts": len(cold["items"])}
    if not await ctx.read(f"{prefix}/judge", partial(_tried, ctx=ctx)):
        return {**read, "marks": [], "unmarked": [], "dropped": 0, "not_evaluated": [_UNTRIED]}
    judged = await ctx.child(f"{prefix}/marks", "editor.judge", {"chapter": str(chapter)})
    return {**read, **{name: judged[name] for name in ("marks", "unmarked", "dropped", "not_evaluated")}}


async def _tried(session: AsyncSession, *, ctx: RunContext) -> bool:
    judges = JudgeService.of(session, ctx.run.user_id)
    novel, override = ctx.run.novel_id, ctx.run.model_override
    return bool(await judges.trusted_models("marks", ctx.run.language, novel, override))
