"""What the worldsmith's models answer: small forms, every text bounded, so that weak models can fill them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]

CastRole = Literal[
    "protagonist",
    "antagonist",
    "deuteragonist",
    "mentor",
    "ally",
    "foil",
    "love_interest",
    "narrator",
    "minor",
]
RuleCategory = Literal["magic", "physics", "technology", "law", "custom", "religion", "economy"]


class SeedPath(BaseModel):
    """Six choices that a book starts from; drawn by code, so that options differ by more than words."""

    theme: Word
    background: Word
    persona: Word
    event: Word
    ending: Word
    twist: Word


class SeedContent(BaseModel):
    logline: Line
    genres: list[Word] = Field(min_length=1, max_length=4)
    protagonist: Line
    hook: Line
    path: SeedPath | None = None


class OptionDraft(BaseModel):
    title: Word
    body: SeedContent
    gains: Line
    costs: Line


class OptionsAnswer(BaseModel):
    options: list[OptionDraft] = Field(min_length=1, max_length=6)


class Tension(BaseModel):
    a: Word
    b: Word


class ThemeAnswer(BaseModel):
    statement: Line
    question: Line
    emotions: list[Word] = Field(min_length=1, max_length=5)
    tension: Tension | None = None


class PlaceLine(BaseModel):
    name: Name
    line: Line
    part_of: Name | None = None


class RuleLine(BaseModel):
    statement: Line
    category: RuleCategory = "custom"
    hardness: Literal["hard", "soft"] = "soft"
    cost: Line | None = None
    limit: Line | None = None


class WorldAnswer(BaseModel):
    places: list[PlaceLine] = Field(min_length=3, max_length=8)
    rules: list[RuleLine] = Field(min_length=3, max_length=8)


class CastLine(BaseModel):
    name: Name
    role: CastRole = "minor"
    line: Line
    want: Line
    need: Line | None = None
    false_belief: Line | None = None
    fear: Line | None = None
    trade: Word | None = None
    pronouns: Word | None = None
    voice: Line | None = None


class RelationLine(BaseModel):
    a: Name
    b: Name
    label: Word
    strength: int = Field(0, ge=-10, le=10)


class CharactersAnswer(BaseModel):
    cast: list[CastLine] = Field(min_length=4, max_length=8)
    relations: list[RelationLine] = Field([], max_length=12)


class PlotLine(BaseModel):
    title: Word
    one_line: Line


class PlotAnswer(BaseModel):
    lines: list[PlotLine] = Field(min_length=3, max_length=40)


class Spark(BaseModel):
    title: Word
    line: Line
    genre: Word


class SparksAnswer(BaseModel):
    sparks: list[Spark] = Field(min_length=1, max_length=12)


STAGE_ANSWERS: dict[str, type[BaseModel]] = {
    "theme": ThemeAnswer,
    "world": WorldAnswer,
    "characters": CharactersAnswer,
    "plot": PlotAnswer,
}
