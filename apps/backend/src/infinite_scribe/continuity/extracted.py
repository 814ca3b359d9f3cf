"""What a model read out of a text, checked claim by claim: who, what, in which way it is said, and the words. Pure.

A claim stands only on words of the text. In which way these say it is for code to see: what stands between quotation
marks was spoken, whatever the model calls it. Claims that fail are dropped with their reason; the others stay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from infinite_scribe.canon.predicate import Predicate
from infinite_scribe.canon.registry import INVERSES, choice_label, find
from infinite_scribe.canon.rules import FactValue, normalise
from infinite_scribe.canon.synonyms import colour_group
from infinite_scribe.continuity.linking import Linker
from infinite_scribe.continuity.passages import COVER, Modality, Sentence, cover_speech, sentences
from infinite_scribe.continuity.quotes import QuoteFinder, QuotePlace
from infinite_scribe.continuity.scene import Known, SceneToCheck
from infinite_scribe.continuity.words import Words
from infinite_scribe.continuity.words import words as words_of

EXTRACTION_VERSION = 1
KINDS = ("state", "change", "event", "presence", "speech")
MODALITIES = (
    "narrated", "spoken", "thought", "written", "remembered", "dreamed", "hypothetical", "figurative",
)  # fmt: skip
HELD = frozenset({"spoken", "thought", "written", "remembered"})
"""Ways of saying that somebody answers for."""
LONGEST_VALUE = 120
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class DraftedClaim:
    """A claim as a model gives it. `subject`, `object` and `holder` are handles of the briefing."""

    kind: str
    subject: str
    quote: str
    predicate: str | None = None
    value: str | None = None
    object: str | None = None
    polarity: bool = True
    modality: str = "narrated"
    holder: str | None = None


@dataclass(frozen=True)
class Window:
    """What a model said of one stretch of the text, and whom the handles stood for that it was shown."""

    drafts: Sequence[DraftedClaim]
    handles: Mapping[str, UUID]


@dataclass(frozen=True)
class ReadClaim:
    """A claim that stands. `start` and `end` are characters of its whole sentence inside the paragraph `pid`.

    `grade` is `model` where the sentence does not name the subject itself.
    """

    kind: str
    subject_id: UUID
    predicate: str | None
    value: FactValue | None
    polarity: bool
    modality: str
    holder_id: UUID | None
    grade: str
    pid: str
    start: int
    end: int
    sentence: str
    qualifier: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Gated:
    """Claims that stand, and how many fell for which reason."""

    kept: list[ReadClaim] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)

    def rows(self) -> list[dict[str, Any]]:
        """Return the reasons as they are stored."""
        return [{"reason": reason, "count": count} for reason, count in sorted(self.dropped.items())]


class _DroppedError(Exception):
    """A claim that cannot stand; its message is the reason."""


@dataclass(frozen=True)
class _Reading:
    """A text prepared for judging claims about it."""

    scene: SceneToCheck
    finder: QuoteFinder
    parts: Sequence[Sentence]
    linker: Linker
    handles: Mapping[str, UUID]
    words: Words | None

    @classmethod
    def of(cls, scene: SceneToCheck, handles: Mapping[str, UUID]) -> _Reading:
        words = words_of(scene.language)
        texts = [(one.pid, one.text) for one in scene.paragraphs if not one.is_break]
        parts = sentences(list(scene.paragraphs), words) if words is not None else []
        linker = Linker.of(scene.entities, scene.language)
        return cls(scene, QuoteFinder(texts), parts, linker, handles, words)

    def entity(self, handle: str | None) -> Known:
        found = self.handles.get((handle or "").strip())
        known = self.scene.entity(found) if found is not None else None
        if known is None:
            raise _DroppedError("unknown_handle")
        return known

    def sentence_of(self, place: QuotePlace) -> Sentence | None:
        """The one sentence that holds a quote; None when it runs over several, or the language is not read."""
        return next(
            (one for one in self.parts if one.pid == place.pid and one.start <= place.start < one.end
             and place.end <= one.end), None
        )  # fmt: skip

    def is_spoken(self, place: QuotePlace) -> bool:
        """Whether a quote stands between quotation marks."""
        text = next(one.text for one in self.scene.paragraphs if one.pid == place.pid)
        return set(cover_speech(text)[place.start : place.end].strip()) == {COVER}


def gated(windows: Sequence[Window], scene: SceneToCheck) -> Gated:
    """Return the claims that stand on the scene's text, each once."""
    bare, result = _Reading.of(scene, {}), Gated()
    seen: set[tuple[object, ...]] = set()
    last: QuotePlace | None = None
    for handles, draft in ((one.handles, draft) for one in windows for draft in one.drafts):
        reading = replace(bare, handles=handles)
        try:
            claim, last = _judged(draft, reading, last)
        except _DroppedError as reason:
            result.dropped[str(reason)] += 1
            continue
        key = (claim.subject_id, claim.predicate, claim.value, claim.polarity, claim.modality, claim.holder_id,
               None if claim.predicate else (claim.pid, claim.start))  # fmt: skip
        if key in seen:
            result.dropped["duplicate"] += 1
            continue
        seen.add(key)
        result.kept.append(claim)
    return result


