"""What the plan takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from infinite_scribe.canon.story_wire import Pattern
from infinite_scribe.plot.rules import ClosingType, OpeningType
from infinite_scribe.web.schemas import WireInput, WireOutput

Outcome = Literal["yes", "no", "yes_but", "no_and"]
BeatKind = Literal["action", "reaction", "dialogue", "reveal", "decision", "description", "transition"]
PovPolicy = Literal["first", "close_third", "omniscient", "multiple"]
Words = Annotated[str, StringConstraints(max_length=8000)]
Phrase = Annotated[str, StringConstraints(max_length=600)]
Phrases = Annotated[list[Phrase], Field(max_length=100)]
Members = Annotated[dict[str, Any], Field(max_length=40)]
Ids = Annotated[list[UUID], Field(max_length=100)]


class ConceptUpdate(WireInput):
    """Members of the concept to change; what is left out stays."""

    title: str | None = Field(None, max_length=200)
    logline: Words | None = None
    premise: Words | None = None
    hook: Words | None = None
    protagonist_line: Words | None = None
    selling_point: Words | None = None
    genres: Phrases | None = None
    audience: str | None = Field(None, max_length=200)
    tone: str | None = Field(None, max_length=200)
    theme_statement: Words | None = None
    theme_question: Words | None = None
    value_tension: Members | None = None
    emotions: Phrases | None = None
    taboos: Phrases | None = None
    genre_contract: Phrases | None = None
    protagonist_id: UUID | None = None
    ending: Members | None = None
    pov_policy: PovPolicy | None = None
    tense: Literal["past", "present"] | None = None
    target_words: int | None = Field(None, ge=0)
    target_chapters: int | None = Field(None, ge=0)
    seed_path: Members | None = None


class ChapterPlanUpdate(WireInput):
    """Plan fields of a chapter to change."""

    chapter_id: UUID
    one_line: Words | None = None
    purpose: Words | None = None
    pov_id: UUID | None = None
    places: Ids | None = None
    tension: int | None = Field(None, ge=0, le=10)
    opening_type: OpeningType | None = None
    closing_type: ClosingType | None = None
    word_budget: int | None = Field(None, ge=0)
    arc_id: UUID | None = None
    threads: Ids | None = None


class StyleUpdate(WireInput):
    """Members of the style guide to change."""

    person: Literal["first", "third"] | None = None
    tense: Literal["past", "present"] | None = None
    pov_discipline: Literal["strict", "loose"] | None = None
    distance: str | None = Field(None, max_length=12)
    diction_do: Phrases | None = None
    diction_dont: Phrases | None = None
    banned: Phrases | None = None
    dialogue: Members | None = None
    chapter_conventions: Words | None = None
    spelling_variant: str | None = Field(None, max_length=12)
    sentence_notes: Words | None = None


class CastMember(BaseModel):
    """Somebody on stage, and when they come and go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity: UUID
    enters: Phrase | None = None
    leaves: Phrase | None = None


class CardPromise(BaseModel):
    """What the scene is to do for a promise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    promise: UUID
    act: Literal["plant", "remind", "arm", "pay", "subvert"]


class CardAsk(BaseModel):
    """What the scene must tell, or must not: a fact, or words. `promise` says in the name of which promise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Phrase | None = None
    fact: UUID | None = None
    promise: UUID | None = None
    writer_may_know: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> CardAsk:
        if not self.text and self.fact is None:
            raise ValueError("name a fact, or say it in words")
        return self


class CardUpdate(WireInput):
    """Members of a scene card to change."""

    summary: Words | None = None
    goal: Words | None = None
    conflict: Words | None = None
    outcome: Outcome | None = None
    turn: Words | None = None
    pov_id: UUID | None = None
    pov_distance: str | None = Field(None, max_length=12)
    place_id: UUID | None = None
    cast: list[CastMember] | None = Field(None, max_length=60)
    entry: Ids | None = None
    exit: list[Pattern] | None = Field(None, max_length=20)
    must_include: list[CardAsk] | None = Field(None, max_length=40)
    must_not_reveal: list[CardAsk] | None = Field(None, max_length=40)
    promises: list[CardPromise] | None = Field(None, max_length=40)
    word_budget: int | None = Field(None, ge=0)
    thread_ids: Ids | None = None
    tension: int | None = Field(None, ge=0, le=10)
    opening_type: OpeningType | None = None
    closing_type: ClosingType | None = None
    notes: Words | None = None
    locked_fields: Phrases | None = None


class PlanUpdate(WireInput):
    """An edit of the plan; all of it is one revision."""

    concept: ConceptUpdate | None = None
    chapters: list[ChapterPlanUpdate] = Field(default_factory=list, max_length=500)
    style: StyleUpdate | None = None


