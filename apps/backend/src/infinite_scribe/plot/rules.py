"""The plan linter: what a plan must hold before a word of prose is paid for. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
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
class Issue:
    """One fault of a plan: where it is and why. `fields` names what is missing."""

    code: str
    level: Level
    where: str
    why: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConceptFacts:
    """What the linter needs of the concept."""

    logline: str = ""
    genres: Sequence[str] = ()
    theme_statement: str = ""
    pov_policy: str = ""


@dataclass(frozen=True)
class CardFacts:
    """What the linter needs of a scene card."""

    scene_id: UUID
    title: str
    summary: str = ""
    goal: str = ""
    conflict: str = ""
    outcome: str | None = None
    turn: str = ""
    pov_id: UUID | None = None
    place_id: UUID | None = None
    cast: Collection[UUID] = ()
    word_budget: int | None = None


@dataclass(frozen=True)
class BeatFacts:
    """What the linter needs of a beat."""

    beat_id: str
    kind: str
    text: str
    actor_id: UUID | None = None


@dataclass(frozen=True)
class LintReport:
    """Issues found, and the rules that had too little to judge by."""

    issues: tuple[Issue, ...]
    not_evaluated: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    @property
    def may_draft(self) -> bool:
        """Whether no error stands in the way."""
        return not any(issue.level is Level.ERROR for issue in self.issues)


CONCEPT_FIELDS = ("logline", "genres", "theme_statement")
CARD_FIELDS = ("summary", "goal", "conflict", "outcome", "turn", "cast", "place_id", "word_budget")


def _missing(item: object, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if not getattr(item, name))


def lint_empty(concept: ConceptFacts | None, card: CardFacts | None, limited: bool) -> list[Issue]:
    """P-EMPTY: a required field of concept or card is missing. A limited viewpoint needs a viewpoint character."""
    issues = []
    missing = CONCEPT_FIELDS if concept is None else _missing(concept, CONCEPT_FIELDS)
    if missing:
        issues.append(
            Issue("P-EMPTY", Level.ERROR, "concept", "The concept lacks what drafting needs.", missing)
        )
    needed = (*CARD_FIELDS, "pov_id") if limited else CARD_FIELDS
    if card is None:
        issues.append(Issue("P-EMPTY", Level.ERROR, "card", "The scene has no card.", needed))
    elif lacking := _missing(card, needed):
        issues.append(
            Issue("P-EMPTY", Level.ERROR, f"card:{card.scene_id}", "The card is not complete.", lacking)
        )
    return issues


def lint_cast(card: CardFacts, beats: Sequence[BeatFacts]) -> list[Issue]:
    """P-CAST: the viewpoint is not in the cast, or somebody acts in a beat who is not."""
    cast = set(card.cast)
    issues = []
    if card.pov_id is not None and card.pov_id not in cast:
        issues.append(
            Issue(
                "P-CAST",
                Level.ERROR,
                f"card:{card.scene_id}",
                "The viewpoint is not in the cast.",
                ("pov_id",),
            )
        )
    issues.extend(
        Issue(
            "P-CAST",
            Level.ERROR,
            f"beat:{beat.beat_id}",
            "Somebody acts here who is not in the cast.",
            ("actor",),
        )
        for beat in beats
        if beat.actor_id is not None and beat.actor_id not in cast
    )
    return issues


def lint_scene(
    concept: ConceptFacts | None,
    card: CardFacts | None,
    beats: Sequence[BeatFacts],
    *,
    known: Collection[UUID],
) -> LintReport:
    """Lint one scene before it is drafted. `known` holds the entries that exist; others count as missing."""
    limited = concept is None or concept.pov_policy != "omniscient"
    issues = lint_empty(concept, card, limited)
    if card is None:
        return LintReport(tuple(issues), (("P-CAST", "no_card"),))
    strangers = tuple(str(one) for one in card.cast if one not in known)
    if strangers:
        where = f"card:{card.scene_id}"
        issues.append(
            Issue("P-CAST", Level.ERROR, where, "The cast names somebody who does not exist.", strangers)
        )
    issues.extend(lint_cast(card, beats))
    return LintReport(tuple(issues), () if beats else (("P-CAST/beats", "no_beats"),))


def vagueness(missing: int, sentences: Sequence[str], names: Collection[str]) -> float:
    """Return how vague a node is: the higher, the sooner it is expanded.

    Missing fields count two each; to that comes the share of sentences that name nothing known.
    """
    if not sentences:
        return missing * 2 + 1.0
    specific = sum(1 for sentence in sentences if any(name in sentence for name in names))
    return missing * 2 + 1 - specific / len(sentences)
