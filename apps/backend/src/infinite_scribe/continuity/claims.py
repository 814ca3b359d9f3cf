"""Surface claims: what a text says of known people, read by patterns. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from infinite_scribe.continuity import claims_en, claims_zh
from infinite_scribe.continuity.linking import Linked, Linker, linked_sentences
from infinite_scribe.continuity.passages import Modality, Sentence, sentences
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.surface import Reader, SurfaceClaim
from infinite_scribe.continuity.words import Words

__all__ = ["SurfaceClaim", "surface_claims"]

FRAMES = {"dream": Modality.DREAMED, "document": Modality.WRITTEN}


def surface_claims(scene: SceneToCheck, words: Words) -> list[SurfaceClaim]:
    """Return the claims of a scene in the order of its text."""
    readers = (claims_zh if words.language == "zh" else claims_en).READERS
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
                    _read(readers, sentence, name, words, after_break=sentence.paragraph > first_break)
                )
    return sorted(found, key=lambda one: (_order(scene, one.pid), one.start, one.kind))


def _read(
    readers: Sequence[Reader], sentence: Sentence, name: Linked, words: Words, *, after_break: bool
) -> list[SurfaceClaim]:
    found = [one for reader in readers for one in reader(sentence, name, words)]
    return [SurfaceClaim(**{**vars(one), "after_break": True}) for one in found] if after_break else found


def _order(scene: SceneToCheck, pid: str) -> int:
    return next((number for number, one in enumerate(scene.paragraphs) if one.pid == pid), 0)
