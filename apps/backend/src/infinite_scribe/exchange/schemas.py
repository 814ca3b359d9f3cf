"""Wire types of files."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from infinite_scribe.web.problems import Problem
from infinite_scribe.web.schemas import WireInput, WireOutput


class ExportCreate(WireInput):
    format: Literal["markdown", "epub", "docx", "txt"]
    options: dict[str, Any] = Field(default_factory=dict, max_length=0)


class ExportRead(WireOutput):
    id: UUID
    novel_id: UUID
    format: str
    state: Literal["queued", "rendering", "ready", "failed"]
    file_name: str
    bytes: int
    problem: Problem | None
    created_at: datetime
    expires_at: datetime


class ImportCreate(WireInput):
    """A pasted text."""

    text: str = Field(min_length=1, max_length=20_000_000)
    name: str = Field("", max_length=200)


class ChapterPreview(WireOutput):
    title: str
    words: int
    scenes: int


class ImportPreview(WireOutput):
    title: str
    language: Literal["en", "zh"]
    encoding: str
    chapters: list[ChapterPreview]


class ImportRead(WireOutput):
    id: UUID
    name: str
    words: int
    preview: ImportPreview
    novel_id: UUID | None
    created_at: datetime
