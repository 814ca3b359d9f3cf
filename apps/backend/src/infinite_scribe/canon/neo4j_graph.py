"""The story's graph in Neo4j: a projection that the outbox keeps up to date. It reads nothing but Neo4j.

Nodes are `:Story` with one of Entity, Event, Scene, Rule, Promise; a fact is an `ASSERTS` relationship from its subject
to its object (to the subject itself for a plain value, from the novel's own node for a fact about the world), `WITHIN`
where a second hop may go over it: most of what is told of somebody's neighbours is then never read. A node
that a relationship needed before it was fed has no `kind` yet and counts as absent.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from infinite_scribe.canon import cypher
from infinite_scribe.canon.story_graph import (
    ONWARD,
    PER_ENTITY,
    PER_START,
    TOTAL,
    Clock,
    GraphChange,
    GraphContents,
    GraphFact,
    GraphLink,
    GraphNode,
    GraphUnavailableError,
    Knower,
    Near,
    Row,
    ordered,
    settle_knowers,
    tick_or,
)
from infinite_scribe.db.breaker import StoreDownError
from infinite_scribe.db.neo4j.client import Cypher, Neo4jStore, NovelGraph
from infinite_scribe.novels.access import NovelScope

_IDS = frozenset({"id", "subject_id", "object_id", "publicity_scope_id", "from_id", "to_id"})
_JSON = frozenset({"value", "qualifier"})
_MEMBERS = {kind: frozenset(one.name for one in fields(kind)) for kind in (GraphFact, GraphNode, GraphLink)}
_WITHOUT_DEFAULT = {
    kind: {
        one.name: None for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING
    }
    for kind in _MEMBERS
}

_uuid = lru_cache(maxsize=8_192)(UUID)
"""A briefing names some hundred entities two thousand times."""


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except StoreDownError as error:
        raise GraphUnavailableError(store="neo4j") from error


@dataclass(frozen=True)
class Neo4jStoryGraph:
    """`StoryGraph` in a Neo4j server, for one novel."""

    store: Neo4jStore
    scope: NovelScope

    @property
    def fell_back(self) -> bool:
        """Never: an answer is Neo4j's or an error."""
        return False

    @property
    def graph(self) -> NovelGraph:
        """The graph of the scope's novel."""
        return self.store.of(self.scope.novel_id)

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
        if not ids:
            return []
        live = _live(as_of, statuses, by_reading=clock == "reading", reading_index=reading_index)
        with _away():
            near = await self._near(ids, hops, limit, live, predicates)
            asked = sorted(str(one.id) for one in near)
            rows = await self.graph.read(cypher.FACTS_BY_ID, ids=asked)
        whole = {row["fact"]["id"]: row["fact"] for row in rows}
        kept = {} if clock == "reading" else {"reading_from": None}
        return [
            _fact({**fact, **kept}, one.hops)
            for one in near
            if (fact := whole.get(str(one.id))) is not None  # what was taken back between the two questions
        ]

    async def near(
        self, ids: Collection[UUID], *, as_of: int | None, hops: int = 1, limit: int = TOTAL
    ) -> list[Near]:
        """See `StoryGraph.near`."""
        if not ids:
            return []
        with _away():
            return await self._near(ids, hops, limit, _live(as_of, ("canon",)))

    async def begin_near(
        self, ids: Collection[UUID], *, as_of: int | None, hops: int = 1, limit: int = TOTAL
    ) -> asyncio.Future[list[Near]]:
        """See `StoryGraph.begin_near`."""
        return asyncio.ensure_future(self.near(ids, as_of=as_of, hops=hops, limit=limit))

    async def _near(
        self,
        ids: Collection[UUID],
        hops: int,
        limit: int,
        live: dict[str, Any],
        predicates: Collection[str] | None = None,
    ) -> list[Near]:
        """Ask for one ring after the other: all about the entities, then only what is `WITHIN` one another.

        A novel that an older version projected has no such relationships yet: of all its facts those are kept.
        """
        start = edge = frozenset(ids)
        reached = set(start)
        found: dict[UUID, Near] = {}
        statement = cypher.NEAR
        for far in range(hops):
            if not edge:
                break
            (row,) = await self.graph.read(statement, **live, ids=sorted(map(str, edge)))
            statement = cypher.NEAR_ONWARD if row["layout"] else cypher.NEAR
            read = {one[0]: _near(one, far) for one in row["facts"]}.values()
            ring = [one for one in read if far == 0 or one.predicate in ONWARD]
            wanted = [one for one in ring if predicates is None or one.predicate in predicates]
            for one in _latest(wanted, edge, start, PER_ENTITY if far else PER_START):
                found.setdefault(one.id, one)
            joined = [(one.subject_id, one.object_id) for one in ring]
            ends = {end for left, right in joined if left and right for end in (left, right)}
            edge = frozenset(ends - reached)
            reached |= edge
        return sorted(found.values(), key=_turn)[:limit]

    async def path(
        self, start: UUID, end: UUID, *, as_of: int | None, longest: int = 6
    ) -> list[GraphFact] | None:
        """See `StoryGraph.path`."""
        if start == end:
            return []
        with _away():
            rows = await self.graph.read(cypher.path_of(longest), start=str(start), end=str(end), as_of=as_of)
        return [_fact(fact) for fact in rows[0]["facts"]] if rows else None

    async def timeline(self, entity_id: UUID) -> list[GraphFact]:
        """See `StoryGraph.timeline`."""
        with _away():
            rows = await self.graph.read(cypher.TIMELINE, id=str(entity_id))
        return ordered([_fact(row["fact"]) for row in rows])

    async def knowers(
        self, fact_id: UUID, *, as_of: int | None, reading_index: int | None = None
    ) -> list[tuple[Knower, str]]:
        """See `StoryGraph.knowers`."""
        with _away():
            rows = await self.graph.read(cypher.KNOWN, fact=str(fact_id))
        links = [_read(GraphLink, row["link"]) for row in rows]
        return settle_knowers(links, as_of=as_of, reading_index=reading_index)

    async def apply(self, change: GraphChange) -> None:
        """See `StoryGraph.apply`: one transaction, refused when something newer was applied."""
        found = change.contents
        gone = [str(one) for one in (*change.gone, *found.rows())]
        statements: list[tuple[Cypher, dict[str, Any]]] = [
            (cypher.MARK, {"revision": change.revision, "seq": change.seq}),
            *((statement, {"ids": gone}) for statement in cypher.FORGET),
        ]
        if change.gone:
            statements.append((cypher.FORGET_NODES, {"ids": [str(one) for one in change.gone]}))
        for kind, statement in cypher.PUT_NODES.items():
            if rows := [_kept(row) for row in found.nodes if row.kind == kind]:
                statements.append((statement, {"rows": rows}))
        for fact_kind, statement in cypher.PUT_FACTS.items():
            onward = fact_kind == "WITHIN"
            if facts := [_fact_ends(row) for row in found.facts if (row.predicate in ONWARD) == onward]:
                statements.append((statement, {"rows": facts}))
        for link_kind, statement in cypher.PUT_LINKS.items():
            if links := [_link_ends(row) for row in found.links if row.kind == link_kind]:
                statements.append((statement, {"rows": links}))
        if change.gone:
            statements.append((cypher.SWEEP, {}))
        with _away():
            await self.graph.write(statements, first_answers=True)

    async def dump(self, ids: Collection[UUID] | None = None) -> GraphContents:
        """See `StoryGraph.dump`."""
        asked = {"ids": None if ids is None else sorted(str(one) for one in ids)}
        with _away():
            nodes = await self.graph.read_all(cypher.DUMP_NODES, **asked)
            facts = await self.graph.read_all(cypher.DUMP_FACTS, **asked)
            links = await self.graph.read_all(cypher.DUMP_LINKS, **asked)
        return GraphContents(
            tuple(_read(GraphNode, row["node"]) for row in nodes),
            tuple(_fact(row["fact"]) for row in facts),
            tuple(_read(GraphLink, row["link"]) for row in links),
        )

    async def checksum(self) -> str:
        """See `StoryGraph.checksum`."""
        return (await self.dump()).checksum()

    async def clear(self) -> None:
        """See `StoryGraph.clear`."""
        with _away():
            await self.graph.write([(cypher.CLEAR, {}), (cypher.UNMARK, {})])


