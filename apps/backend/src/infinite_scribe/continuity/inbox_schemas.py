"""Wire types of the inbox of the world."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from infinite_scribe.canon.schemas import CanonItemRead, Document
from infinite_scribe.web.schemas import WireInput


class InboxClash(BaseModel):
    """A canon fact that speaks against a suggestion."""

    fact_id: UUID
    text: str


class InboxScene(BaseModel):
    """The scene a suggestion comes from."""

    id: UUID
    title: str


class InboxItem(BaseModel):
    """A suggestion in words, with its sentence and what speaks against it."""

    id: UUID
    kind: str
    text: str
    payload: dict[str, Any]
    evidence: list[dict[str, Any]]
    clash: list[InboxClash]
    disputed: bool
    scene: InboxScene | None
    run_id: UUID | None
    status: str
    decided_by: str | None
    undone_by: int | None
    created_at: datetime


class InboxRead(BaseModel):
    """Suggestions for the world, oldest first."""

    items: list[InboxItem]
    next: str | None = None


class InboxDecide(WireInput):
    """Which suggestions to accept or to reject; all that are accepted make one revision.

    `edit` holds changed payloads by id. A suggestion that is refused stays open and stops no other.
    """

    ids: list[UUID] = Field(min_length=1, max_length=200)
    action: Literal["accept", "reject"]
    edit: dict[UUID, Document] = Field(default_factory=dict, max_length=200)


class InboxDone(BaseModel):
    """A decided suggestion and what it became."""

    id: UUID
    result_id: UUID | None


class InboxRefused(BaseModel):
    """A suggestion that stays open, with the problem."""

    id: UUID
    problem: dict[str, Any]


class InboxDecided(BaseModel):
    """What became of them."""

    done: list[InboxDone]
    refused: list[InboxRefused]
    revision: int
    items: list[CanonItemRead]
    novel_revision: int
