"""What the stages hold, as the agents answer and as the rows keep it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infinite_scribe.web.schemas import WireOutput


class Content(BaseModel):
    """A part of a stage. Members a model adds on its own are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class SeedContent(Content):
    """What the book is about."""

    title: str = ""
    logline: str = ""
    genres: list[str] = Field(default_factory=list)
    protagonist: str = ""
    hook: str = ""
    premise: str = ""
    selling_point: str = ""
    endings: list[str] = Field(default_factory=list)
    path: dict[str, str] = Field(default_factory=dict)


class Tension(Content):
    """The two poles of the theme."""

    a: str = ""
    b: str = ""


class ThemeContent(Content):
    """What the book asks."""

    statement: str = ""
    question: str = ""
    emotions: list[str] = Field(default_factory=list)
    tension: Tension = Tension()
    taboos: list[str] = Field(default_factory=list)


class PlaceContent(Content):
    """A place."""

    name: str
    line: str = ""
    part_of: str | None = None
    details: list[str] = Field(default_factory=list)


class RuleContent(Content):
    """A law of the world."""

    statement: str
    category: str = "custom"
    hardness: str = "hard"
    cost: str | None = None
    limit: str | None = None


class WorldContent(Content):
    """Where the book is set."""

    places: list[PlaceContent] = Field(default_factory=list)
    rules: list[RuleContent] = Field(default_factory=list)


class CastContent(Content):
    """A character."""

    name: str
    role: str = "minor"
    line: str = ""
    want: str = ""
    need: str = ""
    false_belief: str = ""
    fear: str = ""
    wound: str = ""
    trade: str = ""
    pronouns: str = ""
    voice: str = ""
    arc_from: str = ""
    arc_to: str = ""
    aliases: list[str] = Field(default_factory=list)


class RelationContent(Content):
    """How one character stands to another; strength from -10 to 10."""

    a: str
    b: str
    label: str = ""
    strength: int = 0


class CharactersContent(Content):
    """Who is in the book."""

    cast: list[CastContent] = Field(default_factory=list)
    relations: list[RelationContent] = Field(default_factory=list)


class LineContent(Content):
    """One chapter in one line."""

    title: str = ""
    one_line: str = ""


class PlotContent(Content):
    """What happens."""

    lines: list[LineContent] = Field(default_factory=list)


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


class StageRead(WireOutput):
    """A stage as it stands."""

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
