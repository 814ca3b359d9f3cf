"""Pure rules of the canon: names, values, validity and three-valued comparison."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from infinite_scribe.canon.errors import CanonCycleError
from infinite_scribe.canon.refusals import (
    detail_mismatch,
    detail_unknown,
    domain_mismatch,
    interval_empty,
    range_mismatch,
    unknown_predicate,
)
from infinite_scribe.canon.registry import INVERSES, Comparator, Predicate, find
from infinite_scribe.canon.synonyms import COLOUR_NEIGHBOURS, colour_group, word_group
from infinite_scribe.canon.units import in_base
from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK

ACYCLIC = frozenset({"part_of", "contained_in", "parent_of", "caused_by"})
"""Relations that may never lead back to their start."""

EXCLUSIVE = {
    "can_do": "cannot_do",
    "cannot_do": "can_do",
    "allied_with": "at_war_with",
    "at_war_with": "allied_with",
}

COMPATIBLE_WEATHER = frozenset(
    {
        frozenset({"cloud", "rain"}),
        frozenset({"cloud", "snow"}),
        frozenset({"cloud", "fog"}),
        frozenset({"cloud", "wind"}),
        frozenset({"rain", "storm"}),
        frozenset({"rain", "wind"}),
        frozenset({"storm", "wind"}),
        frozenset({"snow", "wind"}),
        frozenset({"clear", "heat"}),
        frozenset({"clear", "wind"}),
        frozenset({"heat", "wind"}),
        frozenset({"cloud", "storm"}),
        frozenset({"snow", "storm"}),
        frozenset({"rain", "fog"}),
        frozenset({"cloud", "heat"}),
    }
)


class Verdict(StrEnum):
    """Answer of a comparison; unknown is a value."""

    AGREE = "agree"
    CLASH = "clash"
    UNDECIDED = "undecided"


class FactValue(NamedTuple):
    """What a fact says: an entity, a text, a choice or a number with its unit."""

    object_id: UUID | None = None
    text: str | None = None
    number: float | None = None
    unit: str | None = None
    instant: tuple[int, int] | None = None

    @classmethod
    def of(cls, object_id: UUID | None, value: Mapping[str, Any] | None) -> FactValue:
        """Read a value as it is stored in a row."""
        data = value or {}
        number, text, unit = data.get("number"), data.get("text"), data.get("unit")
        first, last = data.get("earliest"), data.get("latest")
        return cls(
            object_id=object_id,
            text=str(text) if text is not None else None,
            number=float(number) if isinstance(number, int | float) else None,
            unit=str(unit) if unit is not None else None,
            instant=(first, last) if isinstance(first, int) and isinstance(last, int) else None,
        )

    def to_json(self) -> dict[str, Any] | None:
        """Return the stored form, or None when the value is an entity."""
        if self.text is not None:
            return {"text": self.text}
        if self.number is not None:
            return {"number": self.number, "unit": self.unit}
        if self.instant is not None:
            return {"earliest": self.instant[0], "latest": self.instant[1]}
        return None

    @property
    def is_empty(self) -> bool:
        """Whether the value says nothing at all."""
        return self.object_id is None and self.to_json() is None


@dataclass(frozen=True)
class FactDraft:
    """A fact about to be written. Ticks are minutes of story time, half open."""

    subject_id: UUID | None
    subject_kind: str
    predicate: str
    value: FactValue
    object_kind: str | None = None
    qualifier: Mapping[str, Any] = field(default_factory=dict)
    holds: bool = True
    from_tick: int = MIN_TICK
    to_tick: int | None = None
    from_block: int = 0
    to_block: int = 0

    @property
    def begins(self) -> tuple[int, int]:
        """Tick and paragraph from which the fact holds."""
        return self.from_tick, self.from_block

    @property
    def ends(self) -> tuple[int, int]:
        """Tick and paragraph from which it does not hold any more."""
        return (MAX_TICK, 0) if self.to_tick is None else (self.to_tick, self.to_block)


@dataclass(frozen=True)
class HeldFact:
    """A live fact that a new one is compared with."""

    id: UUID
    value: FactValue
    qualifier: Mapping[str, Any]
    holds: bool
    from_tick: int
    to_tick: int | None
    subject_id: UUID | None = None
    predicate: str | None = None
    from_block: int = 0
    to_block: int = 0

    @property
    def begins(self) -> tuple[int, int]:
        """Tick and paragraph from which the fact holds."""
        return self.from_tick, self.from_block

    @property
    def ends(self) -> tuple[int, int]:
        """Tick and paragraph from which it does not hold any more."""
        return (MAX_TICK, 0) if self.to_tick is None else (self.to_tick, self.to_block)


def normalise(text: str) -> str:
    """Return the form under which two names are the same name."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def checked(draft: FactDraft) -> tuple[Predicate, FactDraft]:
    """Return the predicate of a valid draft, turned to the stored direction.

    Raises:
        UnknownPredicateError, DomainMismatchError, RangeMismatchError, IntervalEmptyError
    """
    turned = draft
    if draft.predicate in INVERSES and draft.value.object_id is not None and draft.object_kind is not None:
        turned = replace(
            draft,
            subject_id=draft.value.object_id,
            subject_kind=draft.object_kind,
            predicate=INVERSES[draft.predicate],
            value=FactValue(object_id=draft.subject_id),
            object_kind=draft.subject_kind,
        )
    predicate = find(turned.predicate)
    if predicate is None:
        raise unknown_predicate(turned.predicate)
    if turned.subject_kind not in predicate.domain:
        raise domain_mismatch(predicate, turned.subject_kind)
    _check_range(predicate, turned)
    if turned.ends <= turned.begins:
        raise interval_empty(predicate)
    return predicate, turned


