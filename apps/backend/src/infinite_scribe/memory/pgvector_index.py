"""`PassageIndex` in Postgres: exact search with pgvector within one novel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.memory.passage_index import (
    NEAR,
    SLACK,
    PassageContents,
    PassageVector,
    scored,
    unit,
)
from infinite_scribe.memory.vector_matrix import matrix
from infinite_scribe.novels.access import NovelScope

_PUT = text(
    "INSERT INTO passage_vectors (passage_id, novel_id, model, dimensions, embedding) "
    "SELECT one, :novel, :model, :dimensions, CAST(vector AS vector) "
    "FROM unnest(CAST(:passages AS uuid[]), CAST(:vectors AS text[])) AS put(one, vector) "
    "ON CONFLICT (passage_id, model) DO UPDATE SET embedding = excluded.embedding, dimensions = excluded.dimensions"
)
_DROP = text(
    "DELETE FROM passage_vectors WHERE novel_id = :novel AND passage_id IN "
    "(SELECT id FROM passages WHERE novel_id = :novel AND scene_id = :scene)"
)
_FORGET = text(
    "DELETE FROM passage_vectors WHERE novel_id = :novel AND passage_id = ANY(CAST(:ids AS uuid[]))"
)
_CLEAR = text("DELETE FROM passage_vectors WHERE novel_id = :novel")
_QUERY = text(
    "SELECT v.passage_id, CAST(v.embedding AS real[]) AS vector, "
    "-(v.embedding <#> CAST(:vector AS vector)) AS score "
    "FROM passage_vectors v JOIN passages p ON p.id = v.passage_id AND p.novel_id = v.novel_id "
    "WHERE v.novel_id = :novel AND v.model = :model AND v.dimensions = :dimensions "
    "AND (CAST(:scenes AS uuid[]) IS NULL OR p.scene_id = ANY(CAST(:scenes AS uuid[]))) "
    "AND (CAST(:pov AS uuid) IS NULL OR p.pov_id = :pov) "
    "AND (CAST(:entities AS text[]) IS NULL OR p.entity_ids ?| CAST(:entities AS text[])) "
    "ORDER BY v.embedding <#> CAST(:vector AS vector), v.passage_id LIMIT :limit"
)
_DUMP = text(
    "SELECT v.passage_id, v.model, p.scene_id, CAST(v.embedding AS real[]) AS vector "
    "FROM passage_vectors v JOIN passages p ON p.id = v.passage_id AND p.novel_id = v.novel_id "
    "WHERE v.novel_id = :novel AND (CAST(:scenes AS uuid[]) IS NULL OR p.scene_id = ANY(CAST(:scenes AS uuid[])))"
)


def _literal(vector: Sequence[float]) -> str:
    return "[" + ",".join(map(repr, unit(vector).tolist())) + "]"


async def has_pgvector(session: AsyncSession) -> bool:
    """Return whether this database can search by meaning."""
    found = await session.scalar(text("SELECT to_regclass('passage_vectors') IS NOT NULL"))
    return bool(found)


@dataclass(frozen=True)
class PgvectorPassageIndex:
    """Vectors beside their passages, where the server has pgvector. A dropped passage takes its vectors along."""

    session: AsyncSession
    scope: NovelScope

    async def put(self, model: str, passages: Sequence[PassageVector]) -> None:
        """See `PassageIndex.put`."""
        for dimensions in sorted({len(passage.vector) for passage in passages}):
            some = [passage for passage in passages if len(passage.vector) == dimensions]
            await self.session.execute(
                _PUT,
                {
                    "passages": [passage.passage_id for passage in some],
                    "novel": self.scope.novel_id,
                    "model": model,
                    "dimensions": dimensions,
                    "vectors": [_literal(passage.vector) for passage in some],
                },
            )

    async def drop(self, scene_id: UUID) -> None:
        """See `PassageIndex.drop`."""
        await self.session.execute(_DROP, {"novel": self.scope.novel_id, "scene": scene_id})

    async def forget(self, passages: Collection[UUID]) -> None:
        """See `PassageIndex.forget`."""
        await self.session.execute(_FORGET, {"novel": self.scope.novel_id, "ids": sorted(passages)})

    async def clear(self) -> None:
        """See `PassageIndex.clear`."""
        await self.session.execute(_CLEAR, {"novel": self.scope.novel_id})

    async def query(
        self,
        model: str,
        vector: Sequence[float],
        *,
        scenes: Collection[UUID] | None = None,
        pov_id: UUID | None = None,
        entities: Collection[UUID] | None = None,
        k: int = 20,
    ) -> list[tuple[UUID, float]]:
        """See `PassageIndex.query`."""
        asked: dict[str, Any] = {
            "novel": self.scope.novel_id,
            "model": model,
            "dimensions": len(vector),
            "vector": _literal(vector),
            "scenes": None if scenes is None else sorted(scenes),
            "pov": pov_id,
            "entities": None if entities is None else sorted(str(one) for one in entities),
        }
        limit = k + SLACK
        while True:
            found = (await self.session.execute(_QUERY, {**asked, "limit": limit})).all()
            if len(found) < limit or found[k - 1].score - found[-1].score > NEAR:
                return scored(vector, [(row.passage_id, row.vector) for row in found], k)
            limit *= 4

    async def query_all(
        self,
        model: str,
        vectors: Sequence[Sequence[float]],
        *,
        scenes: Collection[UUID] | None = None,
        k: int = 20,
    ) -> list[list[tuple[UUID, float]]]:
        """See `PassageIndex.query_all`."""
        found: list[list[tuple[UUID, float]]] = [[] for _ in vectors]
        for dimensions in {len(vector) for vector in vectors}:
            held = await matrix(self.session, self.scope.novel_id, model, dimensions)
            asked = [number for number, vector in enumerate(vectors) if len(vector) == dimensions]
            answers = held.nearest([vectors[number] for number in asked], scenes, k)
            for number, answer in zip(asked, answers, strict=True):
                found[number] = answer
        return found

    async def dump(self, scenes: Collection[UUID] | None = None) -> PassageContents:
        """See `PassageIndex.dump`."""
        asked = {"novel": self.scope.novel_id, "scenes": None if scenes is None else sorted(scenes)}
        return PassageContents(
            {
                (row.passage_id, row.model): (row.scene_id, np.asarray(row.vector, dtype="<f4").tobytes())
                for row in await self.session.execute(_DUMP, asked)
            }
        )

    async def checksum(self) -> str:
        """See `PassageIndex.checksum`."""
        return (await self.dump()).checksum()
