"""The lite form of a typed answer: `KEY: value` lines, one block per item, no nesting.

A schema is flattened to blocks: the members that stand alone (`tension.a`), and one block per list of objects, of
which only the fields count that must be there, plain texts and choices. What a model wrote in such lines, or as a
Markdown table, is read back into an object of the schema. Reading never evaluates and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infinite_scribe.model_client.fitting import fit, resolved

_HEADER = re.compile(r"^\W{0,4}\[\s*([\w.]{1,80})\s*(?:[#/]?\s*\d{1,3})?\s*\]\W{0,3}$")
_KEYED = re.compile(
    r"^[\s>*#\-•]*(?:\d{1,3}[.)、]\s*)?[*_`\"]{0,3}([A-Za-z][\w. ]{0,60}?)[*_`\"]{0,3}\s*[:：][*_`]{0,3}\s*(.*)$"
)
_NOTHING = frozenset({"", "-", "–", "—", "none", "null", "n/a", "nil", "无", "没有", "空"})
_MOST_LINES = 4_000


@dataclass(frozen=True)
class Field:
    """One line of a block. `path` leads to the member inside the block's object."""

    key: str
    path: tuple[str, ...]
    schema: Mapping[str, Any]
    required: bool
    many: bool = False


@dataclass(frozen=True)
class Block:
    """One item of a list (`path` leads to the list), or the members that stand alone (no path)."""

    path: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        return ".".join(self.path)


def blocks_of(schema: Mapping[str, Any]) -> list[Block]:
    """Return the blocks of a schema, those of lists last; nothing for a schema that lines cannot hold."""
    alone: list[Field] = []
    lists: list[Block] = []
    try:
        _flatten(schema, schema, (), alone, lists, required=True)
    except _TooDeepError:
        return []
    return [*([Block((), tuple(alone))] if alone else []), *lists]


class _TooDeepError(Exception):
    """A list of objects inside a list of objects cannot stand in lines."""


def _flatten(
    schema: Mapping[str, Any],
    root: Mapping[str, Any],
    path: tuple[str, ...],
    alone: list[Field],
    lists: list[Block],
    *,
    required: bool,
) -> None:
    for name, raw in schema.get("properties", {}).items():
        inner, optional = _plain(raw, root)
        must = required and name in schema.get("required", ()) and not optional
        here = (*path, name)
        items, _ = _plain(inner.get("items", {}), root)
        if "properties" in inner:
            if must:
                _flatten(inner, root, here, alone, lists, required=True)
        elif inner.get("type") == "array" and "properties" in items:
            lists.append(Block(here, tuple(_fields(items, root))))
        elif inner.get("type") == "array":
            if must:
                alone.append(Field(_key(here), here, items, required=True, many=True))
        elif must or _is_kept(raw, inner):
            alone.append(Field(_key(here), here, inner, required=must))


def _fields(item: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Field]:
    for name, raw in item.get("properties", {}).items():
        inner, optional = _plain(raw, root)
        must = name in item.get("required", ()) and not optional
        entry, _ = _plain(inner.get("items", {}), root)
        if "properties" in inner:
            if must:
                for one in _fields(inner, root):
                    yield Field(
                        f"{name}.{one.key}".upper(), (name, *one.path), one.schema, one.required, one.many
                    )
        elif inner.get("type") == "array":
            if must and "properties" in entry:
                raise _TooDeepError
            if must:
                yield Field(name.upper(), (name,), entry, required=True, many=True)
        elif must or _is_kept(raw, inner):
            yield Field(name.upper(), (name,), inner, required=must)


