"""English words in their forms, by their endings alone; words that change within (steal, stole) stay apart. Pure."""

from __future__ import annotations

from infinite_scribe.memory.terms import forms

LEAST_STEM = 4
"""Letters that two forms share at least where an ending alone sets them apart."""
_ENDINGS = frozenset(("", "e", "s", "es", "ed", "ing", "en"))
_AFTER_VOWEL = frozenset(("d", "n"))


def stem(term: str) -> str:
    """Return a word without its ending, if enough of it is left; Chinese as it is."""
    for ending in ("ing", "ed", "es", "s"):
        if term.endswith(ending) and len(term) - len(ending) >= 3:
            return term[: -len(ending)]
    return term


def alike(one: str, other: str) -> bool:
    """Say whether two words are forms of one: kill and killed, stop and stopping, stole and stolen."""
    if one == other:
        return True
    if not (one.isascii() and other.isascii() and one[:1] == other[:1]):
        return False
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    root = one[: shared if shared is not None else min(len(one), len(other))]
    ends = {one[len(root) :], other[len(root) :]}
    known = _ENDINGS | _AFTER_VOWEL if root.endswith(("e", "w")) else _ENDINGS
    if len(root) >= LEAST_STEM and ends <= known:
        return True
    return other in forms(one) or one in forms(other)
