"""What a scene says on its surface: claims and mentions of known people, read without a model."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from infinite_scribe.continuity.claims import SurfaceClaim, surface_claims
from infinite_scribe.continuity.linking import Linker, linked_sentences
from infinite_scribe.continuity.passages import sentences, utf16_offset
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.words import words as words_of


@dataclass(frozen=True)
class Mentioned:
    """Where a known entry is named; offsets are UTF-16 code units inside the paragraph."""

    pid: str
    from_offset: int
    to_offset: int
    entity_id: UUID
    grade: str


@dataclass(frozen=True)
class Reading:
    claims: tuple[SurfaceClaim, ...]
    mentions: tuple[Mentioned, ...]


def read_surface(scene: SceneToCheck) -> Reading:
    """Return the claims that code can read, and every mention of a known entry. Nothing in other languages."""
    words = words_of(scene.language)
    if words is None:
        return Reading((), ())
    texts = {paragraph.pid: paragraph.text for paragraph in scene.paragraphs}
    linker = Linker.of(scene.entities, words.language)
    parts = sentences(list(scene.paragraphs), words)
    mentions = tuple(
        Mentioned(
            pid=sentence.pid,
            from_offset=utf16_offset(texts[sentence.pid], sentence.start + name.start),
            to_offset=utf16_offset(texts[sentence.pid], sentence.start + name.end),
            entity_id=name.entity_id,
            grade=name.grade,
        )
        for sentence, names in linked_sentences(parts, linker)
        for name in names
        if name.entity_id is not None
    )
    return Reading(tuple(surface_claims(scene, words)), mentions)
