"""The lexical form of a text: English words; Chinese single characters and pairs. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[a-z0-9\u00c0-\u024f]+(?:['’][a-z]+)?")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_POSSESSIVE = re.compile(r"['’]s?$")
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
LEAST_LETTERS = 3
_ENDS = (("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ed", "", "e"), ("ing", "", "e"))
"""Endings and what may have stood in their place."""


def terms(text: str) -> list[str]:
    """Return the terms of a text in order: words without possessive, single Han characters and pairs of them."""
    found: list[str] = []
    for match in _RUN.finditer(unicodedata.normalize("NFKC", text).casefold()):
        run = match.group()
        if _HAN.match(run):
            found.extend(run)
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
            continue
        word = run if run.isalnum() else _POSSESSIVE.sub("", run)
        if word and word not in _SILENT:
            found.append(word)
    return found


def term_counts(text: str) -> dict[str, int]:
    """Return how often each term stands in a text, in the order of the terms' spelling."""
    return dict(sorted(Counter(terms(text)).items()))


def forms(term: str) -> frozenset[str]:
    """Return how an English word may stand in other sentences: one and many, now and then. Chinese has none.

    Many of them are no words; whoever searches keeps those that the book holds.
    """
    if len(term) < LEAST_LETTERS or not term.isascii() or not term.isalpha():
        return frozenset()
    bases = {base for base in _bases(term) if len(base) >= LEAST_LETTERS}
    found = {form for base in bases for form in _inflected(base)}
    return frozenset((found | bases) - {term})


def _bases(term: str) -> set[str]:
    found = {term}
    for end, *instead in _ENDS:
        if term.endswith(end):
            bare = term[: -len(end)]
            found.update(bare + one for one in instead)
            if len(bare) > LEAST_LETTERS and bare[-1] == bare[-2]:
                found.add(bare[:-1])  # stopped, running
    return found


def _inflected(base: str) -> set[str]:
    found = {base + end for end in ("s", "es", "ed", "ing", base[-1] + "ed", base[-1] + "ing")}
    if base.endswith("e"):
        found |= {base + "d", base[:-1] + "ing"}
    if base.endswith("y"):
        found |= {base[:-1] + "ies", base[:-1] + "ied"}
    return found
