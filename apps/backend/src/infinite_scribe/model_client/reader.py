"""The tolerant reader: finds the object that a model meant in what it wrote. It parses; it never evaluates.

Valid JSON is read exactly as `json` reads it. Only where that fails the tolerant grammar is tried: fences and
chatter around the object, trailing commas, single, typographic and corner quotes, full-width punctuation, comments,
unquoted keys, `True`/`None`/`NaN`, raw line breaks and bare quotes inside strings, an answer that ends in the middle.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from infinite_scribe.model_client.fitting import fit
from infinite_scribe.model_client.lines import read_lines

MAX_CHARS = 4_000_000
MAX_DEPTH = 64

_OPEN = "{｛"
_CLOSE = "}｝"
_OPEN_LIST = "[［"
_CLOSE_LIST = "]］"
_COMMA = ",，;；、"
_COLON = ":：="
_ENDS = _CLOSE + _CLOSE_LIST + _COMMA + _COLON
_QUOTES = {
    '"': '"',
    "'": "'",
    "“": '”“"',
    "”": '”"',
    "‘": "’‘'",
    "’": "’'",
    "「": "」",
    "『": "』",
    "＂": "＂",
    "`": "`",
}
_SPACE = re.compile(r"(?:\s|\ufeff|//[^\n]*|#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_WORDS: dict[str, Any] = {
    "true": True, "false": False,
    "null": None, "none": None, "nan": None, "undefined": None, "infinity": None, "-infinity": None,
}  # fmt: skip
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?\Z")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def read_object(text: str, schema: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Return the object in `text`, or None when there is none.

    With a schema: values are fitted to it first (numbers in words, near enum members); the first object that
    validates wins, else the one that knows most of its members, so that a repair can name what is wrong. Where there
    is no object, `KEY: value` lines and tables are read.
    """
    best: tuple[int, dict[str, Any]] | None = None
    validator = Draft202012Validator(schema) if schema else None
    known = set(schema.get("properties", {})) if schema else set()
    for found in _objects(text[:MAX_CHARS], schema):
        candidate = fit(found, schema) if schema else found
        if validator is None or validator.is_valid(candidate):
            return candidate
        score = len(known & set(candidate))
        if best is None or score > best[0]:
            best = (score, candidate)
    lines = read_lines(text[:MAX_CHARS], schema) if schema else None
    if lines and (best is None or not best[0] or (validator is not None and validator.is_valid(lines))):
        return lines
    return best[1] if best else None


