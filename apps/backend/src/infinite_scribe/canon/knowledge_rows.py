"""Rows that the closure of knowledge works on, and what it answers. Plain values of one novel at one revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from infinite_scribe.canon.registry import Publicity, find
from infinite_scribe.canon.rules import FactValue
from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK

READER: Final = "READER"
Knower = UUID | Literal["READER"]
Stance = Literal["suspects", "knows", "believes_wrongly"]
CellState = Literal["unknown", "suspects", "knows", "believes_wrongly", "hides"]
Via = Literal[
    "witnessed", "told", "overheard", "read", "inferred", "always", "author", "public", "local", "self"
]
Hides = Literal["nobody", "everyone", "some"]

UNAWARE: Final = frozenset({"asleep", "unconscious", "entranced"})
LAST_BLOCK: Final = 2**31 - 1


class StoryPoint(NamedTuple):
    """A moment: tick and paragraph on the axis of the story, and how far the book has been read.

    `block` counts paragraphs of the scene from 1 (0: its beginning). `reading_index` is the last scene read, from 1;
    None means the whole book. `scene_id` says in which scene one stands, so that what can be seen there counts.
    """

    tick: int
    block: int = 0
    reading_index: int | None = None
    scene_id: UUID | None = None

    @property
    def order(self) -> tuple[int, int]:
        """Return what two moments of story time are compared by."""
        return self.tick, self.block


ALWAYS: Final = StoryPoint(MIN_TICK)
END: Final = StoryPoint(MAX_TICK, LAST_BLOCK)
"""The end of what never ends: no moment lies there."""
LAST: Final = StoryPoint(MAX_TICK - 1, LAST_BLOCK)
"""The last moment of every story."""


class Sighting(NamedTuple):
    """A place in the text that shows a fact."""

    scene_id: UUID
    block: int = 0


@dataclass(frozen=True)
class KnowledgeFact:
    """A canon fact with its span `[begins, ends)`, and where it is made or shown."""

    id: UUID
    subject_id: UUID | None
    predicate: str | None
    value: FactValue
    begins: StoryPoint = ALWAYS
    ends: StoryPoint = END
    polarity: bool = True
    publicity: str = "private"
    publicity_scope_id: UUID | None = None
    hidden_from_self: bool = False
    shown: tuple[Sighting, ...] = ()
    cause_event_id: UUID | None = None
    subject_kind: str | None = None

    @cached_property
    def is_visible(self) -> bool:
        """Whether whoever is there can see it."""
        predicate = find(self.predicate or "")
        return predicate is not None and predicate.visible and self.publicity != Publicity.SECRET

    def has_begun(self, at: StoryPoint) -> bool:
        """Whether the fact holds or held by then."""
        return self.begins.order <= at.order

    def holds(self, at: StoryPoint) -> bool:
        """Whether the fact holds at that moment."""
        return self.begins.order <= at.order < self.ends.order


@dataclass(frozen=True)
class KnowledgeScene:
    """A scene with the entities on stage; a dream shows nothing of the world."""

    id: UUID
    reading_index: int
    t_from: int
    t_to: int
    on_stage: frozenset[UUID] = frozenset()
    place_id: UUID | None = None
    is_dream: bool = False


@dataclass(frozen=True)
class BeliefRow:
    """An explicit row about one fact, or about all facts that fit a pattern `{s?, p?, o?}`."""

    id: UUID
    knower: Knower
    stance: Stance
    fact_id: UUID | None = None
    pattern: Mapping[str, Any] | None = None
    believed: FactValue | None = None
    hides: Hides = "nobody"
    hides_from: frozenset[UUID] = frozenset()
    begins: StoryPoint = ALWAYS
    ends: StoryPoint = END
    via: Via = "author"
    source_entity_id: UUID | None = None

    def concerns(self, fact: KnowledgeFact) -> bool:
        """Whether the row is about the fact."""
        return fact.id == self.fact_id or (self.pattern is not None and matches(self.pattern, fact))


@dataclass(frozen=True)
class DisclosureRow:
    """A place where the reader is told; `reading_index` is that of its scene."""

    fact_id: UUID
    scene_id: UUID
    reading_index: int
    mode: Literal["stated", "implied", "hinted", "misled"] = "stated"
    block: int = 0


@dataclass(frozen=True)
class SpokenClaim:
    """Something said or shown in a scene. `heard_by=None` means everybody on stage and awake."""

    scene_id: UUID
    subject_id: UUID | None
    predicate: str
    value: FactValue
    speaker_id: UUID | None = None
    block: int = 0
    via: Literal["told", "overheard", "read"] = "told"
    heard_by: frozenset[UUID] | None = None


@dataclass(frozen=True)
class EventRow:
    """An event with all who had a part in it; they know its effects from its end on."""

    id: UUID
    participants: frozenset[UUID]
    at: StoryPoint


@dataclass(frozen=True)
class KnowledgeWorld:
    """All rows the closure needs, of one novel at one revision."""

    facts: Sequence[KnowledgeFact]
    scenes: Sequence[KnowledgeScene] = ()
    beliefs: Sequence[BeliefRow] = ()
    disclosures: Sequence[DisclosureRow] = ()
    claims: Sequence[SpokenClaim] = ()
    events: Sequence[EventRow] = ()

    @cached_property
    def fact_of(self) -> Mapping[UUID, KnowledgeFact]:
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def scene_of(self) -> Mapping[UUID, KnowledgeScene]:
        return {scene.id: scene for scene in self.scenes}

    @cached_property
    def facts_about(self) -> Mapping[UUID, list[KnowledgeFact]]:
        """Facts by subject, and by holder where one thing is held by another."""
        found: dict[UUID, list[KnowledgeFact]] = {}
        for fact in self.facts:
            if fact.subject_id is not None:
                found.setdefault(fact.subject_id, []).append(fact)
            if fact.predicate == "held_by" and fact.value.object_id is not None:
                found.setdefault(fact.value.object_id, []).append(fact)
        return found

    @cached_property
    def seen_on(self) -> Mapping[UUID, list[KnowledgeFact]]:
        """Facts that whoever is present can see on somebody or something."""
        found = {one: [fact for fact in facts if fact.is_visible] for one, facts in self.facts_about.items()}
        return {one: facts for one, facts in found.items() if facts}

    @cached_property
    def spells(self) -> Mapping[UUID, list[KnowledgeFact]]:
        """Times at which somebody was not awake."""
        found: dict[UUID, list[KnowledgeFact]] = {}
        for fact in self.facts:
            away = fact.predicate == "consciousness" and fact.polarity and fact.value.text in UNAWARE
            if away and fact.subject_id is not None:
                found.setdefault(fact.subject_id, []).append(fact)
        return found

    @cached_property
    def facts_shown_in(self) -> Mapping[UUID, list[tuple[KnowledgeFact, int]]]:
        found: dict[UUID, list[tuple[KnowledgeFact, int]]] = {}
        for fact in self.facts:
            for sighting in fact.shown:
                found.setdefault(sighting.scene_id, []).append((fact, sighting.block))
        return found

    @cached_property
    def wider(self) -> Mapping[UUID, UUID]:
        """The place that each place is a part of."""
        return {
            fact.subject_id: fact.value.object_id
            for fact in self.facts
            if fact.predicate == "part_of" and fact.polarity and fact.subject_id and fact.value.object_id
        }


@dataclass(frozen=True)
class Known:
    """What one knower holds about one fact, how it came and since when."""

    fact_id: UUID
    stance: Stance
    via: Via
    since: StoryPoint
    believed: FactValue | None = None
    hides: Hides = "nobody"
    hides_from: frozenset[UUID] = frozenset()
    scene_id: UUID | None = None
    source_entity_id: UUID | None = None
    belief_id: UUID | None = None

    @property
    def state(self) -> CellState:
        """Return the word of the matrix."""
        return "hides" if self.stance == "knows" and self.hides != "nobody" else self.stance


@dataclass(frozen=True)
class Knowledge:
    """What a knower holds at a moment, by fact; a fact that is absent is unknown."""

    knower: Knower
    at: StoryPoint
    facts: Mapping[UUID, Known] = field(default_factory=dict)

    def state(self, fact_id: UUID) -> CellState:
        """Return the word of the matrix for a fact."""
        found = self.facts.get(fact_id)
        return "unknown" if found is None else found.state

    def knows(self, fact_id: UUID) -> bool:
        """Whether the true value is known."""
        found = self.facts.get(fact_id)
        return found is not None and found.stance == "knows"


def matches(pattern: Mapping[str, Any], fact: KnowledgeFact) -> bool:
    """Whether a fact fits a pattern of subject `s`, predicate `p` and object `o`; a missing member fits all."""
    subject, predicate, wanted = pattern.get("s"), pattern.get("p"), pattern.get("o")
    if not any((subject, predicate, wanted)):
        return False
    said = fact.value.object_id or fact.value.text
    return (
        (not subject or str(fact.subject_id) == str(subject))
        and (not predicate or fact.predicate == predicate)
        and (not wanted or str(said) == str(wanted))
    )
