"""Which scenes may hold some words: the lexical index asked for whole texts, without reading a line of prose."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.memory.terms import terms
from infinite_scribe.novels.access import NovelScope

_HOLDING = text(
    "SELECT DISTINCT term, scene_id FROM passage_postings "
    "WHERE novel_id = :novel AND term = ANY(CAST(:terms AS text[]))"
)
_VERSIONS = text("SELECT DISTINCT scene_id, version FROM passages WHERE novel_id = :novel")


@dataclass(frozen=True)
class WordScenes:
    """The lexical index of one novel, by scene."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> WordScenes:
        """Return the index of the scope's novel."""
        return cls(session, scope)

    async def holding(self, texts: Collection[str]) -> Mapping[str, frozenset[UUID] | None]:
        """Return, for each text, the scenes that hold all of its words, in any order; None for one without words."""
        wanted = {one: frozenset(terms(one)) for one in texts}
        asked = sorted(frozenset[str]().union(*wanted.values()))
        scenes: dict[str, set[UUID]] = {}
        if asked:
            for row in await self.session.execute(_HOLDING, {"novel": self.scope.novel_id, "terms": asked}):
                scenes.setdefault(row.term, set()).add(row.scene_id)
        return {
            one: frozenset(set.intersection(*(scenes.get(term, set()) for term in words))) if words else None
            for one, words in wanted.items()
        }

    async def versions(self) -> dict[UUID, int]:
        """Return the version of each scene that the index holds."""
        rows = await self.session.execute(_VERSIONS, {"novel": self.scope.novel_id})
        return {row.scene_id: row.version for row in rows}
