"""The story's graph as the author looks at it: what surrounds an entry, and how two entries are connected."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import EntryNotFoundError
from infinite_scribe.canon.models import Entity
from infinite_scribe.canon.moments import Clock
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.story_graph import GraphFact
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel
from infinite_scribe.web.schemas import WireOutput


class GraphNodeView(WireOutput):
    id: UUID
    kind: str
    label: str
    importance: int


class GraphEdgeView(WireOutput):
    """A fact between two entries."""

    id: UUID
    from_id: UUID
    to_id: UUID
    predicate: str
    label: str
    qualifier: dict[str, Any]
    from_tick: int | None
    to_tick: int | None


class GraphRead(WireOutput):
    nodes: list[GraphNodeView]
    edges: list[GraphEdgeView]
    truncated: bool
    revision: int


@dataclass(frozen=True)
class GraphReads:
    """Reads of the graph of one novel."""

    session: AsyncSession
    scope: NovelScope

    async def around(
        self, center: UUID | None, hops: int, limit: int, as_of: str = "end", clock: Clock = "story"
    ) -> GraphRead:
        """Return entries around one (default: the most important) with what joins them.

        Raises `EntryNotFoundError`, `MomentInvalidError`.
        """
        rows = CanonRepository(self.session, self.scope.novel_id)
        canon = CanonService.of(self.session, self.scope)
        entities = await rows.entities()
        if center is not None and center not in {entity.id for entity in entities}:
            raise EntryNotFoundError(id=str(center))
        if not entities:
            return await self._read([], [], entities, truncated=False)
        moment = await canon.moment(as_of, clock)
        start = center or entities[0].id
        found = await canon.graph().neighbours(
            [start],
            as_of=moment.point.tick,
            hops=hops,
            limit=limit + 1,
            clock=clock,
            reading_index=moment.point.reading_index,
        )
        return await self._read([start], found[:limit], entities, truncated=len(found) > limit)

    async def between(self, start: UUID, end: UUID, as_of: str = "end") -> GraphRead:
        """Return the facts along a shortest way between two entries; empty when nothing joins them.

        Raises `EntryNotFoundError`, `MomentInvalidError`.
        """
        rows = CanonRepository(self.session, self.scope.novel_id)
        canon = CanonService.of(self.session, self.scope)
        entities = await rows.entities()
        for wanted in (start, end):
            if wanted not in {entity.id for entity in entities}:
                raise EntryNotFoundError(id=str(wanted))
        moment = await canon.moment(as_of)
        found = await canon.graph().path(start, end, as_of=moment.point.tick)
        return await self._read([start, end], found or [], entities, truncated=False)

    async def _read(
        self,
        always: Collection[UUID],
        facts: Sequence[GraphFact],
        entities: Sequence[Entity],
        *,
        truncated: bool,
    ) -> GraphRead:
        novel = await get_novel(self.session, self.scope.novel_id)
        known = {entity.id: entity for entity in entities}
        edges = [
            GraphEdgeView(
                id=fact.id,
                from_id=fact.subject_id,
                to_id=fact.object_id,
                predicate=fact.predicate or "",
                label=predicate.label(novel.language) if (predicate := find(fact.predicate or "")) else "",
                qualifier=dict(fact.qualifier),
                from_tick=fact.from_tick,
                to_tick=fact.to_tick,
            )
            for fact in facts
            if fact.subject_id in known and fact.object_id in known and fact.polarity
        ]
        ids = {*always, *(edge.from_id for edge in edges), *(edge.to_id for edge in edges)}
        nodes = [
            GraphNodeView(id=one.id, kind=one.kind, label=one.name, importance=one.importance)
            for one in entities
            if one.id in ids
        ]
        return GraphRead(nodes=nodes, edges=edges, truncated=truncated, revision=novel.revision)
