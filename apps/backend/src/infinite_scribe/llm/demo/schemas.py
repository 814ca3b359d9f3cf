"""What a call may carry, read tolerantly, and what the storyteller gives back.

The demo never refuses a call because a field is missing: a briefing of a young novel is
thin, and the story must still be told. Unknown fields are ignored, `null` means "default".
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class Twin(BaseModel):
    """Base of every data twin: nulls fall back to defaults, unknown members are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: object) -> object:
        if isinstance(value, dict):
            return {key: item for key, item in value.items() if item is not None}
        return value


class DemoAnswer(BaseModel):
    """The storyteller's answer: prose, or a typed answer as JSON.

    `used` tells which openings, endings, details and sentence skeletons a draft spent, in
    the form that the briefing's `used` takes back for the next scene. Empty elsewhere.
    """

    text: str | None = None
    output: dict[str, Any] | None = None
    used: dict[str, list[str]] = Field(default_factory=dict)


class SeedPath(Twin):
    """A structured draw of six parts, made by code so that options differ."""

    theme: str = ""
    background: str = ""
    persona: str = ""
    event: str = ""
    ending: str = ""
    twist: str = ""


class Concept(Twin):
    """The chosen premise."""

    title: str = ""
    logline: str = ""
    genres: list[str] = Field(default_factory=list)
    protagonist: str = ""
    hook: str = ""
    path: SeedPath = Field(default_factory=SeedPath)


class Place(Twin):
    """A place of the briefing."""

    handle: str = ""
    name: str = ""
    line: str = ""
    is_here: bool = False
    details: list[str] = Field(default_factory=list)


class Member(Twin):
    """A person of the cast."""

    handle: str = ""
    name: str = ""
    aliases: list[str] = Field(default_factory=list)
    role: str = ""
    line: str = ""
    want: str = ""
    need: str = ""
    false_belief: str = ""
    fear: str = ""
    trade: str = ""
    pronouns: str = ""
    voice: Any = ""
    on_stage: bool = True
    is_pov: bool = False


class Fact(Twin):
    """A fact the scene may rely on; `text` is the sentence a reader would accept."""

    handle: str = ""
    subject: str = ""
    predicate: str = ""
    value: Any = ""
    text: str = ""


class Rule(Twin):
    """A law of the world."""

    handle: str = ""
    statement: str = ""


class Card(Twin):
    """What a scene must do."""

    title: str = ""
    summary: str = ""
    goal: str = ""
    conflict: str = ""
    outcome: str = ""
    turn: str = ""
    pov: str = ""
    place: str = ""
    cast: list[str] = Field(default_factory=list)
    must_include: list[str] = Field(default_factory=list)
    must_not_reveal: list[str] = Field(default_factory=list)
    word_budget: int = 0
    opening_type: str = ""
    closing_type: str = ""


class Beat(Twin):
    """One step of a scene."""

    handle: str = ""
    kind: str = "action"
    text: str = ""
    actor: str = ""
    change: str = ""
    subtext: str = ""
    word_budget: int = 0


class Novel(Twin):
    """The book, as the briefing names it."""

    title: str = ""
    logline: str = ""
    genres: list[str] = Field(default_factory=list)
    tone: str = ""
    language: str = ""


class Style(Twin):
    """Person, tense and what the author has forbidden."""

    person: str = "third"
    tense: str = "past"
    pov_discipline: str = ""
    distance: str = ""
    banned: list[str] = Field(default_factory=list)
    manner: dict[str, Any] = Field(default_factory=dict)
    """How the author's samples are written (`core.language.manner`); empty without samples."""


class Chapter(Twin):
    """The chapter a scene stands in."""

    number: int = 1
    title: str = ""
    one_line: str = ""
    purpose: str = ""


class SceneFrame(Twin):
    """The scene's place in the book and its size."""

    handle: str = ""
    index_in_chapter: int = 1  # counted from 1
    opening_type: str = ""
    closing_type: str = ""
    word_budget: int = 0
    story_time_label: str = ""


class Used(Twin):
    """What earlier scenes spent."""

    openings: list[str] = Field(default_factory=list)
    endings: list[str] = Field(default_factory=list)
    details: list[str] = Field(default_factory=list)
    skeletons: list[str] = Field(default_factory=list)
    told: list[str] = Field(default_factory=list)
    """Marks (`core.fingerprints`) of what earlier scenes of the book said, oldest first."""


class Known(Twin):
    """Something the viewpoint character knows."""

    text: str = ""


class Briefing(Twin):
    """The twin of `writer.draft_scene`."""

    novel: Novel = Field(default_factory=Novel)
    style: Style = Field(default_factory=Style)
    chapter: Chapter = Field(default_factory=Chapter)
    scene: SceneFrame = Field(default_factory=SceneFrame)
    card: Card = Field(default_factory=Card)
    beats: list[Beat] = Field(default_factory=list)
    cast: list[Member] = Field(default_factory=list)
    places: list[Place] = Field(default_factory=list)
    rules: list[Rule] = Field(default_factory=list)
    facts: list[Fact] = Field(default_factory=list)
    knowledge: list[Known] = Field(default_factory=list)
    previous_tail: str = ""
    story_so_far: list[str] = Field(default_factory=list)
    avoid: list[str] = Field(default_factory=list)
    used: Used = Field(default_factory=Used)
    instruction: str = ""
    steers: list[str] = Field(default_factory=list)


