"""Where in a scene a tool works: the text around a caret or a passage, and the beat that is told there. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infinite_scribe.agents.writer.errors import TextChangedError
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.manuscript.placing import Around, LostPlaceError, Span, around, find_span
from infinite_scribe.plot.schemas import BeatRead

_ENDED = (".", "!", "?", "…", "。", "！", "？", "：", ":", "”", "’", "」", "』", '"', "—", "*")
LEAST_LEFT = 40
"""Words of a beat that are worth going on for; with less to go the next beat is due."""
USUAL_BEAT = 250


@dataclass(frozen=True)
class Spot:
    """A place in a scene with the text around it. `head` and `tail` are the rest of its own paragraph."""

    span: Span
    around: Around
    head: str
    tail: str

    @property
    def is_inside_sentence(self) -> bool:
        """Whether the sentence before the place is not ended yet."""
        return bool(self.head.strip()) and not self.head.rstrip().endswith(_ENDED)


def spot_of(document: dict[str, Any], anchor: Mapping[str, Any]) -> Spot:
    """Return where an anchor stands now. Raises `TextChangedError` when its words are gone."""
    try:
        span = find_span(document, dict(anchor))
    except LostPlaceError as error:
        raise TextChangedError from error
    parted = around(document, span)
    head = parted.before.rpartition("\n\n")[2] if span.start else ""
    tail = parted.after.partition("\n\n")[0] if _has_tail(document, span) else ""
    return Spot(span, parted, head, tail)


def _has_tail(document: dict[str, Any], span: Span) -> bool:
    node = document["content"][span.last]
    length = sum(len(one["text"]) if one["type"] == "text" else 1 for one in node.get("content", []))
    return span.end < length


def glued(text: str, head: str, tail: str, language: str) -> str:
    """Return text that goes on between two parts of a paragraph, with the blanks that English wants at its edges."""
    if language == "zh":
        return text
    before = "" if not head or head[-1:].isspace() or text[:1] in ",.;:!?" else " "
    after = " " if tail and not tail[:1].isspace() else ""
    return f"{before}{text}{after}"


@dataclass(frozen=True)
class BeatHere:
    """The beat that is told at a place, and how many words it has left."""

    beat_id: str
    left: int


def beat_here(
    document: dict[str, Any], spot: Spot, beats: Sequence[BeatRead], language: str
) -> BeatHere | None:
    """Return the beat at a place: the last one that opens before it, or the next when that one is told."""
    budgets = {beat.beat_id: beat.word_budget or USUAL_BEAT for beat in beats}
    order = [
        (position, str(node["attrs"]["beatId"]))
        for position, node in enumerate(document["content"])
        if node["type"] == "beat" and str(node["attrs"]["beatId"]) in budgets
    ]
    if not order:
        return None
    opened = [one for one in order if one[0] < spot.span.first]
    if not opened:
        return BeatHere(order[0][1], budgets[order[0][1]])
    position, beat_id = opened[-1]
    told = _words_between(document, position, spot.span, language)
    left = budgets[beat_id] - told
    if left >= LEAST_LEFT:
        return BeatHere(beat_id, left)
    later = [one for one in order if one[0] > position]
    return BeatHere(later[0][1], budgets[later[0][1]]) if later else BeatHere(beat_id, LEAST_LEFT)


def _words_between(document: dict[str, Any], position: int, span: Span, language: str) -> int:
    whole = {**document, "content": document["content"][position:]}
    cut = Span(span.first - position, span.start, span.first - position, span.start)
    return language_rules(language).count(around(whole, cut).before)


def longest_tail(text: str, words: int, language: str) -> str:
    """Return the end of a text from a paragraph on, at most so many words; the last paragraph always."""
    count, kept, spent = language_rules(language).count, list[str](), 0
    for paragraph in reversed(text.split("\n\n")):
        spent += count(paragraph)
        if kept and spent > words:
            break
        kept.insert(0, paragraph)
    return "\n\n".join(kept)
