"""What a draft may not tell: facts that its viewpoint cannot know, and what its card keeps back. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from infinite_scribe.canon.registry import Severity
from infinite_scribe.continuity.findings import FoundClash, Report, fingerprint, span_side, why
from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.passages import Modality, Paragraph, Sentence, cover_speech, sentences
from infinite_scribe.continuity.reconciling import SPEECH, Wanted, denies, says, speaker_of
from infinite_scribe.continuity.scene import SceneToCheck
from infinite_scribe.continuity.telling import comes_near, tells, weighed
from infinite_scribe.continuity.words import Words, words

KNOW, REVEAL = "T0-KNOW", "T0-REVEAL"
SECRET_RULES = (KNOW, REVEAL)
LEAST_WORDS = {"en": 3, "zh": 4}
"""Terms that a text must have before code may say that a sentence tells it; in Chinese pairs of characters count."""
_OPEN = {
    "en": re.compile(
        r"^\s*(?:that\s+)?(?:who|whom|whose|what|where|when|why|how|whether|which|if)\b", re.IGNORECASE
    ),
    "zh": re.compile(r"谁|什么|哪|为什么|怎么|如何|是否|何[时处人]|多少|几"),
}
"""A text that names a secret without saying it: who did it."""
_I_SAY = {
    "en": re.compile(
        r"\bI (?:\w+ly )?(?:said|say|asked|ask|told|tell|whispered|answered|replied|added|called)\b"
    ),
    "zh": re.compile(r"我[^，。们]{0,4}(?:说|道|问|答|喊|告诉)"),
}


@dataclass(frozen=True)
class Secret:
    """Something that a scene must not tell. `fact`: as the canon holds it; else only `text` says what it is.

    `is_kept`: the card keeps it from everybody; otherwise only the viewpoint does not know it.
    """

    id: str
    text: str
    fact: Wanted | None = None
    is_kept: bool = False
    is_grave: bool = False


@dataclass(frozen=True)
class _Said:
    """A sentence and who says it: nobody, as long as it is narrated."""

    sentence: Sentence
    is_spoken: bool = False
    speaker: UUID | None = None


def told_secrets(scene: SceneToCheck, secrets: Sequence[Secret]) -> Report:
    """Return which secrets a draft tells, each where it does so first.

    What the viewpoint does not know may be said by somebody else: from there on it is known. A text is told where its
    words stand in their order within a clause; where they are only near, that is possible, and stops nothing.
    """
    report, spoken = Report(), words(scene.language)
    if spoken is None:
        for rule in SECRET_RULES:
            report.skip(rule, "language")
        return report
    linker = Linker.of(scene.entities, spoken.language)
    report.evaluated.extend(SECRET_RULES)
    row = list(_said(scene, linker, spoken))
    for secret in secrets:
        if secret.fact is None and (reason := _unreadable(secret.text, spoken.language)):
            report.skip(REVEAL if secret.is_kept else KNOW, reason)
            continue
        told = next((one for one in row if _tells(secret, one.sentence, linker, spoken)), None)
        one = told or next((one for one in row if _hints(secret, one.sentence, spoken)), None)
        if one is None or (not secret.is_kept and one.is_spoken and one.speaker != scene.pov_id):
            continue
        report.found.append(_found(scene, secret, one.sentence, is_told=told is not None))
    return report


def _said(scene: SceneToCheck, linker: Linker, spoken: Words) -> Iterator[_Said]:
    """Yield what is claimed in a scene, in its order: narrated sentences, and sentences within quotation marks."""
    for paragraph in scene.paragraphs:
        found = [
            _Said(one)
            for one in sentences([paragraph], spoken)
            if one.modality in {Modality.NARRATED, Modality.REMEMBERED, Modality.WRITTEN}
        ]
        covered = cover_speech(paragraph.text)
        for hit in SPEECH.finditer(covered):
            speaker = speaker_of(covered, hit.start(), hit.end(), linker, spoken)
            if speaker is None and scene.person == "first" and _I_SAY[spoken.language].search(covered):
                speaker = scene.pov_id
            inner = Paragraph(paragraph.pid, paragraph.text[hit.start() + 1 : hit.end() - 1])
            found += [
                _Said(_moved(one, hit.start() + 1), is_spoken=True, speaker=speaker)
                for one in sentences([inner], spoken)
                if one.modality is not Modality.HYPOTHETICAL
            ]
        yield from sorted(found, key=lambda one: (one.sentence.end, one.is_spoken))


def _moved(one: Sentence, by: int) -> Sentence:
    return Sentence(one.paragraph, one.pid, one.start + by, one.end + by, one.covered, one.text, one.modality)


def _unreadable(text: str, language: str) -> str | None:
    """Return why code cannot tell whether a sentence says a text: it asks, or it is too short."""
    if _OPEN[language].search(text):
        return "open_question"
    return "too_short" if len(set(weighed(text, language))) < LEAST_WORDS[language] else None


def _tells(secret: Secret, sentence: Sentence, linker: Linker, spoken: Words) -> bool:
    """Say whether a sentence tells a secret: by what it says of its people, or by its very words in their order."""
    if secret.fact is not None:
        return says(secret.fact, sentence.covered, linker, spoken)
    return _affirms(secret, sentence, spoken) and tells(sentence.covered, secret.text, spoken.language)


def _hints(secret: Secret, sentence: Sentence, spoken: Words) -> bool:
    """Say whether the words of a secret stand near each other in a sentence; who does what to whom is not known."""
    if secret.fact is not None:
        return False
    return _affirms(secret, sentence, spoken) and comes_near(sentence.covered, secret.text, spoken.language)


def _affirms(secret: Secret, sentence: Sentence, spoken: Words) -> bool:
    return denies(sentence.covered, spoken.language) == denies(secret.text, spoken.language)


def _found(scene: SceneToCheck, secret: Secret, sentence: Sentence, *, is_told: bool) -> FoundClash:
    pov = scene.entity(scene.pov_id) if scene.pov_id is not None else None
    rule = REVEAL if secret.is_kept else KNOW
    kind = "card" if secret.is_kept else "assertion"
    # Two names and a word that fits are no proof; where the author calls it a secret they are enough.
    is_tie = secret.fact is not None and secret.fact.value.object_id is not None
    is_sure = is_told and (not is_tie or secret.is_kept or secret.is_grave)
    return FoundClash(
        rule, "knowledge", Severity.BLOCKER if secret.is_kept or secret.is_grave else Severity.MAJOR,
        "likely" if is_sure else "possible",
        span_side(scene, sentence.pid, sentence.start, sentence.end),
        {"kind": kind, "id": secret.id, "quote": secret.text, "as_of": scene.tick},
        why(rule, name=pov.name if pov else "", canon=secret.text),
        fingerprint(rule, secret.id, "told", secret.text, "", scene.pov_id), scene.tick, ({"kind": "patch_text"},),
    )  # fmt: skip
