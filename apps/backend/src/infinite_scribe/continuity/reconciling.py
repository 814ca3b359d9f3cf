"""What an accepted text does to what was known: sentences that stayed, moved or went, and plans it carried out. Pure.

Offsets here are characters inside a paragraph; the wire counts UTF-16 code units (`passages.utf16_offset`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from infinite_scribe.canon.registry import find
from infinite_scribe.canon.rules import FactValue, Verdict, compare
from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.passages import COVER, Modality, Sentence, has_word
from infinite_scribe.continuity.words import Words

SAME_SENTENCE = 0.9
"""From this similarity on a changed sentence still says what it said."""

_NEGATION = {
    "en": ("not", "never", "no", "nor", "without", "hardly", "didn't", "wasn't", "isn't", "couldn't"),
    "zh": ("不", "没", "未", "无", "别", "莫"),
}
_DIGITS = re.compile(r"\d+")
SPEECH = re.compile(f"{COVER}+")
"""A stretch of covered speech, its quotation marks included."""
_STEMS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "held_by": ("hold", "held", "carr", "took", "take", "gave", "give", "hand", "pocket", "kept", "keep",
                    "grip", "clutch", "put"),
        "located_at": ("in", "at", "reach", "enter", "arriv", "into", "inside", "came"),
        "knows_person": ("met", "meet", "know", "knew"),
        "contained_in": ("in", "inside", "into"),
        "owned_by": ("own", "belong", "bought"),
        "confined_at": ("lock", "prison", "cell", "held", "chain"),
        "member_of": ("join", "member"),
        "spouse_of": ("marr", "wife", "husband", "wed"),
    },
    "zh": {
        "held_by": ("拿", "握", "递", "藏", "收", "交", "揣", "取", "带"),
        "located_at": ("在", "到", "进", "来", "回"),
        "knows_person": ("认识", "见", "遇"),
        "contained_in": ("装", "放", "里"),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a sentence stands in a text now. `grade`: same, moved or changed."""

    pid: str
    start: int
    end: int
    quote: str
    grade: str


@dataclass(frozen=True)
class Said:
    """A claim of a text as reconciling needs it; `quote` is its whole sentence."""

    subject_id: UUID
    predicate: str | None
    value: FactValue | None
    modality: str
    pid: str
    start: int
    end: int
    quote: str
    grade: str = "exact"
    kind: str = "state"
    qualifier: Mapping[str, Any] = field(default_factory=dict)
    holder_id: UUID | None = None
    holds: bool = True


@dataclass(frozen=True)
class Wanted:
    """A fact that a plan says the text will make true, or that the canon holds."""

    subject_id: UUID | None
    predicate: str
    value: FactValue
    holds: bool = True


def locate(
    quote: str, pid: str, paragraphs: Sequence[tuple[str, str]], sentences: Sequence[Sentence], language: str
) -> Place | None:
    """Return where a quote stands now: in its own paragraph, elsewhere, or as a sentence at least 0.9 alike.

    A sentence that gained or lost a negation or a number is another sentence. None when it is gone.
    """
    if not quote.strip():
        return None
    ordered = sorted(paragraphs, key=lambda one: one[0] != pid)
    for name, text in ordered:
        at = text.find(quote)
        if at >= 0:
            return Place(name, at, at + len(quote), quote, "same" if name == pid else "moved")
    best: tuple[float, Sentence] | None = None
    for sentence in sentences:
        if _marks(sentence.text, language) != _marks(quote, language):
            continue
        matcher = SequenceMatcher(None, quote, sentence.text, autojunk=False)
        if matcher.real_quick_ratio() < SAME_SENTENCE or matcher.quick_ratio() < SAME_SENTENCE:
            continue
        ratio = matcher.ratio()
        if ratio >= SAME_SENTENCE and (best is None or ratio > best[0]):
            best = ratio, sentence
    if best is None:
        return None
    found = best[1]
    return Place(found.pid, found.start, found.end, found.text, "changed")


