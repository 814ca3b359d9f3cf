"""What a judge has to show before it may decide: how it did on pairs of which the worse side is known. Pure.

Of each kind of trial so many `pairs` were shown; `right` were told apart. A choice and a clash are shown in both orders and
are right in both of them; with `flips` of them the order changed the answer. Marks are given to one text at a time, without
an order: their `flips` are not measured, and 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Trial = Literal["choice", "clash", "marks"]
"""Picking the better of two texts, finding two sentences at odds, marking a spoilt text lower."""

VERSION = 1
"""Raised when the trials or the prompts of the judges become others; what was shown on earlier ones counts no more."""
LEAST_PAIRS = 12
LEAST_RIGHT = 0.85
MOST_FLIPS = 0.10

STORYTELLER: Mapping[str, Mapping[str, Any]] = {
    "en": {
        "version": VERSION,
        "choice": {"pairs": 20, "right": 17, "flips": 0},
        "clash": {"pairs": 16, "right": 8, "flips": 0},
        "marks": {"pairs": 15, "right": 14, "flips": 0},
    },
    "zh": {
        "version": VERSION,
        "choice": {"pairs": 20, "right": 20, "flips": 0},
        "clash": {"pairs": 16, "right": 8, "flips": 0},
        "marks": {"pairs": 15, "right": 14, "flips": 0},
    },
}
"""How the built-in storyteller does. It always answers alike, so a test tries it instead of each author."""


def figure_of(language: str) -> str:
    """Return the name under which a model's trials in a language stand in its profile."""
    return f"judge_{'zh' if language.startswith('zh') else 'en'}"


def trusted(found: Mapping[str, Any] | None) -> tuple[Trial, ...]:
    """Return in which kinds of trial a judge did well enough to decide by itself."""
    if not found or found.get("version") != VERSION:
        return ()
    kinds: tuple[Trial, ...] = ("choice", "clash", "marks")
    return tuple(kind for kind in kinds if _passes(found.get(kind) or {}))


def _passes(one: Mapping[str, int]) -> bool:
    pairs = one.get("pairs", 0)
    return (
        pairs >= LEAST_PAIRS
        and one.get("right", 0) >= LEAST_RIGHT * pairs
        and one.get("flips", 0) <= MOST_FLIPS * pairs
    )
