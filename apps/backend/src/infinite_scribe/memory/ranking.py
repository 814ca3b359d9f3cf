"""How passages are scored and fused. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

K1 = 1.2
"""How fast repeats of a term stop to count (BM25)."""
B = 0.75
"""How much a long passage is held down (BM25)."""
SHARE_OF_DENSE = 0.5


def rarity(passages: int, with_term: int) -> float:
    """Return what a term weighs by how few of the passages hold it (the inverse document frequency of BM25)."""
    return math.log(1 + max(0.0, passages - with_term + 0.5) / (with_term + 0.5))


def fuse(
    dense: Mapping[UUID, float], lexical: Mapping[UUID, float], named: Collection[UUID] = ()
) -> list[tuple[UUID, float]]:
    """Fuse two answers: half the dense score scaled to 0–1, half the lexical one over its maximum.

    Passages in `named` hold an exact name of the query and come first. Ties go by id.
    """
    low, high = (min(dense.values()), max(dense.values())) if dense else (0.0, 0.0)
    span = high - low
    best = max(lexical.values(), default=0.0)
    scores = {}
    for one in {*dense, *lexical}:
        near = 0.0
        if one in dense:
            near = (dense[one] - low) / span if span > 0 else 1.0
        said = lexical.get(one, 0.0) / best if best > 0 else 0.0
        scores[one] = SHARE_OF_DENSE * near + (1 - SHARE_OF_DENSE) * said
    return sorted(scores.items(), key=lambda item: (item[0] not in named, -item[1], item[0]))


def trigrams(text: str) -> frozenset[str]:
    """Return the three-character pieces of a text without white space."""
    plain = "".join(text.casefold().split())
    return frozenset(plain[at : at + 3] for at in range(max(1, len(plain) - 2)))


def similarity(one: str, other: str) -> float:
    """Return the share of trigrams two texts have in common, 0–1."""
    left, right = trigrams(one), trigrams(other)
    return len(left & right) / max(1, len(left | right))


def without_repeats(texts: Sequence[tuple[UUID, str]], limit: float = 0.9) -> list[UUID]:
    """Return the ids of texts in order, leaving out those nearly equal to an earlier one."""
    kept: list[tuple[UUID, str]] = []
    for one, text in texts:
        if all(similarity(text, other) <= limit for _, other in kept):
            kept.append((one, text))
    return [one for one, _ in kept]
