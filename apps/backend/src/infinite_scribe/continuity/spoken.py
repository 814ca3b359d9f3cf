"""What is said aloud: claims inside quotation marks, with who says them. Pure."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from infinite_scribe.continuity.claims import SurfaceClaim, surface_claims
from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.passages import Modality, Paragraph, cover_speech
from infinite_scribe.continuity.reconciling import SPEECH, speaker_of
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.words import Words


def spoken_claims(scene: SceneToCheck, words: Words) -> list[tuple[SurfaceClaim, UUID]]:
    """Return claims made in speech with their speakers; speech whose speaker is not named is left out.

    Questions, guesses and orders claim nothing, as in narration. In dreams and documents nobody speaks.
    """
    if scene.mode in {"dream", "document"}:
        return []
    people = [one for one in scene.entities if one.kind in {"character", "creature"}]
    linker = Linker.of(people, words.language)
    found: list[tuple[SurfaceClaim, UUID]] = []
    for paragraph in scene.paragraphs:
        covered = cover_speech(paragraph.text)
        for hit in SPEECH.finditer(covered):
            speaker = speaker_of(covered, hit.start(), hit.end(), linker, words)
            inner = paragraph.text[hit.start() + 1 : hit.end() - 1]
            if speaker is None or not inner.strip():
                continue
            read = surface_claims(replace(scene, paragraphs=[Paragraph(paragraph.pid, inner)]), words)
            shift = hit.start() + 1
            for claim in read:
                if claim.modality is Modality.NARRATED and claim.predicate is not None:
                    moved = replace(
                        claim, modality=Modality.SPOKEN, start=claim.start + shift, end=claim.end + shift
                    )
                    found.append((moved, speaker))
    return found
