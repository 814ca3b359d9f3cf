"""The six stages: what each must hold, and which status follows from what it holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """The stages in their order."""

    SEED = "seed"
    THEME = "theme"
    WORLD = "world"
    CHARACTERS = "characters"
    PLOT = "plot"
    DETAILS = "details"


class Status(StrEnum):
    """How far a stage has come."""

    EMPTY = "empty"
    EXPLORING = "exploring"
    SKETCHED = "sketched"
    READY = "ready"
    LOCKED = "locked"
    STALE = "stale"


class StageLevel(StrEnum):
    """`minimum`: drafting may start; `full`: the stage may be locked."""

    MINIMUM = "minimum"
    FULL = "full"


@dataclass(frozen=True)
class Missing:
    """A field that holds too little: how much it has and how much it needs."""

    field: str
    have: int
    need: int


@dataclass(frozen=True)
class Need:
    """A field of a stage's draft and the least it must hold: items of a list, words of a text, or presence."""

    field: str
    count: int = 1
    unit: str = "items"


_PATH = ("theme", "background", "persona", "event", "ending", "twist")
_SHEET = (
    "appearance",
    "personality",
    "background",
    "want",
    "goals",
    "obstacle",
    "turning_point",
    "wound",
    "need",
    "false_belief",
    "fear",
    "arc_from",
    "arc_to",
)
_DIMENSIONS = ("geography", "history", "culture", "rules", "society")

MINIMUM: dict[Stage, tuple[Need, ...]] = {
    Stage.SEED: (Need("logline"), Need("genres"), Need("protagonist"), Need("hook")),
    Stage.THEME: (Need("statement"),),
    Stage.WORLD: (Need("places", 3), Need("rules", 3)),
    Stage.CHARACTERS: (Need("cast[want]", 4), Need("protagonist[need]")),
    Stage.PLOT: (Need("lines", 10), Need("beats")),
    Stage.DETAILS: (Need("style.person"), Need("style.tense")),
}

FULL: dict[Stage, tuple[Need, ...]] = {
    Stage.SEED: (
        Need("premise", 60, "words"),
        Need("selling_point"),
        Need("endings", 2),
        *(Need(f"path.{name}") for name in _PATH),
    ),
    Stage.THEME: (
        Need("question"),
        Need("emotions", 2),
        Need("tension.a"),
        Need("tension.b"),
        Need("taboos"),
        Need("embodied", 3),
    ),
    Stage.WORLD: (
        *(Need(f"dimensions.{name}", 2) for name in _DIMENSIONS),
        Need("system"),
        Need("places", 5),
        Need("events", 3),
    ),
    Stage.CHARACTERS: (Need("cast[full]", 3), Need("relations", 2), Need("samples", 3)),
    Stage.PLOT: (Need("nodes", 10), Need("arcs", 3), Need("promises", 3)),
    Stage.DETAILS: (Need("names", 5), Need("glossary", 10), Need("exemplars", 2)),
}

MOVES: dict[Status, frozenset[Status]] = {
    Status.EMPTY: frozenset({Status.EXPLORING, Status.SKETCHED, Status.READY}),
    Status.EXPLORING: frozenset({Status.SKETCHED, Status.READY, Status.STALE}),
    Status.SKETCHED: frozenset({Status.EXPLORING, Status.READY, Status.STALE}),
    Status.READY: frozenset({Status.LOCKED, Status.SKETCHED, Status.EXPLORING, Status.STALE}),
    Status.LOCKED: frozenset({Status.READY}),
    Status.STALE: frozenset({Status.EXPLORING, Status.SKETCHED, Status.READY}),
}


def _filled(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _words(text: str) -> int:
    """Count English words; each Chinese character counts as one."""
    return len(re.findall(r"[\u3400-\u9fff]|[A-Za-z0-9'’-]+", text))


def _measure(draft: Mapping[str, Any], need: Need) -> int:
    """Return how much of a needed field a draft holds."""
    cast: Sequence[Mapping[str, Any]] = draft.get("cast") or []
    if need.field == "cast[want]":
        return sum(1 for member in cast if _filled(member.get("want", "")))
    if need.field == "cast[full]":
        return sum(1 for member in cast if all(_filled(member.get(name, "")) for name in _SHEET))
    if need.field == "protagonist[need]":
        return sum(1 for one in cast if one.get("role") == "protagonist" and _filled(one.get("need", "")))
    value: Any = draft
    for name in need.field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return _amount(value, need)


def _amount(value: object, need: Need) -> int:
    """Return how much of a need a value fills; `"none"`, said on purpose, fills it."""
    if value == "none":
        return need.count
    if isinstance(value, str):
        return _words(value) if need.unit == "words" else int(_filled(value))
    if isinstance(value, Sequence | Mapping):
        return len(value)
    return int(value is not None)


def missing_content(
    stage: Stage, level: StageLevel, draft: Mapping[str, Any], *, chapters: int | None = None
) -> list[Missing]:
    """Return what a stage lacks for a level. `chapters` is the planned count, when it is below ten.

    The full level needs the minimum too. `"none"`, said on purpose, fills an optional field.
    """
    needs = MINIMUM[stage] if level is StageLevel.MINIMUM else (*MINIMUM[stage], *FULL[stage])
    lacking = []
    for need in needs:
        count = need.count
        if need.field == "lines" and chapters is not None:
            count = min(count, chapters)
        have = _measure(draft, need)
        if have < count:
            lacking.append(Missing(need.field, have, count))
    return lacking


def status_of(stage: Stage, draft: Mapping[str, Any], *, chapters: int | None = None) -> Status:
    """Return the status that a draft has earned; locking is a decision, never earned."""
    if not any(_filled(value) for value in draft.values()):
        return Status.EMPTY
    if not missing_content(stage, StageLevel.FULL, draft, chapters=chapters):
        return Status.READY
    if not missing_content(stage, StageLevel.MINIMUM, draft, chapters=chapters):
        return Status.SKETCHED
    return Status.EXPLORING


def may_generate(stage: Stage, statuses: Mapping[Stage, Status]) -> bool:
    """Whether options for a stage may be made: the earlier ones must be sketched at least."""
    done = {Status.SKETCHED, Status.READY, Status.LOCKED}
    earlier = list(Stage)[: list(Stage).index(stage)]
    return all(statuses.get(one, Status.EMPTY) in done for one in earlier)


_TITLES = frozenset(
    {"dr", "mr", "mrs", "ms", "captain", "lady", "lord", "sir", "father", "sister", "old", "the", "st"}
)


def short_names(name: str, language: str) -> list[tuple[str, str]]:
    """Return the shorter names under which a full name is also used, with their kind."""
    if language == "zh":
        plain = name.strip()
        if "·" in plain:
            given, _, family = plain.partition("·")
            return [(given, "given_name"), (family, "family_name")]
        return [(plain[1:], "given_name")] if len(plain) == 3 and plain.isalpha() else []
    parts = [part for part in name.split() if part.rstrip(".").casefold() not in _TITLES]
    if len(parts) < 2:
        return []
    return [(parts[0], "given_name"), (parts[-1], "family_name")]
