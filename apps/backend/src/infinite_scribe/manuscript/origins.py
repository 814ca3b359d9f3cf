"""Where the text of model calls may stand, without reading the text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.db.sql.arrays import one_of
from infinite_scribe.manuscript.models import Proposal, SceneLive, SceneVersion
from infinite_scribe.novels.access import NovelScope

_CARRIES = ("split", "merge")
"""Kinds of versions into which text came from another scene, with the calls it is from."""


@dataclass(frozen=True)
class TextOrigins:
    """Origins of one novel's text."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> TextOrigins:
        """Return the origins of the scope's novel."""
        return cls(session, scope)

    async def scenes_of(self, calls: Collection[UUID]) -> set[UUID]:
        """Return the scenes that had text of these calls as a version or a proposal; see `carrying` for the rest."""
        if not calls:
            return set()
        versions = select(SceneVersion.scene_id).where(
            SceneVersion.novel_id == self.scope.novel_id, one_of(SceneVersion.call_id, calls)
        )
        named = literal([str(one) for one in sorted(calls)], ARRAY(Text))
        proposals = select(Proposal.scene_id).where(
            Proposal.novel_id == self.scope.novel_id, Proposal.calls.has_any(named)
        )
        return set(await self.session.scalars(versions.union(proposals)))

    async def carrying(self) -> set[UUID]:
        """Return the scenes into which text came from another scene, with whatever calls it is from."""
        found = select(SceneVersion.scene_id).where(
            SceneVersion.novel_id == self.scope.novel_id, SceneVersion.kind.in_(_CARRIES)
        )
        return set(await self.session.scalars(found.distinct()))

    async def versions(self) -> dict[UUID, int]:
        """Return the live version of every scene in which there are words."""
        rows = await self.session.execute(
            select(SceneLive.scene_id, SceneLive.version).where(
                SceneLive.novel_id == self.scope.novel_id, SceneLive.words > 0
            )
        )
        return {row.scene_id: row.version for row in rows}