class ConceptRead(WireOutput):
    """The concept."""

    id: UUID
    title: str
    logline: str
    premise: str
    hook: str
    protagonist_line: str
    selling_point: str
    genres: list[str]
    audience: str
    tone: str
    theme_statement: str
    theme_question: str
    value_tension: dict[str, Any]
    emotions: list[str]
    taboos: list[str]
    genre_contract: list[str]
    protagonist_id: UUID | None
    ending: dict[str, Any]
    pov_policy: str
    tense: str
    target_words: int | None
    target_chapters: int | None
    seed_path: dict[str, Any]
    rev_from: int


class CardRead(WireOutput):
    """A scene card."""

    id: UUID
    scene_id: UUID
    summary: str
    goal: str
    conflict: str
    outcome: str | None
    turn: str
    pov_id: UUID | None
    pov_distance: str | None
    place_id: UUID | None
    cast: list[CastMember]
    entry: list[str]
    exit: list[dict[str, Any]]
    must_include: list[dict[str, Any]]
    must_not_reveal: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    word_budget: int | None
    thread_ids: list[str]
    tension: int | None
    opening_type: str | None
    closing_type: str | None
    notes: str
    flags: list[str]
    locked_fields: list[str]
    locked: bool
    rev_from: int

    @property
    def on_stage(self) -> list[UUID]:
        """Ids of the cast, the viewpoint first."""
        ids = [member.entity for member in self.cast]
        if self.pov_id is not None:
            ids = [self.pov_id, *ids]
        return list(dict.fromkeys(ids))


class BeatRead(WireOutput):
    """A beat as the plan mirrors it."""

    beat_id: str
    ordinal: int
    kind: str
    text: str
    actor_id: UUID | None
    change: str
    subtext: str
    word_budget: int | None
    covers: list[str]


class BeatMirror(BaseModel):
    """A beat of a scene document, as the save hands it over."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    beat_id: str
    kind: BeatKind = "action"
    text: str
    actor_id: UUID | None = None
    change: str = ""
    subtext: str = ""
    word_budget: int | None = None
    covers: list[str] = Field(default_factory=list)


class StyleRead(WireOutput):
    """The style guide."""

    id: UUID
    person: str
    tense: str
    pov_discipline: str
    distance: str
    diction_do: list[str]
    diction_dont: list[str]
    banned: list[str]
    dialogue: dict[str, Any]
    chapter_conventions: str
    spelling_variant: str
    sentence_notes: str
    rev_from: int


class VoiceRead(WireOutput):
    """How a character speaks."""

    id: UUID
    entity_id: UUID
    lexicon: list[str]
    avoids: list[str]
    rhythm: str
    tics: list[str]
    # pydantic's own class has a `register`; on the wire and in the row the name stays.
    speech_register: str = Field(validation_alias="register", serialization_alias="register")
    sample_lines: list[str]


class ExemplarRead(WireOutput):
    """A passage whose voice is to be followed."""

    id: UUID
    text: str
    note: str


class ThreadDraft(WireInput):
    """A line of the story."""

    name: str = Field(min_length=1, max_length=200)
    kind: Literal["main", "subplot", "romance", "mystery", "character", "theme"] = "main"
    question: str = ""
    entity_ids: list[str] = Field(default_factory=list)
    ordinal: int = 0


class TurningPointDraft(WireInput):
    """Where an arc turns."""

    kind: Literal["inciting", "threshold", "midpoint", "crisis", "climax", "resolution"]
    position: float = Field(ge=0, le=1)
    tolerance: float = Field(0.05, ge=0, le=1)
    chapter_id: UUID | None = None
    note: str = ""


class ArcDraft(WireInput):
    """A movement of the book."""

    title: str = Field(min_length=1, max_length=200)
    opens_question: str = ""
    closes_question: str = ""
    value_from: str = Field("", max_length=120)
    value_to: str = Field("", max_length=120)
    span_from: float = Field(0.0, ge=0, le=1)
    span_to: float = Field(1.0, ge=0, le=1)
    turning_points: list[TurningPointDraft] = Field(default_factory=list)
    ordinal: int = 0


class ArcRead(WireOutput):
    """A movement of the book."""

    id: UUID
    title: str
    opens_question: str
    closes_question: str
    value_from: str
    value_to: str
    span_from: float
    span_to: float


class PlanItemRead(WireOutput):
    """A suggestion for the plan."""

    id: UUID
    operations: list[dict[str, Any]]
    why: str
    lint: list[dict[str, Any]]
    base_revision: int
    status: str
    decided_by: str | None
    decided_at: datetime | None
    undone_by: int | None
    run_id: UUID | None
    created_at: datetime
