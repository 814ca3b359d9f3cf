"""The six stages: what each must hold, and which status follows from what it holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
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


_WISHES = {
    "en": {
        "must": "Must: {text}",
        "must_not": "Must not, by no means: {text}",
        "prefer": "Rather, where it fits: {text}",
    },
    "zh": {"must": "必须：{text}", "must_not": "绝对不要：{text}", "prefer": "尽量（合适时）：{text}"},
}


def said_wish(kind: str, text: str, language: str) -> str:
    """Return a wish of the author as an agent reads it: what is forbidden must not read like an idea."""
    return _WISHES["zh" if language == "zh" else "en"][kind].format(text=text)


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


PLANNED_CHAPTERS = {"novel": 10, "novella": 10, "short": 4}
"""Chapters that a book has before anybody says how many."""
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
    "voice",
)
_SAMPLES = 3
_LINKS = 2
NAME_KINDS = ("places", "people", "items", "skills", "organisations")
MAIN_ROLES = frozenset({"protagonist", "antagonist", "deuteragonist", "love_interest"})
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
        Need("system.name"),
        Need("places", 5),
        Need("places[placed]", 5),
        Need("rules[usable]", 3),
        Need("events", 3),
    ),
    Stage.CHARACTERS: (Need("cast[full]", 3), Need("relations[main]", 3)),
    Stage.PLOT: (
        Need("template"),
        Need("nodes", 10),
        Need("nodes[turning]", 3),
        Need("arcs", 3),
        Need("promises", 3),
        Need("ending"),
    ),
    Stage.DETAILS: (
        Need("style.pov_discipline"),
        Need("style.distance"),
        Need("style.sentence_notes"),
        *(Need(f"names.{name}", 10) for name in NAME_KINDS),
        Need("glossary", 10),
        Need("exemplars", 2),
    ),
}

MOVES: dict[Status, frozenset[Status]] = {
    Status.EMPTY: frozenset({Status.EXPLORING, Status.SKETCHED, Status.READY}),
    Status.EXPLORING: frozenset({Status.SKETCHED, Status.READY, Status.STALE}),
    Status.SKETCHED: frozenset({Status.EXPLORING, Status.READY, Status.STALE}),
    Status.READY: frozenset({Status.LOCKED, Status.SKETCHED, Status.EXPLORING, Status.STALE}),
    Status.LOCKED: frozenset({Status.READY, Status.STALE}),
    Status.STALE: frozenset({Status.EXPLORING, Status.SKETCHED, Status.READY, Status.LOCKED}),
}


def is_filled(value: object) -> bool:
    """Whether a value says anything: a text with letters, a list or a form with something in it."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(is_filled(one) for one in value.values())
    if isinstance(value, Sequence):
        return any(is_filled(one) for one in value) or bool(value)
    return value is not None


