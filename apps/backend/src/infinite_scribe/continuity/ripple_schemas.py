"""Wire types of the ripple of a change."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from infinite_scribe.plot.staleness import MarkKind
from infinite_scribe.web.schemas import WireInput


class RippleAsk(WireInput):
    """Which fact is to be changed, or was."""

    fact_id: UUID


class RippleClear(WireInput):
    """What is still fine although a fact under it changed: a scene's id, a summary's node, a card's id …"""

    kind: MarkKind
    id: str = Field(min_length=1, max_length=60)


class RippleCleared(BaseModel):
    """How many marks the author's word ended."""

    cleared: int


class RippledPassage(BaseModel):
    """A passage of the text: it `says` the fact (with its sentence), or was written by a model that was shown it."""

    scene_id: UUID
    pid: str
    quote: str
    grade: Literal["says", "used"]
    version: int


class RippledItem(BaseModel):
    """Something that rests on the fact. The id of a summary is its node."""

    id: str
    text: str
    scene_id: UUID | None = None


class RippleRead(BaseModel):
    """All that a change of a fact touches. `unread` counts scenes that may say it and were too many to read."""

    fact_id: UUID
    passages: list[RippledPassage]
    unread: int = 0
    cards: list[RippledItem]
    promises: list[RippledItem]
    beliefs: list[RippledItem]
    disclosures: list[RippledItem]
    summaries: list[RippledItem]
    findings: list[RippledItem]
    rules: list[RippledItem]
    events: list[RippledItem]
