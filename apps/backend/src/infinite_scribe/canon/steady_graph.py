"""Which graph answers: the projection where one is set, the canon's own rows whenever it is away or behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.postgres_graph import PostgresStoryGraph
from infinite_scribe.canon.story_graph import (
    TOTAL,
    Clock,
    GraphChange,
    GraphContents,
    GraphFact,
    GraphUnavailableError,
    Knower,
    Near,
    StoryGraph,
)
from infinite_scribe.core.clock import now
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.stores import stores_of
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import NovelScope

log = get_logger(__name__)

CONSUMER = "graph"
"""Name of the graph's feed among the readers of the outbox."""
TOPIC = "novel.revised"
LATE = timedelta(seconds=10)
"""A projection that has not heard of a change for so long is taken to be away."""
NEO4J = "infinite_scribe.canon.neo4j_graph"
Found = TypeVar("Found")


def story_graph(session: AsyncSession, scope: NovelScope) -> StoryGraph:
    """Return the graph of a novel as this process is set to read it."""
    truth = PostgresStoryGraph(session, scope)
    projected = projected_graph(session, scope)
    return truth if projected is None else SteadyStoryGraph(projected, truth)


def projected_graph(session: AsyncSession, scope: NovelScope) -> StoryGraph | None:
    """Return the graph outside PostgreSQL, or None where none is set."""
    store = stores_of(session).graph
    if store is None:
        return None
    found: StoryGraph = import_module(NEO4J).Neo4jStoryGraph(store, scope)
    return found


@dataclass
class SteadyStoryGraph:
    """Asks the projection, and the canon's own rows when it does not answer or has not heard of the last change.

    A projection that is behind would answer from an older book, so it is passed over without a word; one that is
    away, or has heard nothing for long, makes `fell_back` true, which a manifest shows as `missing: [graph]`.
    """

    projected: StoryGraph
    truth: PostgresStoryGraph
    fell_back: bool = False
    _is_current: bool | None = field(default=None)

    async def _ask(self, question: Callable[[StoryGraph], Awaitable[Found]]) -> Found:
        if await self._can_be_asked():
            try:
                return await self._projected(question)
            except GraphUnavailableError:
                pass
        return await question(self.truth)

    async def _can_be_asked(self) -> bool:
        if self._is_current is None:
            novel_id = self.truth.scope.novel_id
            heard = await outbox.hearing_of(self.truth.session, CONSUMER, novel_id, TOPIC)
            self._is_current = heard.is_current
            self.fell_back = heard.waits_since is not None and now() - heard.waits_since > LATE
        return self._is_current and not self.fell_back

    async def _projected(self, question: Callable[[StoryGraph], Awaitable[Found]]) -> Found:
        try:
            return await question(self.projected)
        except GraphUnavailableError:
            self.fell_back = True
            log.warning("graph.fell_back", novel_id=str(self.truth.scope.novel_id))
            raise

    async def neighbours(
        self,
        ids: Collection[UUID],
        *,
        as_of: int | None,
        hops: int = 1,
        predicates: Collection[str] | None = None,
        limit: int = TOTAL,
        clock: Clock = "story",
        reading_index: int | None = None,
        statuses: Collection[str] = ("canon",),
    ) -> list[GraphFact]:
        """See `StoryGraph.neighbours`."""
        return await self._ask(
            lambda graph: graph.neighbours(
                ids,
                as_of=as_of,
                hops=hops,
                predicates=predicates,
                limit=limit,
                clock=clock,
                reading_index=reading_index,
                statuses=statuses,
            )
        )

    async def near(
        self, ids: Collection[UUID], *, as_of: int | None, hops: int = 1, limit: int = TOTAL
    ) -> list[Near]:
        """See `StoryGraph.near`."""
        return await self._ask(lambda graph: graph.near(ids, as_of=as_of, hops=hops, limit=limit))

    async def begin_near(
        self, ids: Collection[UUID], *, as_of: int | None, hops: int = 1, limit: int = TOTAL
    ) -> asyncio.Future[list[Near]]:
        """See `StoryGraph.begin_near`.

        The answer raises `GraphUnavailableError` when the projection goes away meanwhile: the session may be in use
        then, so who asked falls back by itself.
        """
        if not await self._can_be_asked():
            return await self.truth.begin_near(ids, as_of=as_of, hops=hops, limit=limit)
        return asyncio.ensure_future(
            self._projected(lambda graph: graph.near(ids, as_of=as_of, hops=hops, limit=limit))
        )

    async def path(
        self, start: UUID, end: UUID, *, as_of: int | None, longest: int = 6
    ) -> list[GraphFact] | None:
        """See `StoryGraph.path`."""
        return await self._ask(lambda graph: graph.path(start, end, as_of=as_of, longest=longest))

    async def timeline(self, entity_id: UUID) -> list[GraphFact]:
        """See `StoryGraph.timeline`."""
        return await self._ask(lambda graph: graph.timeline(entity_id))

    async def knowers(
        self, fact_id: UUID, *, as_of: int | None, reading_index: int | None = None
    ) -> list[tuple[Knower, str]]:
        """See `StoryGraph.knowers`."""
        return await self._ask(lambda graph: graph.knowers(fact_id, as_of=as_of, reading_index=reading_index))

    async def dump(self, ids: Collection[UUID] | None = None) -> GraphContents:
        """See `StoryGraph.dump`."""
        return await self._ask(lambda graph: graph.dump(ids))

    async def checksum(self) -> str:
        """See `StoryGraph.checksum`."""
        return await self._ask(lambda graph: graph.checksum())

    async def apply(self, change: GraphChange) -> None:
        """Feed the projection; see `StoryGraph.apply`."""
        await self.projected.apply(change)

    async def clear(self) -> None:
        """Forget the novel in the projection."""
        await self.projected.clear()
