"""What a draft owes its plan: the card's must-include, the outcome of its last beat, and its length. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from infinite_scribe.canon.registry import Severity
from infinite_scribe.continuity.findings import FoundClash, fingerprint
from infinite_scribe.continuity.inflection import stem
from infinite_scribe.continuity.passages import Paragraph, utf16_offset
from infinite_scribe.memory.terms import terms

PLAN, LENGTH = "T0-PLAN", "LENGTH"
TOLERANCE = 0.10
"""How far the words of a scene may be from its budget."""
ENOUGH = 0.6
"""Share of an asked thing's own words that must stand near each other."""
SURE = 0.8
"""Share of them from which they stand against the word of a reader who found nothing."""
END = 1 / 3
"""Share of a scene's paragraphs, counted from the last, that is its end, however its last beat is marked."""
LEAST_END = 3

_WHY = {
    "must_include": {
        "en": "The card asks for “{asked}”, and the scene does not hold it.",
        "zh": "场景卡要求写到“{asked}”，本场没有写到。",
    },
    "outcome": {
        "en": "The scene does not come to its last beat: “{asked}”",
        "zh": "本场没有写到最后一拍：“{asked}”",
    },
    "beat": {
        "en": "The scene leaves out a beat of its card: “{asked}”",
        "zh": "本场漏写了场景卡上的一拍：“{asked}”",
    },
    "unproven": {
        "en": "Nothing in the scene shows this beat of its card for certain: “{asked}”",
        "zh": "本场没有一句话能证实场景卡上的这一拍：“{asked}”",
    },
    "length": {
        "en": "The scene has {words} words; its budget is {budget}.",
        "zh": "本场 {words} 字，预算是 {budget} 字。",
    },
}


@dataclass(frozen=True)
class Owed:
    """Something that the plan asked of a scene and the text does not hold. `kind`: must_include, beat, outcome or unproven."""

    kind: str
    text: str


def holds_asked(text: str, asked: str, *, names: Iterable[str] = (), least: float = ENOUGH) -> bool:
    """Say whether a text holds what was asked for: the words themselves, or `least` of them within a paragraph.

    `names` prove nothing by standing there; they are left out where other words remain.
    """
    if asked.strip().casefold() in text.casefold():
        return True
    wanted = {stem(one) for one in terms(asked) if _counts(one)}
    if not wanted:
        return True
    wanted = wanted - {stem(one) for name in names for one in terms(name)} or wanted
    return any(
        len(wanted & {stem(one) for one in terms(paragraph)}) / len(wanted) >= least
        for paragraph in text.split("\n\n")
    )


@dataclass(frozen=True)
class Ending:
    """The end of a scene. `is_told`: the draft marks its beats, and the last one among them, or marks none."""

    paragraphs: tuple[Paragraph, ...]
    is_told: bool = True

    @classmethod
    def of(cls, paragraphs: Sequence[Paragraph], covers: Sequence[Sequence[str]]) -> Ending:
        """Return the end of a scene: from where its last beat is told, or its last paragraphs, whichever are more.

        `covers` are the paragraphs of each beat. It is never more than the second half of a longer scene: what stands
        before that is not how it ends.
        """
        told = [one for one in paragraphs if one.text.strip()]
        last = set(covers[-1]) if covers else set()
        begins = next((at for at, one in enumerate(told) if one.pid in last), len(told))
        most = max(LEAST_END, round(len(told) * END))
        start = max(min(begins, len(told) - most), len(told) // 2 if len(told) > 2 * LEAST_END else 0, 0)
        return cls(tuple(told[start:]), bool(last) or not any(covers))

    def shows(self, asked: str, names: Iterable[str] = (), least: float = ENOUGH) -> Paragraph | None:
        """Return the paragraph of the end that holds the words of an outcome; the names in it prove nothing."""
        known = tuple(names)
        return next(
            (one for one in self.paragraphs if holds_asked(one.text, asked, names=known, least=least)), None
        )


def is_owed(
    asked: str, kind: str, paragraphs: Sequence[Paragraph], ending: Ending, names: Iterable[str]
) -> bool:
    """Say whether a scene still owes its card something: an outcome has to stand in its end."""
    if kind == "outcome":
        return ending.shows(asked, names) is None
    return not holds_asked("\n\n".join(one.text for one in paragraphs), asked)


def _counts(term: str) -> bool:
    return len(term) > (1 if ord(term[0]) > 0x2E7F else 2)


def missed(asks: Sequence[str], paragraphs: Sequence[Paragraph]) -> list[Owed]:
    """Return the must-includes that no paragraph holds."""
    text = "\n\n".join(one.text for one in paragraphs)
    return [Owed("must_include", ask) for ask in asks if not holds_asked(text, ask)]


def is_long_enough(words: int, budget: int) -> bool:
    """Say whether a scene keeps its budget within the tolerance."""
    return abs(words - budget) <= budget * TOLERANCE


def owed_clashes(
    scene_id: UUID, version: int, paragraphs: Sequence[Paragraph], owed: Sequence[Owed]
) -> list[FoundClash]:
    """Return findings for what the text owes its card; each stands at the paragraph where it could be put right."""
    return [
        _clash(
            PLAN, "plan", Severity.MINOR if one.kind == "unproven" else Severity.MAJOR, scene_id, version, paragraphs,
            one.kind, {"asked": one.text}, one.text,
        )
        for one in owed
    ]  # fmt: skip


def length_clash(
    scene_id: UUID, version: int, paragraphs: Sequence[Paragraph], words: int, budget: int
) -> FoundClash:
    """Return the finding of a scene that missed its budget even after it was resized."""
    shown = {"words": str(words), "budget": str(budget)}
    return _clash(
        LENGTH, "length", Severity.MINOR, scene_id, version, paragraphs, "length", shown, str(budget)
    )


def _clash(
    rule: str,
    subtype: str,
    severity: Severity,
    scene_id: UUID,
    version: int,
    paragraphs: Sequence[Paragraph],
    kind: str,
    shown: dict[str, str],
    asked: str,
) -> FoundClash:
    last = next((one for one in reversed(paragraphs) if one.text.strip()), Paragraph("", ""))
    claim: dict[str, Any] = {
        "scene": str(scene_id), "version": version, "pid": last.pid, "from": 0,
        "to": utf16_offset(last.text, len(last.text)), "quote": last.text,
    }  # fmt: skip
    return FoundClash(
        rule=rule,
        subtype=subtype,
        severity=severity,
        certainty="likely",
        claim=claim,
        against={"kind": "card", "id": str(scene_id), "quote": asked, "asked": kind},
        why={language: text.format(**shown) for language, text in _WHY[kind].items()},
        fingerprint=fingerprint(rule, scene_id, kind, asked, ""),
    )
