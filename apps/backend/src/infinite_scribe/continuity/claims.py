"""Surface claims: what a text says of known people, read by patterns. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from infinite_scribe.canon.rules import FactValue
from infinite_scribe.continuity.linking import Linked, Linker, linked_sentences
from infinite_scribe.continuity.passages import Modality, Sentence, sentences
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.words import Words

FRAMES = {"dream": Modality.DREAMED, "document": Modality.WRITTEN}


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


def surface_claims(scene: SceneToCheck, words: Words) -> list[SurfaceClaim]:
    """Return the claims of a scene in the order of its text."""
    if words.language == "zh":
        from infinite_scribe.continuity.claims_zh import READERS
    else:
        from infinite_scribe.continuity.claims_en import READERS
    people = [one for one in scene.entities if one.kind in {"character", "creature"}]
    linker = Linker.of(people, words.language)
    parts = sentences(list(scene.paragraphs), words, FRAMES.get(scene.mode, Modality.NARRATED))
    breaks = [number for number, paragraph in enumerate(scene.paragraphs) if paragraph.is_break]
    first_break = breaks[0] if breaks else len(scene.paragraphs)
    found: list[SurfaceClaim] = []
    for sentence, names in linked_sentences(parts, linker):
        for name in names:
            if name.entity_id is not None:
                found.extend(
                    _read(READERS, sentence, name, words, after_break=sentence.paragraph > first_break)
                )
    return sorted(found, key=lambda one: (_order(scene, one.pid), one.start, one.kind))


def _read(
    readers: Sequence[Reader], sentence: Sentence, name: Linked, words: Words, *, after_break: bool
) -> list[SurfaceClaim]:
    found = [one for reader in readers for one in reader(sentence, name, words)]
    return [SurfaceClaim(**{**vars(one), "after_break": True}) for one in found] if after_break else found


def _order(scene: SceneToCheck, pid: str) -> int:
    return next((number for number, one in enumerate(scene.paragraphs) if one.pid == pid), 0)
