"""What a check needs to know: the scene's text, who is who, and the canon as of its start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from infinite_scribe.canon.rules import FactValue
from infinite_scribe.continuity.passages import Paragraph


@dataclass(frozen=True)
class Name:
    """A name under which an entry appears."""

    text: str
    kind: str = "name"
    ambiguous: bool = False


@dataclass(frozen=True)
class Known:
    """An entry that may be linked. `gender` is f, m or None where nothing says."""

    id: UUID
    kind: str
    name: str
    names: tuple[Name, ...]
    importance: int = 3
    gender: str | None = None


@dataclass(frozen=True)
class Held:
    """A canon fact as of the scene's start. `always` says that it holds at any time."""

    id: UUID
    subject_id: UUID
    predicate: str
    value: FactValue
    text: str
    qualifier: Mapping[str, Any] = field(default_factory=dict)
    polarity: bool = True
    certainty: str = "certain"
    order_known: bool = True
    from_tick: int | None = None


@dataclass(frozen=True)
class SceneToCheck:
    """A scene and what is known around it."""

    scene_id: UUID
    language: str
    paragraphs: Sequence[Paragraph]
    entities: Sequence[Known]
    facts: Sequence[Held] = ()
    version: int = 0
    mode: str = "linear"
    pov_id: UUID | None = None
    pov_policy: str | None = None
    pov_discipline: str = "strict"
    person: str = "third"
    on_stage: frozenset[UUID] = frozenset()
    order_known: bool = True
    tick: int | None = None

    def entity(self, entity_id: UUID) -> Known | None:
        """Return an entry by id."""
        return next((one for one in self.entities if one.id == entity_id), None)

    def facts_of(self, subject_id: UUID, predicate: str) -> list[Held]:
        """Return what the canon says of one thing."""
        return [one for one in self.facts if one.subject_id == subject_id and one.predicate == predicate]
