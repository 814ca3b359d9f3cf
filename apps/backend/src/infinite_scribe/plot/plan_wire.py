"""The plan as the web app shows it, with what the linter says of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from infinite_scribe.plot.schemas import ArcRead, CardRead, ConceptRead, StyleRead
from infinite_scribe.web.schemas import WireOutput


class PlannedChapter(BaseModel):
    """A chapter in the plan."""

    id: UUID
    number: int
    title: str
    one_line: str
    status: str
    purpose: str = ""
    tension: int | None = None
    arc_id: UUID | None = None
    window: dict[str, Any] = Field(default_factory=dict)
    word_budget: int | None = None
    opening_type: str | None = None
    closing_type: str | None = None
    locked: bool = False


class PlannedScene(BaseModel):
    """A scene card with where it stands."""

    scene_id: UUID
    chapter_id: UUID
    title: str
    status: str
    card: CardRead | None


class WhereRead(WireOutput):
    """What a fault of the plan is about."""

    kind: str
    id: str
    title: str


class PlanIssueRead(WireOutput):
    """A fault of the plan; `fixes` are operations that code worked out, each with a `label` to be put into words."""

    code: str
    level: str
    where: WhereRead
    why: dict[str, str]
    fields: list[str]
    fixes: list[dict[str, Any]]


class UnjudgedCode(WireOutput):
    """A code of the linter that had too little to judge by."""

    code: str
    reason: str
    count: int


class TurnRead(WireOutput):
    """A turning point."""

    id: UUID
    kind: str
    position: float
    tolerance: float
    chapter_id: UUID | None
    note: str


class PlannedArc(ArcRead):
    """A movement of the book with its turning points."""

    locked: bool
    turning_points: list[TurnRead] = Field(default_factory=list)


class PlanRead(BaseModel):
    """The whole plan, as the web app shows it."""

    novel_revision: int
    arcs: list[PlannedArc] = Field(default_factory=list)
    lint: list[PlanIssueRead] = Field(default_factory=list)
    not_evaluated: list[UnjudgedCode] = Field(default_factory=list)
    concept: ConceptRead | None
    style: StyleRead | None
    chapters: list[PlannedChapter]
    cards: list[PlannedScene]
