"""What a briefing is made from: everything read before it is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from infinite_scribe.canon.knowledge_rows import Knowledge, KnowledgeFact
from infinite_scribe.canon.nearby import WayRead
from infinite_scribe.canon.schemas import EntityRead, RuleRead
from infinite_scribe.canon.service import World
from infinite_scribe.canon.story_graph import GraphFact
from infinite_scribe.memory.schemas import PassageHit
from infinite_scribe.plot.nearby import SceneAct
from infinite_scribe.plot.schemas import (
    ArcRead,
    BeatRead,
    CardRead,
    ConceptRead,
    ExemplarRead,
    StyleRead,
    VoiceRead,
)
from infinite_scribe.structure.resolver import MAX_TICK
from infinite_scribe.structure.schemas import ChapterNode, SceneNode

HIDDEN = frozenset({"never", "private_note"})
"""Visibilities of entries that no agent ever sees."""

_LETTERS = {"character": "C", "creature": "C", "place": "P", "item": "I"}


ROSTER = 30
"""Entries that stand in every briefing of the book at most."""


@dataclass(frozen=True)
class Part:
    """A sentence or paragraph with the scenes it comes from and the facts that it shows."""

    text: str
    scenes: tuple[UUID, ...] = ()
    facts: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class SaidBefore:
    """A text of the book with where it comes from. `on_stage` is None where nobody planned it."""

    node: str
    parts: tuple[Part, ...]
    on_stage: frozenset[UUID] | None = None
    is_stale: bool = False

    @property
    def text(self) -> str:
        """The whole text, paragraphs apart (summaries: as one)."""
        gap = "\n\n" if self.node.startswith("text:") else " "
        return gap.join(part.text for part in self.parts)


@dataclass(frozen=True)
class Recalled:
    """A passage that was found, with the facts that it shows and what speaks for it."""

    hit: PassageHit
    facts: frozenset[UUID] = frozenset()
    score: float = 0.0
    reason: str = "lexical"
    index: int = 0


@dataclass(frozen=True)
class Used:
    """What the last scenes used, so that the next one does not."""

    openings: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    skeletons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Material:
    """Everything about one scene (or one chapter, then `scene` and `card` are None)."""

    language: str
    title: str
    revision: int
    fence_key: bytes
    world: World
    concept: ConceptRead | None = None
    style: StyleRead | None = None
    exemplars: Sequence[ExemplarRead] = ()
    arcs: Sequence[ArcRead] = ()
    chapter: ChapterNode | None = None
    next_line: str = ""
    scene: SceneNode | None = None
    index_in_chapter: int = 1
    card: CardRead | None = None
    beats: Sequence[BeatRead] = ()
    voices: Mapping[UUID, VoiceRead] = field(default_factory=dict)
    facts: Sequence[GraphFact] = ()
    so_far: Sequence[SaidBefore] = ()
    passages: Sequence[Recalled] = ()
    roster: Sequence[UUID] = ()
    knowledge: Mapping[UUID, Knowledge] = field(default_factory=dict)
    live: Mapping[UUID, KnowledgeFact] = field(default_factory=dict)
    focus: frozenset[UUID] = frozenset()
    present: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    disputed: Sequence[GraphFact] = ()
    ways: Sequence[WayRead] = ()
    acts: Sequence[SceneAct] = ()
    due: frozenset[UUID] = frozenset()
    recent_from: int | None = None
    previous: SaidBefore | None = None
    last_of_pov: SaidBefore | None = None
    avoid: Sequence[str] = ()
    used: Used = Used()
    instruction: str | None = None
    steers: Sequence[str] = ()
    missing: Sequence[str] = ()
    pov_filter: bool = True

    @property
    def at(self) -> tuple[int, int]:
        """The moment at which the scene begins: tick and paragraph."""
        tick = self.scene.t_from if self.scene is not None else None
        return (MAX_TICK if tick is None else tick, 0)

    @cached_property
    def by_id(self) -> Mapping[UUID, EntityRead]:
        """The entries agents may see, the most important first."""
        shown = [entity for entity in self.world.entities if entity.agent_visibility not in HIDDEN]
        ordered = sorted(shown, key=lambda entity: (-entity.importance, entity.ordinal, entity.id))
        return {entity.id: entity for entity in ordered}

    def visible(self) -> list[EntityRead]:
        """Return the entries agents may see, in the order that gives them their handles."""
        return list(self.by_id.values())

    @property
    def is_limited(self) -> bool:
        """Whether the scene is told from inside one head."""
        if not self.pov_filter or self.card is None or self.card.pov_id is None:
            return False
        return self.concept is None or self.concept.pov_policy != "omniscient"

    @property
    def pov(self) -> EntityRead | None:
        """The viewpoint character, if agents may see it."""
        pov_id = None if self.card is None else self.card.pov_id
        return None if pov_id is None else self.by_id.get(pov_id)

    def on_stage(self) -> list[EntityRead]:
        """Return the visible cast of the card, the viewpoint first."""
        ids = [] if self.card is None else self.card.on_stage
        return [self.by_id[one] for one in ids if one in self.by_id]


def rule_order(rule: RuleRead) -> tuple[bool, str, int, UUID]:
    """Laws of the whole world first, so that their short names are the same in every scene."""
    return (rule.scope_id is not None, rule.hardness, rule.ordinal, rule.id)


@dataclass(frozen=True)
class Handles:
    """Short names for this briefing only. Prompts never show ids."""

    entities: Mapping[UUID, str]
    rules: Mapping[UUID, str]
    beats: Mapping[str, str]

    @classmethod
    def of(cls, material: Material) -> Handles:
        """Number what the briefing may print, in an order that does not depend on the scene."""
        counts: dict[str, int] = {}
        entities: dict[UUID, str] = {}
        first = [one for one in material.roster if one in material.by_id]
        rest = [one for one in material.by_id if one not in set(first)]
        for entity in (material.by_id[one] for one in (*first, *rest)):
            letter = _LETTERS.get(entity.kind, "X")
            counts[letter] = counts.get(letter, 0) + 1
            entities[entity.id] = f"{letter}{counts[letter]}"
        ordered = sorted(material.world.rules, key=rule_order)
        rules = {rule.id: f"R{number}" for number, rule in enumerate(ordered, start=1)}
        beats = {
            beat.beat_id: f"B{number}"
            for number, beat in enumerate(sorted(material.beats, key=lambda one: one.ordinal), start=1)
        }
        return cls(entities, rules, beats)

    def of_entity(self, entity_id: UUID | None) -> str | None:
        """Return the handle of an entry, or None when it has none here."""
        return None if entity_id is None else self.entities.get(entity_id)
