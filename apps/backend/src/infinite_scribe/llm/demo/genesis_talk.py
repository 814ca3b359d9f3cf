"""The conversation about a stage without a model: a reply, a table, two options as one, notes, and what no longer fits."""

from collections.abc import Mapping, Sequence
from typing import Any

from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.genesis import StageData, Stager, row
from infinite_scribe.llm.demo.genesis_parts import part

_MOST_PATCHES = 4
#: Which part holds the text fields that a change of an earlier stage reaches first.
_REFIT = {
    "theme": ("whole", ("statement", "question", "embodied")),
    "world": ("past", ("system", "events")),
    "characters": ("ties", ("relations",)),
    "plot": ("frame", ("ending", "arcs", "promises")),
    "details": ("words", ("glossary",)),
}
_ASKED = {
    "seed": ("title", "hook", "selling_point", "premise", "logline", "protagonist"),
    "theme": ("question", "statement"),
    "plot": ("ending", "template"),
    "details": ("style.sentence_notes",),
}


def reply(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    """An answer that names what it would change, or asks about the emptiest field."""
    words, table = stager.words(data), stager.table["reply"]
    field = _field_of(stager, data)
    if field is not None:
        name, value = field
        text = stager.fill(
            chance.pick(table["proposes"]), {**words, "field": stager.table["fields"].get(name, name)}
        )
        return {
            "text": text,
            "question": None,
            "patch": [{"path": name, "value": value, "why": table["why"]}],
        }
    empty = next(
        (one for one in stager.table["asks"][data.stage] if not data.draft.get(row(one, 2)[0])), None
    )
    if empty is not None:
        name, question = row(empty, 2)
        text = stager.fill(
            chance.pick(table["asks"]), {**words, "field": stager.table["fields"].get(name, name)}
        )
        return {"text": text, "question": stager.fill(question, words), "patch": []}
    return {"text": stager.fill(chance.pick(table["stands"]), words), "question": None, "patch": []}


def _field_of(stager: Stager, data: StageData) -> tuple[str, Any] | None:
    """The field that a message names, with another value for it."""
    said = data.message.casefold()
    for name, called in stager.table["fields"].items():
        if name not in _ASKED.get(data.stage, ()) or not any(
            one in said for one in (called.casefold(), name.replace("_", " "))
        ):
            continue
        value = _another(stager, data, name)
        if value is not None:
            return name, value
    return None


def _another(stager: Stager, data: StageData, name: str) -> Any:
    """Another value of a field: made anew with the message as its chance."""
    draw = Chance("another", data.message, name)
    words = stager.words(data)
    rows = stager.table["another"].get(name.replace(".", "_"))
    if rows:
        held = data.draft.get(name)
        found = [stager.fill(one, words) for one in draw.shuffled(rows)]
        return next((one for one in found if one != held), None)
    return None


def compare(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    """A table out of the options' own fields."""
    cells_of = [_lines_of(stager, one) for one in data.options]
    rows = []
    for at, criterion in enumerate(data.criteria or [stager.table["compare"]["default"]]):
        rows.append({"criterion": criterion, "cells": [lines[at % len(lines)][:400] for lines in cells_of]})
    titles = [str(one.get("title", "")) for one in data.options]
    advice = stager.fill(stager.table["compare"]["advice"], {"first": titles[0], "last": titles[-1]})
    return {"rows": rows, "advice": advice}


def _lines_of(stager: Stager, option: Mapping[str, Any]) -> list[str]:
    """What an option says of itself, sentence by sentence: what it is, what it gives, what it takes."""
    body = option.get("body") or {}
    first = next((str(body[name]) for name in ("logline", "statement", "ending") if body.get(name)), "")
    if not first:
        named = [str(one.get("name", "")) for name in ("places", "cast") for one in body.get(name) or []]
        style = (body.get("style") or {}).get("sentence_notes", "")
        joined = stager.table["compare"]["joint"].join(named[:4])
        first = stager.fill(stager.table["compare"]["has"], {"names": joined}) if named else str(style)
    return [one for one in (first, str(option.get("gains", "")), str(option.get("costs", ""))) if one] or [
        "—"
    ]


def merge(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    """A union field by field; where the options differ, the one that the instruction speaks of wins."""
    ranked = sorted(data.options, key=lambda one: -_spoken_of(stager, data.instruction, one))
    bodies = [dict(one.get("body") or {}) for one in ranked]
    body: dict[str, Any] = {}
    for at, name in enumerate(dict.fromkeys(name for one in bodies for name in one)):
        holders = [one[name] for one in bodies if one.get(name)]
        if not holders:
            continue
        if name == "title":
            continue
        body[name] = _union(holders, at, shares=not data.instruction)
    titles = [str(one.get("title", "")) for one in ranked]
    said = {"one": titles[0], "two": titles[-1]}
    table = stager.table["merge"]
    return {
        "title": stager.fill(table["title"], said)[:80],
        "body": body,
        "gains": stager.fill(table["gains"], said),
        "costs": stager.fill(table["costs"], said),
        "scores": [],
    }


def _spoken_of(stager: Stager, instruction: str, option: Mapping[str, Any]) -> int:
    text = f"{option.get('handle', '')} {option.get('title', '')} {option.get('body', {})}".casefold()
    return sum(1 for word in stager.keywords(instruction) if word in text)


def _union(values: Sequence[Any], at: int, *, shares: bool) -> Any:
    """Lists grow together, texts come from one: in turn where nobody said from which."""
    first = values[at % len(values)] if shares else values[0]
    if not isinstance(first, list):
        return first
    grown: list[Any] = []
    names: set[str] = set()
    for value in values:
        for item in value:
            key = (
                str(item.get("name") or item.get("statement") or item.get("one_line") or item)
                if isinstance(item, dict)
                else str(item)
            )
            lead = "protagonist" if isinstance(item, dict) and item.get("role") == "protagonist" else key
            if lead not in names:
                names.add(lead)
                grown.append(item)
    if first and isinstance(first[0], dict) and "one_line" in first[0]:
        return first
    return grown[:5]


def digest_notes(stager: Stager, data: StageData, _: Chance) -> dict[str, Any]:
    """Sentences with known patterns, sorted to stages; a sentence that no pattern knows is left."""
    pieces = []
    for sentence in stager.sentences(data.notes):
        found = stager.piece(sentence)
        if found is not None:
            pieces.append({**found, "quote": sentence.strip()[:400]})
    return {"pieces": pieces[:20]}


def refresh(stager: Stager, data: StageData, chance: Chance) -> dict[str, Any]:
    """The values that what holds now would give, where the draft says something else."""
    table = stager.table["refresh"]
    name, fields = _REFIT.get(data.stage, ("", ()))
    if not name:
        return {"text": table["fits"], "patch": []}
    rest = {**data.known, data.stage: {}}
    if data.stage == "characters":
        rest = {**data.known, "characters": {"cast": (data.draft.get("cast") or [])}}
    made = part(stager, data.model_copy(update={"part": name, "known": rest}), chance)
    patch = []
    for field in fields:
        for path, value in _leaves(field, made.get(field)):
            if _at(data.draft, path) not in (None, "", value) and isinstance(value, str):
                patch.append({"path": path, "value": value, "why": table["why"]})
    patch = patch[:_MOST_PATCHES]
    words = {
        "fields": stager.table["compare"]["joint"].join(
            stager.table["fields"].get(one["path"], one["path"]) for one in patch
        )
    }
    return {"text": stager.fill(table["changed"], words) if patch else table["fits"], "patch": patch}


def _leaves(path: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        keys = [
            key
            for key in value
            if key in {"line", "statement", "summary", "meaning", "closes_question", "cost"}
        ]
        return [(f"{path}.{key}", value[key]) for key in keys]
    if isinstance(value, list):
        return [leaf for at, one in enumerate(value) for leaf in _leaves(f"{path}.{at}", one)]
    return [(path, value)]


def _at(draft: Mapping[str, Any], path: str) -> Any:
    value: Any = draft
    for name in path.split("."):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value
