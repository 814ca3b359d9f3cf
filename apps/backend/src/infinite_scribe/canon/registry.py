"""The closed registry of predicates: what may be said about the world, and how code compares it.

A fact that code can compare, or whose value a briefing needs at a moment, has a row in
`canon.predicates`; everything else stays text on the sheet. A new predicate is a new registry
version and a migration note.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

from infinite_scribe.canon.choices import CHOICES_ZH
from infinite_scribe.canon.predicate import (
    Cardinality,
    Comparator,
    Mutability,
    Predicate,
    Publicity,
    Severity,
)
from infinite_scribe.canon.predicates import PREDICATES

__all__ = [
    "INVERSES", "REGISTRY_VERSION", "WORLD", "Cardinality", "Comparator", "Mutability", "Predicate", "Publicity",
    "Severity", "choice_label", "explain", "find", "nearest", "registry",
]  # fmt: skip

REGISTRY_VERSION = 1

WORLD = "WORLD"


@cache
def registry() -> dict[str, Predicate]:
    """Return every predicate by key."""
    return {predicate.key: predicate for predicate in PREDICATES}


INVERSES = {
    "holds": "held_by",
    "owns": "owned_by",
    "contains": "contained_in",
    "child_of": "parent_of",
    "student_of": "mentor_of",
    "served_by": "serves",
    "has_member": "member_of",
    "led_by": "leads",
    "rules": "ruled_by",
    "has_part": "part_of",
    "opened_by": "opens",
    "home_of": "resides_at",
    "place_of": "located_at",
    "worn_by": "wears",
    "owed_by": "owes",
    "participant_of": "took_part_in",
}
"""Names accepted on input and stored in the one direction."""


def find(key: str) -> Predicate | None:
    """Return the predicate called `key`, or None."""
    return registry().get(key)


def nearest(key: str, limit: int = 3) -> list[str]:
    """Return the registered keys that look most like `key`."""
    return get_close_matches(key, [*registry(), *INVERSES], n=limit, cutoff=0.4)


def choice_label(key: str, value: str, language: str) -> str:
    """Return a choice in the author's language; any other text as it is."""
    predicate = find(key)
    if predicate is None or value not in predicate.choices:
        return value
    return CHOICES_ZH[value] if language == "zh" else value.replace("_", " ")


def explain(key: str, language: str) -> str:
    """Say in the author's words what the registry holds about a predicate."""
    predicate = registry()[key]
    chinese = language == "zh"
    if predicate.is_single_valued:
        count = "同一时间只能有一个" if chinese else "can have only one at a time"
    else:
        count = "可以有多个" if chinese else "can have several"
    if predicate.is_fixed:
        change = "，在整本书里不变" if chinese else ", and it never changes"
    elif predicate.terminal:
        final = [choice_label(key, one, language) for one in predicate.terminal]
        last = "或".join(final) if chinese else " or ".join(final)
        change = f"，{last}之后不再改变" if chinese else f", and {last} is final"
    else:
        change = ""
    colon = "：" if chinese else ": "
    return f"{predicate.label(language)}{colon}{count}{change}"