def _marks(text: str, language: str) -> tuple[bool, tuple[str, ...]]:
    return has_word(text, _NEGATION.get(language, ()), language), tuple(_DIGITS.findall(text))


def still_says(old: str, new: str, value: FactValue, names: Iterable[str] = ()) -> bool:
    """Say whether a changed sentence still holds the value that the old one proved."""
    kept = [value.text] if value.text else []
    kept += [name for name in names if name in old]
    return all(part.casefold() in new.casefold() for part in kept if part.casefold() in old.casefold())


def told(
    wanted: Wanted, claims: Sequence[Said], sentences: Sequence[Sentence], linker: Linker, words: Words
) -> Said | None:
    """Return the narrated place that says a fact: a surface claim that agrees, else a sentence that names both
    ends and uses a word of the predicate. None when the text does not say it.
    """
    predicate = find(wanted.predicate)
    if predicate is None:
        return None
    for claim in claims:
        same = claim.subject_id == wanted.subject_id and claim.predicate == wanted.predicate
        if not same or claim.modality != Modality.NARRATED or claim.value is None or not wanted.holds:
            continue
        if claim.grade == "model":  # the sentence does not name whom it is about
            continue
        if compare(predicate, claim.value, wanted.value) is Verdict.AGREE:
            return claim
    if wanted.subject_id is None:
        return None
    for sentence in sentences:
        if sentence.modality is Modality.NARRATED and _sentence_says(wanted, sentence, linker, words):
            return Said(
                wanted.subject_id, wanted.predicate, wanted.value, str(Modality.NARRATED), sentence.pid,
                sentence.start, sentence.end, sentence.text, "sentence",
            )  # fmt: skip
    return None


def says(wanted: Wanted, sentence: str, linker: Linker, words: Words) -> bool:
    """Say whether one sentence states a fact, whoever says it."""
    whole = Sentence(0, "", 0, len(sentence), sentence, sentence, Modality.NARRATED)
    return _sentence_says(wanted, whole, linker, words)


def denies(text: str, language: str) -> bool:
    """Say whether a text holds a word of denial."""
    return has_word(text.casefold(), _NEGATION[language], language)


def _sentence_says(wanted: Wanted, sentence: Sentence, linker: Linker, words: Words) -> bool:
    named = {link.entity_id for link in linker.find(sentence.covered) if link.entity_id is not None}
    if wanted.subject_id not in named:
        return False
    text = sentence.covered.casefold()
    if has_word(text, _NEGATION[words.language], words.language) == wanted.holds:
        return False
    if wanted.value.object_id is not None:
        return wanted.value.object_id in named and _hinted(wanted.predicate, text, words.language)
    value = (wanted.value.text or "").casefold()
    if not value:
        return False
    return has_word(text, (value,), words.language)


def _hinted(predicate: str, text: str, language: str) -> bool:
    row = find(predicate)
    hints = () if row is None else (row.hints_zh if language == "zh" else row.hints_en)
    stems = (*_STEMS.get(language, {}).get(predicate, ()), *hints)
    if language == "zh":
        return any(stem in text for stem in stems)
    return any(re.search(rf"(?<![\w-]){re.escape(stem.casefold())}", text) for stem in stems)


def speaker_of(covered: str, start: int, end: int, linker: Linker, words: Words) -> UUID | None:
    """Return who says the words between `start` and `end`: the one named nearest beside a verb of speech.

    None when no such name stands in the paragraph: who else may speak is not guessed.
    """
    names = [link for link in linker.find(covered) if link.entity_id is not None]
    near = sorted(names, key=lambda link: min(abs(link.start - end), abs(start - link.end)))
    for link in near:
        around = covered[max(link.start - 14, 0) : link.end + 14].casefold()
        if any(_has_stem(around, verb, words.language) for verb in words.speech_verbs):
            return link.entity_id
    return None


def _has_stem(text: str, verb: str, language: str) -> bool:
    return (
        verb in text
        if language == "zh"
        else re.search(rf"(?<![\w-]){re.escape(verb)}(?![\w-])", text) is not None
    )