def _judged(draft: DraftedClaim, reading: _Reading, last: QuotePlace | None) -> tuple[ReadClaim, QuotePlace]:
    if draft.kind not in KINDS:
        raise _DroppedError("kind")
    if draft.modality not in MODALITIES:
        raise _DroppedError("modality")
    subject = reading.entity(draft.subject)
    predicate, subject, value = _said(draft, subject, reading)
    place = reading.finder.find(draft.quote, last)
    if place is None:
        raise _DroppedError("quote_not_found")
    sentence = reading.sentence_of(place)
    start, end = (sentence.start, sentence.end) if sentence is not None else (place.start, place.end)
    text = next(one.text for one in reading.scene.paragraphs if one.pid == place.pid)[start:end].strip()
    if predicate is not None and not _stands_in(value, text, predicate, reading):
        raise _DroppedError("value_not_said")
    modality = _modality(draft, place, sentence, reading)
    holder = reading.entity(draft.holder).id if modality in HELD and draft.holder else None
    if modality in HELD and holder is None:
        raise _DroppedError("no_holder")
    named = {one for link in reading.linker.find(text) for one in link.bearers}
    claim = ReadClaim(
        draft.kind, subject.id, predicate.key if predicate else None, value, draft.polarity, modality, holder,
        "exact" if subject.id in named else "model", place.pid, start, start + len(text), text,
    )  # fmt: skip
    return claim, place


def _said(
    draft: DraftedClaim, subject: Known, reading: _Reading
) -> tuple[Predicate | None, Known, FactValue | None]:
    """Return what is claimed of whom: a predicate of the registry with a value of its range, or nothing it knows."""
    key = (draft.predicate or "").strip()
    if not key:
        return None, subject, None
    if key in INVERSES:
        turned = reading.entity(draft.object)
        key, subject, draft = INVERSES[key], turned, _with_object(draft, draft.subject)
    predicate = find(key)
    if predicate is None:
        raise _DroppedError("unknown_predicate")
    if subject.kind not in predicate.domain and "any" not in predicate.domain:
        raise _DroppedError("wrong_kind")
    return predicate, subject, _value(draft, predicate, reading)


def _with_object(draft: DraftedClaim, other: str) -> DraftedClaim:
    return DraftedClaim(draft.kind, draft.object or "", draft.quote, draft.predicate, None, other, draft.polarity,
                        draft.modality, draft.holder)  # fmt: skip


def _value(draft: DraftedClaim, predicate: Predicate, reading: _Reading) -> FactValue:
    given = (draft.value or "").strip()[:LONGEST_VALUE]
    if predicate.object_kinds and (draft.object or given in reading.handles):
        thing = reading.entity(draft.object or given)
        if thing.kind in predicate.object_kinds or "any" in predicate.object_kinds:
            return FactValue(object_id=thing.id)
        raise _DroppedError("wrong_kind")
    if predicate.choices:
        for one in predicate.choices:
            labels = {normalise(choice_label(predicate.key, one, language)) for language in ("en", "zh")}
            if normalise(given).replace(" ", "_") == one or normalise(given) in labels:
                return FactValue(text=one)
        raise _DroppedError("value")
    figure = _FIGURE.search(given)
    if "number" in predicate.value_types and figure is not None:
        return FactValue(number=float(figure.group()))
    if given and predicate.value_types & {"text", "colour"}:
        return FactValue(text=given)
    raise _DroppedError("value")


def _stands_in(value: FactValue | None, sentence: str, predicate: Predicate, reading: _Reading) -> bool:
    """Whether a sentence holds what is claimed: a name of the object, the colour, a word of the text.

    Choices and figures are said in too many ways to be looked for.
    """
    if value is None or predicate.choices or value.number is not None:
        return True
    if value.object_id is not None:
        named = {one for link in reading.linker.find(sentence) for one in link.bearers}
        return value.object_id in named
    said = normalise(sentence)
    wanted = normalise(value.text or "")
    if wanted in said:
        return True
    if "colour" in predicate.value_types:
        group = colour_group(wanted)
        return group is not None and any(colour_group(word) == group for word in re.split(r"\W+", said))
    if reading.scene.language == "zh":
        return any(wanted[at : at + 2] in said for at in range(len(wanted) - 1))
    return any(word in said.split() for word in wanted.split() if len(word) > 3)


def _modality(draft: DraftedClaim, place: QuotePlace, sentence: Sentence | None, reading: _Reading) -> str:
    """Return in which way the words say it: what code sees is stronger than what the model calls it."""
    if reading.is_spoken(place):
        return "spoken" if draft.modality in {"narrated", "remembered"} else draft.modality
    if reading.scene.mode in {"dream", "document"}:
        return "dreamed" if reading.scene.mode == "dream" else "written"
    if draft.modality == "narrated" and sentence is not None and sentence.modality is not Modality.NARRATED:
        return sentence.modality.value
    return draft.modality
