"""A scene as code reads it: paragraphs with spoken parts covered, sentences with their modality."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from infinite_scribe.continuity.words import Words

COVER = "\ue000"
"""Stands for one covered character of speech, so that offsets stay true."""

_QUOTES = {"“": "”", "「": "」", "『": "』", "«": "»"}
_SENTENCE_EN = re.compile(r"[^.!?…\n]+(?:[.!?…]+[\"”’)\ue000]*|$)")
_SENTENCE_ZH = re.compile(r"[^。！？…\n]+(?:[。！？…]+[”」』）\ue000]*|$)")
_ABBREVIATIONS = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Capt|Sgt|Prof|Jr|Sr)\.")
_CLAUSE = re.compile(r"[,;:—–，；：、]")


class Modality(StrEnum):
    """In which way a sentence says what it says. Only `narrated` tests the world."""

    NARRATED = "narrated"
    SPOKEN = "spoken"
    REMEMBERED = "remembered"
    DREAMED = "dreamed"
    WRITTEN = "written"
    HYPOTHETICAL = "hypothetical"
    FIGURATIVE = "figurative"


@dataclass(frozen=True)
class Paragraph:
    """One block of the scene document. `is_break` marks a break inside the scene."""

    pid: str
    text: str
    is_break: bool = False


@dataclass(frozen=True)
class Sentence:
    """A sentence of a paragraph. Offsets are characters inside the paragraph."""

    paragraph: int
    pid: str
    start: int
    end: int
    covered: str
    text: str
    modality: Modality


def cover_speech(text: str) -> str:
    """Return the text with everything inside quotation marks covered, marks included."""
    out, closing, depth_start = list(text), "", 0
    straight_open = -1
    for at, char in enumerate(text):
        if closing:
            if char == closing:
                out[depth_start : at + 1] = COVER * (at + 1 - depth_start)
                closing = ""
        elif char in _QUOTES:
            closing, depth_start = _QUOTES[char], at
        elif char == '"':
            if straight_open < 0:
                straight_open = at
            else:
                out[straight_open : at + 1] = COVER * (at + 1 - straight_open)
                straight_open = -1
    if closing:
        out[depth_start:] = COVER * (len(text) - depth_start)
    if straight_open >= 0:
        out[straight_open:] = COVER * (len(text) - straight_open)
    return "".join(out)


def utf16_offset(text: str, index: int) -> int:
    """Return a character index as UTF-16 code units, the unit of offsets on the wire."""
    return len(text[:index].encode("utf-16-le")) // 2


def has_word(text: str, markers: tuple[str, ...], language: str) -> bool:
    """Whether one of the markers stands in the text; in English only as whole words."""
    if language == "zh":
        return any(marker in text for marker in markers)
    folded = text.casefold()
    return any(re.search(rf"(?<![\w-]){re.escape(marker)}(?![\w-])", folded) for marker in markers)


def sentences(
    paragraphs: list[Paragraph], words: Words, frame: Modality = Modality.NARRATED
) -> list[Sentence]:
    """Split paragraphs into sentences with a modality each.

    `frame` is the modality of the whole scene (dream, document); inside such a scene nothing is
    narrated. A dream begun in a paragraph lasts to the end of that paragraph.
    """
    pattern = _SENTENCE_ZH if words.language == "zh" else _SENTENCE_EN
    found: list[Sentence] = []
    for number, paragraph in enumerate(paragraphs):
        covered = cover_speech(paragraph.text)
        guarded = _ABBREVIATIONS.sub(lambda hit: hit.group()[:-1] + "·", covered)
        dreaming = False
        for match in pattern.finditer(guarded):
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            if start >= match.end():
                continue
            piece = covered[start : match.end()]
            dreaming = dreaming or has_word(piece, words.dreamed, words.language)
            modality = Modality.DREAMED if dreaming else modality_of(piece, words)
            if frame is not Modality.NARRATED:
                modality = frame
            found.append(
                Sentence(
                    number,
                    paragraph.pid,
                    start,
                    match.end(),
                    piece,
                    paragraph.text[start : match.end()],
                    modality,
                )
            )
    return found


def modality_of(covered: str, words: Words) -> Modality:
    """Return the modality of one sentence whose spoken parts are covered."""
    plain = covered.rstrip(COVER + " ")
    if plain.endswith(("?", "？")) or has_word(plain, words.hypothetical, words.language):
        return Modality.HYPOTHETICAL
    if has_word(plain, words.records, words.language):
        return Modality.WRITTEN
    if has_word(plain, words.remembered, words.language):
        return Modality.REMEMBERED
    return Modality.NARRATED


def clause_around(covered: str, start: int, end: int) -> str:
    """Return the clause of a sentence that holds the span."""
    before = [hit.end() for hit in _CLAUSE.finditer(covered, 0, start)]
    after = _CLAUSE.search(covered, end)
    return covered[before[-1] if before else 0 : after.start() if after else len(covered)]
