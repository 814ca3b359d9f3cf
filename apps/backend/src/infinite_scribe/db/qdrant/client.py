"""Qdrant: one client per process. A question can only be asked about one novel.

Every request goes through `NovelPoints`, which puts the novel into each filter and each payload. A collection holds
the vectors of one model and length; points of all novels stand in it, kept apart by an indexed `novel_id`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import httpx
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from infinite_scribe.db.breaker import Breaker

READ_SECONDS = 2.0
WRITE_SECONDS = 30.0
PREFIX = "passages_"
PAGE = 500
_DOWN = (ApiException, httpx.HTTPError, OSError, TimeoutError)


@dataclass(frozen=True)
class Point:
    """One vector with what it may be narrowed by."""

    id: UUID
    vector: Sequence[float]
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class NovelPoints:
    """The points of one novel. Every method raises `StoreDownError`."""

    store: QdrantStore
    novel_id: UUID

    def _where(self, *conditions: models.Condition) -> models.Filter:
        mine = models.FieldCondition(key="novel_id", match=models.MatchValue(value=str(self.novel_id)))
        return models.Filter(must=[mine, *conditions])

    async def put(self, model: str, dimensions: int, points: Sequence[Point]) -> None:
        """Store points; one that is there is replaced."""
        collection = collection_of(model, dimensions)
        async with self.store.asking(WRITE_SECONDS) as client:
            await self.store.ensure(collection, dimensions)
            for start in range(0, len(points), PAGE):
                rows = [
                    models.PointStruct(
                        id=str(uuid5(self.novel_id, str(point.id))),
                        vector=[float(value) for value in point.vector],
                        payload={
                            **point.payload,
                            "novel_id": str(self.novel_id),
                            "model": model,
                            "id": str(point.id),
                        },
                    )
                    for point in points[start : start + PAGE]
                ]
                await client.upsert(collection, rows, wait=True)

    async def drop(self, *conditions: models.Condition) -> None:
        """Delete the novel's points that fit, in every collection."""
        async with self.store.asking(WRITE_SECONDS) as client:
            for collection in await self.store.collections():
                selector = models.FilterSelector(filter=self._where(*conditions))
                await client.delete(collection, selector, wait=True)

    async def nearest(
        self, model: str, vector: Sequence[float], *conditions: models.Condition, limit: int
    ) -> list[tuple[UUID, float, Sequence[float]]]:
        """Return the points nearest to a unit vector with their score and vector; the search is exact."""
        collection = collection_of(model, len(vector))
        async with self.store.asking(READ_SECONDS) as client:
            if collection not in await self.store.collections():
                return []
            found = await client.query_points(
                collection,
                query=[float(value) for value in vector],
                query_filter=self._where(*conditions),
                search_params=None if self.store.is_local else models.SearchParams(exact=True),
                with_payload=["id"],
                with_vectors=True,
                limit=limit,
            )
        return [(UUID((row.payload or {})["id"]), row.score, _floats(row.vector)) for row in found.points]

    async def everything(
        self, *conditions: models.Condition
    ) -> AsyncIterator[tuple[Mapping[str, Any], Sequence[float]]]:
        """Yield payload and vector of every point that fits."""
        async with self.store.asking(READ_SECONDS):
            collections = await self.store.collections()
        for collection in collections:
            offset: Any = None
            while True:
                async with self.store.asking(WRITE_SECONDS) as client:
                    rows, offset = await client.scroll(
                        collection,
                        scroll_filter=self._where(*conditions),
                        limit=PAGE,
                        offset=offset,
                        with_payload=True,
                        with_vectors=True,
                    )
                for row in rows:
                    yield row.payload or {}, _floats(row.vector)
                if offset is None:
                    break


@dataclass
class QdrantStore:
    """The connections of one process."""

    client: AsyncQdrantClient
    is_local: bool = False
    breaker: Breaker = field(default_factory=lambda: Breaker("Qdrant", _DOWN))
    _made: set[str] = field(default_factory=set)

    def of(self, novel_id: UUID) -> NovelPoints:
        """Return the points of one novel."""
        return NovelPoints(self, novel_id)

    @asynccontextmanager
    async def asking(self, seconds: float) -> AsyncIterator[AsyncQdrantClient]:
        """Give the client for one question."""
        with self.breaker.asking():
            async with asyncio.timeout(seconds):
                yield self.client

    async def collections(self) -> list[str]:
        """Return the collections of passages."""
        found = await self.client.get_collections()
        return sorted(one.name for one in found.collections if one.name.startswith(PREFIX))

    async def ensure(self, collection: str, dimensions: int) -> None:
        """Make a collection where it is missing."""
        if collection in self._made and await self.client.collection_exists(collection):
            return
        if not await self.client.collection_exists(collection):
            await self._create(collection, dimensions)
        self._made.add(collection)

    async def _create(self, collection: str, dimensions: int) -> None:
        # Searches are exact, so no graph of neighbours is built; the dot product of unit vectors is their cosine.
        try:
            await self.client.create_collection(
                collection,
                vectors_config=models.VectorParams(size=dimensions, distance=models.Distance.DOT),
                hnsw_config=models.HnswConfigDiff(m=0),
            )
        except UnexpectedResponse as error:
            if error.status_code != 409:  # another process was first
                raise
        if not self.is_local:
            tenant = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
            await self.client.create_payload_index(collection, "novel_id", tenant, wait=True)
            for key in ("scene_id", "id"):
                await self.client.create_payload_index(
                    collection, key, models.PayloadSchemaType.KEYWORD, wait=True
                )

    async def novels(self) -> list[UUID]:
        """Return the novels of which something is held. Raises `StoreDownError`."""
        found: set[UUID] = set()
        async with self.asking(WRITE_SECONDS) as client:
            for collection in await self.collections():
                answer = await client.facet(collection, key="novel_id", limit=100_000, exact=True)
                found.update(UUID(str(hit.value)) for hit in answer.hits)
        return sorted(found)

    async def ping(self) -> None:
        """Raise `StoreDownError` unless the server answers."""
        async with self.asking(READ_SECONDS):
            await self.collections()

    async def aclose(self) -> None:
        """Close every connection."""
        await self.client.close()


def collection_of(model: str, dimensions: int) -> str:
    """Return the collection of a model's vectors."""
    return f"{PREFIX}{hashlib.sha256(model.encode()).hexdigest()[:16]}_{dimensions}"


def one_of(key: str, values: Sequence[str]) -> models.Condition:
    """Return the condition that a member of the payload has one of some values."""
    return models.FieldCondition(key=key, match=models.MatchAny(any=list(values)))


def _floats(vector: Any) -> Sequence[float]:
    found: Sequence[float] = vector
    return found


def connect_qdrant(url: str, api_key: str | None = None) -> QdrantStore:
    """Return the connections to a Qdrant server; nothing is dialled yet."""
    client = AsyncQdrantClient(
        url=url, api_key=api_key, timeout=int(WRITE_SECONDS), check_compatibility=False, trust_env=False
    )
    return QdrantStore(client)
