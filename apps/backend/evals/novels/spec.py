"""What a synthetic novel is made from, and what is true in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

Language = Literal["en", "zh"]
Modality = Literal[
    "narrated", "spoken", "thought", "written", "dreamed", "remembered", "hypothetical", "figurative"
]
Split = Literal["train", "dev", "held_out"]


@dataclass(frozen=True)
class Spec:
    """Seed and sizes; everything else follows from them. Zero means: by the number of scenes."""

    seed: int
    language: Language
    scenes: int = 40
    chapter_scenes: int = 3
    characters: int = 0
    places: int = 0
    items: int = 0
    rules: int = 4
    promises: int = 0
    lies: int = 0
    secrets: int = 0
    scene_words: int = 0
    """Least words of a scene; what is missing is filled up with the book's own words, by Zipf's law."""

    def filled(self) -> Spec:
        """Return the spec with every size said."""
        n = self.scenes
        return Spec(
            self.seed,
            self.language,
            n,
            self.chapter_scenes,
            self.characters or min(70, 12 + n // 20),
            self.places or min(60, 8 + n // 30),
            self.items or min(100, 14 + n // 12),
            self.rules,
            self.promises or max(3, n // 12),
            self.lies or max(3, n // 10),
            self.secrets or max(6, n // 12),
            self.scene_words,
        )


@dataclass
class Thing:
    """A person, place, item or house."""

    id: UUID
    kind: str
    name: str
    aliases: list[str] = field(default_factory=list)
    importance: int = 2


@dataclass
class Told:
    """Where the text says something."""

    scene: int
    pid: str
    quote: str
    start: int
    modality: Modality
    split: Split


@dataclass
class Fact:
    """A row of truth. `from_scene` None: before the book; it holds before scene `to_scene`, if that is set."""

    id: UUID
    subject: UUID
    predicate: str
    object: UUID | None = None
    text: str | None = None
    number: int | None = None
    qualifier: dict[str, Any] = field(default_factory=dict)
    publicity: str = "private"
    from_scene: int | None = None
    to_scene: int | None = None
    told: list[Told] = field(default_factory=list)

    def holds_before(self, scene: int) -> bool:
        """Whether it holds when a scene begins."""
        begun = self.from_scene is None or self.from_scene < scene
        return begun and (self.to_scene is None or self.to_scene >= scene)


@dataclass
class Knows:
    """A state of mind: from the end of `scene` on (None: always)."""

    id: UUID
    fact: UUID
    knower: UUID
    scene: int | None
    pid: str | None = None
    stance: Literal["knows", "believes_wrongly"] = "knows"
    believed: str | None = None
    via: str = "told"
    source: UUID | None = None
    until: int | None = None


@dataclass
class Way:
    """A route."""

    id: UUID
    a: UUID
    b: UUID
    minutes: int


@dataclass
class Vow:
    """A promise to the reader."""

    id: UUID
    statement: str
    subjects: list[UUID]
    setup: int
    earliest: int
    latest: int
    payoff: int
    told: Told | None = None
    is_paid: bool = False


@dataclass(frozen=True)
class Need:
    """Something a scene cannot be written without. `distance` counts scenes since it was last told (None: never)."""

    kind: Literal["fact", "route", "promise", "belief", "rule"]
    id: UUID
    predicate: str
    distance: int | None
    chapters: int | None = None
    hops: int = 1


@dataclass(frozen=True)
class Query:
    """A question to the passages; every paragraph that tells such a thing of the same people answers it."""

    text: str
    answers: tuple[tuple[int, str], ...]
    predicate: str


@dataclass(frozen=True)
class Claim:
    """A sentence of the text with what it says. Offsets count code points inside the paragraph."""

    pid: str
    start: int
    end: int
    modality: Modality
    fact: UUID | None
    is_true: bool
    split: Split


@dataclass
class Scene:
    """A scene with everything gold about it."""

    id: UUID
    index: int
    chapter: int
    pov: UUID
    place: UUID
    cast: list[UUID]
    mode: str
    tick: int
    is_dated: bool
    paragraphs: list[tuple[str, str]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    mentions: list[tuple[str, int, int, UUID]] = field(default_factory=list)
    summary: str = ""
    goal: str = ""
    conflict: str = ""
    turn: str = ""
    beats: list[str] = field(default_factory=list)
    acts: list[dict[str, str]] = field(default_factory=list)
    unsaid: list[UUID] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    forbidden: list[UUID] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    named: list[UUID] = field(default_factory=list)


@dataclass
class Novel:
    """A whole synthetic novel."""

    spec: Spec
    title: str
    things: dict[UUID, Thing]
    facts: dict[UUID, Fact]
    knows: list[Knows]
    ways: list[Way]
    vows: list[Vow]
    laws: list[tuple[UUID, str]]
    scenes: list[Scene]

    def of_kind(self, kind: str) -> list[Thing]:
        """Return the things of a kind in their order."""
        return [one for one in self.things.values() if one.kind == kind]

    def knowers(self, fact: Fact, scene: int) -> dict[UUID, Knows]:
        """Return who has a state of mind about a fact when a scene begins; the newest counts."""
        found: dict[UUID, Knows] = {}
        for one in self.knows:
            if one.fact == fact.id and (one.scene is None or one.scene < scene):
                found[one.knower] = one
        return found