def _near(said: Sequence[Any], hops: int) -> Near:
    fact_id, subject_id, predicate, object_id, from_tick = said
    return Near(_uuid(fact_id), _id(subject_id), predicate, _id(object_id), from_tick, hops)


def _within(one: Near, start: Collection[UUID]) -> bool:
    return one.subject_id in start and one.object_id in start


def _latest(
    ring: Sequence[Near], edge: Collection[UUID], start: Collection[UUID], most: int
) -> Iterator[Near]:
    """Yield the facts about each entity of a ring: those between two entities asked about, then the latest."""
    about: dict[UUID, list[Near]] = {one: [] for one in edge}
    for one in sorted(ring, key=lambda one: (not _within(one, start), -tick_or(one.from_tick), one.id)):
        if one.subject_id in about:
            about[one.subject_id].append(one)
        if one.object_id in about and one.object_id != one.subject_id:
            about[one.object_id].append(one)
    for facts in about.values():
        yield from facts[:most]


def _turn(one: Near) -> tuple[Any, ...]:
    return one.hops, str(one.subject_id or ""), one.predicate or "", tick_or(one.from_tick), one.id


def _live(
    as_of: int | None,
    statuses: Collection[str],
    *,
    by_reading: bool = False,
    reading_index: int | None = None,
) -> dict[str, Any]:
    return {
        "as_of": as_of,
        "by_reading": by_reading,
        "reading_index": reading_index,
        "statuses": sorted(statuses),
    }


def _id(said: str | None) -> UUID | None:
    return None if said is None else _uuid(said)


def _kept(row: Row) -> dict[str, Any]:
    """Return a row as properties: ids and JSON as text, nothing for None."""
    found: dict[str, Any] = {}
    for one in fields(row):
        value = getattr(row, one.name)
        if one.name == "hops" or value is None:
            continue
        if one.name in _JSON:
            value = json.dumps(value, sort_keys=True, ensure_ascii=False)
        found[one.name] = str(value) if isinstance(value, UUID) else value
    return found


def _fact_ends(row: GraphFact) -> dict[str, Any]:
    start = None if row.subject_id is None else str(row.subject_id)
    end = start if row.object_id is None else str(row.object_id)
    return {"start": start, "end": end, "members": _kept(row)}


def _link_ends(row: GraphLink) -> dict[str, Any]:
    return {
        "start": None if row.from_id is None else str(row.from_id),
        "end": str(row.to_id),
        "members": _kept(row),
    }


def _read(kind: Any, properties: Mapping[str, Any], **more: Any) -> Any:
    found = {**_WITHOUT_DEFAULT[kind], **properties, **more}
    for name in _IDS & found.keys():
        if found[name] is not None:
            found[name] = UUID(found[name])
    for name in _JSON & found.keys():
        if found[name] is not None:
            found[name] = from_json(found[name])
    return kind(**{name: value for name, value in found.items() if name in _MEMBERS[kind]})


def _fact(properties: Mapping[str, Any], hops: int = 0) -> GraphFact:
    found: GraphFact = _read(GraphFact, properties, hops=hops)
    return found
