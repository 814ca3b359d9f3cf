"""Fits a model's values to the schema it was asked for, where only one reading is possible."""

from __future__ import annotations

import re
from typing import Any

_NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}  # fmt: skip
_TRUE = {"true", "yes", "y", "1", "是", "对"}
_FALSE = {"false", "no", "n", "0", "否", "不"}
_SYNONYMS = {
    "和": "and", "但": "but", "是但": "yes_but", "否且": "no_and", "主角": "protagonist", "反派": "antagonist",
    "动作": "action", "对话": "dialogue", "描写": "description", "反应": "reaction", "揭示": "reveal", "决定": "decision",
    "转场": "transition", "hero": "protagonist", "villain": "antagonist", "satisfied": "met", "fulfilled": "met",
}  # fmt: skip


def fit(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None) -> Any:
    """Return `value` with its numbers, booleans and enum members in the schema's form.

    Ambiguous values stay as they are: the validation then names them.
    """
    root = root if root is not None else schema
    schema = resolved(schema, root)
    if isinstance(value, dict):
        inner = schema.get("properties", {})
        extra = schema.get("additionalProperties")
        return {
            key: fit(item, inner.get(key, extra if isinstance(extra, dict) else {}), root)
            for key, item in value.items()
        }
    if isinstance(value, list):
        items = schema.get("items", {})
        return [fit(item, items if isinstance(items, dict) else {}, root) for item in value]
    return _scalar(value, schema, root)


def resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema refers to inside its root."""
    for _ in range(8):
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        found: Any = root
        for part in reference[2:].split("/"):
            found = found.get(part, {}) if isinstance(found, dict) else {}
        schema = found if isinstance(found, dict) else {}
    return schema


def _scalar(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> Any:
    choices = [resolved(choice, root) for choice in schema.get("anyOf", []) if isinstance(choice, dict)]
    if choices:
        if value is None or not isinstance(value, str):
            return value
        fitted = [_scalar(value, choice, root) for choice in choices]
        allows_text = any(choice.get("type") == "string" and "enum" not in choice for choice in choices)
        return value if allows_text else next((item for item in fitted if item != value), value)
    members = schema.get("enum") or ([schema["const"]] if "const" in schema else None)
    if members and isinstance(value, str):
        return _member(value, members)
    wanted = schema.get("type")
    if wanted in {"integer", "number"} and isinstance(value, str):
        return _number(value, wanted)
    if wanted == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    if wanted == "boolean" and isinstance(value, str):
        return _boolean(value)
    if wanted == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _member(value: str, members: list[Any]) -> Any:
    plain = _plain(value)
    plain = _plain(_SYNONYMS.get(plain, plain))
    names = {_plain(str(member)): member for member in members}
    if plain in names:
        return names[plain]
    near = [
        member
        for name, member in names.items()
        if plain and (name.startswith(plain) or plain.startswith(name + "_"))
    ]
    return near[0] if len(near) == 1 else value


def _plain(text: str) -> str:
    return re.sub(r"[\s\-_,，/&]+", "_", text.strip().strip(".。\"'“”").casefold())


def _number(value: str, wanted: str) -> Any:
    word = value.strip().casefold()
    if word in _NUMBERS:
        return _NUMBERS[word]
    if found := re.fullmatch(r"([-+]?\d[\d,]*)(\.\d+)?\s*(%|words?|字|章|分)?", word):
        whole, part = found.group(1).replace(",", ""), found.group(2)
        if part is None:
            return int(whole)
        return float(whole + part) if wanted == "number" else value
    if found := re.fullmatch(
        r"(十)([一二三四五六七八九])|([一二三四五六七八九])(十)([一二三四五六七八九])?", word
    ):
        tens = 1 if found.group(1) else _NUMBERS[found.group(3)]
        ones = found.group(2) or found.group(5)
        return tens * 10 + (_NUMBERS[ones] if ones else 0)
    return value


def _boolean(value: str) -> Any:
    word = value.strip().casefold()
    if word in _TRUE:
        return True
    return False if word in _FALSE else value
