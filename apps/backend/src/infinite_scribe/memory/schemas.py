"""What the memory of a book takes and gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.web.schemas import WireOutput


@dataclass(frozen=True)
class SceneToIndex:
    """A live scene as the memory takes it in. `head` is the line that says where and when it stands."""

    scene_id: UUID
    version: int
    language: str
    blocks: Sequence[TextBlock]
    head: str = ""
    pov_id: UUID | None = None
    on_stage: Sequence[UUID] = field(default_factory=tuple)
    entity_ids: Sequence[UUID] = field(default_factory=tuple)


class PassageRead(WireOutput):
    """A passage as it is read."""

    id: UUID
    scene_id: UUID
    version: int
    ordinal: int
    language: str
    head: str
    text: str
    text_hash: str
    pids: list[str]
    facts: list[str]
    entity_ids: list[str]
    pov_id: UUID | None
    on_stage: list[str]


@dataclass(frozen=True)
class PassageHit:
    """A found passage with its fused score and why it was found."""

    passage: PassageRead
    score: float
    reason: str


@dataclass(frozen=True)
class Found:
    """The answer of a search. `missing` names what could not be asked: `passages` when search by meaning was away."""

    hits: list[PassageHit]
    missing: tuple[str, ...] = ()


class SummaryRead(WireOutput):
    """A summary. `sentences` are `{text, scenes, facts}`."""

    id: UUID
    node: str
    level: str
    input_hash: str
    sentences: list[dict[str, Any]]
    tokens: int
    gate: dict[str, Any]


@dataclass(frozen=True)
class MentionDraft:
    """Where an entry is named; offsets are UTF-16 code units inside the paragraph."""

    pid: str
    from_offset: int
    to_offset: int
    entity_id: UUID
    grade: str


@dataclass(frozen=True)
class MentionAt:
    """A place at which an entry is named; offsets are UTF-16 code units inside the paragraph."""

    scene_id: UUID
    pid: str
    from_offset: int
    to_offset: int