def _objects(text: str, schema: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    at = 0
    decoder = json.JSONDecoder()
    wrap = _only_list(schema)
    starts = re.compile("[{｛[［]" if wrap else "[{｛]")
    while (match := starts.search(text, at)) is not None:
        at = match.start()
        found, end = _strict(decoder, text, at)
        if end is None:
            parser = _Parser(text, at)
            found, end = parser.read(), parser.at
        if isinstance(found, dict) and found:
            yield found
            yield from _wrapped(found, schema)
        elif isinstance(found, list) and wrap and any(isinstance(item, dict) for item in found):
            yield {wrap: found}
        else:
            end = at + 1
        at = max(end, at + 1)


def _wrapped(found: dict[str, Any], schema: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Yield the object that was meant where a model put a wrapper of its own around it."""
    known = set((schema or {}).get("properties", {}))
    if known and not known & set(found):
        yield from (inner for inner in found.values() if isinstance(inner, dict) and known & set(inner))


def _strict(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Any, int | None]:
    try:
        return decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, None


def _only_list(schema: dict[str, Any] | None) -> str | None:
    """Name the one member of a schema that only holds a list; small models then often send the bare list."""
    properties = (schema or {}).get("properties", {})
    if len(properties) != 1:
        return None
    [(name, inner)] = properties.items()
    return name if isinstance(inner, dict) and inner.get("type") == "array" else None


class _NotAnObjectError(Exception):
    """What stands here is not an object in any reading."""


@dataclass
class _Parser:
    text: str
    at: int
    depth: int = 0
    cut: bool = False

    def read(self) -> Any:
        try:
            return self._value()
        except _NotAnObjectError:
            return None

    def _peek(self) -> str:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at] if self.at < len(self.text) else ""

    def _value(self) -> Any:
        head = self._peek()
        if not head:
            self.cut = True
            return None
        if head in _OPEN or head in _OPEN_LIST:
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise _NotAnObjectError
            self.at += 1
            found = self._object() if head in _OPEN else self._list()
            self.depth -= 1
            return found
        return self._string() if head in _QUOTES else self._bare()

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while True:
            head = self._skip(_COMMA)
            if not head:
                self.cut = True
                return found
            if head in _CLOSE:
                self.at += 1
                return found
            if head in _CLOSE_LIST:
                return found
            key = self._string() if head in _QUOTES else self._bare_key()
            if not self._peek():
                self.cut = True
                return found
            if self._peek() not in _COLON:
                raise _NotAnObjectError
            self.at += 1
            value = self._value()
            if not self.cut or _worth_keeping(value, self.depth):
                found[str(key)] = value
            if self.cut:
                return found

    def _list(self) -> list[Any]:
        found: list[Any] = []
        while True:
            head = self._skip(_COMMA)
            if not head:
                self.cut = True
                return found
            if head in _CLOSE_LIST:
                self.at += 1
                return found
            if head in _CLOSE:
                return found
            before = self.at
            value = self._value()
            if self.cut:
                return found
            found.append(value)
            if self.at == before:
                raise _NotAnObjectError

    def _skip(self, marks: str) -> str:
        while (head := self._peek()) and head in marks:
            self.at += 1
        return head

    def _string(self) -> str:
        closers = _QUOTES[self.text[self.at]]
        self.at += 1
        parts: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\\":
                parts.append(self._escape())
                continue
            self.at += 1
            if char in closers and self._ends_string():
                return "".join(parts)
            parts.append(char)
        self.cut = True
        return "".join(parts)

    def _ends_string(self) -> bool:
        """A quote ends a string when what follows is structure; else it is a quote that nobody escaped."""
        found = _SPACE.match(self.text, self.at)
        after = found.end() if found else self.at
        return after >= len(self.text) or self.text[after] in _ENDS

    def _escape(self) -> str:
        mark = self.text[self.at + 1 : self.at + 2]
        if mark == "u":
            digits = self.text[self.at + 2 : self.at + 6]
            if re.fullmatch(r"[0-9a-fA-F]{4}", digits):
                self.at += 6
                code = int(digits, 16)
                return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
        self.at += 2
        return _ESCAPES.get(mark, mark)

    def _bare_key(self) -> str:
        found = re.compile(r"[^:：=,，{}｛｝\[\]\n\"]{1,80}").match(self.text, self.at)
        if not found:
            raise _NotAnObjectError
        self.at = found.end()
        return found.group().strip()

    def _bare(self) -> Any:
        found = re.compile(r"[^,，;；}｝\]］\n]*").match(self.text, self.at)
        word = found.group().strip() if found else ""
        self.at = found.end() if found else self.at
        if self.at >= len(self.text):
            self.cut = True
        lowered = word.lower()
        if lowered in _WORDS:
            return _WORDS[lowered]
        if _NUMBER.match(word):
            number = float(word)
            return (
                int(word)
                if re.fullmatch(r"[-+]?\d{1,300}", word)
                else (number if abs(number) < 1e308 else None)
            )
        return word


def _worth_keeping(value: Any, depth: int) -> bool:
    """Of an answer that ends in the middle: lists and objects keep what is complete; a string only at the top."""
    if isinstance(value, dict | list):
        return bool(value)
    return depth == 1 and isinstance(value, str) and bool(value)
