"""Where entries are named in the text: counts by scene, and the first place of each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.memory.models import Mention
from infinite_scribe.novels.access import NovelScope


@dataclass(frozen=True)
class SceneMentions:
    """How often a scene names an entry, and the places in it; offsets are UTF-16 code units of a paragraph."""

    scene_id: UUID
    places: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Mentions:
    """Mentions of one novel."""

    session: AsyncSession
    scope: NovelScope

    async def of_entry(self, entity_id: UUID) -> list[SceneMentions]:
        """Return the places where an entry is named, by scene."""
        rows = await self.session.execute(
            select(Mention.scene_id, Mention.pid, Mention.from_offset, Mention.to_offset)
            .where(Mention.novel_id == self.scope.novel_id, Mention.entity_id == entity_id)
            .order_by(Mention.scene_id, Mention.id)
        )
        found: dict[UUID, list[tuple[str, int, int]]] = {}
        for row in rows:
            found.setdefault(row.scene_id, []).append((row.pid, row.from_offset, row.to_offset))
        return [SceneMentions(scene_id, tuple(places)) for scene_id, places in found.items()]

    async def scenes(self) -> dict[UUID, set[UUID]]:
        """Return the scenes that name each entry."""
        rows = await self.session.execute(
            select(Mention.entity_id, Mention.scene_id)
            .where(Mention.novel_id == self.scope.novel_id)
            .group_by(Mention.entity_id, Mention.scene_id)
        )
        found: dict[UUID, set[UUID]] = {}
        for row in rows:
            found.setdefault(row.entity_id, set()).add(row.scene_id)
        return found

    async def count(self, entity_id: UUID) -> int:
        """Return how often the book names an entry."""
        found = await self.session.scalar(
            select(func.count())
            .select_from(Mention)
            .where(Mention.novel_id == self.scope.novel_id, Mention.entity_id == entity_id)
        )
        return int(found or 0)
