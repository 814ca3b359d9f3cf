"""How passages are scored and fused. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
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
    dense: Mapping[UUID, float], lexical: Mapping[UUID, float], named: Mapping[UUID, int] | None = None
) -> list[tuple[UUID, float]]:
    """Fuse two answers: half the dense score scaled to 0–1, half the lexical one over its maximum.

    `named` says how many exact names of the query a passage holds; those with more come first. Ties go by id.
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
    held = named or {}
    return sorted(scores.items(), key=lambda item: (-held.get(item[0], 0), -item[1], item[0]))
