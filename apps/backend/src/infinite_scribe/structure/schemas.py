"""Wire types of order and story time, and what other features read of the structure."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from infinite_scribe.structure.anchors import StoryInstant
from infinite_scribe.structure.rules import NodeKind, StoryMode
from infinite_scribe.web.schemas import WireInput, WireOutput


class StructureOp(WireInput):
    """One change of the order.

    `insert` (kind, id, parent_id, after_id?, title?; a chapter brings a first scene, `scene_id` chooses its id) ·
    `move` (id, parent_id?, after_id?: null puts it first) · `rename` (title) · `delete` · `restore` ·
    `split` (at: the scene (chapter) or pid (scene) that opens the new part; new_id) · `merge` (into).
    """

    op: Literal["insert", "move", "rename", "delete", "restore", "split", "merge"]
    kind: NodeKind
    id: UUID | None = None
    parent_id: UUID | None = None
    after_id: UUID | None = None
    title: str | None = Field(default=None, max_length=300)
    scene_id: UUID | None = None
    at: str | None = Field(default=None, max_length=40)
    new_id: UUID | None = None
    into: UUID | None = None


class StructureChange(WireInput):
    """Operations on the order as it was at `base_version`."""

    base_version: int
    ops: list[StructureOp] = Field(min_length=1, max_length=500)


class StructureChanged(WireOutput):
    """`inverse` undoes the change when it is sent back."""

    structure_version: int
    novel_revision: int
    inverse: list[StructureOp]


class SceneNode(WireOutput):
    """A live scene in its place."""

    id: UUID
    chapter_id: UUID
    title: str
    status: str
    stale: bool
    locked: bool
    story_from: dict[str, Any] | None
    story_to: dict[str, Any] | None
    story_mode: str
    t_from: int | None
    t_to: int | None
    time_certainty: str | None
    reading_index: int = 0


class ChapterNode(WireOutput):
    """A live chapter in its place; `number` counts through the book from 1."""

    id: UUID
    part_id: UUID
    title: str
    number: int = 0
    status: str
    one_line: str
    purpose: str
    pov_id: UUID | None
    window: dict[str, Any]
    places: list[str]
    tension: int | None
    opening_type: str | None
    closing_type: str | None
    word_budget: int | None
    arc_id: UUID | None
    threads: list[str]
    stale: bool
    locked: bool
    scenes: list[SceneNode] = Field(default_factory=list)


class PartNode(WireOutput):
    """A live part (act)."""

    id: UUID
    title: str
    locked: bool
    chapters: list[ChapterNode] = Field(default_factory=list)


class StructureTree(WireOutput):
    """The whole order of a book at one revision."""

    structure_version: int
    novel_revision: int
    parts: list[PartNode]

    def chapters(self) -> list[ChapterNode]:
        """Return the chapters in reading order."""
        return [chapter for part in self.parts for chapter in part.chapters]

    def scenes(self) -> list[SceneNode]:
        """Return the scenes in reading order."""
        return [scene for chapter in self.chapters() for scene in chapter.scenes]


class TimelineScene(WireOutput):
    """Where a scene lies on the axis of the story, in reading order."""

    scene_id: UUID
    chapter_id: UUID
    title: str
    story_from: dict[str, Any] | None
    story_to: dict[str, Any] | None
    story_mode: str
    t_from: int | None
    t_to: int | None
    certainty: str | None


class TimelineRead(WireOutput):
    """The axis of the story."""

    novel_revision: int
    story_start: int
    scenes: list[TimelineScene]


class SceneTimeUpdate(WireInput):
    """The author's date of a scene; null takes it away."""

    scene_id: UUID
    story_from: StoryInstant | None = None
    story_to: StoryInstant | None = None
    story_mode: StoryMode | None = None


class TimelineUpdate(WireInput):
    """New dates of scenes."""

    scenes: list[SceneTimeUpdate] = Field(min_length=1, max_length=200)


class Season(WireInput):
    """A season of the calendar."""

    name: str = Field(max_length=40)
    from_day_of_year: int = Field(ge=1, le=10_000)


class Moon(WireInput):
    """A moon; full at a tick and every period after."""

    period_days: float = Field(gt=0, le=10_000)
    full_at_tick: int


class CalendarUpdate(WireInput):
    """How ticks of one minute read as days."""

    kind: Literal["plain", "gregorian"] = "plain"
    zero_instant: str | None = Field(default=None, max_length=40)
    day_ticks: int = Field(default=1_440, ge=60, le=100_000)
    week_length: int = Field(default=7, ge=1, le=30)
    year_days: int = Field(default=365, ge=1, le=10_000)
    season_table: list[Season] = Field(default=[], max_length=24)
    moon: Moon | None = None


class CalendarRead(WireOutput):
    """The calendar in force."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    zero_instant: str | None
    day_ticks: int
    week_length: int
    year_days: int
    season_table: list[dict[str, Any]]
    moon: dict[str, Any] | None
