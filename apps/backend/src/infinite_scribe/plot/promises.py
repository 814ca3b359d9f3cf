"""What the reader was led to expect, when it is due, and what a scene does for it. Pure.

Scenes are counted by their reading index, from 1. A status is never set by hand: it follows from the acts that
accepted text has realised, so taking a scene away takes the status back.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

REMIND_AFTER = 8
OPEN = ("planted", "armed")
"""Statuses of a promise that waits to be kept."""


class Act(StrEnum):
    """What a scene does for a promise. A card may hold the first five; code finds the last two."""

    PLANT = "plant"
    REMIND = "remind"
    ARM = "arm"
    PAY = "pay"
    SUBVERT = "subvert"
    DUE = "due"
    HOLD = "hold"


class PromiseStatus(StrEnum):
    """How far a promise has come."""

    PLANNED = "planned"
    PLANTED = "planted"
    ARMED = "armed"
    PAID = "paid"
    SUBVERTED = "subverted"
    ABANDONED = "abandoned"


@dataclass(frozen=True)
class Shelf:
    """The order of the book as windows need it: reading index by scene, first and last index by chapter.

    `length` is the number of scenes the book is expected to have; None while nothing is carded, and then positions
    mean no scene yet.
    """

    scenes: Mapping[UUID, int]
    chapters: Mapping[UUID, tuple[int, int]]
    length: int | None = None


@dataclass(frozen=True)
class PromiseFacts:
    """A promise as the calendar of a book needs it. All numbers are reading indexes; None is unknown or open.

    `setups` and `reminders` are scenes whose accepted text did it; `triggered` says that every trigger pattern
    holds before the scene in question.
    """

    id: UUID
    statement: str
    kind: str
    weight: int
    status: str
    subjects: frozenset[UUID] = frozenset()
    earliest: int | None = None
    latest: int | None = None
    setups: tuple[int, ...] = ()
    reminders: tuple[int, ...] = ()
    triggered: bool = False


@dataclass(frozen=True)
class SceneActs:
    """A scene in its place: who is on stage, and which acts its card asks for (by promise)."""

    scene_id: UUID
    reading_index: int
    on_stage: frozenset[UUID] = frozenset()
    card_acts: Mapping[UUID, Act] = field(default_factory=dict)


@dataclass(frozen=True)
class PromiseAct:
    """What one scene has to do with one promise.

    `early` says that it may not be resolved yet, `overdue` by how many scenes its window has passed.
    """

    promise_id: UUID
    act: Act
    reason: str
    statement: str
    kind: str
    weight: int
    early: bool = False
    overdue: int = 0


def acts_for(scene: SceneActs, promises: Sequence[PromiseFacts]) -> list[PromiseAct]:
    """Return what a scene does for the promises of a book, heaviest and most urgent first.

    * an act of the card (`pay`, `plant`, `remind`, `arm`, `subvert`) stands as it is (reason `card`);
    * `due`: the scene lies in the last third of the window or behind it (`window`), or the trigger holds and the
      window is open (`trigger`);
    * `remind`: more than max(8, a third of the window) scenes since the setup or the last reminder (`forgotten`);
    * `hold`: the window is not open and a subject is on stage (`too_early`).

    A promise that is none of these, is not planted, or is done with is absent: the prompt does not name it. The
    writer gets `hold` and every `early` promise as a veil line, never with its resolution.
    """
    found = [act for promise in promises if (act := _act_of(scene, promise)) is not None]
    order = list(Act)
    return sorted(
        found, key=lambda one: (-one.overdue, order.index(one.act), -one.weight, str(one.promise_id))
    )


def _act_of(scene: SceneActs, promise: PromiseFacts) -> PromiseAct | None:
    if promise.status == PromiseStatus.ABANDONED:
        return None
    here = scene.reading_index
    early = promise.earliest is not None and here < promise.earliest
    overdue = max(here - promise.latest, 0) if promise.latest is not None else 0

    def made(act: Act, reason: str) -> PromiseAct:
        return PromiseAct(
            promise.id, act, reason, promise.statement, promise.kind, promise.weight, early, overdue
        )

    if promise.id in scene.card_acts:
        return made(scene.card_acts[promise.id], "card")
    planted_before = not promise.setups or min(promise.setups) < here
    if promise.status not in OPEN or not planted_before:
        return None
    if not early and _in_last_third(promise, here):
        return made(Act.DUE, "window")
    if not early and promise.triggered:
        return made(Act.DUE, "trigger")
    if _is_forgotten(promise, here):
        return made(Act.REMIND, "forgotten")
    if early and promise.subjects & scene.on_stage:
        return made(Act.HOLD, "too_early")
    return None


def _width(promise: PromiseFacts) -> int | None:
    """Return how many scenes lie between the ends of the window; without a start it begins at the setup."""
    start = promise.earliest if promise.earliest is not None else min(promise.setups, default=None)
    return None if start is None or promise.latest is None else max(promise.latest - start, 0)


def _in_last_third(promise: PromiseFacts, here: int) -> bool:
    if promise.latest is None:
        return False
    return here >= promise.latest - (_width(promise) or 0) / 3


def _is_forgotten(promise: PromiseFacts, here: int) -> bool:
    touched = [index for index in (*promise.setups, *promise.reminders) if index < here]
    return bool(touched) and here - max(touched) > max(REMIND_AFTER, (_width(promise) or 0) / 3)


def status_of(realised: Collection[str], *, triggered: bool, abandoned: bool) -> PromiseStatus:
    """Return the status that follows from the acts realised in accepted text.

    Abandoning is the author's alone and outlasts everything. A payoff counts without a setup too: the linter
    complains of it, the ledger tells the truth.
    """
    if abandoned:
        return PromiseStatus.ABANDONED
    if Act.PAY in realised:
        return PromiseStatus.PAID
    if Act.SUBVERT in realised:
        return PromiseStatus.SUBVERTED
    if Act.PLANT not in realised:
        return PromiseStatus.PLANNED
    return PromiseStatus.ARMED if triggered or Act.ARM in realised else PromiseStatus.PLANTED


def resolve_point(point: Mapping[str, Any] | None, shelf: Shelf, *, closing: bool = False) -> int | None:
    """Return the reading index that an end of a window means; None when it means no scene yet.

    A chapter opens a window with its first scene and closes one with its last.
    """
    if point is None:
        return None
    if point["kind"] == "scene":
        return shelf.scenes.get(UUID(str(point["id"])))
    if point["kind"] == "chapter":
        ends = shelf.chapters.get(UUID(str(point["id"])))
        return None if ends is None else ends[1 if closing else 0]
    if shelf.length is None:
        return None
    return max(math.ceil(float(point["at"]) * shelf.length), 1)


def is_empty_window(
    earliest: Mapping[str, Any] | None, latest: Mapping[str, Any] | None, shelf: Shelf
) -> bool:
    """Say whether a window holds no room: its start does not lie before its end. Unknown ends are given credit."""
    if earliest is None or latest is None:
        return False
    if earliest["kind"] == latest["kind"] == "position":
        return float(earliest["at"]) >= float(latest["at"])
    start, end = resolve_point(earliest, shelf), resolve_point(latest, shelf, closing=True)
    return start is not None and end is not None and start >= end


@dataclass(frozen=True)
class HeldValue:
    """A fact as patterns see it: who, what, and the value as an id or as text."""

    subject_id: UUID | None
    predicate: str | None
    value: str
    holds: bool = True


def holds(pattern: Mapping[str, Any], facts: Iterable[HeldValue]) -> bool:
    """Say whether a pattern `{s, p, o?}` holds among facts; a subject or object that begins with `?` is anything."""
    return any(
        fact.holds
        and fact.predicate == pattern.get("p")
        and _fits(pattern.get("s"), str(fact.subject_id) if fact.subject_id else "WORLD")
        and _fits(pattern.get("o"), fact.value)
        for fact in facts
    )


def _fits(wanted: Any, given: str) -> bool:
    text = "" if wanted is None else str(wanted)
    return not text or text.startswith("?") or text.casefold() == given.casefold()


@dataclass(frozen=True)
class LedgerHealth:
    """How the promises of a book stand.

    `distances` counts plant to payoff in scenes; `at_once` warns that every payoff follows its plant at once;
    `open` holds promises by age in scenes, oldest first; `orphans` have a payoff and no setup, or neither.
    """

    distances: dict[int, int]
    at_once: bool
    open: list[tuple[UUID, int]]
    orphans: list[UUID]


def health(promises: Sequence[PromiseFacts], payoffs: Mapping[UUID, int], now_at: int) -> LedgerHealth:
    """Return how the ledger stands when the book has come to reading index `now_at`."""
    distances: dict[int, int] = {}
    for promise in promises:
        if promise.id in payoffs and promise.setups:
            gap = max(payoffs[promise.id] - min(promise.setups), 0)
            distances[gap] = distances.get(gap, 0) + 1
    waiting = [
        (promise.id, max(now_at - min(promise.setups), 0))
        for promise in promises
        if promise.status in OPEN and promise.setups
    ]
    orphans = [
        promise.id
        for promise in promises
        if promise.status != PromiseStatus.ABANDONED and not promise.setups and promise.id in payoffs
    ]
    at_once = bool(distances) and all(gap <= 1 for gap in distances)
    return LedgerHealth(distances, at_once, sorted(waiting, key=lambda one: (-one[1], str(one[0]))), orphans)
