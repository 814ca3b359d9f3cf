"""Where the prose of a model call went, so that another answer to the same question can be offered there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.models import Proposal, SceneVersion
from infinite_scribe.manuscript.placing import LostPlaceError, find_span
from infinite_scribe.manuscript.proposals import end_anchor
from infinite_scribe.manuscript.repository import TextRows
from infinite_scribe.novels.access import NovelScope

_OFFERED = frozenset({"insert", "replace"})


@dataclass(frozen=True)
class CallPlace:
    """A place for a proposal in a scene as it is now; without an anchor it is the end of an empty scene."""

    scene_id: UUID
    kind: str
    anchor: dict[str, Any] | None
    version: int


async def place_of_call(session: AsyncSession, scope: NovelScope, call_id: UUID) -> CallPlace | None:
    """Return where a call's prose was offered or drafted; None when there is no such place (any more)."""
    offered = await session.scalar(
        select(Proposal)
        .where(Proposal.novel_id == scope.novel_id, Proposal.calls.contains([str(call_id)]))
        .order_by(Proposal.id.desc())
        .limit(1)
    )
    drafted = await session.scalar(
        select(SceneVersion.scene_id)
        .where(SceneVersion.novel_id == scope.novel_id, SceneVersion.call_id == call_id)
        .limit(1)
    )
    scene_id = offered.scene_id if offered is not None else drafted
    rows = TextRows(session, scope.novel_id)
    live = await rows.live(scene_id) if scene_id is not None else None
    version = await rows.version(live.version_id) if live is not None else None
    if live is None or version is None:
        return None
    if offered is None or offered.anchor is None:
        last = list(doc.prose_blocks(version.json))[-1:]
        anchor = end_anchor(last[0]) if last and not doc.is_empty(version.json) else None
        return CallPlace(live.scene_id, "insert", anchor, live.version)
    if offered.kind not in _OFFERED:
        return None
    try:
        find_span(version.json, offered.anchor)
    except LostPlaceError:
        return None
    return CallPlace(live.scene_id, offered.kind, offered.anchor, live.version)
