"""Figures about prose: how long its sentences are, how much it repeats itself. Information, never a grade. Pure.

English is counted in words; Chinese in characters, for it has no spaces. Bands are those of published English fiction
(10th, 50th and 90th of a hundred); a language without them gets figures and no bands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean, pstdev

from infinite_scribe.core.language import language
from infinite_scribe.core.language.en.function_words import FUNCTION_WORDS

WINDOW = 500
SHORT = {"en": 12, "zh": 20}
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SPEECH = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"")
_NOT_BUT = {
    "en": re.compile(r"\bnot\b[^.;:!?]{1,50}?,?\s(?:but|just)\b", re.IGNORECASE),
    "zh": re.compile("不是[^。；！？]{1,30}?(?:而是|是)"),
}
_EMPTY_ZH = frozenset("的了着过是在有和与就也都又还很这那个一不没把被给到上下里来去说我你他她它们")


@dataclass(frozen=True)
class Band:
    """What is usual, and from where on a figure is worth a look (`note`) or a repair (`fail`)."""

    low: float
    middle: float
    high: float
    note_below: float | None = None
    note_above: float | None = None
    fail_below: float | None = None
    fail_above: float | None = None

    def level(self, value: float) -> str:
        """Return `fail`, `note` or `usual`."""
        if self._beyond(value, self.fail_below, self.fail_above):
            return "fail"
        return "note" if self._beyond(value, self.note_below, self.note_above) else "usual"

    @staticmethod
    def _beyond(value: float, below: float | None, above: float | None) -> bool:
        return (below is not None and value < below) or (above is not None and value > above)


BANDS: dict[str, Band] = {
    "reuse": Band(0.15, 0.61, 1.80, note_above=3, fail_above=8),
    "repeats": Band(0, 0.29, 0.98, note_above=1.0, fail_above=1.5),
    "variety": Band(0.466, 0.507, 0.544, note_below=0.48, note_above=0.66),
    "variation": Band(0.65, 0.80, 1.04, note_below=0.65, fail_below=0.60),
    "sentence": Band(10, 15, 24, note_below=7),
    "short_paragraphs": Band(0, 22, 48, note_above=50),
    "machine_words": Band(0, 2.9, 7.5, note_above=8, fail_above=20),
    "machine_phrases": Band(0, 0, 0, note_above=0.25, fail_above=1),
    "not_but": Band(0, 0, 1.7, note_above=1),
    "dialogue": Band(7, 37, 70),
}
"""English. `reuse` and the three last are per 1,000 words, `repeats`, `short_paragraphs` and `dialogue` are shares in %."""


@dataclass(frozen=True)
class Repeat:
    """Words that a text says more than once, as they stand there first."""

    text: str
    count: int


def tokens(text: str, code: str) -> list[str]:
    """Return what a text is made of: words in small letters, or characters."""
    if code == "zh":
        return _HAN.findall(text)
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def figures(text: str, code: str, others: Iterable[str] = ()) -> dict[str, float]:
    """Return the figures of a chapter; `others` are the chapters before it. An empty text has none."""
    code = "zh" if code.startswith("zh") else "en"
    words = tokens(text, code)
    if not words:
        return {}
    rules = language(code)
    lengths = [count for one in rules.sentences(text) if (count := len(tokens(one, code)))] or [0]
    paragraphs = [count for one in rules.paragraphs(text) if (count := len(tokens(one, code)))]
    spoken = sum(len(tokens(one, code)) for one in _SPEECH.findall(text))
    thousand = 1_000 / len(words)
    mean = fmean(lengths)
    return {
        "words": float(rules.count(text)),
        "sentence": round(mean, 2),
        "variation": round(pstdev(lengths) / mean, 3) if mean else 0.0,
        "variety": round(_variety(words), 3),
        "short_paragraphs": _share(sum(one <= SHORT[code] for one in paragraphs), len(paragraphs)),
        "dialogue": _share(spoken, len(words)),
        "repeats": _share(_repeated(words, 4, code), max(len(words) - 3, 1)),
        "reuse": round(_reused(words, others, code) * thousand, 2),
        "not_but": round(len(_NOT_BUT[code].findall(text)) * thousand, 2),
        **_machine(text, words, code, thousand),
    }


def levels(found: dict[str, float], code: str) -> dict[str, str]:
    """Return for each figure that has a band how it lies to it; none in a language without bands."""
    if code.startswith("zh"):
        return {}
    return {name: BANDS[name].level(value) for name, value in found.items() if name in BANDS}


def repeats(text: str, code: str, size: int = 4, most: int = 8) -> list[Repeat]:
    """Return the runs of `size` words with two words of weight that stand in a text more than once, most first."""
    code = "zh" if code.startswith("zh") else "en"
    first: dict[tuple[str, ...], str] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    pattern = _HAN if code == "zh" else _WORD
    size = size * 2 if code == "zh" else size
    for sentence in language(code).sentences(text):
        hits = list(pattern.finditer(sentence))
        for at in range(len(hits) - size + 1):
            gram = tuple(one.group().casefold() for one in hits[at : at + size])
            if _weighs(gram, code):
                counts[gram] += 1
                first.setdefault(gram, sentence[hits[at].start() : hits[at + size - 1].end()])
    found: list[Repeat] = []
    for gram, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        if count > 1 and not any(_overlaps(first[gram], one.text) for one in found):
            found.append(Repeat(first[gram], count))
    return found[:most]


def _overlaps(one: str, other: str) -> bool:
    """Whether two runs are pieces of the same longer one: one begins where the other goes on."""
    half = len(one) // 2
    return one[:half] in other or one[half:] in other


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _variety(words: Sequence[str]) -> float:
    """Types in a window that moves over the text, as a share of its words; a short text is one window."""
    size = min(WINDOW, len(words))
    counts = Counter(words[:size])
    shares = [len(counts) / size]
    for gone, come in zip(words, words[size:], strict=False):
        counts[gone] -= 1
        if not counts[gone]:
            del counts[gone]
        counts[come] += 1
        shares.append(len(counts) / size)
    return fmean(shares)


def _grams(words: Sequence[str], size: int, code: str) -> Iterator[tuple[str, ...]]:
    size = size * 2 if code == "zh" else size
    for at in range(len(words) - size + 1):
        gram = tuple(words[at : at + size])
        if _weighs(gram, code):
            yield gram


def _weighs(gram: Sequence[str], code: str) -> bool:
    empty, least = (_EMPTY_ZH, 4) if code == "zh" else (FUNCTION_WORDS, 2)
    return sum(word not in empty for word in gram) >= least


def _repeated(words: Sequence[str], size: int, code: str) -> int:
    counts = Counter(_grams(words, size, code))
    return sum(count - 1 for count in counts.values() if count > 1)


def _reused(words: Sequence[str], others: Iterable[str], code: str) -> int:
    """How many runs of five words stand in an earlier chapter as well."""
    mine = set(_grams(words, 5, code))
    theirs: set[tuple[str, ...]] = set()
    for other in others:
        theirs |= mine & set(_grams(tokens(other, code), 5, code))
    return len(theirs)


def _machine(text: str, words: Sequence[str], code: str, thousand: float) -> dict[str, float]:
    """Words and phrases that machines use more than people; only in a language that has a list of them."""
    single, phrases = _machine_list(code)
    if not single:
        return {}
    lowered = text.casefold()
    return {
        "machine_words": round(sum(word in single for word in words) * thousand, 2),
        "machine_phrases": round(sum(lowered.count(one) for one in phrases) * thousand, 2),
    }


@cache
def _machine_list(code: str) -> tuple[frozenset[str], tuple[str, ...]]:
    file = Path(__file__).parent / code / "machine_words.txt"
    if not file.exists():
        return frozenset(), ()
    lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
    rows = [line for line in lines if line and not line.startswith("#")]
    return frozenset(one for one in rows if " " not in one), tuple(one for one in rows if " " in one)
