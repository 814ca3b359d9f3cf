"""What the stages hold, as the agents answer and as the rows keep it."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from infinite_scribe.genesis.rules import Stage
from infinite_scribe.web.schemas import WireOutput

NONE = frozenset({"none", "无", "没有"})


def _said_none(value: object) -> object:
    """Let "none" stand for a list that is empty on purpose."""
    return ["none"] if isinstance(value, str) and value.strip().casefold() in NONE else value


Text = Annotated[str, StringConstraints(max_length=4000)]
Words = Annotated[str, StringConstraints(max_length=400)]
Short = Annotated[str, StringConstraints(max_length=200)]
List = Annotated[list[Words], Field(max_length=60), BeforeValidator(_said_none)]


class Content(BaseModel):
    """A part of a stage. Members a model adds on its own are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class SeedContent(Content):
    """What the book is about."""

    title: Short = ""
    logline: Text = ""
    genres: list[Short] = Field(default_factory=list, max_length=8)
    protagonist: Text = ""
    hook: Text = ""
    premise: Text = ""
    selling_point: Text = ""
    endings: list[Words] = Field(default_factory=list, max_length=6)
    path: dict[str, Words] = Field(default_factory=dict, max_length=6)


class Tension(Content):
    """The two poles of the theme."""

    a: Words = ""
    b: Words = ""


class ThemeContent(Content):
    """What the book asks."""

    statement: Text = ""
    question: Text = ""
    emotions: list[Short] = Field(default_factory=list, max_length=8)
    tension: Tension = Tension()
    taboos: List = Field(default_factory=list)
    embodied: list[Words] = Field(default_factory=list, max_length=12)


class PlaceContent(Content):
    """A place."""

    name: str = Field(min_length=1, max_length=200)
    line: Words = ""
    part_of: Short | None = None
    details: list[Words] = Field(default_factory=list, max_length=20)


class RuleContent(Content):
    """A law of the world."""

    statement: str = Field(min_length=1, max_length=2000)
    category: Short = "custom"
    hardness: Short = "hard"
    cost: Words | None = None
    example: Words | None = None
    limit: Words | None = None


class DimensionEntry(Content):
    """How one side of the world works: what holds, what it looks like, where it ends."""

    rule: Words
    example: Words = ""
    limit: Words = ""


class Dimensions(Content):
    """Five sides of the world."""

    geography: list[DimensionEntry] = Field(default_factory=list, max_length=12)
    history: list[DimensionEntry] = Field(default_factory=list, max_length=12)
    culture: list[DimensionEntry] = Field(default_factory=list, max_length=12)
    rules: list[DimensionEntry] = Field(default_factory=list, max_length=12)
    society: list[DimensionEntry] = Field(default_factory=list, max_length=12)


class SystemContent(Content):
    """Power or technology and what it costs; the name "none" says that there is no such thing."""

    name: Short = ""
    line: Words = ""
    cost: Words = ""


class BackstoryEvent(Content):
    """What happened before the first page; `years_ago` where it is known."""

    title: Short
    summary: Words = ""
    years_ago: int | None = Field(None, ge=0, le=100_000)


class RouteContent(Content):
    """A way between two places and the hours it takes."""

    a: Short
    b: Short
    hours: float = Field(1.0, gt=0, le=100_000)


class WorldContent(Content):
    """Where the book is set."""

    places: list[PlaceContent] = Field(default_factory=list, max_length=60)
    rules: list[RuleContent] = Field(default_factory=list, max_length=60)
    dimensions: Dimensions = Dimensions()
    system: SystemContent = SystemContent()
    events: list[BackstoryEvent] = Field(default_factory=list, max_length=40)
    routes: list[RouteContent] = Field(default_factory=list, max_length=60)


class CastContent(Content):
    """A character."""

    name: str = Field(min_length=1, max_length=200)
    role: Short = "minor"
    line: Words = ""
    want: Words = ""
    need: Words = ""
    false_belief: Words = ""
    fear: Words = ""
    wound: Words = ""
    appearance: Words = ""
    personality: Words = ""
    background: Words = ""
    goals: list[Words] = Field(default_factory=list, max_length=12)
    obstacle: Words = ""
    turning_point: Words = ""
    trade: str = Field("", max_length=120)
    pronouns: str = Field("", max_length=40)
    voice: Words = ""
    samples: list[Words] = Field(default_factory=list, max_length=8)
    arc_from: Words = ""
    arc_to: Words = ""
    aliases: list[Short] = Field(default_factory=list, max_length=12)


class RelationContent(Content):
    """How one character stands to another; strength from -10 to 10."""

    a: Short
    b: Short
    label: Short = ""
    strength: int = 0


class CharactersContent(Content):
    """Who is in the book."""

    cast: list[CastContent] = Field(default_factory=list, max_length=60)
    relations: list[RelationContent] = Field(default_factory=list, max_length=200)


class LineContent(Content):
    """One chapter in one line."""

    title: Short = ""
    one_line: Words = ""


