"""Where the prose of a model call went, so that another answer to the same question can be offered there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.models import Proposal, SceneLive, SceneVersion
from infinite_scribe.manuscript.placing import LostPlaceError, find_span
from infinite_scribe.manuscript.proposals import end_anchor
from infinite_scribe.manuscript.repository import TextRows
from infinite_scribe.novels.access import NovelScope

_OFFERED = {"insert": "insert", "beat": "insert", "replace": "replace"}
"""What a new answer is offered as, by what the first one was offered as."""


@dataclass(frozen=True)
class CallPlace:
    """A place for a proposal in a scene as it is now; without an anchor it is the end of an empty scene."""

    scene_id: UUID
    kind: str
    anchor: dict[str, Any] | None
    version: int


async def place_of_call(session: AsyncSession, scope: NovelScope, call_id: UUID) -> CallPlace | None:
    """Return where a call's prose was offered, or stands; None when there is no such place (any more)."""
    offered = await session.scalar(
        select(Proposal)
        .where(Proposal.novel_id == scope.novel_id, Proposal.calls.contains([str(call_id)]))
        .order_by(Proposal.id.desc())
        .limit(1)
    )
    if offered is None or offered.anchor is None:
        scene_id = offered.scene_id if offered is not None else await _drafted(session, scope, call_id)
        return await _behind(session, scope, call_id, scene_id)
    rows = TextRows(session, scope.novel_id)
    live = await rows.live(offered.scene_id)
    version = await rows.version(live.version_id) if live is not None else None
    if live is None or version is None or offered.kind not in _OFFERED:
        return None
    try:
        find_span(version.json, offered.anchor)
    except LostPlaceError:
        return None
    return CallPlace(live.scene_id, _OFFERED[offered.kind], offered.anchor, live.version)


async def _drafted(session: AsyncSession, scope: NovelScope, call_id: UUID) -> UUID | None:
    """Return the scene whose draft is from a call, or in which blocks of it stand: a scene has one call for each beat."""
    mine = SceneVersion.novel_id == scope.novel_id
    drafted = await session.scalar(
        select(SceneVersion.scene_id).where(mine, SceneVersion.call_id == call_id).limit(1)
    )
    return drafted or await session.scalar(
        select(SceneVersion.scene_id)
        .join(SceneLive, SceneLive.version_id == SceneVersion.id)
        .where(mine, cast(SceneVersion.json, Text).contains(str(call_id)))
        .limit(1)
    )


async def _behind(
    session: AsyncSession, scope: NovelScope, call_id: UUID, scene_id: UUID | None
) -> CallPlace | None:
    """Return the place behind a call's last block in a scene; behind all of it where none stands there any more."""
    rows = TextRows(session, scope.novel_id)
    live = await rows.live(scene_id) if scene_id is not None else None
    version = await rows.version(live.version_id) if live is not None else None
    if live is None or version is None:
        return None
    blocks = [] if doc.is_empty(version.json) else list(doc.prose_blocks(version.json))
    mine = set(doc.origins(version.json).get(str(call_id), []))
    last = [one for one in blocks if one.pid in mine][-1:] or blocks[-1:]
    return CallPlace(live.scene_id, "insert", end_anchor(last[0]) if last else None, live.version)
