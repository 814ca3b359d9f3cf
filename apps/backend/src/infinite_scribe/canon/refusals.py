"""Refusals of facts in sentences: what is wrong, and what would be taken instead. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infinite_scribe.canon.errors import (
    AliasTakenError,
    CanonCycleError,
    DomainMismatchError,
    EntryNotFoundError,
    IntervalEmptyError,
    MomentInvalidError,
    RangeMismatchError,
    UnknownPredicateError,
)
from infinite_scribe.canon.registry import Predicate, find, nearest
from infinite_scribe.core.errors import FieldError

ALIAS_WAYS = ("rename", "merge", "ambiguous")
_TYPES = {"text": "a text", "colour": "a colour", "number": "a number", "instant": "a time of the story"}


def unknown_predicate(key: str) -> UnknownPredicateError:
    """Return the refusal of a fact that the registry does not know, with those that look alike."""
    near = nearest(key)
    shown = [f"{one} ({found.label_en})" if (found := find(one)) else one for one in near]
    hint = f"Did you mean {_either(shown)}?" if near else "The registry lists every fact there is."
    return UnknownPredicateError(f"There is no fact called “{key}”. {hint}", predicate=key, nearest=near)


def domain_mismatch(predicate: Predicate, kind: str) -> DomainMismatchError:
    """Return the refusal of a subject of the wrong kind."""
    expected = sorted(predicate.domain)
    kinds = _either([_a(one) for one in expected])
    return DomainMismatchError(
        f"“{predicate.label_en}” is said of {kinds}, not of {_a(kind)}. Choose another entry or another fact.",
        predicate=predicate.key,
        kind=kind,
        expected=expected,
    )


def range_mismatch(predicate: Predicate, given: str | None) -> RangeMismatchError:
    """Return the refusal of a value that a predicate does not take."""
    kinds, types = sorted(predicate.object_kinds), sorted(predicate.value_types - {"choice"})
    if predicate.choices:
        wanted = f"one of {_either(list(predicate.choices))}"
    else:
        wanted = _either([*map(_a, kinds), *(_TYPES[one] for one in types)])
    instead = f", not {given}" if given else ""
    return RangeMismatchError(
        f"“{predicate.label_en}” takes {wanted}{instead}.",
        predicate=predicate.key,
        expected=[*kinds, *types, *predicate.choices],
    )


def detail_mismatch(predicate: Predicate, name: str, expected: Sequence[Any]) -> RangeMismatchError:
    """Return the refusal of a detail whose value is none it may have."""
    span = expected if name not in {"strength", "km"} else (f"a figure from {expected[0]} to {expected[1]}",)
    return RangeMismatchError(
        f"The detail “{name}” of “{predicate.label_en}” is {_either([str(one) for one in span])}.",
        predicate=predicate.key,
        qualifier=name,
        expected=list(expected),
    )


def detail_unknown(predicate: Predicate, name: str) -> RangeMismatchError:
    """Return the refusal of a detail that a predicate does not have."""
    known = list(predicate.qualifiers)
    hint = f"It has {_either(known, 'and')}." if known else "It has none."
    return RangeMismatchError(
        f"“{predicate.label_en}” has no detail “{name}”. {hint}",
        predicate=predicate.key,
        qualifier=name,
        expected=known,
    )


def two_values(key: str) -> RangeMismatchError:
    """Return the refusal of a fact that names an entry and a value at once."""
    found = find(key)
    known = list(found.qualifiers) if found else []
    hint = f" A figure that belongs to it is a detail: {_either(known)}." if known else ""
    return RangeMismatchError(
        f"Give “{found.label_en if found else key}” an entry or a value, not both.{hint}",
        predicate=key,
        qualifiers=known,
    )


def interval_empty(predicate: Predicate) -> IntervalEmptyError:
    """Return the refusal of a fact that would end before it begins."""
    return IntervalEmptyError(
        f"“{predicate.label_en}” would end before it begins. Choose a later end or an earlier beginning.",
        predicate=predicate.key,
    )


def cycle_named(error: CanonCycleError, names: Mapping[str, str]) -> CanonCycleError:
    """Return the refusal of a circle with the names along it."""
    path = [str(one) for one in error.params["path"]]
    shown = " › ".join(names.get(one, one) for one in path)
    return CanonCycleError(
        f"This would run in a circle: {shown}. Choose another one, or take back one of these relations first.",
        **error.params,
        names=[names.get(one, "") for one in path],
    )


def alias_taken(text: str, owner_id: str, owner: str) -> AliasTakenError:
    """Return the refusal of a name that another entry bears."""
    return AliasTakenError(
        f"“{text}” is a name of {owner} already. Choose another name, merge the two entries, or mark the name as "
        "ambiguous.",
        name=text,
        entity_id=owner_id,
        entity_name=owner,
        ways=list(ALIAS_WAYS),
    )


def moment_invalid(as_of: str) -> MomentInvalidError:
    """Return the refusal of a moment that the story does not have."""
    return MomentInvalidError(
        "This moment is not in the story. Name a scene that stands in the book, a minute of the story, or its end.",
        as_of=as_of,
        expected=["end", "t:<tick>", "scene:<id>", "scene:<id>:<pid>"],
    )


def named_nothing(missing: Mapping[str, str]) -> EntryNotFoundError:
    """Return the refusal of a request that names, at these JSON pointers, what is not in the novel."""
    first = next(iter(missing))
    field = first.strip("/").replace("/", ".")
    return EntryNotFoundError(
        f"“{field}” names something that is not in the novel. Choose what is there, or leave it out.",
        errors=[FieldError(pointer, EntryNotFoundError.code) for pointer in missing],
        id=missing[first],
        field=field,
    )


def _a(kind: str) -> str:
    if kind == "world":
        return "the world"
    if kind == "any":
        return "any entry"
    return f"an {kind}" if kind[:1] in "aeio" else f"a {kind}"


def _either(words: Sequence[str], last: str = "or") -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
