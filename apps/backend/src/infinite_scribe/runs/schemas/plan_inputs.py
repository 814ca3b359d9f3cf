"""What the tasks that plan a book further are given, and what they come to."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from infinite_scribe.runs.schemas.inputs import TaskInput, TaskResult


class OutlineInput(TaskInput):
    """So many further chapters, or on to the end of the book (the default); with `arc`, inside that arc."""

    chapters: int | None = Field(None, ge=1, le=100)
    until: Literal["end"] | None = None
    arc: UUID | None = None


class OutlineResult(TaskResult):
    """The chapters that were planned, and the operations that were done and refused.

    `faults` are errors of the plan that two rounds of repair left. The author may take none of it: that is an answer too.
    """

    chapters: list[str] = Field(default_factory=list)
    applied: list[dict[str, Any]] = Field(default_factory=list)
    refused: list[dict[str, Any]] = Field(default_factory=list)
    faults: list[dict[str, Any]] = Field(default_factory=list)

    def has_product(self) -> bool:
        return True
