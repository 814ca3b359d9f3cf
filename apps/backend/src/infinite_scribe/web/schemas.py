"""Shapes that every wire type shares."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class WireInput(BaseModel):
    """What a client may send: unknown members are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WireOutput(BaseModel):
    """What we answer; made from rows by attribute."""

    model_config = ConfigDict(from_attributes=True)


class Page(BaseModel, Generic[T]):
    """A list with the cursor of its next part, or none at the end."""

    items: list[T]
    next: str | None = None
