"""The plan linter: what a plan must hold before a word of prose is paid for. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class OpeningType(StrEnum):
    """How a scene or chapter begins."""

    ACTION = "action"
    DIALOGUE = "dialogue"
    PLACE = "place"
    THOUGHT = "thought"
    SUMMARY = "summary"
    OBJECT = "object"
    WEATHER = "weather"


class ClosingType(StrEnum):
    """How a scene or chapter ends."""

    CLIFFHANGER = "cliffhanger"
    DECISION = "decision"
    REVELATION = "revelation"
    REVERSAL = "reversal"
    IMAGE = "image"
    QUIET = "quiet"
    QUESTION = "question"
    REFLECTION = "reflection"


class Level(StrEnum):
    """Whether drafting must wait."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class ConceptFacts:
    """What the linter needs of the concept."""

    logline: str = ""
    genres: Sequence[str] = ()
    theme_statement: str = ""
    pov_policy: str = ""


@dataclass(frozen=True)
class BeatFacts:
    """What the linter needs of a beat."""

    beat_id: str
    kind: str
    text: str
    actor_id: UUID | None = None


CONCEPT_FIELDS = ("logline", "genres", "theme_statement")
CARD_FIELDS = ("summary", "goal", "conflict", "outcome", "turn", "cast", "place_id", "word_budget")


def vagueness(missing: int, sentences: Sequence[str], names: Collection[str]) -> float:
    """Return how vague a node is: the higher, the sooner it is expanded.

    Missing fields count two each; to that comes the share of sentences that name nothing known.
    """
    if not sentences:
        return missing * 2 + 1.0
    specific = sum(1 for sentence in sentences if any(name in sentence for name in names))
    return missing * 2 + 1 - specific / len(sentences)
