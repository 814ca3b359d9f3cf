"""`PassageIndex` in Postgres: exact search with pgvector within one novel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.memory.passage_index import PassageVector
from infinite_scribe.novels.access import NovelScope

_PUT = text(
    "INSERT INTO passage_vectors (passage_id, novel_id, model, dimensions, embedding) "
    "VALUES (:passage, :novel, :model, :dimensions, CAST(:vector AS vector)) "
    "ON CONFLICT (passage_id, model) DO UPDATE SET embedding = excluded.embedding, dimensions = excluded.dimensions"
)
_DROP = text(
    "DELETE FROM passage_vectors WHERE novel_id = :novel AND passage_id IN "
    "(SELECT id FROM passages WHERE novel_id = :novel AND scene_id = :scene)"
)
_QUERY = text(
    "SELECT v.passage_id, 1 - (v.embedding <=> CAST(:vector AS vector)) AS score "
    "FROM passage_vectors v JOIN passages p ON p.id = v.passage_id AND p.novel_id = v.novel_id "
    "WHERE v.novel_id = :novel AND v.model = :model AND v.dimensions = :dimensions "
    "AND (CAST(:scenes AS uuid[]) IS NULL OR p.scene_id = ANY(CAST(:scenes AS uuid[]))) "
    "ORDER BY v.embedding <=> CAST(:vector AS vector), v.passage_id LIMIT :k"
)


def _literal(vector: Sequence[float]) -> str:
    return "[" + ",".join(repr(float(value)) for value in vector) + "]"


async def has_pgvector(session: AsyncSession) -> bool:
    """Return whether this database can search by meaning."""
    found = await session.scalar(text("SELECT to_regclass('passage_vectors') IS NOT NULL"))
    return bool(found)


@dataclass(frozen=True)
class PgvectorPassageIndex:
    """Vectors beside their passages, where the server has pgvector."""

    session: AsyncSession
    scope: NovelScope

    async def put(self, model: str, passages: Sequence[PassageVector]) -> None:
        """See `PassageIndex.put`."""
        for passage in passages:
            await self.session.execute(
                _PUT,
                {
                    "passage": passage.passage_id,
                    "novel": self.scope.novel_id,
                    "model": model,
                    "dimensions": len(passage.vector),
                    "vector": _literal(passage.vector),
                },
            )

    async def drop(self, scene_id: UUID) -> None:
        """See `PassageIndex.drop`."""
        await self.session.execute(_DROP, {"novel": self.scope.novel_id, "scene": scene_id})

    async def query(
        self, model: str, vector: Sequence[float], *, scenes: Collection[UUID] | None = None, k: int = 20
    ) -> list[tuple[UUID, float]]:
        """See `PassageIndex.query`."""
        found = await self.session.execute(
            _QUERY,
            {
                "novel": self.scope.novel_id,
                "model": model,
                "dimensions": len(vector),
                "vector": _literal(vector),
                "scenes": None if scenes is None else sorted(scenes),
                "k": k,
            },
        )
        return [(row.passage_id, float(row.score)) for row in found]
