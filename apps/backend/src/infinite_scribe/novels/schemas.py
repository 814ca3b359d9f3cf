"""Wire types of novels."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from infinite_scribe.novels.rules import Language, Length, PointOfView
from infinite_scribe.web.schemas import WireInput, WireOutput

Status = Literal["planning", "writing", "finished"]


def _stored_language(value: object) -> object:
    """Accept the tags that browsers send for the two languages of a book."""
    return {"zh-CN": "zh", "zh-Hans": "zh", "en-US": "en", "en-GB": "en"}.get(str(value), value)


BookLanguage = Annotated[Language, BeforeValidator(_stored_language)]


class NovelCreate(WireInput):
    """What a book starts from. Without a title the idea gives one."""

    idea: str = Field(default="", max_length=100_000)
    language: BookLanguage
    length: Length = "novel"
    pov: PointOfView = "close_third"
    tone: str | None = Field(default=None, max_length=200)
    title: str | None = Field(default=None, max_length=300)


class NovelUpdate(WireInput):
    """Members that are left out stay as they are; `editors_may_run` needs MANAGE."""

    title: str | None = Field(default=None, min_length=1, max_length=300)
    idea: str | None = Field(default=None, max_length=100_000)
    status: Status | None = None
    length: Length | None = None
    pov: PointOfView | None = None
    tone: str | None = Field(default=None, max_length=200)
    editors_may_run: bool | None = None


class SampleCreate(WireInput):
    """Which of the two written samples to put on the shelf."""

    language: BookLanguage


class Place(WireInput):
    """Where the author stands; `off` counts UTF-16 code units inside the block."""

    scene_id: UUID
    pid: str = Field(min_length=1, max_length=20)
    off: int = Field(ge=0, le=10_000_000)


class PlaceRead(WireOutput):
    """Where the author last stood."""

    scene_id: UUID
    pid: str
    off: int


class NovelRead(WireOutput):
    """A book on the shelf. `words` counts 字 in Chinese."""

    id: UUID
    title: str
    idea: str
    language: str
    length: str
    pov: str
    tone: str | None
    status: str
    words: int
    revision: int
    role: str
    place: PlaceRead | None = None
    live_run: dict[str, Any] | None = None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class RevisionRead(WireOutput):
    """One revision of a book; `tables` counts the rows it opened and closed."""

    revision: int
    kind: str
    label: str | None = None
    actor: Literal["you", "other", "agent"]
    run_id: UUID | None
    rolled_back_to: int | None
    tables: dict[str, dict[str, int]]
    at: datetime
