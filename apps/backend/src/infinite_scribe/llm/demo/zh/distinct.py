"""No two books share a long sentence in Chinese: what would come back is named or parted.

A sentence of ten characters or more is a book's own only if enough of it belongs to this
book alone (names, the sum, the count). Any other gets the name of somebody for a pronoun,
or is parted at its commas, where Chinese breathes anyway.
"""

import re
from dataclasses import dataclass, field

from infinite_scribe.core.fingerprints import mark, pieces
from infinite_scribe.core.language.zh import LANGUAGE

#: Characters from which a sentence is recognisable, and the weight that makes it a book's own.
HEAVY, ENOUGH = 10, 2
MOST_PARTS = 5
_HAN = re.compile(r"[\u4e00-\u9fff]")
#: Clauses that hang on what stands before them.
_HANGING = re.compile(r"^(?:才|就|便|也|却|再|又|还|都|连|好|可|倒|则|而|跟着|像|为的|免得)")


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
        known = [mark(piece) in self.told for piece in pieces(text)]
        if known and all(known):
            return False
        return sum(weight for item, weight in self.weights.items() if item in text) >= ENOUGH


def distinct(text: str, marks: Marks) -> str:
    """The paragraph with no sentence that another book would hold word for word."""
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
    parted = _parted(sentence, marks)
    if parted is not None:
        ways.append(parted)
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


def _parted(sentence: str, marks: Marks) -> tuple[int, str] | None:
    """The sentence cut at as few commas as will do, with its cost; None when no cut will."""
    spots = [
        found.start()
        for found in re.finditer("[，；：]", sentence)
        if sentence[found.start() + 1 : found.start() + 2] not in {"“", "‘"}
        and sentence[found.start() - 1] != "”"
        and found.group() != "："
    ]
    best: tuple[int, list[int]] | None = None
    for size in range(1, min(len(spots), MOST_PARTS - 1) + 1):
        best = _cuts(sentence, spots, size, marks)
        if best is not None:
            break
    if best is None:
        return None
    made, last = "", 0
    for at in best[1]:
        made += sentence[last:at] + "。"
        last = at + 1
    return best[0] + 2 * len(best[1]), made + sentence[last:]


def _cuts(sentence: str, spots: list[int], size: int, marks: Marks) -> tuple[int, list[int]] | None:
    found: list[tuple[int, list[int]]] = []

    def go(start: int, chosen: list[int]) -> None:
        if len(chosen) == size:
            ends = [0, *(at + 1 for at in chosen)]
            parts = [
                sentence[begin : (chosen[number] if number < size else len(sentence))]
                for number, begin in enumerate(ends)
            ]
            if all(marks.own(part) for part in parts):
                hanging = sum(bool(_HANGING.match(part)) for part in parts[1:])
                short = sum(len(_HAN.findall(part)) < 4 for part in parts)
                found.append((hanging * 3 + short, list(chosen)))
            return
        for index in range(start, len(spots)):
            go(index + 1, [*chosen, spots[index]])

    go(0, [])
    return min(found) if found else None
