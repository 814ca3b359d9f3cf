"""The lexical form of a text: English words; Chinese single characters and pairs. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[a-z0-9\u00c0-\u024f]+(?:['’][a-z]+)?")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_SILENT = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "from",
        "as",
        "is",
        "was",
        "were",
        "be",
        "been",
        "it",
        "its",
    ]
)


def terms(text: str) -> list[str]:
    """Return the terms of a text in order: words without possessive, single Han characters and pairs of them."""
    found: list[str] = []
    for match in _RUN.finditer(unicodedata.normalize("NFKC", text).casefold()):
        run = match.group()
        if _HAN.match(run):
            found.extend(run)
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
            continue
        word = re.sub(r"['’]s?$", "", run)
        if word and word not in _SILENT:
            found.append(word)
    return found


def term_counts(text: str) -> dict[str, int]:
    """Return how often each term stands in a text, in the order of the terms' spelling."""
    return dict(sorted(Counter(terms(text)).items()))
