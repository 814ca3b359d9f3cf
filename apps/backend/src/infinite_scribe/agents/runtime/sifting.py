"""The gates on a typed answer, as code: what of it can be used, what fails alone, and what has to be asked again. Pure.

In this order: form, lengths and choices of each item, duplicates, the form of the whole, the task's own check
(handles, order, what must be there), language. An item that fails alone is left out with its reason; the rest is used
when enough of it survives.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel, ValidationError

UNREADABLE = "The answer was not one JSON object of the asked form."
EMPTY = "The answer was empty."
_PROSE_CHARS = 12
"""Shorter values are handles, choices and names; they say nothing about the language of an answer."""
_QUOTING = frozenset({"quote", "old", "evidence", "from"})

Check = Callable[[Any], list[str]]


@dataclass
class Sifted:
    """What became of an answer. `held` has None where an item failed; it is None when nothing could be read."""

    output: BaseModel | None
    faults: list[str]
    dropped: list[str] = field(default_factory=list)
    held: dict[str, Any] | None = None


def sift(
    raw: Mapping[str, Any] | None,
    form: type[BaseModel],
    check: Check | None = None,
    *,
    wrong_language: Callable[[str], str | None] = lambda _: None,
    empty: bool = False,
) -> Sifted:
    """Return what of an answer can be used. `wrong_language` says what is wrong with the language of its texts."""
    if raw is None:
        return Sifted(None, [EMPTY if empty else UNREADABLE])
    held, dropped = _items_sifted(raw, form)
    whole, faults = _validated(held, form)
    if whole is None:
        return Sifted(None, [*dropped, *faults], held=held)
    if complaint := wrong_language(" ".join(texts_of(whole.model_dump()))):
        return Sifted(None, [complaint])
    if check is not None:
        faults = _checked(whole, held, form, check, dropped)
    if not faults:
        whole, faults = _validated(held, form)
    emptied = [key for key in lists_of(form) if _is_emptied(held.get(key))]
    faults += [f"nothing of {key} could be used" for key in emptied]
    if faults or whole is None:
        return Sifted(None, [*dropped, *faults], held=held)
    return Sifted(whole, [], dropped, held)


def lists_of(form: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Return the members of a form that are lists of objects, by the names they have in an answer."""
    found: dict[str, type[BaseModel]] = {}
    for name, one in form.model_fields.items():
        inner = get_args(one.annotation)
        if (
            get_origin(one.annotation) is list
            and isinstance(inner[0], type)
            and issubclass(inner[0], BaseModel)
        ):
            found[one.alias or name] = inner[0]
    return found


def merged(held: Mapping[str, Any] | None, raw: Mapping[str, Any], form: type[BaseModel]) -> dict[str, Any]:
    """Return the answer to a question for the items that failed, with what the earlier one held.

    It may be whole, or bring only what was missing. Only for such a question: an answer that was asked for as a whole
    stands alone, or the same items would stand twice in other words.
    """
    if held is None:
        return dict(raw)
    out = {**held, **{key: value for key, value in raw.items() if value not in (None, "")}}
    for key, item in lists_of(form).items():
        before, fresh = held.get(key), raw.get(key)
        if not isinstance(before, list) or not isinstance(fresh, list) or not before:
            continue
        holes = [n for n, row in enumerate(before) if row is None]
        if len(fresh) >= len(before):
            out[key] = [
                row if _item_fault(item, row) is None or n >= len(before) or before[n] is None else before[n]
                for n, row in enumerate(fresh)
            ]
        elif holes:
            filled = dict(zip(holes, fresh, strict=False))
            out[key] = [filled.get(n, row) for n, row in enumerate(before)]
        else:
            out[key] = before
    return out


