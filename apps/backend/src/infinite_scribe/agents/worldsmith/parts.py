"""The parts of a stage that are asked for one at a time, each a small form that a weak model can fill."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field

from infinite_scribe.agents.worldsmith.answers import (
    CastRole,
    Line,
    Name,
    PlaceLine,
    PlotLine,
    RelationLine,
    RuleCategory,
    SeedPath,
    Tension,
    Word,
)

Turn = Literal["inciting", "threshold", "midpoint", "crisis", "climax", "resolution"]
PromiseKind = Literal["gun", "mystery", "vow", "threat", "prophecy", "romance", "secret", "deadline", "theme"]


class SeedCore(BaseModel):
    title: Word
    logline: Line
    genres: list[Word] = Field(min_length=1, max_length=4)
    protagonist: Line
    hook: Line


class SeedFull(BaseModel):
    premise: str = Field(min_length=60, max_length=1_600)
    selling_point: Line
    endings: list[Line] = Field(min_length=2, max_length=4)
    path: SeedPath


class ThemeWhole(BaseModel):
    statement: Line
    question: Line
    emotions: list[Word] = Field(min_length=2, max_length=5)
    tension: Tension
    taboos: list[Line] = Field(min_length=1, max_length=6)
    embodied: list[Line] = Field(min_length=3, max_length=5)


class RuleWhole(BaseModel):
    statement: Line
    category: RuleCategory = "custom"
    hardness: Literal["hard", "soft"] = "soft"
    cost: Line
    example: Line
    limit: Line


class WorldPlaces(BaseModel):
    places: list[PlaceLine] = Field(min_length=5, max_length=10)


class WorldRules(BaseModel):
    rules: list[RuleWhole] = Field(min_length=3, max_length=8)


class Entry(BaseModel):
    rule: Line
    example: Line
    limit: Line


class Sides(BaseModel):
    geography: list[Entry] = Field(min_length=2, max_length=3)
    history: list[Entry] = Field(min_length=2, max_length=3)
    culture: list[Entry] = Field(min_length=2, max_length=3)
    rules: list[Entry] = Field(min_length=2, max_length=3)
    society: list[Entry] = Field(min_length=2, max_length=3)


class WorldSides(BaseModel):
    dimensions: Sides


class SystemLine(BaseModel):
    name: Name
    line: Line
    cost: Line


class EventLine(BaseModel):
    title: Word
    summary: Line
    years_ago: int | None = Field(None, ge=0, le=10_000)


class WorldPast(BaseModel):
    system: SystemLine
    events: list[EventLine] = Field(min_length=3, max_length=6)


class CastShort(BaseModel):
    name: Name
    role: CastRole = "minor"
    line: Line
    want: Line
    need: Line
    trade: Word
    pronouns: Word


class CastLines(BaseModel):
    cast: list[CastShort] = Field(min_length=4, max_length=8)


class Inner(BaseModel):
    """What drives a person."""

    name: Name
    want: Line
    need: Line
    false_belief: Line
    fear: Line
    wound: Line
    obstacle: Line
    turning_point: Line
    arc_from: Line
    arc_to: Line
    goals: list[Line] = Field(min_length=1, max_length=4)


class Outer(BaseModel):
    """What others see and hear of a person."""

    name: Name
    appearance: Line
    personality: Line
    background: Line
    voice: Line
    samples: list[Line] = Field(min_length=3, max_length=4)


class Ties(BaseModel):
    relations: list[RelationLine] = Field(min_length=3, max_length=20)


class PlotLines(BaseModel):
    lines: list[PlotLine] = Field(min_length=3, max_length=40)


class NodeLine(BaseModel):
    event: Line
    place: Name
    cast: list[Name] = Field(min_length=1, max_length=5)
    tension: int = Field(ge=0, le=10)
    cause: Line
    turning: Turn | None = None
    chapter: int = Field(ge=1, le=2_000)


class PlotNodes(BaseModel):
    nodes: list[NodeLine] = Field(min_length=10, max_length=20)


class ArcLine(BaseModel):
    title: Word
    opens_question: Line
    closes_question: Line
    value_from: Word
    value_to: Word
    span_from: float = Field(ge=0, le=1)
    span_to: float = Field(ge=0, le=1)


class PromiseLine(BaseModel):
    kind: PromiseKind
    statement: Line
    setup: float = Field(ge=0, le=1)
    earliest: float = Field(ge=0, le=1)
    latest: float = Field(ge=0, le=1)
    weight: int = Field(3, ge=1, le=5)


class PlotFrame(BaseModel):
    template: Word
    ending: Line
    arcs: list[ArcLine] = Field(min_length=3, max_length=8)
    promises: list[PromiseLine] = Field(min_length=3, max_length=8)


class PlotBeats(BaseModel):
    beats: list[Line] = Field(min_length=3, max_length=8)


class StyleLines(BaseModel):
    person: Literal["first", "third"]
    tense: Literal["past", "present"]
    pov_discipline: Literal["strict", "loose"]
    distance: Literal["close", "middle", "far"]
    sentence_notes: Line
    diction_do: list[Line] = Field(min_length=1, max_length=6)
    diction_dont: list[Line] = Field(min_length=1, max_length=6)


class Style(BaseModel):
    style: StyleLines


class Names(BaseModel):
    places: list[Name] = Field(min_length=10, max_length=20)
    people: list[Name] = Field(min_length=10, max_length=20)
    items: list[Name] = Field(min_length=10, max_length=20)
    skills: list[Name] = Field(min_length=10, max_length=20)
    organisations: list[Name] = Field(min_length=10, max_length=20)


class NameLists(BaseModel):
    names: Names


class Term(BaseModel):
    term: Name
    meaning: Line


class Glossary(BaseModel):
    glossary: list[Term] = Field(min_length=10, max_length=20)
    exemplars: list[str] = Field(min_length=1, max_length=4)


@dataclass(frozen=True)
class Part:
    """A stretch of a stage that one call fills: its form, and the missing fields that call for it."""

    name: str
    form: type[BaseModel]
    fields: tuple[str, ...]
    tokens: int = 900
    each: str | None = None
    """`whole`: one call for each of the first people whose sheet is not full."""

    def is_lacking(self, missing: Sequence[Mapping[str, Any]]) -> bool:
        """Whether one of the missing fields belongs to this part."""
        return any(
            str(item["field"]) == name or str(item["field"]).startswith((f"{name}.", f"{name}["))
            for item in missing
            for name in self.fields
        )


PARTS: dict[str, tuple[Part, ...]] = {
    "seed": (
        Part("core", SeedCore, ("logline", "genres", "protagonist", "hook"), 500),
        Part("full", SeedFull, ("premise", "selling_point", "endings", "path")),
    ),
    "theme": (
        Part(
            "whole", ThemeWhole, ("statement", "question", "emotions", "tension", "taboos", "embodied"), 700
        ),
    ),
    "world": (
        Part("places", WorldPlaces, ("places",), 700),
        Part("rules", WorldRules, ("rules",), 900),
        Part("sides", WorldSides, ("dimensions",), 1_600),
        Part("past", WorldPast, ("system", "events"), 700),
    ),
    "characters": (
        Part("lines", CastLines, ("cast[want]", "protagonist[need]"), 1_000),
        Part("inner", Inner, ("cast[full]",), 600, each="whole"),
        Part("outer", Outer, ("cast[full]",), 500, each="whole"),
        Part("ties", Ties, ("relations",), 700),
    ),
    "plot": (
        Part("lines", PlotLines, ("lines",), 1_200),
        Part("nodes", PlotNodes, ("nodes",), 2_000),
        Part("frame", PlotFrame, ("template", "ending", "arcs", "promises"), 1_200),
        Part("beats", PlotBeats, ("beats",), 500),
    ),
    "details": (
        Part("style", Style, ("style",), 500),
        Part("names", NameLists, ("names",), 1_200),
        Part("words", Glossary, ("glossary", "exemplars"), 1_200),
    ),
}

Check = Callable[[BaseModel], list[str]]


def check_nodes(answer: PlotNodes, lines: int) -> list[str]:
    """Return what is wrong with the nodes: order, chapters that are not there, too few turning points."""
    chapters = [node.chapter for node in answer.nodes]
    wrong = []
    if chapters != sorted(chapters):
        wrong.append("the nodes are not in the order of their chapters")
    if lines and max(chapters) > lines:
        wrong.append(f"there are only {lines} chapters")
    if len({node.turning for node in answer.nodes if node.turning}) < 3:
        wrong.append("at least three different turning points must be marked")
    return wrong


def check_frame(answer: PlotFrame) -> list[str]:
    """Return what is wrong with arcs and promises: spans and windows that are empty, an end that is not reached."""
    wrong = [
        f"the arc {arc.title} ends before it begins" for arc in answer.arcs if arc.span_from >= arc.span_to
    ]
    if max(arc.span_to for arc in answer.arcs) < 1:
        wrong.append("no arc reaches the end of the book (span_to 1.0)")
    return wrong + [
        f"“{one.statement[:40]}”: setup ≤ earliest < latest" for one in answer.promises
        if not one.setup <= one.earliest < one.latest
    ]  # fmt: skip


def check_part(answer: BaseModel, known: Mapping[str, Any]) -> list[str]:
    """Return what code finds wrong with a part."""
    cast = [str(one.get("name")) for one in (known.get("characters") or {}).get("cast") or []]
    if isinstance(answer, PlotNodes):
        return check_nodes(answer, len((known.get("plot") or {}).get("lines") or []))
    if isinstance(answer, PlotFrame):
        return check_frame(answer)
    if isinstance(answer, Ties):
        strangers = {who for link in answer.relations for who in (link.a, link.b)} - set(cast)
        return [f"{who} is not in the cast" for who in sorted(strangers)]
    if isinstance(answer, WorldPlaces):
        names = {place.name for place in answer.places}
        lost = [one for one in answer.places if one.part_of and one.part_of not in names]
        return [f"{one.name} is part of {one.part_of}, which is not among the places" for one in lost]
    return []
