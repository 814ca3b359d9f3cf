"""How code compares two facts: every comparison of the registry, three-valued. Pure.

`compare` looks at the values of one predicate; `compare_facts` also at subjects, qualifiers, polarity and relations
that exclude each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from infinite_scribe.canon.registry import Cardinality, Comparator, Predicate, find
from infinite_scribe.canon.rules import EXCLUSIVE, FactValue, Verdict, compare, same_value

Contains = Callable[[UUID, UUID], bool]
DIRECTIONS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
_DETAILS = ("side", "part", "kind")


@dataclass(frozen=True)
class Said:
    """A fact as far as its meaning goes: who, what, which value, in which detail, and whether it holds."""

    subject_id: UUID | None
    predicate: str
    value: FactValue
    qualifier: Mapping[str, Any] = field(default_factory=dict)
    polarity: bool = True

    def turned(self) -> Said:
        """Return the same relation seen from its other end."""
        return replace(self, subject_id=self.value.object_id, value=FactValue(object_id=self.subject_id))


def _no_place(_outer: UUID, _inner: UUID) -> bool:
    return False


def compare_facts(left: Said, right: Said, contains: Contains = _no_place) -> Verdict:
    """Say whether two facts that hold at one time can both be true. Symmetric.

    `CLASH` only where the registry is sure; everything that code cannot judge is `UNDECIDED`.
    """
    predicate = find(left.predicate)
    if predicate is None:
        return Verdict.UNDECIDED
    if EXCLUSIVE.get(left.predicate) == right.predicate:
        return _excluded(predicate, left, right)
    if left.predicate != right.predicate:
        return Verdict.UNDECIDED
    if predicate.comparator is Comparator.DIRECTION:
        return _directions(left, right)
    if (
        predicate.symmetric
        and left.subject_id != right.subject_id
        and left.subject_id == right.value.object_id
    ):
        right = right.turned()
    if left.subject_id != right.subject_id:
        return _other_subject(predicate, left, right)
    return _same_subject(predicate, left, right, contains)


def _other_subject(predicate: Predicate, left: Said, right: Said) -> Verdict:
    """Facts about two subjects clash only where an object has one subject at a time."""
    both = left.polarity and right.polarity
    taken = predicate.cardinality is Cardinality.ONE_PER_OBJECT and left.value.object_id is not None
    if both and taken and left.value.object_id == right.value.object_id:
        return Verdict.CLASH
    return Verdict.UNDECIDED


def _excluded(predicate: Predicate, left: Said, right: Said) -> Verdict:
    """`can_do` against `cannot_do`, allies against enemies: the same thing cannot stand on both sides."""
    if not (left.polarity and right.polarity):
        return Verdict.UNDECIDED
    same = left.subject_id == right.subject_id and bool(same_value(left.value, right.value))
    turned = right.turned()
    crossed = (
        predicate.symmetric
        and left.subject_id == turned.subject_id
        and bool(same_value(left.value, turned.value))
    )
    return Verdict.CLASH if same or crossed else Verdict.UNDECIDED


def _same_subject(predicate: Predicate, left: Said, right: Said, contains: Contains) -> Verdict:
    values = _values(predicate, left, right, contains)
    if left.polarity != right.polarity:
        if values is Verdict.AGREE and _details(left, right) is not Verdict.CLASH:
            return Verdict.CLASH
        return Verdict.AGREE if values is Verdict.CLASH else Verdict.UNDECIDED
    if not left.polarity:
        return Verdict.AGREE if values is Verdict.AGREE else Verdict.UNDECIDED
    details = _details(left, right)
    if predicate.cardinality in {Cardinality.MANY, Cardinality.ONE_PER_OBJECT}:
        # Another value may hold as well; the same value in another detail (side, kind) may not.
        if values is Verdict.AGREE:
            return _counts(left, right) if details is Verdict.AGREE else details
        return Verdict.CLASH if values is Verdict.CLASH and predicate.key == "weather" else Verdict.UNDECIDED
    if details is Verdict.CLASH:
        return Verdict.UNDECIDED
    return values


def _values(predicate: Predicate, left: Said, right: Said, contains: Contains) -> Verdict:
    if predicate.cardinality is Cardinality.ONE_PER_PAIR:
        if left.value.object_id != right.value.object_id:
            return Verdict.UNDECIDED
        return _measures(predicate, left, right)
    return compare(predicate, left.value, right.value, contains)


def _measures(predicate: Predicate, left: Said, right: Said) -> Verdict:
    """A pair has one figure: its distance, its strength."""
    name = "km" if predicate.key == "distance_to" else "strength"
    one, other = left.qualifier.get(name), right.qualifier.get(name)
    if not (isinstance(one, int | float) and isinstance(other, int | float)):
        return Verdict.UNDECIDED
    unit = "km" if name == "km" else None
    return compare(
        predicate, FactValue(number=float(one), unit=unit), FactValue(number=float(other), unit=unit)
    )


def _details(left: Said, right: Said) -> Verdict:
    """Compare side, part and kind; what only one of the two says decides nothing."""
    part = left.qualifier.get("part"), right.qualifier.get("part")
    if None not in part and part[0] != part[1]:
        return Verdict.UNDECIDED
    for name in _DETAILS:
        one, other = left.qualifier.get(name), right.qualifier.get(name)
        if one is not None and other is not None and one != other:
            return Verdict.CLASH
    return Verdict.AGREE


def _counts(left: Said, right: Said) -> Verdict:
    one, other = left.qualifier.get("count"), right.qualifier.get("count")
    if one is None or other is None or one == other:
        return Verdict.AGREE
    return Verdict.CLASH


def _directions(left: Said, right: Said) -> Verdict:
    """Opposite when the ends are swapped; a neighbour on the compass is the same direction."""
    if left.subject_id != right.subject_id:
        if left.subject_id != right.value.object_id or left.value.object_id != right.subject_id:
            return Verdict.UNDECIDED
        steps = 4
    else:
        if left.value.object_id != right.value.object_id:
            return Verdict.UNDECIDED
        steps = 0
    one, other = _direction(left), _direction(right)
    if one is None or other is None or left.polarity != right.polarity:
        return Verdict.UNDECIDED
    apart = abs(one - (other + steps) % len(DIRECTIONS))
    return Verdict.AGREE if min(apart, len(DIRECTIONS) - apart) <= 1 else Verdict.CLASH


def _direction(said: Said) -> int | None:
    word = str(said.qualifier.get("dir", "")).upper()
    return DIRECTIONS.index(word) if word in DIRECTIONS else None
