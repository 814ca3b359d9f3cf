"""The closed registry of predicates: what may be said about the world, and how code compares it.

A fact that code can compare, or whose value a briefing needs at a moment, has a row in
`canon.predicates`; everything else stays text on the sheet. A new predicate is a new registry
version and a migration note.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache

REGISTRY_VERSION = 1

WORLD = "WORLD"


class Cardinality(StrEnum):
    """How many values hold at one time."""

    ONE = "1"
    MANY = "n"
    ONE_PER_OBJECT = "1/o"
    ONE_PER_PAIR = "1/pair"


class Mutability(StrEnum):
    """Whether a value may change as the story goes on."""

    IMMUTABLE = "im"
    MUTABLE = "mu"
    MONOTONE = "mo"


class Severity(StrEnum):
    """How bad a clash is for a reader."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"


class Publicity(StrEnum):
    """Who knows a fact without being told."""

    PUBLIC = "public"
    LOCAL = "local"
    PRIVATE = "private"
    SECRET = "secret"  # noqa: S105 - a grade of publicity, not a credential


class Comparator(StrEnum):
    """How two values of one predicate are compared by code."""

    EXACT = "exact"
    SYNONYM = "syn"
    SET = "set"
    PLACE = "place"
    NUMBER = "num"
    INSTANT = "inst"
    DIRECTION = "dir"
    ARITHMETIC = "arith"
    NONE = "none"


KIND_OF_LETTER = {
    "C": "character",
    "R": "creature",
    "P": "place",
    "F": "faction",
    "I": "item",
    "K": "concept",
    "E": "event",
    "W": "world",
    "X": "any",
}
"""Letters of the table and the entity kinds they stand for."""


@dataclass(frozen=True)
class Predicate:
    """One row of the registry."""

    key: str
    domain: frozenset[str]
    object_kinds: frozenset[str]
    value_types: frozenset[str]
    choices: tuple[str, ...]
    cardinality: Cardinality
    mutability: Mutability
    terminal: tuple[str, ...]
    comparator: Comparator
    tolerance: float
    severity: Severity
    publicity: Publicity
    always_in_briefing: bool
    visible: bool
    symmetric: bool
    derived: bool
    qualifiers: tuple[str, ...]
    label_en: str
    label_zh: str
    hints_en: tuple[str, ...]
    hints_zh: tuple[str, ...]

    def label(self, language: str) -> str:
        """Name of the predicate in the author's language (`en` when the language has none)."""
        return self.label_zh if language == "zh" else self.label_en

    @property
    def is_single_valued(self) -> bool:
        """Whether a subject has at most one value at a time."""
        return self.cardinality is Cardinality.ONE

    @property
    def is_fixed(self) -> bool:
        """Whether a value holds for the whole story."""
        return self.mutability is Mutability.IMMUTABLE


@cache
def registry() -> dict[str, Predicate]:
    """Return every predicate by key."""
    from infinite_scribe.canon.predicates import PREDICATES

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
    from infinite_scribe.canon.choices import CHOICES_ZH

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
