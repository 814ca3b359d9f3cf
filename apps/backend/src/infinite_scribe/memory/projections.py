"""The projections: graph and passages outside the tables of truth, fed from the outbox, novel by novel, in order.

Every projection is a consumer of the outbox with a cursor per novel, which moves when the effect is done. Effects are
idempotent, so a change may be taken twice and never half. A store that is away keeps its changes waiting and hears
them when it is back; nobody who writes waits for it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.graph_feed import GraphFeed
from infinite_scribe.canon.postgres_graph import PostgresStoryGraph
from infinite_scribe.canon.steady_graph import TOPIC, projected_graph
from infinite_scribe.canon.story_graph import GraphUnavailableError
from infinite_scribe.core.clock import now
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database, RowScope, allow_pause, set_scope
from infinite_scribe.db.stores import Stores
from infinite_scribe.memory.passage_feed import PassageFeed
from infinite_scribe.memory.passage_index import PassagesUnavailableError
from infinite_scribe.memory.service import PASSAGES_CHANGED, MemoryService
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import NovelScope, scope_for_run
from infinite_scribe.novels.service import get_novel, workspace_owner

log = get_logger(__name__)

Store = Literal["graph", "passages"]
TOPICS: dict[Store, str] = {"graph": TOPIC, "passages": PASSAGES_CHANGED}
BATCH = 500
PAUSE_SECONDS = 120
"""How long one answer of a store may keep a transaction waiting; its own limits are shorter."""
Tell = Callable[[int], None]


@dataclass(frozen=True)
class ProjectionLag:
    """How far a projection is behind: the last change it took, how many wait, and since when."""

    name: str
    revision: int
    lag: int
    seconds: float


@dataclass(frozen=True)
class Drift:
    """What a projection of one novel has too little, too much, or otherwise than the truth says."""

    store: Store
    novel_id: UUID
    rows: int
    expected: str
    held: str
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether the checksums agree."""
        return self.expected == self.held


def fed(stores: Stores) -> list[Store]:
    """Return the projections that are fed from the outbox."""
    held: dict[Store, object] = {"graph": stores.graph, "passages": stores.passages}
    return [store for store, client in held.items() if client is not None]


async def prepare(stores: Stores) -> None:
    """Make what the stores need before the first row. Safe to repeat. Raises `StoreDownError`."""
    if stores.graph is not None:
        await stores.graph.prepare()


async def lags(database: Database, stores: Stores) -> list[ProjectionLag]:
    """Return how far each projection is behind, over all novels."""
    found = []
    for store in fed(stores):
        async with database.transaction(RowScope(sweep=True)) as session:
            behind = await outbox.lag_of(session, store, [TOPICS[store]])
        found.append(ProjectionLag(store, behind.seq, behind.waiting, _age(behind.oldest)))
    return found


def _age(since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (now() - since).total_seconds())


