"""How a hand writes, measured on samples of it: lengths, speech, person, tense, marks, words it comes back to. Pure.

English is measured in words, Chinese in characters. A sample of fewer than `LEAST` says nothing about a hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from infinite_scribe.core.language import language
from infinite_scribe.core.language.en.function_words import FUNCTION_WORDS

LEAST = {"en": 60, "zh": 100}
MOST_FAVOURITES = 10
_SPEECH = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
_CONTRACTED = re.compile(r"\b\w+(?:n[’']t|[’'](?:ll|re|ve|d|m))\b")
_LONG_FORM = re.compile(
    r"\b(?:do|does|did|is|are|was|were|has|have|had|would|could|should|can|will)(?: not|not)\b|\b(?:I am|I have|I will|it is|that is|there is)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|had|did|said|went|came|took|knew|thought|looked|stood|\w{3,}ed)\b")
_PRESENT = re.compile(r"\b(?:is|are|am|has|have|does|do|says|goes|comes|takes|knows|thinks|looks|stands)\b")
_SMALL_EN = FUNCTION_WORDS | {
    "whose", "two", "asked", "says", "because", "like", "until", "upon", "through", "between",
}  # fmt: skip
_SMALL_ZH = "的了着过是在有和与就也都又还很这那个一不没把被给到上下里来去说我你他她它们么什呢吧啊地得从对但而"


@dataclass(frozen=True)
class Manner:
    """What was measured. `sentence` and `paragraph` are means, `short` and `long` the tenth and ninetieth of a hundred.

    `dialogue` and `contractions` are shares in percent; `commas` is per sentence, `semicolons` and `dashes` per 1,000.
    `tense` is empty in a language without tenses.
    """

    words: int
    sentence: float
    short: int
    long: int
    paragraph: float
    dialogue: float
    commas: float
    semicolons: float
    dashes: float
    contractions: float
    person: str
    tense: str
    favourites: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the figures as they travel."""
        return {**asdict(self), "favourites": list(self.favourites)}


def manner_of(samples: Iterable[str], code: str) -> Manner | None:
    """Return how the hand of some samples writes; None when they are too short to tell."""
    code = "zh" if code.startswith("zh") else "en"
    text = "\n\n".join(one.strip() for one in samples if one.strip())
    rules = language(code)
    words = rules.count(text)
    if words < LEAST[code]:
        return None
    told = _SPEECH.sub(" ", text)
    sentences = [count for one in rules.sentences(told) if (count := rules.count(one)) > 1] or [words]
    paragraphs = [count for one in rules.paragraphs(text) if (count := rules.count(one))]
    spoken = sum(rules.count(one) for one in _SPEECH.findall(text))
    thousand = 1_000 / words
    return Manner(
        words=words,
        sentence=round(fmean(sentences), 1),
        short=_at(sentences, 0.1),
        long=_at(sentences, 0.9),
        paragraph=round(fmean(paragraphs), 1),
        dialogue=round(100 * spoken / words, 1),
        commas=round(len(re.findall("[,，、]", told)) / len(sentences), 2),
        semicolons=round(len(re.findall("[;；]", text)) * thousand, 1),
        dashes=round(len(re.findall("—{1,2}| – ", text)) * thousand, 1),
        contractions=_contractions(told) if code == "en" else 0.0,
        person=_person(told, code),
        tense=_tense(told) if code == "en" else "",
        favourites=_favourites(text, code),
    )


def manner_from(value: Mapping[str, Any]) -> Manner | None:
    """Return a manner that travelled as JSON; None where nothing did."""
    if not value.get("sentence"):
        return None
    names = Manner.__dataclass_fields__
    held = {name: value[name] for name in names if name in value}
    empty: dict[str, Any] = dict.fromkeys(names, 0) | {"person": "", "tense": "", "favourites": ()}
    return Manner(**{**empty, **held, "favourites": tuple(held.get("favourites", ()))})


def _at(values: list[int], share: float) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _contractions(told: str) -> float:
    short, long = len(_CONTRACTED.findall(told)), len(_LONG_FORM.findall(told))
    return round(100 * short / (short + long), 1) if short + long else 0.0


def _person(told: str, code: str) -> str:
    if code == "zh":
        return (
            "first" if len(re.findall("我(?!们)", told)) > len(re.findall("[他她](?!们)", told)) else "third"
        )
    mine = len(re.findall(r"\b(?:I|me|my|mine|myself)\b", told))
    theirs = len(re.findall(r"\b(?:he|she|they|him|her|his|their|them)\b", told, re.IGNORECASE))
    return "first" if mine > theirs / 3 and mine > 1 else "third"


def _tense(told: str) -> str:
    return "present" if len(_PRESENT.findall(told)) > len(_PAST.findall(told)) else "past"


def _favourites(text: str, code: str) -> tuple[str, ...]:
    """Words of weight that come again and again, most often first; names are no favourites."""
    rules = language(code)
    names = {part.casefold() for name in rules.names(text) for part in name.split()}
    counts: Counter[str] = Counter()
    if code == "zh":
        for run in _HAN.findall(text):
            pairs = (run[at : at + 2] for at in range(len(run) - 1))
            counts.update(pair for pair in pairs if not any(sign in _SMALL_ZH for sign in pair))
    else:
        lowered = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
        counts.update(one for one in lowered if len(one) > 2 and one not in _SMALL_EN and "'" not in one)
    again = [
        (word, times)
        for word, times in counts.items()
        if times > 1 and word not in names and not any(word in name for name in names)
    ]
    again.sort(key=lambda one: (-one[1], one[0]))
    return tuple(word for word, _ in again[:MOST_FAVOURITES])