def _check_range(predicate: Predicate, draft: FactDraft) -> None:
    """Refuse a value or a detail that the predicate does not take."""
    check_value(predicate, draft.value, draft.object_kind)
    check_details(predicate.key, draft.qualifier)


def check_value(predicate: Predicate, value: FactValue, object_kind: str | None) -> None:
    """Refuse a value that a predicate does not take. Raises `RangeMismatchError`."""
    fits = False
    if value.object_id is not None:
        fits = object_kind in predicate.object_kinds or "any" in predicate.object_kinds
    elif value.text is not None:
        if predicate.choices:
            fits = value.text in predicate.choices
        else:
            fits = bool(value.text.strip()) and bool(predicate.value_types & {"text", "colour"})
    elif value.number is not None:
        fits = "number" in predicate.value_types
    elif value.instant is not None:
        fits = "instant" in predicate.value_types
    if not fits:
        raise range_mismatch(predicate, _shown(value, object_kind))


def check_details(key: str, qualifier: Mapping[str, Any]) -> None:
    """Refuse details that a predicate does not have, or values they cannot have. Raises `RangeMismatchError`."""
    predicate = find(key)
    if predicate is None:
        return
    for name, given in qualifier.items():
        if name not in predicate.qualifiers:
            raise detail_unknown(predicate, name)
        if given is not None and not _fits_detail(name, given):
            raise detail_mismatch(predicate, name, _DETAILS[name])


def _shown(value: FactValue, object_kind: str | None) -> str | None:
    """Say what was given instead of a value that fits."""
    if value.object_id is not None:
        kind = object_kind or "entry"
        return f"an {kind}" if kind[:1] in "aei" else f"a {kind}"
    if value.text is not None:
        return f"“{value.text[:60]}”"
    if value.number is not None:
        return f"{value.number:g}"
    return None if value.instant is None else "a time of the story"


_DETAILS: dict[str, tuple[Any, ...]] = {
    "side": ("left", "right", "both"),
    "dir": ("N", "NE", "E", "SE", "S", "SW", "W", "NW"),
    "grade": (1, 2, 3),
    "strength": (-10, 10),
    "km": (0, 100_000),
    "kind": ("blood", "adoptive", "step"),
}
"""What a detail of a fact may be: choices, or the least and the greatest figure."""


def _fits_detail(name: str, given: Any) -> bool:
    wanted = _DETAILS.get(name)
    if wanted is None:
        return True
    if name in {"strength", "km"}:
        return isinstance(given, int | float) and wanted[0] <= given <= wanted[1]
    return given in wanted


def compare(
    predicate: Predicate,
    left: FactValue,
    right: FactValue,
    contains: Callable[[UUID, UUID], bool] = lambda _outer, _inner: False,
) -> Verdict:
    """Compare two values of a predicate. `contains(a, b)` says whether place a holds place b."""
    if predicate.comparator in {Comparator.EXACT, Comparator.PLACE}:
        return _compare_exact(predicate, left, right, contains)
    compared = {
        Comparator.SYNONYM: _compare_synonyms,
        Comparator.NUMBER: _compare_numbers,
        Comparator.INSTANT: _compare_instants,
        Comparator.SET: _compare_sets,
    }.get(predicate.comparator)
    return Verdict.UNDECIDED if compared is None else compared(predicate, left, right)