class NodeContent(Content):
    """A point on which the plot hangs; `cause` names what earlier node or fact brings it about."""

    event: Words
    place: Short = ""
    cast: list[Short] = Field(default_factory=list, max_length=12)
    tension: int = Field(5, ge=0, le=10)
    cause: Words = ""
    turning: Literal["inciting", "threshold", "midpoint", "crisis", "climax", "resolution"] | None = None
    chapter: int | None = Field(None, ge=1, le=2_000)


class ArcContent(Content):
    """A movement of the book; `span_from` and `span_to` are positions from 0 to 1."""

    title: Short
    opens_question: Words = ""
    closes_question: Words = ""
    value_from: str = Field("", max_length=120)
    value_to: str = Field("", max_length=120)
    span_from: float = Field(0.0, ge=0, le=1)
    span_to: float = Field(1.0, ge=0, le=1)


class PromiseContent(Content):
    """What the reader is led to expect, and between which positions of the book it is to come."""

    kind: Literal["gun", "mystery", "vow", "threat", "prophecy", "romance", "secret", "deadline", "theme"] = (
        "mystery"
    )
    statement: Words
    setup: float = Field(0.1, ge=0, le=1)
    earliest: float = Field(0.3, ge=0, le=1)
    latest: float = Field(0.9, ge=0, le=1)
    weight: int = Field(3, ge=1, le=5)


class PlotContent(Content):
    """What happens."""

    template: Short = ""
    lines: list[LineContent] = Field(default_factory=list, max_length=500)
    nodes: list[NodeContent] = Field(default_factory=list, max_length=40)
    arcs: list[ArcContent] = Field(default_factory=list, max_length=8)
    promises: list[PromiseContent] = Field(default_factory=list, max_length=40)
    beats: list[Words] = Field(default_factory=list, max_length=20)
    ending: Words = ""


class StyleContent(Content):
    """How the book is told."""

    person: Literal["", "first", "third"] = ""
    tense: Literal["", "past", "present"] = ""
    pov_discipline: Literal["", "strict", "loose"] = ""
    distance: Literal["", "close", "middle", "far"] = ""
    quotes: Literal["", "“”", '"', "「」", "—"] = ""
    diction_do: list[Words] = Field(default_factory=list, max_length=40)
    diction_dont: list[Words] = Field(default_factory=list, max_length=40)
    banned: list[Words] = Field(default_factory=list, max_length=100)
    sentence_notes: Text = ""


class NameLists(Content):
    """Names that may still be given, in the sound of the book's culture."""

    places: list[Short] = Field(default_factory=list, max_length=50)
    people: list[Short] = Field(default_factory=list, max_length=50)
    items: list[Short] = Field(default_factory=list, max_length=50)
    skills: list[Short] = Field(default_factory=list, max_length=50)
    organisations: list[Short] = Field(default_factory=list, max_length=50)


class TermContent(Content):
    """A word of the book and what it means there."""

    term: str = Field(min_length=1, max_length=120)
    meaning: Words = ""


class DetailsContent(Content):
    """How it is told, and which words belong to it."""

    style: StyleContent = StyleContent()
    names: NameLists = NameLists()
    glossary: list[TermContent] = Field(default_factory=list, max_length=200)
    exemplars: Annotated[
        list[Annotated[str, StringConstraints(max_length=2000)]],
        Field(max_length=4),
        BeforeValidator(_said_none),
    ] = Field(default_factory=list)


CONTENT: dict[Stage, type[Content]] = {
    Stage.SEED: SeedContent,
    Stage.THEME: ThemeContent,
    Stage.WORLD: WorldContent,
    Stage.CHARACTERS: CharactersContent,
    Stage.PLOT: PlotContent,
    Stage.DETAILS: DetailsContent,
}


class QuickStart(Content):
    """The minimum of every stage. `pov` and `tone` are the author's choice at the start."""

    seed: SeedContent
    theme: ThemeContent
    world: WorldContent
    characters: CharactersContent
    plot: PlotContent
    pov: str = "close_third"
    tone: str = ""
    tense: str = "past"
    language: str = "en"
    word_budget: int = Field(1400, ge=1)


class QuickStartResult(BaseModel):
    """What a quick start wrote: ids by name, the card's scene, scenes without a document, and what is missing."""

    chapter_ids: list[UUID]
    new_scene_ids: list[UUID]
    scene_id: UUID
    place_ids: dict[str, UUID]
    cast_ids: dict[str, UUID]
    rule_ids: list[UUID]
    protagonist_id: UUID | None
    pov_id: UUID | None
    missing: dict[str, list[dict[str, Any]]]


class StageDraft(WireOutput):
    """A stage as its row holds it."""

    stage: str
    status: str
    draft: dict[str, Any]
    stale_because: str | None
    picked_by: str | None


class ConstraintRead(WireOutput):
    """What the author asked for or forbade."""

    id: UUID
    text: str
    kind: str
    scope: str