@dataclass(frozen=True)
class Projections:
    """Feeds, rebuilds and compares the projections of an installation, as the librarian or the command line."""

    database: Database
    stores: Stores

    async def advance(self) -> int:
        """Take what waits now, each novel in its own order; return how many changes were taken.

        One store that is away does not hold up the other. Raises nothing of theirs; they are asked again next time.
        """
        taken = 0
        for store in fed(self.stores):
            try:
                taken += await self._advance(store)
            except (GraphUnavailableError, PassagesUnavailableError) as error:
                log.warning("projection.waits", projection=store, code=error.code)
        return taken

    async def _advance(self, store: Store) -> int:
        async with self.database.transaction(RowScope(sweep=True)) as session:
            waiting = await outbox.waiting_novels(session, store)
        taken = 0
        for novel_id in waiting:
            try:
                async with self._of(novel_id) as session:
                    taken += await self._advance_novel(session, store, novel_id)
            except (GraphUnavailableError, PassagesUnavailableError):
                raise
            except Exception:
                log.exception("projection.failed", projection=store, novel_id=str(novel_id))  # others go on
        return taken

    @asynccontextmanager
    async def _of(self, novel_id: UUID) -> AsyncIterator[AsyncSession]:
        """Give a transaction about one novel in which PostgreSQL may wait for an answer of another store."""
        async with self.database.transaction(RowScope(novel_id=novel_id)) as session:
            await allow_pause(session, PAUSE_SECONDS)
            yield session

    async def _advance_novel(self, session: AsyncSession, store: Store, novel_id: UUID) -> int:
        known = await outbox.cursor_of(session, store, novel_id)
        messages = await outbox.take(session, store, novel_id, limit=BATCH)
        if not messages:
            return 0
        scope = await self._scope(session, novel_id)
        if known is None:
            seq = await outbox.newest(session, novel_id)
            await self._rebuild(session, scope, store, seq)
            await outbox.advance(session, store, novel_id, seq)
            return len(messages)
        wanted = [message for message in messages if message.topic == TOPICS[store]]
        last = messages[-1]
        if wanted and store == "graph":
            await self._graph_feed(session, scope).take(
                last.revision, last.seq, [message.payload for message in wanted]
            )
        elif wanted:
            scenes = {UUID(message.payload["scene_id"]) for message in wanted}
            await (await self._passage_feed(session, scope)).take(scenes)
        await outbox.advance(session, store, novel_id, last.seq)
        return len(messages)

    async def rebuild(self, store: Store, novel_id: UUID, tell: Tell = lambda _count: None) -> int:
        """Forget a novel's projection and feed it anew from PostgreSQL; return how many rows it holds then."""
        async with self._of(novel_id) as session:
            scope = await self._scope(session, novel_id)
            await outbox.hold(session, store, novel_id)
            seq = await outbox.newest(session, novel_id)
            written = await self._rebuild(session, scope, store, seq, tell)
            if store in fed(self.stores):
                await outbox.advance(session, store, novel_id, seq)
        return written

    def rebuildable(self) -> list[Store]:
        """Return the projections that can be made anew here: those outside PostgreSQL, and vectors in it."""
        return ["passages"] if self.stores.graph is None else ["graph", "passages"]

    async def _rebuild(
        self,
        session: AsyncSession,
        scope: NovelScope,
        store: Store,
        seq: int,
        tell: Tell = lambda _count: None,
    ) -> int:
        if store == "graph":
            revision = (await get_novel(session, scope.novel_id)).revision
            return await self._graph_feed(session, scope).rebuild(revision, seq, tell)
        if await MemoryService.of(session, scope).passage_index() is None:
            return 0
        return await (await self._passage_feed(session, scope)).rebuild(tell)

    async def compare(self, store: Store, novel_id: UUID) -> Drift | None:
        """Return how a novel's projection differs from the truth; None where the truth itself is read.

        Its feed waits meanwhile, so that both sides are of one moment.
        """
        async with self._of(novel_id) as session:
            scope = await self._scope(session, novel_id)
            await outbox.hold(session, store, novel_id)
            if store == "graph":
                projected = projected_graph(session, scope)
                if projected is None:
                    return None
                now_, held_ = await PostgresStoryGraph(session, scope).dump(), await projected.dump()
                return _drift(
                    store, novel_id, now_.lines(), held_.lines(), (now_.checksum(), held_.checksum())
                )
            if await MemoryService.of(session, scope).passage_index() is None:
                return None
            feed = await self._passage_feed(session, scope)
            wanted, held = await feed.contents(), await feed.index.dump()
            return _drift(store, novel_id, wanted.lines(), held.lines(), (wanted.checksum(), held.checksum()))

    async def forget_erased(self) -> int:
        """Forget novels that are no more; return how many."""
        held: set[UUID] = set()
        if self.stores.graph is not None:
            held.update(await self.stores.graph.novels())
        if self.stores.passages is not None:
            held.update(await self.stores.passages.novels())
        forgotten = 0
        for novel_id in sorted(held):
            async with self._of(novel_id) as session:
                if await session.scalar(text("SELECT 1 FROM novels WHERE id = :id"), {"id": novel_id}):
                    continue
                nobody = scope_for_run(UUID(int=0), novel_id, [])
                projected = projected_graph(session, nobody)
                if projected is not None:
                    await projected.clear()
                if self.stores.passages is not None:
                    index = await MemoryService.of(session, nobody).passage_index()
                    assert index is not None
                    await index.clear()
                forgotten += 1
        return forgotten

    async def _scope(self, session: AsyncSession, novel_id: UUID) -> NovelScope:
        owner = await workspace_owner(session, novel_id)
        await set_scope(session, user_id=owner)
        return scope_for_run(owner, novel_id, ["read"])

    def _graph_feed(self, session: AsyncSession, scope: NovelScope) -> GraphFeed:
        projected = projected_graph(session, scope)
        assert projected is not None
        return GraphFeed(PostgresStoryGraph(session, scope), projected, _breathing(session))

    async def _passage_feed(self, session: AsyncSession, scope: NovelScope) -> PassageFeed:
        index = await MemoryService.of(session, scope).passage_index()
        assert index is not None
        return PassageFeed(session, scope, index, _breathing(session))


def _breathing(session: AsyncSession) -> Callable[[], Awaitable[object]]:
    """Return how a long feed shows PostgreSQL that its transaction is alive."""
    return lambda: session.execute(text("SELECT 1"))


def _drift(
    store: Store,
    novel_id: UUID,
    lines: Mapping[Any, str],
    kept: Mapping[Any, str],
    sums: tuple[str, str],
) -> Drift:
    wanted: dict[object, str] = dict(lines)
    held: dict[object, str] = dict(kept)
    return Drift(
        store,
        novel_id,
        len(wanted),
        *sums,
        missing=_shown(wanted.keys() - held.keys()),
        extra=_shown(held.keys() - wanted.keys()),
        different=_shown({one for one in wanted.keys() & held.keys() if wanted[one] != held[one]}),
    )


def _shown(keys: set[object]) -> list[str]:
    return sorted(str(one[0] if isinstance(one, tuple) else one) for one in keys)
