"""The story's graph read straight from the tables of truth, with recursive SQL. Its dump feeds the projections."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.graph_sql import FACT_COLUMNS, FACTS, LINKS, NODES, ORDER, TOLD
from infinite_scribe.canon.story_graph import (
    NO_TICK,
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
    Knower,
    Near,
    ordered,
    settle_knowers,
)
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.structure.window import Windows

_HOLDS = (
    "a.novel_id = :novel AND a.rev_to IS NULL AND a.status = ANY(CAST(:statuses AS text[])) "
    "AND (CAST(:as_of AS bigint) IS NULL OR (coalesce(a.from_tick, :as_of) <= :as_of "
    "AND (a.to_tick IS NULL OR :as_of < a.to_tick)))"
)
_READ = (
    " AND EXISTS (SELECT 1 FROM told t WHERE t.fact_id = a.id "
    "AND (CAST(:reading_index AS bigint) IS NULL OR t.reading_from <= :reading_index))"
)
_SORTED = f"coalesce(a.from_tick, {NO_TICK})"
_WITHIN = "(a.subject_id = ANY(CAST(:ids AS uuid[])) AND a.object_id = ANY(CAST(:ids AS uuid[])))"


def _either(live: str, more: str) -> str:
    """Return the live facts at either end of `n`, each by its own index; a fact of something with itself once."""
    columns = f"a.row_id, a.id, a.subject_id, a.object_id, a.predicate, {_SORTED} AS tick"
    return (
        f"SELECT {columns} FROM assertions a WHERE a.subject_id = n.id AND {live} {more} UNION ALL "  # noqa: S608 - constants
        f"SELECT {columns} FROM assertions a WHERE a.object_id = n.id AND a.subject_id IS DISTINCT FROM n.id "
        f"AND {live} {more}"
    )


_TOLD_IN = """ARRAY(
    SELECT d.scene_id FROM disclosures d WHERE d.novel_id = :novel AND d.rev_to IS NULL
    AND d.fact_id = a.id AND d.status = 'canon' AND d.mode IN ('stated', 'implied')
)"""


def _reached(clock: str, live: str) -> str:
    """Return the facts about entities that a question is answered with, nearest first, as the table `first`."""
    onward = "AND (n.hops = 0 OR a.predicate = ANY(CAST(:onward AS text[])))"
    asked = "AND (CAST(:predicates AS text[]) IS NULL OR a.predicate = ANY(CAST(:predicates AS text[])))"
    return f"""
        WITH RECURSIVE {clock} reach(id, hops) AS (
            SELECT unnest(CAST(:ids AS uuid[])), 0
            UNION
            SELECT CASE WHEN a.subject_id = n.id THEN a.object_id ELSE a.subject_id END, n.hops + 1
            FROM reach n CROSS JOIN LATERAL ({_either(live, onward)}) a
            WHERE a.object_id IS NOT NULL AND a.subject_id IS NOT NULL AND n.hops + 1 < :hops
        ), nearest AS (
            SELECT id, min(hops) AS hops FROM reach GROUP BY id
        ), facts AS (
            SELECT a.*, n.hops, row_number() OVER (
                PARTITION BY n.id ORDER BY coalesce({_WITHIN}, false) DESC, a.tick DESC, a.id
            ) AS turn
            FROM nearest n CROSS JOIN LATERAL ({_either(live, onward + " " + asked)}) a
        ), once AS (
            SELECT DISTINCT ON (id) * FROM facts
            WHERE turn <= CASE hops WHEN 0 THEN CAST(:per_start AS integer) ELSE CAST(:per_entity AS integer) END
            ORDER BY id, hops
        ), first AS (
            SELECT * FROM once
            ORDER BY hops, subject_id NULLS FIRST, predicate COLLATE "C", tick, id LIMIT :limit
        )
    """  # noqa: S608 - built from constants; every value is a bound parameter


def _neighbours(clock: str, live: str, told_in: str) -> Any:
    """Return the question for facts about entities; `told_in` are the scenes that tell the reader of them."""
    return text(
        f"""
        {_reached(clock, live)}
        SELECT {FACT_COLUMNS}, {told_in} AS told_in, f.hops
        FROM first f CROSS JOIN LATERAL (SELECT * FROM assertions WHERE row_id = f.row_id OFFSET 0) a
        ORDER BY f.hops, a.subject_id NULLS FIRST, a.predicate COLLATE "C", f.tick, a.id
        """  # noqa: S608 - built from constants; every value is a bound parameter
    ).columns(value=JSONB, qualifier=JSONB)


_NEIGHBOURS: Mapping[Clock, Any] = {
    "story": _neighbours("", _HOLDS, "NULL"),
    "reading": _neighbours(f"{ORDER}, {TOLD},", _HOLDS + _READ, _TOLD_IN),
}
_NEAR = text(
    f"""
    {_reached("", _HOLDS)}
    SELECT id, subject_id, predicate, object_id, nullif(tick, {NO_TICK}) AS from_tick, hops FROM first
    ORDER BY hops, subject_id NULLS FIRST, predicate COLLATE "C", tick, id
    """  # noqa: S608 - built from constants; every value is a bound parameter
)
_STEPS = text(
    f"""
    SELECT a.id, a.subject_id, a.object_id FROM assertions a
    WHERE {_HOLDS} AND a.subject_id IS NOT NULL AND a.object_id IS NOT NULL
      AND (a.subject_id = ANY(CAST(:ids AS uuid[])) OR a.object_id = ANY(CAST(:ids AS uuid[])))
    """  # noqa: S608 - built from constants; every value is a bound parameter
)


def _typed(statement: str) -> TextClause:
    return text(statement)


def _facts(condition: str) -> Any:
    return _typed(f"WITH {ORDER}, {TOLD} {FACTS} AND {condition}").columns(value=JSONB, qualifier=JSONB)


_FACTS_BY_ID = _facts("a.id = ANY(CAST(:key AS uuid[]))")
_FACTS_ABOUT = _facts("a.status = 'canon' AND CAST(:key AS uuid) IN (a.subject_id, a.object_id)")
_KNOWN = text(
    f"WITH {ORDER} SELECT * FROM ({LINKS}) l WHERE l.to_id = :fact AND l.kind IN ('knows', 'discloses')"  # noqa: S608
)
_ONE = "(CAST(:ids AS uuid[]) IS NULL OR x.id = ANY(CAST(:ids AS uuid[])))"
_DUMP_NODES = text(f"WITH {ORDER} SELECT * FROM ({NODES}) x WHERE {_ONE}")  # noqa: S608 - constants
_DUMP_LINKS = text(f"WITH {ORDER} SELECT * FROM ({LINKS}) x WHERE {_ONE}")  # noqa: S608 - constants
_DUMP_FACTS = text(
    f"WITH {ORDER}, {TOLD} SELECT * FROM ({FACTS}) x WHERE {_ONE}"  # noqa: S608 - constants
).columns(value=JSONB, qualifier=JSONB)


def _reach(ids: Collection[UUID], hops: int, limit: int) -> dict[str, Any]:
    return {
        "ids": sorted(ids),
        "hops": hops,
        "onward": sorted(ONWARD),
        "per_start": PER_START,
        "per_entity": PER_ENTITY,
        "limit": limit,
    }


def _first(scenes: Collection[UUID], index: Mapping[UUID, int]) -> int | None:
    """Return the reading index of the first of some scenes that is still in the book."""
    return min((index[one] for one in scenes if one in index), default=None)


def _fact(row: RowMapping) -> GraphFact:
    members: dict[str, Any] = {name: row[name] for name in GraphFact.__dataclass_fields__ if name in row}
    return GraphFact(**members)


@dataclass(frozen=True)
class PostgresStoryGraph:
    """`StoryGraph` over the tables of truth: always up to date, nothing to apply."""

    session: AsyncSession
    scope: NovelScope

    @property
    def fell_back(self) -> bool:
        """Never: these rows are the truth."""
        return False

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
        asked = {
            **self._holding(as_of, statuses),
            **_reach(ids, hops, limit),
            "predicates": None if predicates is None else sorted(predicates),
            **({"reading_index": reading_index} if clock == "reading" else {}),
        }
        found = (await self.session.execute(_NEIGHBOURS[clock], asked)).all()
        if clock == "story":
            return [GraphFact(*row) for row in found]
        index = (await Windows.of(self.session, self.scope).order()).index if found else {}
        return [GraphFact(*(*row[:-2], _first(row.told_in, index), row.hops)) for row in found]

    async def near(
        self, ids: Collection[UUID], *, as_of: int | None, hops: int = 1, limit: int = TOTAL
    ) -> list[Near]:
        """See `StoryGraph.near`."""
        if not ids:
            return []
        asked = {**self._holding(as_of, ("canon",)), **_reach(ids, hops, limit), "predicates": None}
        return list(map(Near._make, await self.session.execute(_NEAR, asked)))

    async def begin_near(
        self, ids: Collection[UUID], *, as_of: int | None, hops: int = 1, limit: int = TOTAL
    ) -> asyncio.Future[list[Near]]:
        """See `StoryGraph.begin_near`: answered at once, since these rows are asked with the session itself."""
        found: asyncio.Future[list[Near]] = asyncio.get_running_loop().create_future()
        found.set_result(await self.near(ids, as_of=as_of, hops=hops, limit=limit))
        return found

    def _holding(self, as_of: int | None, statuses: Collection[str]) -> dict[str, Any]:
        return {"novel": self.scope.novel_id, "as_of": as_of, "statuses": sorted(statuses)}

    async def path(
        self, start: UUID, end: UUID, *, as_of: int | None, longest: int = 6
    ) -> list[GraphFact] | None:
        """See `StoryGraph.path`. One query for each step outwards from the end, and no way is walked twice."""
        steps = await self._levels(start, end, as_of, longest)
        if steps is None:
            return None
        distance, links = steps
        here, way = start, []
        while here != end:
            fact, here = min(
                (fact, other)
                for fact, other in links[here]
                if distance.get(other, longest + 1) == distance[here] - 1
            )
            way.append(fact)
        by_id = {fact.id: fact for fact in await self._by(_FACTS_BY_ID, way)}
        return [by_id[step] for step in way]

    async def _levels(
        self, start: UUID, end: UUID, as_of: int | None, longest: int
    ) -> tuple[dict[UUID, int], dict[UUID, list[tuple[UUID, UUID]]]] | None:
        """Return how far entities are from `end`, up to `start`, and the relations met on the way."""
        distance = {end: 0}
        links: dict[UUID, list[tuple[UUID, UUID]]] = {}
        edge = {end}
        for length in range(longest + 1):
            if start in distance:
                return distance, links
            if not edge or length == longest:
                return None
            found = await self.session.execute(
                _STEPS, {**self._holding(as_of, ("canon",)), "ids": sorted(edge)}
            )
            reached: set[UUID] = set()
            for fact, subject, object_ in found:
                for one, other in ((subject, object_), (object_, subject)):
                    links.setdefault(one, []).append((fact, other))
                    if other in edge and one not in distance:
                        reached.add(one)
            distance.update(dict.fromkeys(reached, length + 1))
            edge = reached
        return None

    async def timeline(self, entity_id: UUID) -> list[GraphFact]:
        """See `StoryGraph.timeline`."""
        return ordered(await self._by(_FACTS_ABOUT, entity_id))

    async def _by(self, statement: Any, key: UUID | Sequence[UUID]) -> list[GraphFact]:
        found = await self.session.execute(statement, {"novel": self.scope.novel_id, "key": key})
        return [_fact(row) for row in found.mappings()]

    async def knowers(
        self, fact_id: UUID, *, as_of: int | None, reading_index: int | None = None
    ) -> list[tuple[Knower, str]]:
        """See `StoryGraph.knowers`."""
        found = await self.session.execute(_KNOWN, {"novel": self.scope.novel_id, "fact": fact_id})
        links = [GraphLink(**row) for row in found.mappings()]
        return settle_knowers(links, as_of=as_of, reading_index=reading_index)

    async def apply(self, change: GraphChange) -> None:
        """Do nothing: the tables that are read here are the truth itself."""

    async def clear(self) -> None:
        """Do nothing: what is read here is the truth itself, and no projection."""

    async def dump(self, ids: Collection[UUID] | None = None) -> GraphContents:
        """See `StoryGraph.dump`: what a projection must hold."""
        asked: Mapping[str, Any] = {
            "novel": self.scope.novel_id,
            "ids": None if ids is None else sorted(ids),
        }
        nodes = await self.session.execute(_DUMP_NODES, asked)
        facts = await self.session.execute(_DUMP_FACTS, asked)
        links = await self.session.execute(_DUMP_LINKS, asked)
        return GraphContents(
            tuple(GraphNode(**row) for row in nodes.mappings()),
            tuple(_fact(row) for row in facts.mappings()),
            tuple(GraphLink(**row) for row in links.mappings()),
        )

    async def checksum(self) -> str:
        """See `StoryGraph.checksum`."""
        return (await self.dump()).checksum()
