"""What a judge has to show before it may decide: how it did on pairs of which the worse side is known. Pure.

Of each kind of trial so many `pairs` were shown; `right` were told apart. A choice and a clash are shown in both orders and
are right in both of them; with `flips` of them the order changed the answer. Marks are given to one text at a time, without
an order: their `flips` are not measured, and 0. What a model showed counts for the words in which it was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Trial = Literal["choice", "clash", "marks"]
"""Picking the better of two texts, finding two sentences at odds, marking a spoilt text lower."""
KINDS: tuple[Trial, ...] = ("choice", "clash", "marks")

VERSION = 2
"""Raised when the trials become others; what was shown on earlier ones counts no more."""
MOST_WORDINGS = 8
"""Wordings of one judge's prompt for which a profile keeps what was shown; the oldest go first."""
LEAST_PAIRS = 12
LEAST_RIGHT = 0.85
MOST_FLIPS = 0.10

STORYTELLER: Mapping[str, Mapping[str, Any]] = {
    "en": {
        "version": VERSION,
        "choice": {"pairs": 20, "right": 19, "flips": 0},
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
"""How the built-in storyteller does. It always answers alike, so a test tries it instead of each author; it works from
what is asked about and not from the words, so that other words change nothing.
"""


@dataclass(frozen=True)
class Wording:
    """The words in which a judge is asked, by their fingerprint. `own`: the author's, not the shipped ones."""

    fingerprint: str
    own: bool = False


def figure_of(language: str) -> str:
    """Return the name under which a model's trials in a language stand in its profile."""
    return f"judge_{'zh' if language.startswith('zh') else 'en'}"


def in_words(found: Mapping[str, Any], words: Mapping[Trial, str]) -> dict[str, Any]:
    """Return of a profile's figure what was shown when the judge was asked in these words, by kind of trial."""
    tried = {kind: (found.get(kind) or {}).get(words[kind]) for kind in KINDS if kind in words}
    return {"version": found.get("version"), **{kind: one for kind, one in tried.items() if one}}


def with_shown(
    found: Mapping[str, Any],
    shown: Mapping[str, Mapping[str, Any]],
    words: Mapping[Trial, str],
    at: datetime,
) -> dict[str, Any]:
    """Return a profile's figure with what was shown now, in these words, beside what was shown in others."""
    kept = found if found.get("version") == VERSION else {}
    made: dict[str, Any] = {"version": VERSION}
    for kind in KINDS:
        tried = dict(kept.get(kind) or {})
        if kind in shown:
            tried[words[kind]] = {**shown[kind], "at": at.isoformat()}
        newest = sorted(tried.items(), key=lambda one: one[1]["at"], reverse=True)[:MOST_WORDINGS]
        made[kind] = dict(newest)
    return made


def trusted(shown: Mapping[str, Any] | None) -> tuple[Trial, ...]:
    """Return in which kinds of trial a judge did well enough to decide by itself. `shown`: figures by kind."""
    if not shown or shown.get("version") != VERSION:
        return ()
    return tuple(kind for kind in KINDS if _passes(shown.get(kind) or {}))


def _passes(one: Mapping[str, Any]) -> bool:
    pairs = one.get("pairs", 0)
    return (
        "too_small" not in one
        and pairs >= LEAST_PAIRS
        and one.get("right", 0) >= LEAST_RIGHT * pairs
        and one.get("flips", 0) <= MOST_FLIPS * pairs
    )
