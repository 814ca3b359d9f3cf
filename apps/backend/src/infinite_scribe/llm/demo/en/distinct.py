"""No two books share a long sentence: what would come back word for word is cut or named.

A sentence of six content words or more is this book's own only if enough of it belongs to
this book alone (names, the sum, the count). Any other is parted into short sentences where
its clauses allow it, or gets a name for its pronoun.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from infinite_scribe.core.fingerprints import mark, pieces
from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.en import morphology
from infinite_scribe.llm.demo.en.reader import EMPTY

#: Content words from which a sentence is recognisable, and the marks that make it a book's own.
HEAVY, ENOUGH = 6, 2
_CUTS = (r"; (?:and |so |but )?", r", and (?:so )?", r", but ", r", so ", r": ", r", because ", r", though ")
_TOLD_BY = re.compile(r", [A-Z][\w’-]+ (?:had )?(?:said|told|used to say)\b")
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
#: Words that carry no meaning of their own, for the question whether a sentence would be known again.
_LIGHT = (EMPTY | {"asked", "said"}) - {"about", "under"}


@dataclass
class Marks:
    """What belongs to this book alone, with its weight."""

    weights: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # pronoun → short name it may be replaced by
    full: dict[str, str] = field(default_factory=dict)  # short name → full name
    told: frozenset[str] = frozenset()  # marks of what earlier scenes of the book said

    def own(self, text: str) -> bool:
        """Whether a sentence is light enough, or this book's own."""
        words = [word.lower() for word in LANGUAGE.words(text)]
        if sum(word not in _LIGHT for word in words) < HEAVY:
            return True
        if self.stale(text):
            return False
        return sum(weight for mark, weight in self.weights.items() if mark in text) >= ENOUGH

    def stale(self, text: str) -> bool:
        """Whether all of a sentence stands in an earlier scene of the book."""
        known = [mark(piece) in self.told for piece in pieces(text)] if self.told else []
        return bool(known) and all(known)


def distinct(text: str, marks: Marks, *, loose: bool = False) -> str:
    """The paragraph, worded so that as few of its sentences as can be stand in another book too.

    A paragraph is told whole: its later sentences rest on its earlier ones, so none is taken out.
    `loose`: a paragraph of which an earlier scene told a sentence, or that cannot be made the book's
    own, is not told at all (empty).
    """
    parts = [part for item in LANGUAGE.sentences(text) for part in _parted(item, marks)]
    foreign = [part for part in parts if not (marks.own(part) or "“" in part or "”" in part)]
    return "" if loose and foreign else " ".join(parts)


def _parted(sentence: str, marks: Marks) -> list[str]:
    if marks.own(sentence):
        return [sentence]
    if _TOLD_BY.search(sentence):
        return [_named(sentence, marks)]  # cut in two, the first half would be nobody's
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
    if bare == "then" and tail.partition(" ")[2].partition(" ")[0].lower() not in _CLAUSE:
        return ""
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
    """With a name for the first subject pronoun, or a full name for a short one, where that is enough."""
    made = [sentence]
    for pronoun, name in marks.names.items():
        made += [re.sub(rf"^{pronoun}\b", name, sentence, count=1)]
        made += [
            re.sub(rf"\b(and|but|that|when|which|,) {pronoun.lower()}\b", rf"\1 {name}", made[-1], count=1)
        ]
    whole = list(made)
    for text in whole:
        for short, full in marks.full.items():
            made.append(
                re.sub(
                    rf"(?<!\w){re.escape(short)}(?!\w)(?! {re.escape(full.split(' ')[-1])})",
                    full,
                    text,
                    count=1,
                )
            )
    return next((text for text in made if text != sentence and marks.own(text)), sentence)


def marks_of(
    full: dict[str, str],
    figures: Sequence[str],
    weak: Sequence[str],
    lead: tuple[str, str],
    told: frozenset[str] = frozenset(),
) -> Marks:
    """Short names and counts weigh one, whole names and figures two; `lead` is the viewpoint's pronoun and name."""
    weights = dict.fromkeys((item for item in (*full, *weak) if item), 1)
    weights |= {whole: 2 for short, whole in full.items() if whole != short}
    for item in figures:
        weights |= {item: 2, item[:1].upper() + item[1:]: 2}
    names = {lead[0].capitalize(): lead[1]} if lead[0] in {"he", "she"} else {}
    return Marks(weights, names, {short: whole for short, whole in full.items() if whole != short}, told)
