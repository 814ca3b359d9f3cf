"""What the registry says of one predicate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
