"""`PassageIndex` in Postgres: exact search with pgvector within one novel."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.memory.passage_index import (
    Answers,
    Floats,
    PassageContents,
    PassageVector,
    by_statement,
    unit,
)
from infinite_scribe.memory.vector_matrix import VectorMatrix
from infinite_scribe.novels.access import NovelScope

_PUT = text(
    "INSERT INTO passage_vectors (passage_id, novel_id, scene_id, model, dimensions, embedding) "
    "SELECT one, :novel, (SELECT scene_id FROM passages WHERE id = one), :model, :dimensions, CAST(vector AS vector) "
    "FROM unnest(CAST(:passages AS uuid[]), CAST(:vectors AS text[])) AS put(one, vector) "
    "ON CONFLICT (passage_id, model) DO UPDATE SET embedding = excluded.embedding, dimensions = excluded.dimensions"
)
_DROP = text("DELETE FROM passage_vectors WHERE novel_id = :novel AND scene_id = :scene")
_FORGET = text(
    "DELETE FROM passage_vectors WHERE novel_id = :novel AND passage_id = ANY(CAST(:ids AS uuid[]))"
)
_CLEAR = text("DELETE FROM passage_vectors WHERE novel_id = :novel")
_NARROWED = text(
    "SELECT id FROM passages WHERE novel_id = :novel "
    "AND (CAST(:pov AS uuid) IS NULL OR pov_id = :pov) "
    "AND (CAST(:entities AS text[]) IS NULL OR entity_ids ?| CAST(:entities AS text[]))"
)
_SCENES = text("SELECT DISTINCT scene_id FROM passage_vectors WHERE novel_id = :novel ORDER BY scene_id")
_DUMP = text(
    "SELECT passage_id, model, scene_id, encode(sha256(substr(vector_send(embedding), 5)), 'hex') AS digest "
    "FROM passage_vectors WHERE novel_id = :novel AND scene_id = ANY(CAST(:scenes AS uuid[]))"
)
"""Vectors stay where they are: the server makes the digest of their numbers in the order of the wire."""


def _literal(vector: Sequence[float] | Floats) -> str:
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
        allowed = None
        if pov_id is not None or entities is not None:
            narrowed = {
                "novel": self.scope.novel_id,
                "pov": pov_id,
                "entities": None if entities is None else sorted(str(one) for one in entities),
            }
            allowed = (await self.session.scalars(_NARROWED, narrowed)).all()
        matrix = VectorMatrix(self.session, self.scope.novel_id, model, len(vector))
        find = await matrix.nearest([vector], k, scenes=scenes, passages=allowed)
        return find()[0]

    async def begin(
        self,
        model: str,
        vectors: Sequence[Sequence[float]],
        *,
        scenes: Collection[UUID] | None = None,
        k: int = 20,
    ) -> asyncio.Future[Answers]:
        """See `PassageIndex.begin`."""
        finds = []
        for dimensions in {len(vector) for vector in vectors}:
            matrix = VectorMatrix(self.session, self.scope.novel_id, model, dimensions)
            asked = [number for number, vector in enumerate(vectors) if len(vector) == dimensions]
            finds.append((asked, await matrix.nearest([vectors[one] for one in asked], k, scenes=scenes)))

        def find_all() -> Answers:
            found: Answers = [[] for _ in vectors]
            for asked, find in finds:
                for number, answer in zip(asked, find(), strict=True):
                    found[number] = answer
            return found

        return asyncio.ensure_future(asyncio.to_thread(find_all))

    async def dump(self, scenes: Collection[UUID] | None = None) -> PassageContents:
        """See `PassageIndex.dump`."""
        mine = {"novel": self.scope.novel_id}
        wanted = (await self.session.scalars(_SCENES, mine)).all() if scenes is None else sorted(scenes)
        held = PassageContents({})
        for some in by_statement(wanted):
            for row in await self.session.execute(_DUMP, {**mine, "scenes": some}):
                held.rows[(row.passage_id, row.model)] = (row.scene_id, row.digest)
        return held

    async def checksum(self) -> str:
        """See `PassageIndex.checksum`."""
        return (await self.dump()).checksum()