def _plain(raw: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """Return a schema without its reference and its `or null`, and whether it may be null."""
    schema = resolved(dict(raw), dict(root))
    choices = [resolved(one, dict(root)) for one in schema.get("anyOf", ()) if isinstance(one, dict)]
    real = [one for one in choices if one.get("type") != "null"]
    return (real[0], len(real) < len(choices)) if real else (schema, False)


def _is_kept(raw: Mapping[str, Any], inner: Mapping[str, Any]) -> bool:
    """Of what may be left out, plain texts and choices are still worth a line."""
    return "enum" in inner or (inner.get("type") == "string" and "anyOf" not in raw)


def _key(path: tuple[str, ...]) -> str:
    return ".".join(path).upper()


@dataclass
class _Item:
    block: Block
    values: dict[tuple[str, ...], str] = field(default_factory=dict)
    last: tuple[str, ...] | None = None


def read_lines(text: str, schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the object that lines or a table mean in a schema; None when they hold nothing of it."""
    blocks = blocks_of(schema)
    if not blocks:
        return None
    found: dict[str, Any] = {}
    for item in _items(_untabled(text.splitlines()[:_MOST_LINES]), blocks):
        if not item.values:
            continue
        made: dict[str, Any] = {}
        for one in item.block.fields:
            if (value := item.values.get(one.path)) is not None:
                _put(made, one.path, _value(value, one))
        if item.block.path:
            _list_at(found, item.block.path).append(made)
        else:
            _merge(found, made)
    return fit(found, dict(schema)) if found else None


def _items(lines: Sequence[str], blocks: Sequence[Block]) -> Iterator[_Item]:
    names = {block.name.casefold(): block for block in blocks} | {
        block.path[-1].casefold(): block for block in blocks if block.path
    }
    present: _Item | None = None
    for line in lines:
        header = _HEADER.match(line)
        if header is not None and header.group(1).casefold() in names:
            if present is not None:
                yield present
            present = _Item(names[header.group(1).casefold()])
            continue
        keyed = _KEYED.match(line)
        place = _place(keyed.group(1), blocks, present) if keyed is not None else None
        if keyed is not None and place is not None:
            block, one = place
            if present is None or present.block is not block or one.path in present.values:
                if present is not None:
                    yield present
                present = _Item(block)
            present.values[one.path] = keyed.group(2).strip()
            present.last = one.path
        elif present is not None and present.last is not None and line.strip(" -*_=#`"):
            present.values[present.last] += f" {line.strip()}"
        elif present is not None:
            present.last = None
    if present is not None:
        yield present


def _place(key: str, blocks: Sequence[Block], present: _Item | None) -> tuple[Block, Field] | None:
    """Return the block and the field that a key names; the block at hand comes first."""
    wanted = re.sub(r"[\s_]+", "_", key.strip()).casefold()
    order = [*([present.block] if present is not None else []), *blocks]
    for exact in (True, False):
        for block in order:
            for one in block.fields:
                name = one.key.casefold()
                if name == wanted or (not exact and name.rpartition(".")[2] == wanted):
                    return block, one
    return None


def _untabled(lines: Sequence[str]) -> list[str]:
    """Return lines in which the rows of Markdown tables stand as `key: value` lines."""
    out: list[str] = []
    head: list[str] | None = None
    for line in lines:
        plain = line.strip()
        if not (plain.startswith("|") and plain.endswith("|") and len(plain) > 2):
            head = None
            out.append(line)
            continue
        cells = [cell.strip() for cell in plain[1:-1].split("|")]
        if head is None:
            head = cells
        elif not all(re.fullmatch(r":?-{1,}:?", cell) for cell in cells):
            out += [f"{name}: {cell}" for name, cell in zip(head, cells, strict=False) if name]
            out.append("")
    return out


def _value(text: str, one: Field) -> Any:
    plain = text.strip().strip("`")
    if len(plain) > 1 and plain[0] in "\"“「'" and plain[-1] in "\"”」'":
        plain = plain[1:-1].strip()
    if not one.many:
        return plain if one.required or plain.casefold() not in _NOTHING else None
    short = "pattern" in one.schema or "enum" in one.schema or int(one.schema.get("maxLength", 999)) <= 120
    parts = re.split(r"[|;；\n]" if not short or "|" in plain else r"[|;；,，、\n]", plain.strip("[]［］"))
    return [part.strip().strip("\"“”'") for part in parts if part.strip().casefold() not in _NOTHING]


def _put(into: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    if value is None:
        return
    for name in path[:-1]:
        into = into.setdefault(name, {})
    into[path[-1]] = value


def _list_at(into: dict[str, Any], path: tuple[str, ...]) -> list[Any]:
    for name in path[:-1]:
        into = into.setdefault(name, {})
    found: list[Any] = into.setdefault(path[-1], [])
    return found


def _merge(into: dict[str, Any], fresh: Mapping[str, Any]) -> None:
    for name, value in fresh.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into.setdefault(name, value)


def write_lines(value: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return an object as the lines that `read_lines` reads; what the lite form leaves out is not written."""
    out: list[str] = []
    for block in blocks_of(schema):
        if not block.path:
            out += _written(value, block)
            continue
        rows = _at(value, block.path)
        for row in rows if isinstance(rows, list) else []:
            out += ["", f"[{block.name}]", *_written(row, block)]
    return "\n".join(out).strip()


def _written(row: Any, block: Block) -> list[str]:
    lines = []
    for one in block.fields:
        value = _at(row, one.path)
        if value is None or value == []:
            continue
        said = " | ".join(str(part) for part in value) if isinstance(value, list) else str(value)
        lines.append(f"{one.key}: {' '.join(said.split())}")
    return lines


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
