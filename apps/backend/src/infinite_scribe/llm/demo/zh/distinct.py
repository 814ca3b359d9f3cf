"""Few long sentences in Chinese are shared by two books: what would come back gets a name where it can.

A sentence of ten characters or more is a book's own only if enough of it belongs to this
book alone (names, the sum, the count). Any other gets the name of somebody for a pronoun. Its
commas stay commas: a chain of clauses on one topic is one sentence.
"""

import re
from dataclasses import dataclass, field

from infinite_scribe.core.fingerprints import mark, pieces
from infinite_scribe.core.language.zh import LANGUAGE

#: Characters from which a sentence is recognisable, and the weight that makes it a book's own.
HEAVY, ENOUGH = 10, 2
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass
class Marks:
    """What belongs to this book alone, with its weight; pronouns and the names for them."""

    weights: dict[str, int]
    names: list[tuple[str, str, int]] = field(default_factory=list)  # (pronoun, name, cost of naming)
    told: frozenset[str] = frozenset()

    def own(self, text: str) -> bool:
        """Whether a sentence is light enough, or this book's own and not said before."""
        if len(_HAN.findall(text)) < HEAVY:
            return True
        if self.stale(text):
            return False
        return sum(weight for item, weight in self.weights.items() if item in text) >= ENOUGH

    def stale(self, text: str) -> bool:
        """Whether all of a sentence stands in an earlier scene of the book."""
        known = [mark(piece) in self.told for piece in pieces(text)]
        return bool(known) and all(known)


def distinct(text: str, marks: Marks) -> str:
    """The paragraph, with a name for a pronoun in what another book would hold word for word."""
    return "".join(_own(item, marks) for item in LANGUAGE.sentences(text))


def _own(sentence: str, marks: Marks) -> str:
    """The cheapest change that makes the sentence the book's own; unchanged where none does."""
    if marks.own(sentence):
        return sentence
    ways: list[tuple[int, str]] = []
    for pronoun, name, cost in marks.names:
        made = _named(sentence, pronoun, name)
        if made != sentence and marks.own(made):
            ways.append((cost, made))
    return min(ways)[1] if ways else sentence


def _named(sentence: str, pronoun: str, name: str) -> str:
    """The first pronoun outside speech as a name."""
    parts = re.split(r"(“[^”]*”?|[^“]*”)", sentence)
    for index, part in enumerate(parts):
        if "“" in part or "”" in part:
            continue
        made = re.sub(rf"(?<![其吉]){pronoun}(?!们)", name, part, count=1)
        if made != part:
            parts[index] = made
            return "".join(parts)
    return sentence
