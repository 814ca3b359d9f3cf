"""What the plan linter reads of the canon: facts in time, causes and parts, ways, and who can know what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.events import EventBook
from infinite_scribe.canon.knowing import Stage
from infinite_scribe.canon.knowledge import earliest_knowable
from infinite_scribe.canon.registry import find
from infinite_scribe.canon.rulebook import RuleBook
from infinite_scribe.canon.schemas import FactRead
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.travel import Way, travel_minimum
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.lint_facts import CanonFact, CauseLink, EntryPlan
from infinite_scribe.plot.promise_book import shown
from infinite_scribe.plot.schemas import CardRead
from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK

_RINGS = ("part_of", "contained_in", "parent_of")


@dataclass(frozen=True)
class Knowing:
    """When somebody can know a fact first, and which facts some page shows."""

    knowable: Callable[[UUID, UUID], int | None]
    told: frozenset[UUID]


@dataclass(frozen=True)
class CanonForLint:
    """The canon of one novel as the linter needs it."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> CanonForLint:
        """Return the canon of the scope's novel."""
        return cls(session, scope)

    async def knowing(self, cards: Mapping[UUID, CardRead]) -> Knowing:
        """Return who can know what from when; what was said aloud is not read, so facts on a page count as told."""
        canon = CanonService.of(self.session, self.scope)
        stages = {scene: Stage(frozenset(card.on_stage), card.place_id) for scene, card in cards.items()}
        world = await canon.knowledge_world(await canon.moment(), stages)

        @cache
        def knowable(knower: UUID, fact: UUID) -> int | None:
            point = earliest_knowable(world, knower, fact)
            return None if point is None else point.tick

        told = frozenset(one.id for one in world.facts if one.shown)
        return Knowing(knowable, told)

    async def links(
        self, entries: Mapping[UUID, EntryPlan], facts: Sequence[FactRead]
    ) -> tuple[CauseLink, ...]:
        """Return causes of events, parts of places, and kinship."""
        events = (await EventBook.of(self.session, self.scope).list()).items
        by_id = {one.id: one for one in events}
        causes = [
            CauseLink("caused_by", one.id, cause, one.title, by_id[cause].title, one.tick, by_id[cause].tick)
            for one in events
            for cause in one.caused_by
            if cause in by_id
        ]
        parts = [
            CauseLink(str(one.predicate), one.subject_id, one.object_id, entries[one.subject_id].name,
                      entries[one.object_id].name)
            for one in facts
            if one.predicate in _RINGS and one.polarity and one.subject_id in entries and one.object_id in entries
            and one.subject_id is not None and one.object_id is not None
        ]  # fmt: skip
        return (*causes, *parts)

    async def travel(self, facts: Sequence[FactRead]) -> Callable[[UUID, UUID], int | None]:
        """Return how long it takes between two places at least, by ways that need nothing."""
        ways = [
            Way(one.a, one.b, one.min_ticks, one.both_ways)
            for one in (await RuleBook.of(self.session, self.scope).ways()).items
            if not one.needs
        ]
        wider = {
            one.subject_id: one.object_id
            for one in facts
            if one.predicate == "part_of" and one.polarity and one.subject_id and one.object_id
        }

        @cache
        def least(start: UUID, goal: UUID) -> int | None:
            return travel_minimum(start, goal, ways, wider).min_ticks

        return least


def canon_fact(fact: FactRead) -> CanonFact:
    """Return a fact as the linter looks at it."""
    predicate = find(fact.predicate or "")
    return CanonFact(
        fact_id=fact.id,
        subject_id=fact.subject_id,
        predicate=fact.predicate or "",
        value=shown(fact),
        text=fact.wording,
        publicity=fact.publicity,
        holds=fact.polarity,
        from_tick=fact.from_tick if fact.from_tick is not None and fact.from_tick > MIN_TICK else None,
        to_tick=fact.to_tick if fact.to_tick is not None and fact.to_tick < MAX_TICK else None,
        time_known=fact.certainty_of_time != "unknown",
        single=predicate is not None and predicate.is_single_valued,
    )
