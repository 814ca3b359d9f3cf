"""`PassageIndex` in Qdrant: exact search within one novel, fed from the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from infinite_scribe.db.breaker import StoreDownError
from infinite_scribe.db.qdrant.client import NovelPoints, Point, QdrantStore, one_of
from infinite_scribe.memory.passage_index import (
    LEAST,
    NEAR,
    SLACK,
    Answers,
    PassageContents,
    PassagesUnavailableError,
    PassageVector,
    digest_of,
    scored,
    unit,
)
from infinite_scribe.novels.access import NovelScope


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except StoreDownError as error:
        raise PassagesUnavailableError(store="qdrant") from error


def _scenes(ids: Collection[UUID]) -> list[str]:
    return sorted(str(one) for one in ids)


@dataclass(frozen=True)
class QdrantPassageIndex:
    """The vectors of one novel in a Qdrant server."""

    store: QdrantStore
    scope: NovelScope

    @property
    def points(self) -> NovelPoints:
        """The points of the scope's novel."""
        return self.store.of(self.scope.novel_id)

    async def put(self, model: str, passages: Sequence[PassageVector]) -> None:
        """See `PassageIndex.put`."""
        with _away():
            for dimensions in sorted({len(passage.vector) for passage in passages}):
                some = [_point(passage) for passage in passages if len(passage.vector) == dimensions]
                await self.points.put(model, dimensions, some)

    async def drop(self, scene_id: UUID) -> None:
        """See `PassageIndex.drop`."""
        with _away():
            await self.points.drop(one_of("scene_id", [str(scene_id)]))

    async def forget(self, passages: Collection[UUID]) -> None:
        """See `PassageIndex.forget`."""
        with _away():
            await self.points.drop(one_of("id", _scenes(passages)))

    async def clear(self) -> None:
        """See `PassageIndex.clear`."""
        with _away():
            await self.points.drop()

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
        narrowed = [
            one_of(key, wanted)
            for key, wanted in (
                ("scene_id", None if scenes is None else _scenes(scenes)),
                ("pov_id", None if pov_id is None else [str(pov_id)]),
                ("entity_ids", None if entities is None else _scenes(entities)),
            )
            if wanted is not None
        ]
        if (scenes is not None and not scenes) or (entities is not None and not entities):
            return []
        limit = k + SLACK
        with _away():
            while True:
                found = await self.points.nearest(model, unit(vector).tolist(), *narrowed, limit=limit)
                if len(found) < limit or found[k - 1][1] - found[-1][1] > NEAR:
                    near = [(one, held) for one, _, held in found]
                    return scored(vector, near, k, LEAST.get(model, -1.0))
                limit *= 4

    async def begin(
        self,
        model: str,
        vectors: Sequence[Sequence[float]],
        *,
        scenes: Collection[UUID] | None = None,
        k: int = 20,
    ) -> asyncio.Future[Answers]:
        """See `PassageIndex.begin`."""

        async def ask() -> Answers:
            return [await self.query(model, vector, scenes=scenes, k=k) for vector in vectors]

        return asyncio.ensure_future(ask())

    async def dump(self, scenes: Collection[UUID] | None = None) -> PassageContents:
        """See `PassageIndex.dump`."""
        narrowed = [] if scenes is None else [one_of("scene_id", _scenes(scenes))]
        rows: dict[tuple[UUID, str], tuple[UUID | None, str]] = {}
        with _away():
            async for payload, vector in self.points.everything(*narrowed):
                scene = payload.get("scene_id")
                rows[(UUID(payload["id"]), str(payload["model"]))] = (
                    UUID(scene) if scene else None,
                    digest_of(np.asarray(vector, np.float32)),
                )
        return PassageContents(rows)

    async def checksum(self) -> str:
        """See `PassageIndex.checksum`."""
        return (await self.dump()).checksum()


def _point(passage: PassageVector) -> Point:
    payload = {
        "scene_id": str(passage.scene_id) if passage.scene_id else None,
        "pov_id": str(passage.pov_id) if passage.pov_id else None,
        "entity_ids": [str(one) for one in passage.entity_ids],
    }
    return Point(passage.passage_id, unit(passage.vector).tolist(), payload)
