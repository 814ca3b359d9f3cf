"""The end of a chapter, where the author wants it read: cold, for contradictions, and marked by a judge that was tried."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.judges import trusted_judges
from infinite_scribe.runs.errors import ChildFailedError

_UNTRIED = {"rule": "judge", "reason": "uncalibrated", "count": 1}


async def read_over(ctx: RunContext, chapter: UUID, *, prefix: str) -> dict[str, Any]:
    """Return how many doubts a cold reading had, and the chapter's marks. A judge that was not tried is not paid for.

    A reading that fails is named among what was not evaluated: the chapter stands without it.
    """
    cold = await _reading(ctx, f"{prefix}/cold", "editor.cold_read", chapter)
    missed = [_failed("cold_read")] if cold is None else []
    read = {"chapter": str(chapter), "doubts": len((cold or {}).get("items", ()))}
    unread = {**read, "marks": [], "unmarked": [], "dropped": 0}
    if not await ctx.read(f"{prefix}/judge", partial(_tried, ctx=ctx)):
        return {**unread, "not_evaluated": [*missed, _UNTRIED]}
    judged = await _reading(ctx, f"{prefix}/marks", "editor.judge", chapter)
    if judged is None:
        return {**unread, "not_evaluated": [*missed, _failed("judge")]}
    told = {name: judged[name] for name in ("marks", "unmarked", "dropped")}
    return {**read, **told, "not_evaluated": [*missed, *judged["not_evaluated"]]}


async def _reading(ctx: RunContext, path: str, task: str, chapter: UUID) -> dict[str, Any] | None:
    """Return what a reading found, None when it failed. Raises `ChildFailedError` when it was cancelled."""
    try:
        return await ctx.child(path, task, {"chapter": str(chapter)})
    except ChildFailedError as error:
        if error.code == "cancelled":
            raise
        return None


def _failed(rule: str) -> dict[str, Any]:
    return {"rule": rule, "reason": "failed", "count": 1}


async def _tried(session: AsyncSession, *, ctx: RunContext) -> bool:
    return bool(await trusted_judges(session, ctx, "marks"))
