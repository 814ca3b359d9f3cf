"""The story's graph read straight from the tables of the canon, with recursive SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.story_graph import ONWARD, PER_ENTITY, TOTAL, GraphFact
from infinite_scribe.novels.access import NovelScope

_LIVE = (
    "a.novel_id = :novel AND a.rev_to IS NULL AND a.status = 'canon' "
    "AND (CAST(:as_of AS bigint) IS NULL OR (coalesce(a.from_tick, :as_of) <= :as_of "
    "AND (a.to_tick IS NULL OR :as_of < a.to_tick)))"
)
_COLUMNS = (
    "a.id, a.subject_id, a.predicate, a.object_id, a.value, a.qualifier, a.polarity, a.from_tick, a.to_tick, "
    "a.certainty, a.publicity, a.publicity_scope_id, a.veil, a.hidden_from_self, a.source, a.status, a.wording, "
    "a.rev_from"
)
_NEIGHBOURS = text(
    f"""
    WITH RECURSIVE reach(id, hops) AS (
        SELECT unnest(CAST(:ids AS uuid[])), 0
        UNION
        SELECT CASE WHEN a.subject_id = r.id THEN a.object_id ELSE a.subject_id END, r.hops + 1
        FROM reach r JOIN assertions a ON a.subject_id = r.id OR a.object_id = r.id
        WHERE {_LIVE} AND a.object_id IS NOT NULL AND a.subject_id IS NOT NULL AND r.hops + 1 < :hops
          AND (r.hops = 0 OR a.predicate = ANY(CAST(:onward AS text[])))
    ), nearest AS (
        SELECT id, min(hops) AS hops FROM reach GROUP BY id
    ), facts AS (
        SELECT {_COLUMNS}, n.hops,
               row_number() OVER (PARTITION BY n.id ORDER BY a.predicate, a.from_tick DESC NULLS LAST, a.id) AS turn
        FROM assertions a JOIN nearest n ON a.subject_id = n.id OR a.object_id = n.id
        WHERE {_LIVE} AND (n.hops = 0 OR a.predicate = ANY(CAST(:onward AS text[])))
          AND (CAST(:predicates AS text[]) IS NULL OR a.predicate = ANY(CAST(:predicates AS text[])))
    ), once AS (
        SELECT DISTINCT ON (id) * FROM facts WHERE hops = 0 OR turn <= :per_entity ORDER BY id, hops
    )
    SELECT * FROM once
    ORDER BY hops, subject_id NULLS FIRST, predicate, from_tick NULLS FIRST, id LIMIT :limit
    """  # noqa: S608 - built from constants; every value is a bound parameter
).columns(value=JSONB, qualifier=JSONB)
_PATH = text(
    f"""
    WITH RECURSIVE way(id, seen, facts) AS (
        SELECT CAST(:start AS uuid), ARRAY[CAST(:start AS uuid)], ARRAY[]::uuid[]
        UNION ALL
        SELECT step.other, w.seen || step.other, w.facts || step.fact
        FROM way w CROSS JOIN LATERAL (
            SELECT a.id AS fact, CASE WHEN a.subject_id = w.id THEN a.object_id ELSE a.subject_id END AS other
            FROM assertions a
            WHERE {_LIVE} AND a.object_id IS NOT NULL AND (a.subject_id = w.id OR a.object_id = w.id)
        ) step
        WHERE step.other IS NOT NULL AND NOT step.other = ANY(w.seen)
          AND w.id <> :end AND cardinality(w.facts) < :longest
    )
    SELECT facts FROM way WHERE id = :end ORDER BY cardinality(facts), facts LIMIT 1
    """  # noqa: S608 - built from constants; every value is a bound parameter
)


def _fact(row: RowMapping) -> GraphFact:
    members: dict[str, Any] = {name: row[name] for name in GraphFact.__dataclass_fields__ if name in row}
    return GraphFact(**members)


@dataclass(frozen=True)
class PostgresStoryGraph:
    """`StoryGraph` over the canon's own tables: always up to date, nothing to apply."""

    session: AsyncSession
    scope: NovelScope

    async def apply(self, revision: int, changed: Sequence[GraphFact], gone: Sequence[UUID]) -> None:
        """Do nothing: the tables that are read here are the truth itself."""

    async def neighbours(
        self,
        ids: Collection[UUID],
        *,
        as_of: int | None,
        hops: int = 1,
        predicates: Collection[str] | None = None,
        limit: int = TOTAL,
    ) -> list[GraphFact]:
        """See `StoryGraph.neighbours`."""
        if not ids:
            return []
        found = await self.session.execute(
            _NEIGHBOURS,
            {
                "novel": self.scope.novel_id,
                "ids": sorted(ids),
                "as_of": as_of,
                "hops": hops,
                "onward": sorted(ONWARD),
                "predicates": None if predicates is None else sorted(predicates),
                "per_entity": PER_ENTITY,
                "limit": limit,
            },
        )
        return [_fact(row) for row in found.mappings()]

    async def path(
        self, start: UUID, end: UUID, *, as_of: int | None, longest: int = 6
    ) -> list[GraphFact] | None:
        """See `StoryGraph.path`."""
        wanted = {
            "novel": self.scope.novel_id,
            "start": start,
            "end": end,
            "as_of": as_of,
            "longest": longest,
        }
        steps = (await self.session.execute(_PATH, wanted)).scalar_one_or_none()
        if steps is None:
            return None
        by_id = {fact.id: fact for fact in await self._facts("a.id = ANY(CAST(:key AS uuid[]))", steps)}
        return [by_id[step] for step in steps]

    async def timeline(self, entity_id: UUID) -> list[GraphFact]:
        """See `StoryGraph.timeline`."""
        return await self._facts("CAST(:key AS uuid) IN (a.subject_id, a.object_id)", entity_id)

    async def _facts(self, condition: str, key: object) -> list[GraphFact]:
        found = await self.session.execute(
            text(
                f"SELECT {_COLUMNS} FROM assertions a WHERE {_LIVE} AND {condition} "  # noqa: S608 - constants
                "ORDER BY a.from_tick NULLS FIRST, a.predicate, a.id"
            ).columns(value=JSONB, qualifier=JSONB),
            {"novel": self.scope.novel_id, "as_of": None, "key": key},
        )
        return [_fact(row) for row in found.mappings()]