def _compare_instants(_predicate: Predicate, left: FactValue, right: FactValue) -> Verdict:
    if left.instant is None or right.instant is None:
        return Verdict.UNDECIDED
    meet = left.instant[0] <= right.instant[1] and right.instant[0] <= left.instant[1]
    return Verdict.AGREE if meet else Verdict.CLASH


def same_value(left: FactValue, right: FactValue) -> bool | None:
    """Whether two values are the same entity or text; None when they cannot be compared."""
    if left.object_id is not None and right.object_id is not None:
        return left.object_id == right.object_id
    if left.text is not None and right.text is not None:
        return normalise(left.text) == normalise(right.text)
    return None


def _compare_exact(
    predicate: Predicate, left: FactValue, right: FactValue, contains: Callable[[UUID, UUID], bool]
) -> Verdict:
    same = same_value(left, right)
    if same is None or "unknown" in (left.text, right.text):
        return Verdict.UNDECIDED
    if same:
        return Verdict.AGREE
    if predicate.comparator is Comparator.PLACE and left.object_id and right.object_id:
        nested = contains(left.object_id, right.object_id) or contains(right.object_id, left.object_id)
        return Verdict.AGREE if nested else Verdict.CLASH
    return Verdict.CLASH


def _compare_synonyms(predicate: Predicate, left: FactValue, right: FactValue) -> Verdict:
    same = same_value(left, right)
    if same:
        return Verdict.AGREE
    if left.text is None or right.text is None:
        return Verdict.UNDECIDED
    if "colour" in predicate.value_types:
        groups = colour_group(left.text), colour_group(right.text)
    else:
        groups = word_group(predicate.key, left.text), word_group(predicate.key, right.text)
    if groups[0] is None or groups[1] is None:
        return Verdict.UNDECIDED
    if groups[0] == groups[1]:
        return Verdict.AGREE
    if "colour" in predicate.value_types and frozenset(str(group) for group in groups) in COLOUR_NEIGHBOURS:
        return Verdict.UNDECIDED
    return Verdict.CLASH if predicate.is_single_valued else Verdict.UNDECIDED


def _compare_numbers(predicate: Predicate, left: FactValue, right: FactValue) -> Verdict:
    if left.number is None or right.number is None:
        return Verdict.UNDECIDED
    (dimension, one), (other_dimension, other) = (
        in_base(side.number or 0.0, side.unit, predicate.key) for side in (left, right)
    )
    if dimension != other_dimension:
        return Verdict.UNDECIDED
    room = predicate.tolerance * max(abs(one), abs(other))
    if predicate.key == "attitude_to":
        room = predicate.tolerance
    return Verdict.AGREE if abs(one - other) <= room + 1e-9 else Verdict.CLASH


def _compare_sets(predicate: Predicate, left: FactValue, right: FactValue) -> Verdict:
    if same_value(left, right):
        return Verdict.AGREE
    if predicate.key == "weather" and left.text and right.text:
        pair = frozenset({left.text, right.text})
        return Verdict.UNDECIDED if pair in COMPATIBLE_WEATHER else Verdict.CLASH
    return Verdict.UNDECIDED


def overlaps(held: HeldFact, draft: FactDraft) -> bool:
    """Whether two facts hold at some common moment."""
    return held.begins < draft.ends and draft.begins < held.ends


def check_acyclic(predicate: str, edges: Iterable[tuple[UUID, UUID]], new: tuple[UUID, UUID]) -> None:
    """Refuse an edge that would lead back to its start.

    Raises:
        CanonCycleError: `params.path` holds the entity ids along the circle.
    """
    if predicate not in ACYCLIC:
        return
    onward: dict[UUID, list[UUID]] = {}
    for start, end in edges:
        onward.setdefault(start, []).append(end)
    source, target = new
    path: list[tuple[UUID, tuple[UUID, ...]]] = [(target, (source, target))]
    seen: set[UUID] = set()
    while path:
        node, trail = path.pop()
        if node == source:
            raise CanonCycleError(predicate=predicate, path=[str(step) for step in trail])
        if node not in seen:
            seen.add(node)
            path.extend((step, (*trail, step)) for step in sorted(onward.get(node, []), reverse=True))
