"""Finding words that a model says it copied: where they stand, or that they stand nowhere. Pure.

Quotation marks, dashes, white space and the form of accents do not matter; every other sign does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_LETTERS, LEAST_SIGNS = 8, 4
"""A shorter quote proves nothing: letters, or in Chinese signs."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_FOLD = {
    **dict.fromkeys("“”„«»「」『』＂", '"'),
    **dict.fromkeys("‘’‚＇", "'"),
    **dict.fromkeys("–—―‒", "-"),
    "…": "...", "\u00a0": " ", "\u3000": " ",
}  # fmt: skip
_AROUND = " \"'"


@dataclass(frozen=True)
class QuotePlace:
    """Where a quote stands: characters inside the paragraph `pid`, and the words as they stand there."""

    pid: str
    start: int
    end: int
    text: str
    paragraph: int = 0


def folded(text: str) -> tuple[str, list[int]]:
    """Return a text as it is compared, and for each of its signs where that stands in the text."""
    signs: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        group = unicodedata.normalize("NFC", text[at:end])
        said = " " if group.isspace() else _FOLD.get(group, group)
        if said != " " or not signs or signs[-1] != " ":
            for sign in said:
                signs.append(sign)
                places.append(at)
        at = end
    places.append(len(text))
    return "".join(signs), places


def is_long_enough(quote: str) -> bool:
    """Whether words are enough to prove something."""
    plain = folded(quote)[0].strip(_AROUND)
    return len(plain) >= (LEAST_SIGNS if _HAN.search(plain) else LEAST_LETTERS)


class QuoteFinder:
    """Finds quotes in paragraphs, `(pid, text)` each. One `pid` may come several times, with parts of its text."""

    def __init__(self, paragraphs: Sequence[tuple[str, str]]) -> None:
        self._texts = [(pid, text, *folded(text)) for pid, text in paragraphs]

    def find(self, quote: str, after: QuotePlace | None = None) -> QuotePlace | None:
        """Return where a quote stands, the first place behind `after` rather than any other; None when it does not."""
        if not is_long_enough(quote):
            return None
        bare = folded(quote)[0].strip()
        for wanted in dict.fromkeys((bare, bare.strip(_AROUND), bare.strip(_AROUND).rstrip(". "))):
            found = self._find(wanted, after) if is_long_enough(wanted) else None
            if found is not None:
                return found
        return None

    def _find(self, wanted: str, after: QuotePlace | None) -> QuotePlace | None:
        first: QuotePlace | None = None
        for number, (pid, text, plain, places) in enumerate(self._texts):
            at = plain.find(wanted)
            while at >= 0:
                start, end = places[at], places[at + len(wanted)]
                found = QuotePlace(pid, start, end, text[start:end].rstrip(), number)
                first = first or found
                if after is None or (number, start) >= (after.paragraph, after.start):
                    return found
                at = plain.find(wanted, at + 1)
        return first