def without_holes(held: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without the places of items that failed."""
    return {
        key: [row for row in value if row is not None] if isinstance(value, list) else value
        for key, value in held.items()
    }


def missing_of(held: Mapping[str, Any] | None, form: type[BaseModel]) -> dict[str, tuple[int, list[int]]]:
    """Return per list how many items are good, and which (counted from one) have to be asked again."""
    found: dict[str, tuple[int, list[int]]] = {}
    for key in lists_of(form):
        rows = (held or {}).get(key)
        if isinstance(rows, list) and any(row is not None for row in rows):
            holes = [n for n, row in enumerate(rows, start=1) if row is None]
            found[key] = (len(rows) - len(holes), holes)
    return found


def texts_of(value: Any) -> Iterator[str]:
    """Yield the running text of an answer; handles, choices and what was copied from the book say nothing."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _QUOTING:
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)
    elif isinstance(value, str) and (len(value) >= _PROSE_CHARS or any(ord(char) > 0x2E7F for char in value)):
        yield value


def _items_sifted(raw: Mapping[str, Any], form: type[BaseModel]) -> tuple[dict[str, Any], list[str]]:
    held: dict[str, Any] = dict(raw)
    dropped: list[str] = []
    for key, item in lists_of(form).items():
        rows = raw.get(key)
        if not isinstance(rows, list):
            continue
        most, seen = _most(form, key), set[str]()
        kept: list[Any] = []
        for number, row in enumerate(rows, start=1):
            same = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
            fault = "missing" if row is None else _item_fault(item, row)
            if fault is None and same in seen:
                fault = "it says the same as an earlier one"
            if fault is None and sum(one is not None for one in kept) >= most:
                fault = f"there may be {most} at most"
            seen.add(same)
            kept.append(row if fault is None else None)
            if fault is not None:
                dropped.append(f"{key}.{number}: {fault}")
        held[key] = kept
    return held, dropped


def _item_fault(item: type[BaseModel], row: Any) -> str | None:
    try:
        item.model_validate(row)
    except ValidationError as error:
        return "; ".join(_sentences(error))[:400]
    return None


def _validated(held: Mapping[str, Any], form: type[BaseModel]) -> tuple[BaseModel | None, list[str]]:
    try:
        return form.model_validate(without_holes(held)), []
    except ValidationError as error:
        return None, _sentences(error)


def _sentences(error: ValidationError) -> list[str]:
    return [
        ": ".join(part for part in (".".join(str(place) for place in item["loc"]), item["msg"]) if part)
        for item in error.errors(include_input=False, include_url=False)
    ]


def _checked(
    whole: BaseModel, held: dict[str, Any], form: type[BaseModel], check: Check, dropped: list[str]
) -> list[str]:
    """Take out the items that the check complains of; return what it still says of the rest."""
    present = whole
    while said := check(present):
        found = _culprit(present, held, form, check, said)
        if found is None:
            return said
        key, place, reasons, present = found
        held[key][place] = None
        dropped.append(f"{key}.{place + 1}: {'; '.join(reasons)}"[:500])
    return []


def _culprit(
    present: BaseModel, held: Mapping[str, Any], form: type[BaseModel], check: Check, said: Sequence[str]
) -> tuple[str, int, list[str], BaseModel] | None:
    """Return the item, from the last on, without which the check says less."""
    names = {one.alias or name: name for name, one in form.model_fields.items()}
    for key in lists_of(form):
        places = [n for n, row in enumerate(held.get(key) or []) if row is not None]
        rows = list(getattr(present, names[key]))
        if len(rows) < 2:
            continue
        for at in range(len(rows) - 1, -1, -1):
            rest = present.model_copy(update={names[key]: rows[:at] + rows[at + 1 :]})
            after = check(rest)
            reasons = [one for one in said if one not in after]
            if reasons and len(after) <= len(said):
                return key, places[at], reasons, rest
    return None


def _most(form: type[BaseModel], key: str) -> int:
    for name, one in form.model_fields.items():
        if (one.alias or name) == key:
            return next((rule.max_length for rule in one.metadata if isinstance(rule, MaxLen)), 10_000)
    return 10_000


def _is_emptied(rows: Any) -> bool:
    return isinstance(rows, list) and bool(rows) and all(row is None for row in rows)
