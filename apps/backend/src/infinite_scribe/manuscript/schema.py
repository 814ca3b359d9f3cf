"""The schema of a scene document, version 1: which nodes, marks and attributes there are. Pure.

The twin of the editor's schema. Unknown things are refused, never dropped: a document that we cannot hold whole is
not saved in part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from infinite_scribe.core.errors import FieldError
from infinite_scribe.manuscript.errors import InvalidDocumentError, InvalidTextError, NewerSchemaError

SCHEMA_VERSION = 1

_PID = re.compile(r"^[0-9A-Za-z_-]{1,20}$")
_SAFE_LINK = re.compile(r"^(https?://|mailto:)", re.IGNORECASE)
_BAD_TEXT = re.compile("[\x00\ud800-\udfff]")

Check = Callable[[Any], bool]


def _text(most: int) -> Check:
    return lambda value: isinstance(value, str) and len(value) <= most


def _maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _one_of(*values: object) -> Check:
    return lambda value: value in values and not isinstance(value, bool)


def _pid(value: Any) -> bool:
    return isinstance(value, str) and _PID.match(value) is not None


def _pids(value: Any) -> bool:
    return isinstance(value, list) and all(_pid(item) for item in value)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _link(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 2_000 and _SAFE_LINK.match(value) is not None


_ID = _text(60)

# Per node: attributes (required ones first, those with a default after) and the nodes it may hold.
_REQUIRED: dict[str, dict[str, Check]] = {
    "paragraph": {"pid": _pid},
    "heading": {"pid": _pid, "level": _one_of(2, 3)},
    "blockquote": {"pid": _pid},
    "sceneBreak": {"pid": _pid},
    "beat": {"pid": _pid, "beatId": _ID},
    "image": {"pid": _pid, "upload": _ID},
    "hardBreak": {},
    "footnote": {"id": _ID, "text": _text(20_000)},
    "mention": {"entry": _ID, "label": _text(300)},
}
_OPTIONAL: dict[str, dict[str, Check]] = {
    "paragraph": {"align": _one_of(None, "center", "right"), "form": _one_of(None, "verse", "letter")},
    "beat": {"covers": _pids},
    "image": {"alt": _maybe(_text(2_000))},
}
_INLINE = frozenset({"text", "hardBreak", "footnote"})
_CONTENT: dict[str, frozenset[str]] = {
    "scene": frozenset({"paragraph", "heading", "blockquote", "sceneBreak", "beat", "image"}),
    "paragraph": _INLINE,
    "heading": _INLINE,
    "blockquote": frozenset({"paragraph"}),
    "beat": frozenset({"text", "mention"}),
}
_NEEDS_CONTENT = frozenset({"scene", "blockquote"})
_MARKS: dict[str, dict[str, Check]] = {
    "strong": {},
    "em": {},
    "underline": {},
    "strike": {},
    "smallCaps": {},
    "lang": {"code": _text(35)},
    "link": {"href": _link},
    "comment": {"id": _ID},
    "origin": {
        "run": _maybe(_ID),
        "call": _maybe(_ID),
        "state": _one_of("generated", "edited"),
        "demo": _flag,
    },
}


def check_scene(document: Any, scene_id: str) -> None:
    """Say nothing about a scene document that holds.

    Raises `InvalidTextError` (U+0000, lone surrogates), `NewerSchemaError`, `InvalidDocumentError`; the first two
    come before the last, and each error carries JSON pointers.
    """
    _check_strings(document)
    if not isinstance(document, dict) or document.get("type") != "scene":
        raise _wrong("", "not-a-scene")
    attrs = document.get("attrs")
    if not isinstance(attrs, dict) or set(attrs) != {"id", "schema"}:
        raise _wrong("/attrs", "attributes")
    if isinstance(attrs["schema"], int) and attrs["schema"] > SCHEMA_VERSION:
        raise NewerSchemaError(schema=attrs["schema"], known=SCHEMA_VERSION)
    if attrs["schema"] != SCHEMA_VERSION or isinstance(attrs["schema"], bool):
        raise _wrong("/attrs/schema", "schema")
    if attrs["id"] != scene_id:
        raise _wrong("/attrs/id", "other-scene")
    if set(document) != {"type", "attrs", "content"}:
        raise _wrong("", "members")
    seen: set[str] = set()
    _check_content(document, "", seen)


def _check_strings(document: Any) -> None:
    found = [FieldError(pointer, "character") for pointer in _bad_strings(document, "")]
    if found:
        raise InvalidTextError(errors=found[:20])


def _bad_strings(value: Any, pointer: str) -> Iterator[str]:
    """Yield where text stands that cannot be stored; iterative, so that depth is no danger."""
    waiting = [(value, pointer)]
    while waiting:
        item, where = waiting.pop()
        if isinstance(item, str):
            if _BAD_TEXT.search(item):
                yield where
        elif isinstance(item, dict):
            for key, inner in item.items():
                if _BAD_TEXT.search(key):
                    yield where
                else:
                    waiting.append((inner, f"{where}/{_escape(key)}"))
        elif isinstance(item, list):
            waiting.extend((inner, f"{where}/{n}") for n, inner in enumerate(item))


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _wrong(pointer: str, code: str) -> InvalidDocumentError:
    return InvalidDocumentError(errors=[FieldError(pointer, code)])


def _check_content(node: dict[str, Any], pointer: str, seen: set[str]) -> None:
    kind = node["type"]
    content = node.get("content", [])
    if not isinstance(content, list) or (kind in _NEEDS_CONTENT and not content):
        raise _wrong(f"{pointer}/content", "content")
    allowed = _CONTENT.get(kind, frozenset())
    for position, child in enumerate(content):
        where = f"{pointer}/content/{position}"
        if not isinstance(child, dict) or child.get("type") not in allowed:
            raise _wrong(where, "node")
        if child["type"] == "text":
            _check_text_node(child, where)
        else:
            _check_node(child, where, seen)


def _check_text_node(node: dict[str, Any], pointer: str) -> None:
    if set(node) - {"type", "text", "marks"}:
        raise _wrong(pointer, "members")
    if not isinstance(node.get("text"), str) or not node["text"]:
        raise _wrong(f"{pointer}/text", "empty-text")
    _check_marks(node.get("marks", []), f"{pointer}/marks")


def _check_node(node: dict[str, Any], pointer: str, seen: set[str]) -> None:
    kind = node["type"]
    members = {"type", "attrs", "marks"} | ({"content"} if kind in _CONTENT else set())
    if set(node) - members:
        raise _wrong(pointer, "members")
    _check_attrs(node.get("attrs", {}), _REQUIRED[kind], _OPTIONAL.get(kind, {}), f"{pointer}/attrs")
    _check_marks(node.get("marks", []), f"{pointer}/marks")
    pid = node.get("attrs", {}).get("pid")
    if pid is not None:
        if pid in seen:
            raise _wrong(f"{pointer}/attrs/pid", "duplicate-pid")
        seen.add(pid)
    if kind in _CONTENT:
        _check_content(node, pointer, seen)


def _check_attrs(attrs: Any, required: dict[str, Check], optional: dict[str, Check], pointer: str) -> None:
    if not isinstance(attrs, dict):
        raise _wrong(pointer, "attributes")
    for name in required.keys() - attrs.keys():
        raise _wrong(f"{pointer}/{name}", "missing")
    for name, value in attrs.items():
        check = required.get(name) or optional.get(name)
        if check is None:
            raise _wrong(f"{pointer}/{_escape(name)}", "unknown-attribute")
        if not check(value):
            raise _wrong(f"{pointer}/{name}", "value")


def _check_marks(marks: Any, pointer: str) -> None:
    if not isinstance(marks, list) or len(marks) > 40:
        raise _wrong(pointer, "marks")
    for position, mark in enumerate(marks):
        where = f"{pointer}/{position}"
        if not isinstance(mark, dict) or mark.get("type") not in _MARKS or set(mark) - {"type", "attrs"}:
            raise _wrong(where, "mark")
        _check_attrs(mark.get("attrs", {}), _MARKS[mark["type"]], {}, f"{where}/attrs")
