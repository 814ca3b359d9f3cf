"""The part of the world that one scene touches: bounded reads by id, for a briefing.

A book of a thousand scenes costs what a book of forty costs: nothing here reads all entries or all facts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.knowledge_rows import (
    READER,
    BeliefRow,
    EventRow,
    KnowledgeFact,
    Sighting,
    StoryPoint,
)
from infinite_scribe.canon.models import (
    Alias,
    Assertion,
    Belief,
    CharacterSheet,
    Entity,
    EventParticipant,
    Evidence,
    Route,
    Ruling,
    StoryEvent,
    WorldRule,
)
from infinite_scribe.canon.rules import FactValue
from infinite_scribe.canon.schemas import AliasRead, EntityRead, RuleRead, RulingRead, SheetRead
from infinite_scribe.canon.story_graph import GraphFact
from infinite_scribe.db.sql.arrays import one_of
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import alive
from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK

_ENTITY = [name for name in EntityRead.model_fields if name not in {"aliases", "sheet"}]
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_MOST_RULES = 60


class Seen(NamedTuple):
    """Where the text shows a fact."""

    fact_id: UUID
    scene_id: UUID
    pid: str


class FactRow(NamedTuple):
    """A fact as it stands in its row; `subject_kind` is the kind of entry that it is about."""

    id: UUID
    subject_id: UUID | None
    predicate: str | None
    object_id: UUID | None
    value: Mapping[str, Any] | None
    qualifier: Mapping[str, Any]
    polarity: bool
    from_tick: int | None
    from_block: int | None
    to_tick: int | None
    to_block: int | None
    certainty: str
    publicity: str
    publicity_scope_id: UUID | None
    veil: str
    hidden_from_self: bool
    source: str
    status: str
    wording: str
    rev_from: int
    cause_event_id: UUID | None
    subject_kind: str | None

    def graph_fact(self, hops: int) -> GraphFact:
        """Return the fact as the graph has it, at a distance."""
        return GraphFact(
            self.id, self.subject_id, self.predicate, self.object_id, self.value, self.qualifier, self.polarity,
            self.from_tick, self.to_tick, self.certainty, self.publicity, self.publicity_scope_id, self.veil,
            self.hidden_from_self, self.source, self.status, self.wording, self.rev_from, None, hops,
        )  # fmt: skip

    def known_fact(self, shown: Sequence[Sighting]) -> KnowledgeFact:
        """Return the fact as the closure of knowledge takes it."""
        return KnowledgeFact(
            self.id, self.subject_id, self.predicate, FactValue.of(self.object_id, self.value),
            _point((self.from_tick, self.from_block), MIN_TICK), _point((self.to_tick, self.to_block), MAX_TICK),
            self.polarity, self.publicity, self.publicity_scope_id, self.hidden_from_self, tuple(shown),
            self.cause_event_id, self.subject_kind,
        )  # fmt: skip


@dataclass(frozen=True)
class WayRead:
    """A way between two places; `min_ticks` in minutes."""

    id: UUID
    a_id: UUID
    b_id: UUID
    mode: str
    min_ticks: int
    both_ways: bool
    rev_from: int


@dataclass(frozen=True)
class CanonNearby:
    """Bounded reads of the canon of one novel."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> CanonNearby:
        """Return the canon of the scope's novel."""
        return cls(session, scope)

    async def roster(self, most: int) -> list[UUID]:
        """Return the entries that stand in every briefing: the important ones and those always shown."""
        query = select(Entity.id).where(
            Entity.novel_id == self.scope.novel_id,
            alive(Entity),
            Entity.status == "canon",
            Entity.agent_visibility.not_in(("never", "private_note")),
            or_(Entity.importance >= 3, Entity.agent_visibility == "always"),
        )
        query = query.order_by(Entity.importance.desc(), Entity.ordinal, Entity.id).limit(most)
        return list((await self.session.scalars(query)).all())

    async def always(self) -> set[UUID]:
        """Return the entries that the author wants to be read always."""
        query = select(Entity.id).where(
            Entity.novel_id == self.scope.novel_id, alive(Entity), Entity.agent_visibility == "always"
        )
        return set((await self.session.scalars(query)).all())

    async def named_in(self, said: str) -> set[UUID]:
        """Return the entries whose names stand in a text; a Latin name counts as whole words only."""
        if not said.strip():
            return set()
        query = select(Alias.entity_id, Alias.text).where(
            Alias.novel_id == self.scope.novel_id,
            alive(Alias),
            func.strpos(literal(said.casefold()), func.lower(Alias.text)) > 0,
        )
        folded = said.casefold()
        return {
            row.entity_id for row in await self.session.execute(query) if _stands(row.text.casefold(), folded)
        }

    async def entities(
        self, ids: Collection[UUID], sheets_of: Collection[UUID] | None = None
    ) -> list[EntityRead]:
        """Return live entries by id with names, and with the sheets of all or some of them."""
        if not ids:
            return []
        mine = self.scope.novel_id
        columns = [getattr(Entity, name) for name in _ENTITY]
        texts = [getattr(Alias, name) for name in AliasRead.model_fields]
        rows = await self.session.execute(
            select(*columns)
            .where(Entity.novel_id == mine, alive(Entity), Entity.status == "canon", one_of(Entity.id, ids))
            .order_by(Entity.importance.desc(), Entity.ordinal, Entity.id)
        )
        names: dict[UUID, list[dict[str, Any]]] = {}
        for alias in await self.session.execute(
            select(*texts, Alias.entity_id)
            .where(Alias.novel_id == mine, alive(Alias), one_of(Alias.entity_id, ids))
            .order_by(Alias.entity_id, Alias.row_id)
        ):
            names.setdefault(alias.entity_id, []).append(
                dict(zip(AliasRead.model_fields, alias, strict=False))
            )
        sheets = await self._sheets(ids if sheets_of is None else sheets_of)
        return [
            EntityRead.model_validate(
                {
                    **dict(zip(_ENTITY, row, strict=True)),
                    "aliases": names.get(row.id, []),
                    "sheet": sheets.get(row.id),
                }
            )
            for row in rows
        ]

    async def _sheets(self, ids: Collection[UUID]) -> dict[UUID, SheetRead]:
        if not ids:
            return {}
        query = select(CharacterSheet).where(
            CharacterSheet.novel_id == self.scope.novel_id,
            alive(CharacterSheet),
            one_of(CharacterSheet.entity_id, ids),
        )
        found = await self.session.scalars(query)
        return {sheet.entity_id: SheetRead.model_validate(sheet) for sheet in found}

    async def laws(self, scopes: Collection[UUID]) -> list[RuleRead]:
        """Return the laws of the world, and those of the given places, people and houses."""
        query = select(WorldRule).where(
            WorldRule.novel_id == self.scope.novel_id,
            alive(WorldRule),
            WorldRule.status == "canon",
            or_(WorldRule.scope_id.is_(None), one_of(WorldRule.scope_id, scopes)),
        )
        query = query.order_by(WorldRule.hardness, WorldRule.ordinal, WorldRule.id).limit(_MOST_RULES)
        return [RuleRead.model_validate(row) for row in await self.session.scalars(query)]

    async def rulings(self) -> list[RulingRead]:
        """Return the rulings that hold."""
        query = (
            select(Ruling).where(Ruling.novel_id == self.scope.novel_id, alive(Ruling)).order_by(Ruling.id)
        )
        return [RulingRead.model_validate(row) for row in await self.session.scalars(query)]

    async def ways(self, places: Collection[UUID]) -> list[WayRead]:
        """Return the ways that join two of some places."""
        if len(places) < 2:
            return []
        query = select(Route).where(
            Route.novel_id == self.scope.novel_id,
            alive(Route),
            Route.status == "canon",
            one_of(Route.a_id, places),
            one_of(Route.b_id, places),
        )
        return [
            WayRead(row.id, row.a_id, row.b_id, row.mode, row.min_ticks, row.both_ways, row.rev_from)
            for row in await self.session.scalars(query.order_by(Route.min_ticks, Route.id))
        ]

    async def disputed(self, ids: Collection[UUID]) -> list[GraphFact]:
        """Return facts about some entries of which two versions stand against each other."""
        query = select(Assertion).where(
            Assertion.novel_id == self.scope.novel_id,
            alive(Assertion),
            Assertion.status == "disputed",
            one_of(Assertion.subject_id, ids),
        )
        return [_graph_fact(row) for row in await self.session.scalars(query.order_by(Assertion.id))]

    async def facts(self, ids: Collection[UUID]) -> dict[UUID, FactRow]:
        """Return live facts by id, in the order of their ids."""
        if not ids:
            return {}
        query = (
            select(*(getattr(Assertion, name) for name in FactRow._fields[:-1]), Entity.kind)
            .outerjoin(Entity, (Entity.id == Assertion.subject_id) & Entity.rev_to.is_(None))
            .where(Assertion.novel_id == self.scope.novel_id, alive(Assertion), one_of(Assertion.id, ids))
            .order_by(Assertion.id)
        )
        return {row[0]: FactRow._make(row) for row in await self.session.execute(query)}

    async def shown_in(self, scenes: Collection[UUID]) -> list[Seen]:
        """Return which facts some scenes show, and where."""
        return await self._evidence(one_of(Evidence.scene_id, scenes)) if scenes else []

    async def shown(self, facts: Collection[UUID]) -> list[Seen]:
        """Return where the text shows some facts."""
        return await self._evidence(one_of(Evidence.owner_id, facts)) if facts else []

    async def _evidence(self, which: object) -> list[Seen]:
        query = select(Evidence.owner_id, Evidence.scene_id, Evidence.pid).where(
            Evidence.novel_id == self.scope.novel_id,
            alive(Evidence),
            Evidence.owner_kind == "assertion",
            which,  # type: ignore[arg-type]
        )
        rows = await self.session.execute(query.order_by(Evidence.owner_id, Evidence.id))
        return list(map(Seen._make, rows))

    async def beliefs(self, knowers: Collection[UUID], facts: Collection[UUID]) -> list[BeliefRow]:
        """Return what some characters are said to know of some facts, and what they know by pattern."""
        query = select(
            Belief.id,
            Belief.knower_id,
            Belief.stance,
            Belief.fact_id,
            Belief.pattern,
            Belief.believed_object_id,
            Belief.believed_value,
            Belief.hides,
            Belief.hides_from,
            Belief.from_tick,
            Belief.from_block,
            Belief.to_tick,
            Belief.to_block,
            Belief.via,
            Belief.source_entity_id,
        ).where(
            Belief.novel_id == self.scope.novel_id,
            alive(Belief),
            Belief.status == "canon",
            one_of(Belief.knower_id, knowers),
            or_(one_of(Belief.fact_id, facts), Belief.fact_id.is_(None)),
        )
        return [
            BeliefRow(
                one, knower or READER, stance, fact, pattern,
                FactValue.of(object_id, value) if object_id or value else None, hides,
                frozenset(map(UUID, hides_from)), _point(span[:2], MIN_TICK), _point(span[2:], MAX_TICK), via, source,
            )
            for one, knower, stance, fact, pattern, object_id, value, hides, hides_from, *span, via, source in (
                await self.session.execute(query.order_by(Belief.id))
            )
        ]  # fmt: skip

    async def events(self, ids: Collection[UUID]) -> list[EventRow]:
        """Return events by id with all who had a part in them."""
        if not ids:
            return []
        rows = await self.session.execute(
            select(
                StoryEvent.id,
                StoryEvent.from_tick,
                StoryEvent.from_block,
                StoryEvent.scene_id,
                EventParticipant.entity_id,
            )
            .join(
                EventParticipant,
                (EventParticipant.event_id == StoryEvent.id) & EventParticipant.rev_to.is_(None),
            )
            .where(StoryEvent.novel_id == self.scope.novel_id, alive(StoryEvent), one_of(StoryEvent.id, ids))
            .order_by(StoryEvent.id)
        )
        found: dict[UUID, tuple[StoryPoint, set[UUID]]] = {}
        for row in rows:
            at = StoryPoint(
                MIN_TICK if row.from_tick is None else row.from_tick, row.from_block or 0, None, row.scene_id
            )
            found.setdefault(row.id, (at, set()))[1].add(row.entity_id)
        return [EventRow(one, frozenset(who), at) for one, (at, who) in found.items()]


def _point(at: Sequence[int | None], open_end: int) -> StoryPoint:
    tick, block = at
    return StoryPoint(open_end if tick is None else tick, block or 0)


def _graph_fact(row: Assertion) -> GraphFact:
    names = [name for name in GraphFact.__dataclass_fields__ if name not in {"hops", "reading_from"}]
    return GraphFact(**{name: getattr(row, name) for name in names})


def _stands(name: str, said: str) -> bool:
    """Whether a name stands in a text, as whole words where it is written in letters of Latin kind."""
    if not _LATIN.search(name):
        return name in said
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) is not None
