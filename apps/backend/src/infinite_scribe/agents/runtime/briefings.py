"""Briefings as frozen materials of a run: text for the model, twin for the storyteller, manifest for the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.novel_facts import scope_of
from infinite_scribe.briefing.close_reading import CloseReading
from infinite_scribe.briefing.document import Briefing
from infinite_scribe.briefing.profile_service import ProfileBriefings
from infinite_scribe.briefing.service import BriefingService
from infinite_scribe.core.secrets import secret_file
from infinite_scribe.model_client.schemas import PromptPart

LEAST_DROPPED = 40
"""Rows of *What was sent* that are kept about parts that had no room."""


def briefings(session: AsyncSession, ctx: RunContext) -> BriefingService:
    """Return the briefings of the run's novel, fenced by this installation's own key."""
    key = secret_file(ctx.settings.secrets_dir, "fence")
    return BriefingService.of(session, scope_of(ctx.run), key)


def profile_briefings(session: AsyncSession, ctx: RunContext) -> ProfileBriefings:
    """Return the briefings of those who plan, repair and check, fenced by this installation's own key."""
    return ProfileBriefings.of(session, scope_of(ctx.run), secret_file(ctx.settings.secrets_dir, "fence"))


def close_reading(session: AsyncSession, ctx: RunContext) -> CloseReading:
    """Return the texts of the run's novel for those who read closely, fenced by this installation's own key."""
    return CloseReading.of(session, scope_of(ctx.run), secret_file(ctx.settings.secrets_dir, "fence"))


def frozen(briefing: Briefing, ctx: RunContext) -> dict[str, Any]:
    """Return a briefing as it is kept: its twin says language, seed and task too."""
    data = {"language": ctx.run.language, "seed": ctx.run.seed, "task": ctx.run.task, **briefing.data}
    return {"text": briefing.text, "data": data, "manifest": briefing.manifest}


async def freeze_genesis(session: AsyncSession, ctx: RunContext, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the briefing of a genesis task, whose text is its data in words."""
    hidden = {"task", "language", "seed"}
    shown = {name: value for name, value in data.items() if name not in hidden}
    briefing = await briefings(session, ctx).genesis(shown, room=ctx.limits.room)
    return {**frozen(briefing, ctx), "data": {**briefing.data, **{name: data[name] for name in hidden}}}


def parts_of(manifest: Mapping[str, Any]) -> list[PromptPart]:
    """Return the rows of *What was sent*: all that was kept, and the first of what was dropped."""
    rows = [*manifest["items"], *manifest["dropped"][:LEAST_DROPPED]]
    return [
        PromptPart(
            slot=str(row["slot"]),
            item=str(row["handle"] or row["kind"]),
            tokens=int(row["tokens"]),
            reason=str(row["reason"]),
            kept=bool(row["kept"]),
        )
        for row in rows
    ]


def ids_by_handle(manifest: Mapping[str, Any]) -> dict[str, UUID]:
    """Return what the short names of a briefing stand for."""
    return {row["handle"]: UUID(row["id"]) for row in manifest["items"] if row["handle"] and row["id"]}