def value_at(draft: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path of names and list places; None when nothing does."""
    value: Any = draft
    for name in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, Sequence) and not isinstance(value, str) and name.isdigit():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            return None
    return value


def _words(text: str) -> int:
    """Count English words; each Chinese character counts as one."""
    return len(re.findall(r"[\u3400-\u9fff]|[A-Za-z0-9'’-]+", text))


def is_whole(member: Mapping[str, Any]) -> bool:
    """Whether a person has a full sheet, a voice and lines to show it."""
    return len(member.get("samples") or []) >= _SAMPLES and all(
        is_filled(member.get(name, "")) for name in _SHEET
    )


def lacking_sheet(member: Mapping[str, Any]) -> list[str]:
    """Return the members of a sheet that are empty."""
    lines = [] if len(member.get("samples") or []) >= _SAMPLES else ["samples"]
    return [name for name in _SHEET if not is_filled(member.get(name, ""))] + lines


def _placed(draft: Mapping[str, Any]) -> int:
    """Count places that lie in another one, hold one, or have a way to one."""
    places = draft.get("places") or []
    known = {place.get("name") for place in places}
    inner = {place.get("name") for place in places if place.get("part_of") in known - {place.get("name")}}
    outer = {place.get("part_of") for place in places if place.get("name") in inner}
    ways = draft.get("routes") or []
    joined = {way.get(end) for way in ways for end in ("a", "b") if {way.get("a"), way.get("b")} <= known}
    return len((inner | outer | joined) & known)


def _is_usable(rule: Mapping[str, Any]) -> bool:
    """Whether a law can be met in a scene: it shows itself, costs something, or ends somewhere."""
    return any(is_filled(rule.get(name)) for name in ("cost", "example", "limit"))


def _main(draft: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many of the main people are tied to two others or more, and how many there are."""
    cast = draft.get("cast") or []
    main = [one.get("name") for one in cast if one.get("role") in MAIN_ROLES or is_whole(one)]
    ties: dict[Any, set[Any]] = {}
    for link in draft.get("relations") or []:
        if link.get("a") != link.get("b"):
            ties.setdefault(link.get("a"), set()).add(link.get("b"))
            ties.setdefault(link.get("b"), set()).add(link.get("a"))
    return sum(1 for name in main if len(ties.get(name, ())) >= _LINKS), len(main)


def _measure(draft: Mapping[str, Any], need: Need) -> int:
    """Return how much of a needed field a draft holds."""
    cast: Sequence[Mapping[str, Any]] = draft.get("cast") or []
    nodes: Sequence[Mapping[str, Any]] = draft.get("nodes") or []
    counted: dict[str, Callable[[], int]] = {
        "cast[want]": lambda: sum(1 for member in cast if is_filled(member.get("want", ""))),
        "cast[full]": lambda: sum(1 for member in cast if is_whole(member)),
        "protagonist[need]": lambda: sum(
            1 for one in cast if one.get("role") == "protagonist" and is_filled(one.get("need", ""))
        ),
        "relations[main]": lambda: _main(draft)[0],
        "places[placed]": lambda: _placed(draft),
        "rules[usable]": lambda: sum(1 for rule in draft.get("rules") or [] if _is_usable(rule)),
        "nodes[turning]": lambda: len({node.get("turning") for node in nodes if node.get("turning")}),
    }
    if need.field in counted:
        return counted[need.field]()
    return _amount(value_at(draft, need.field), need)


def _amount(value: object, need: Need) -> int:
    """Return how much of a need a value fills; `"none"`, said on purpose, fills it."""
    if value in ("none", ["none"]):
        return need.count
    if isinstance(value, str):
        return _words(value) if need.unit == "words" else int(is_filled(value))
    if isinstance(value, Mapping):
        return int(is_filled(value))
    if isinstance(value, Sequence):
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
        if need.field == "relations[main]":
            count = max(count, _main(draft)[1])
        if need.field == "rules[usable]":
            count = max(count, len(draft.get("rules") or []))
        have = _measure(draft, need)
        if have < count:
            lacking.append(Missing(need.field, have, count))
    return lacking


def status_of(stage: Stage, draft: Mapping[str, Any], *, chapters: int | None = None) -> Status:
    """Return the status that a draft has earned; locking is a decision, never earned."""
    if not is_filled(draft):
        return Status.EMPTY
    if not missing_content(stage, StageLevel.FULL, draft, chapters=chapters):
        return Status.READY
    if not missing_content(stage, StageLevel.MINIMUM, draft, chapters=chapters):
        return Status.SKETCHED
    return Status.EXPLORING


def may_generate(stage: Stage, statuses: Mapping[Stage, Status]) -> bool:
    """Whether options for a stage may be made: the earlier ones must be sketched at least."""
    return not blocked_by(stage, statuses)


def blocked_by(stage: Stage, statuses: Mapping[Stage, Status]) -> list[Stage]:
    """Return the earlier stages that are not sketched yet; a stale one was."""
    done = {Status.SKETCHED, Status.READY, Status.LOCKED, Status.STALE}
    return [one for one in earlier(stage) if statuses.get(one, Status.EMPTY) not in done]


def earlier(stage: Stage) -> list[Stage]:
    """Return the stages before one."""
    return list(Stage)[: list(Stage).index(stage)]


def later(stage: Stage) -> list[Stage]:
    """Return the stages after one."""
    return list(Stage)[list(Stage).index(stage) + 1 :]


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
