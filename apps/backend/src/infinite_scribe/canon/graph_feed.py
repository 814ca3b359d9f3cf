"""Bringing a projected graph to what the tables of truth say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from infinite_scribe.canon.postgres_graph import PostgresStoryGraph
from infinite_scribe.canon.story_graph import GraphChange, GraphContents, StoryGraph

PART = 1_000
FED_TABLES = frozenset(
    [
        "entities",
        "assertions",
        "events",
        "event_participants",
        "event_links",
        "rules",
        "beliefs",
        "disclosures",
        "promises",
        "promise_scenes",
    ]
)
MOVING_TABLES = frozenset({"parts", "chapters", "scenes", "calendars", "events"})
"""Tables after whose change the times or the reading order of other rows are other ones too."""


@dataclass(frozen=True)
class GraphFeed:
    """Feeds one novel. `breathe` is called between parts, so that nothing stands still for long."""

    truth: PostgresStoryGraph
    projected: StoryGraph
    breathe: Callable[[], Awaitable[object]]

    async def take(self, revision: int, seq: int, changes: Sequence[Mapping[str, Any]]) -> int:
        """Take over what some revisions changed (payloads of `novel.revised`); return how many rows were written."""
        tables = [dict(change.get("tables") or {}) for change in changes]
        if any(MOVING_TABLES & found.keys() for found in tables):
            return await self.reconcile(revision, seq)
        ids = {
            UUID(one)
            for found in tables
            for table, sides in found.items()
            if table in FED_TABLES
            for one in (*sides["opened"], *sides["closed"])
        }
        if not ids:
            await self.projected.apply(GraphChange(revision, seq))
            return 0
        now = await self.truth.dump(ids)
        before = await self.projected.dump(ids)
        told = {link.to_id for link in (*now.links, *before.links) if link.kind == "discloses"}
        if told - ids:  # when a fact is told stands in the fact
            ids |= told
            now = await self.truth.dump(ids)
        return await self._write(revision, seq, now, sorted(ids - now.rows().keys()))

    async def reconcile(self, revision: int, seq: int) -> int:
        """Compare everything and write what differs; return how many rows were written."""
        now, held = await self.truth.dump(), await self.projected.dump()
        await self.breathe()
        lines, kept = now.lines(), held.lines()
        different = {one for one, line in lines.items() if kept.get(one) != line}
        return await self._write(revision, seq, now.only(different), sorted(kept.keys() - lines.keys()))

    async def rebuild(
        self, revision: int, seq: int, tell: Callable[[int], None] = lambda _count: None
    ) -> int:
        """Forget everything and feed it anew; `tell` hears how many rows were written since it was last told."""
        now = await self.truth.dump()
        await self.projected.clear()
        return await self._write(revision, seq, now, [], tell)

    async def _write(
        self,
        revision: int,
        seq: int,
        contents: GraphContents,
        gone: Sequence[UUID],
        tell: Callable[[int], None] = lambda _count: None,
    ) -> int:
        await self.projected.apply(GraphChange(revision, seq, gone=tuple(gone)))
        for part in contents.parts(PART):
            await self.breathe()
            await self.projected.apply(GraphChange(revision, seq, part))
            tell(len(part))
        return len(contents) + len(gone)
