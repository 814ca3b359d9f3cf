"""The bible of a book as a locked stage writes it: laws, ways and things that happened, within an open revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.events import EventBook
from infinite_scribe.canon.models import Assertion, Route, StoryEvent, WorldRule
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.rule_wire import RouteWrite
from infinite_scribe.canon.rulebook import RuleBook
from infinite_scribe.canon.schemas import RuleDraft, Source
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.story_wire import EventWrite
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision

SOURCE: Source = "bible"
_RULE = ("statement", "category", "hardness", "cost", "limits", "examples", "locked")
_EVENT = ("title", "summary", "locked")


@dataclass(frozen=True)
class Bible:
    """Writes and changes what a book was made of. Values are told as they are, so that a caller sees hand edits."""

    session: AsyncSession
    scope: NovelScope
    revision: OpenRevision
    rows: CanonRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope, revision: OpenRevision) -> Bible:
        """Return the bible of the scope's novel for one open revision."""
        return cls(session, scope, revision, CanonRepository(session, scope.novel_id))

    async def rules(self) -> dict[UUID, dict[str, Any]]:
        """Return the laws that stand, by id."""
        return {row.id: {name: getattr(row, name) for name in _RULE} for row in await self.rows.rules()}

    async def add_rule(self, values: Mapping[str, Any], ordinal: int) -> UUID:
        """Write a law and return its id."""
        draft = RuleDraft.model_validate({**values, "source": SOURCE, "ordinal": ordinal})
        given = draft.model_dump()
        row = WorldRule(exceptions=[], test=None, status="canon", locked=False, **given)
        await self.revision.insert(row)
        return row.id

    async def change_rule(self, rule_id: UUID, changes: Mapping[str, Any]) -> None:
        """Change members of a law that stands."""
        row = await self.rows.live(WorldRule, rule_id)
        if row is not None:
            await self.revision.replace(row, **changes)

    async def events(self) -> dict[UUID, dict[str, Any]]:
        """Return the things that happened, by id."""
        rows = await self.rows.every(StoryEvent)
        return {
            row.id: {name: getattr(row, name) for name in _EVENT} for row in rows if row.status != "cancelled"
        }

    async def add_event(self, values: Mapping[str, Any]) -> UUID:
        """Write something that happened before the book and return its id."""
        wanted = EventWrite.model_validate({**values, "status": "backstory"})
        return await EventBook.of(self.session, self.scope).add(self.revision, wanted, SOURCE)

    async def change_event(self, event_id: UUID, changes: Mapping[str, Any]) -> None:
        """Change title or summary of something that happened."""
        row = await self.rows.live(StoryEvent, event_id)
        if row is not None:
            await self.revision.replace(row, **changes)

    async def ways(self) -> dict[frozenset[UUID], tuple[UUID, int, bool]]:
        """Return the ways that stand by their two ends: id, least time in ticks, whether it is locked."""
        rows = [row for row in await self.rows.every(Route) if row.status == "canon"]
        return {frozenset((row.a_id, row.b_id)): (row.id, row.min_ticks, row.locked) for row in rows}

    async def add_way(self, wanted: RouteWrite) -> UUID:
        """Write a way between two places and return its id. Raises what `RuleBook.add_way` raises."""
        return await RuleBook.of(self.session, self.scope).write_way(self.revision, wanted, SOURCE)

    async def change_way(self, route_id: UUID, min_ticks: int) -> None:
        """Change how long a way takes."""
        row = await self.rows.live(Route, route_id)
        if row is not None:
            await self.revision.replace(row, min_ticks=min_ticks)

    async def links(self, predicate: str) -> dict[tuple[UUID, UUID], dict[str, Any]]:
        """Return the facts of a predicate between two entries, by their ends: id, qualifier, whether it is locked."""
        rows = await self.rows.facts(predicates=[predicate])
        return {
            (row.subject_id, row.object_id): {**row.qualifier, "id": row.id, "locked": row.locked}
            for row in rows
            if isinstance(row, Assertion) and row.subject_id is not None and row.object_id is not None
        }

    def canon(self) -> CanonService:
        """Return the canon the bible is part of."""
        return CanonService.of(self.session, self.scope)
