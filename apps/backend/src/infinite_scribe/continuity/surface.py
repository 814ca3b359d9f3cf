"""One thing that a text says, and how a reader of sentences tells it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from infinite_scribe.canon.rules import FactValue
from infinite_scribe.continuity.linking import Linked
from infinite_scribe.continuity.passages import Modality, Sentence
from infinite_scribe.continuity.word_lists import Words


@dataclass(frozen=True)
class SurfaceClaim:
    """One thing a text says. `start` and `end` are characters inside the paragraph `pid`."""

    kind: str
    subject_id: UUID
    modality: Modality
    grade: str
    pid: str
    start: int
    end: int
    quote: str
    sentence: str
    predicate: str | None = None
    value: FactValue | None = None
    qualifier: dict[str, Any] = field(default_factory=dict)
    after_break: bool = False

    @property
    def is_narrated(self) -> bool:
        """Whether the claim is the narrator's own; no other tests the world."""
        return self.modality is Modality.NARRATED


Reader = Callable[[Sentence, Linked, Words], list[SurfaceClaim]]


def claim(sentence: Sentence, name: Linked, kind: str, span: tuple[int, int], **members: Any) -> SurfaceClaim:
    """Return a claim whose span is given inside the sentence."""
    assert name.entity_id is not None
    return SurfaceClaim(
        kind=kind,
        subject_id=name.entity_id,
        modality=members.pop("modality", sentence.modality),
        grade=members.pop("grade", name.grade),
        pid=sentence.pid,
        start=sentence.start + span[0],
        end=sentence.start + span[1],
        quote=sentence.text[span[0] : span[1]],
        sentence=sentence.text.strip(),
        **members,
    )
