"""No two books share a long sentence: what would come back word for word is cut or named.

A sentence of six content words or more is this book's own only if enough of it belongs to
this book alone (names, the sum, the count). Any other is parted into short sentences where
its clauses allow it, or gets a name for its pronoun.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.en import morphology
from infinite_scribe.llm.demo.en.reader import EMPTY

#: Content words from which a sentence is recognisable, and the marks that make it a book's own.
HEAVY, ENOUGH = 6, 2
_CUTS = (r"; (?:and |so |but )?", r", and (?:so )?", r", but ", r", so ", r": ", r", because ", r", though ")
_CLAUSE = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "i",
        "we",
        "you",
        "there",
        "the",
        "a",
        "an",
        "this",
        "that",
        "these",
        "nobody",
        "somebody",
        "everybody",
        "one",
        "each",
        "both",
        "neither",
        "nothing",
        "everything",
        "anyone",
        "whoever",
        "what",
        "people",
        "his",
        "her",
        "its",
        "my",
        "if",
        "when",
        "then",
    ]
)
_LIGHT = EMPTY - {"about", "under"} | {"said", "asked"}


@dataclass
class Marks:
    """What belongs to this book alone, with its weight."""

    weights: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # pronoun → short name it may be replaced by

    def own(self, text: str) -> bool:
        """Whether a sentence is light enough, or this book's own."""
        words = [word.lower() for word in LANGUAGE.words(text)]
        if sum(word not in _LIGHT for word in words) < HEAVY:
            return True
        return sum(weight for mark, weight in self.weights.items() if mark in text) >= ENOUGH


def distinct(text: str, marks: Marks, *, loose: bool = False) -> str:
    """The paragraph with no sentence that another book would hold word for word.

    `loose`: what cannot be made the book's own is left out, unless it opens the paragraph.
    """
    made: list[str] = []
    for item in LANGUAGE.sentences(text):
        parts = _parted(item, marks)
        made += [
            part for part in parts if marks.own(part) or not (loose and made) or "“" in part or "”" in part
        ]
    return " ".join(made)


def _parted(sentence: str, marks: Marks) -> list[str]:
    if marks.own(sentence):
        return [sentence]
    best = [sentence]
    for cut in _CUTS:
        for match in re.finditer(cut, sentence):
            head, tail = sentence[: match.start()], sentence[match.end() :]
            second = "" if tail.startswith("that ") else _clause(sentence, tail)
            if not second or head.count("“") > head.count("”") or len(head.split()) < 2:
                continue
            parts = [*_parted(head + ".", marks), *_parted(second, marks)]
            if all(marks.own(part) for part in parts) and (len(best) == 1 or len(parts) < len(best)):
                best = parts
    return best if len(best) > 1 else [_named(sentence, marks)]


def _clause(sentence: str, tail: str) -> str:
    """What follows the cut as a sentence of its own; empty where it cannot stand alone."""
    first = tail.split(" ", maxsplit=1)[0]
    bare = first.strip(",.;").lower()
    if bare in _CLAUSE or first[:1].isupper():
        return tail[:1].upper() + tail[1:]
    subject = sentence.split(" ", maxsplit=1)[0]
    verb = bare in _pasts() or bare.endswith("ed")
    if verb and subject in {"He", "She", "I"}:
        return f"{subject} {tail}"
    return ""


def _pasts() -> frozenset[str]:
    return frozenset(morphology.PAST.values())


def _named(sentence: str, marks: Marks) -> str:
    """The first subject pronoun as a name, where that makes the sentence the book's own."""
    for pronoun, name in marks.names.items():
        swapped = re.sub(rf"^{pronoun}\b", name, sentence, count=1)
        if swapped != sentence and marks.own(swapped):
            return swapped
    return sentence


def marks_of(
    short: Sequence[str], figures: Sequence[str], weak: Sequence[str], lead: tuple[str, str]
) -> Marks:
    """Names weigh one, figures two; `lead` is the viewpoint's pronoun and name."""
    weights = dict.fromkeys((item for item in (*short, *weak) if item), 1)
    for item in figures:
        weights |= {item: 2, item[:1].upper() + item[1:]: 2}
    return Marks(weights, {lead[0].capitalize(): lead[1]} if lead[0] in {"he", "she"} else {})
