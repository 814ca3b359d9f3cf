"""Fields of a draft by path: `premise`, `path.theme`, `cast.0.want`. Pure."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from infinite_scribe.core.errors import FieldError, InvalidError
from infinite_scribe.genesis.errors import UnknownFieldError
from infinite_scribe.genesis.rules import FULL, MINIMUM, Stage, is_filled
from infinite_scribe.genesis.schemas import CONTENT


def whole(stage: Stage, draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return a draft in the form of its stage, with every member. Raises `InvalidError` with a pointer per fault."""
    try:
        return CONTENT[stage].model_validate(draft).model_dump(mode="json")
    except ValidationError as error:
        raise InvalidError(
            "This does not fit the field.",
            errors=[
                FieldError("/" + "/".join(str(part) for part in item["loc"]), item["type"], item["msg"])
                for item in error.errors(include_input=False, include_url=False)[:10]
            ],
        ) from error


def trimmed(stage: Stage, draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return only the members of a draft that say something, in the form of the stage."""
    return {name: value for name, value in whole(stage, draft).items() if is_filled(value)}


def with_value(stage: Stage, draft: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return the draft with a value at a path; the next free place of a list adds to it.

    Raises `UnknownFieldError` for a path that the stage does not have, `InvalidError` for a value that does not fit.
    """
    found = copy.deepcopy(whole(stage, draft))
    names = path.split(".")
    inner: Any = found
    for name in names[:-1]:
        inner = _step(inner, name, path)
    last = names[-1]
    if isinstance(inner, list):
        if not last.isdigit() or int(last) > len(inner):
            raise UnknownFieldError(path=path)
        inner[int(last) :] = [value, *inner[int(last) + 1 :]]
    elif isinstance(inner, dict):
        inner[last] = value
    else:
        raise UnknownFieldError(path=path)
    kept = whole(stage, found)
    if not _has(kept, names):
        raise UnknownFieldError(path=path)
    return {name: one for name, one in kept.items() if is_filled(one)}


def _step(inner: Any, name: str, path: str) -> Any:
    if isinstance(inner, dict) and name in inner:
        return inner[name]
    if isinstance(inner, list) and name.isdigit() and int(name) < len(inner):
        return inner[int(name)]
    raise UnknownFieldError(path=path)


def _has(value: Any, names: list[str]) -> bool:
    for name in names:
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return False
    return True


def filled_in(
    stage: Stage, held: Mapping[str, Any], added: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Return a draft that takes from `added` what `held` lacks, and the paths that were filled.

    Whatever is filled stays: lists grow behind what they hold, people and places are matched by their names and only
    their empty members are filled.
    """
    base, more = whole(stage, held), whole(stage, added)
    filled: list[str] = []
    merged = {name: _fill(value, more.get(name), name, filled) for name, value in base.items()}
    return trimmed(stage, merged), filled


_KEYS = ("name", "term", "statement", "title", "rule", "event")
_LEAST = {need.field: need.count for needs in (*MINIMUM.values(), *FULL.values()) for need in needs}
_IN_ORDER = frozenset({"lines", "beats"})
"""Lists whose places mean something: what is added stands behind what is held."""


def _fill(held: Any, added: Any, path: str, filled: list[str]) -> Any:
    if not is_filled(added):
        return held
    if isinstance(held, dict) and isinstance(added, dict):
        names = [*held, *(name for name in added if name not in held)]
        return {name: _fill(held.get(name), added.get(name), f"{path}.{name}", filled) for name in names}
    if isinstance(held, list) and isinstance(added, list):
        return _fill_list(held, added, path, filled)
    if is_filled(held):
        return held
    filled.append(path)
    return added


def _fill_list(held: list[Any], added: list[Any], path: str, filled: list[str]) -> list[Any]:
    if held == ["none"]:
        return held
    if not held:
        filled.append(path)
        return added
    if path in _IN_ORDER:
        filled += [f"{path}.{at}" for at in range(len(held), len(added))]
        return [*held, *added[len(held) :]]
    if all(isinstance(one, str) for one in held):
        fresh = [one for one in added if one not in held][: max(0, _LEAST.get(path, 0) - len(held))]
        filled += [f"{path}.{len(held) + at}" for at in range(len(fresh))]
        return [*held, *fresh]
    grown = list(held)
    known = {_identity(item): place for place, item in enumerate(grown)}
    for item in added:
        place = known.get(_identity(item))
        if place is None:
            filled.append(f"{path}.{len(grown)}")
            known[_identity(item)] = len(grown)
            grown.append(item)
        elif isinstance(item, dict):
            grown[place] = _fill(grown[place], item, f"{path}.{place}", filled)
    return grown


def _identity(item: Any) -> str:
    if not isinstance(item, dict):
        return str(item).casefold()
    if "a" in item and "b" in item:
        return "|".join(sorted((str(item["a"]).casefold(), str(item["b"]).casefold())))
    if "one_line" in item:
        return f"{item.get('title')}|{item['one_line']}".casefold()
    key = next((name for name in _KEYS if item.get(name)), "")
    return str(item.get(key, item)).casefold()