class OnwardData(Briefing):
    """The twin of `writer.continue`: a draft's, with what stands around the place."""

    before: str = ""
    after: str = ""
    target_words: int = 80
    span_length: str = "paragraph"
    beat_here: str = ""
    variant: int = 0
    attempt: int = 0


class OptionsData(Twin):
    """The twin of `worldsmith.options`."""

    stage: str = "seed"
    idea: str = ""
    count: int = 4
    seed_paths: list[SeedPath] = Field(default_factory=list)
    length: str = "novel"
    pov: str = ""
    tone: str = ""
    constraints: list[str] = Field(default_factory=list)


class Missing(Twin):
    """A field that `complete` should fill."""

    field: str = ""
    need: Any = ""


class CompleteData(Twin):
    """The twin of `worldsmith.complete`."""

    stage: str = "theme"
    missing: list[Missing] = Field(default_factory=list)
    idea: str = ""
    tone: str = ""
    pov: str = ""
    concept: Concept = Field(default_factory=Concept)
    theme: dict[str, Any] = Field(default_factory=dict)
    places: list[Place] = Field(default_factory=list)
    rules: list[Rule] = Field(default_factory=list)
    cast: list[Member] = Field(default_factory=list)
    chapters: int = 10


class CardsData(Twin):
    """The twin of `director.cards`."""

    chapter: Chapter = Field(default_factory=Chapter)
    novel: Novel = Field(default_factory=Novel)
    previous: dict[str, Any] = Field(default_factory=dict)
    next_line: str = ""
    places: list[Place] = Field(default_factory=list)
    cast: list[Member] = Field(default_factory=list)
    facts: list[Fact] = Field(default_factory=list)
    word_budget: int = 1400
    scenes: int = 1


class BeatsData(Twin):
    """The twin of `director.beats`."""

    card: Card = Field(default_factory=Card)
    novel: Novel = Field(default_factory=Novel)
    places: list[Place] = Field(default_factory=list)
    cast: list[Member] = Field(default_factory=list)
    facts: list[Fact] = Field(default_factory=list)
    count: int = 6
    word_budget: int = 1400


class RewriteData(Twin):
    """The twin of `writer.rewrite`."""

    text: str = ""
    before: str = ""
    after: str = ""
    instruction: str = ""
    preset: str = ""
    target_words: int = 0
    variant: int = 0
    names: list[str] = Field(default_factory=list)
    style: Style = Field(default_factory=Style)
    cast: list[Member] = Field(default_factory=list)
    places: list[Place] = Field(default_factory=list)
    used: Used = Field(default_factory=Used)


class VoiceNote(Twin):
    """How somebody talks, as far as a card says it."""

    handle: str = ""
    name: str = ""
    manner: str = Field("", alias="register")
    rhythm: str = ""
    lexicon: list[str] = Field(default_factory=list)
    avoids: list[str] = Field(default_factory=list)
    tics: list[str] = Field(default_factory=list)
    lines: list[str] = Field(default_factory=list)

    @property
    def note(self) -> str:
        """All that is said of the voice, in one line."""
        return ", ".join(part for part in (self.manner, self.rhythm) if part)


class DialogueData(RewriteData):
    """The twin of `writer.dialogue`."""

    voices: list[VoiceNote] = Field(default_factory=list)


class DescribeData(Briefing):
    """The twin of `writer.describe`: `text` is what is described."""

    text: str = ""
    before: str = ""
    after: str = ""
    senses: list[str] = Field(default_factory=list)
    names: list[str] = Field(default_factory=list)


class Paragraph(Twin):
    """A paragraph of finished text with its id."""

    pid: str = ""
    text: str = ""


def _listed(value: object) -> object:
    """Names may come by handle."""
    return list(value.values()) if isinstance(value, dict) else value


class RealiseData(Twin):
    """The twin of `editor.realise`."""

    card: Card = Field(default_factory=Card)
    beats: list[Beat] = Field(default_factory=list)
    paragraphs: list[Paragraph] = Field(default_factory=list)
    names: Annotated[list[str], BeforeValidator(_listed)] = Field(default_factory=list)


class Line(Twin):
    """A numbered sentence."""

    handle: str = ""
    text: str = ""


class SummariseData(Twin):
    """The twin of `librarian.summarise`."""

    node: Any = ""
    max_tokens: int = 200
    sentences: list[Line] = Field(default_factory=list)
    names: list[str] = Field(default_factory=list)


class SparksData(Twin):
    """The twin of `worldsmith.sparks`."""

    genre: str = ""
    count: int = 6
