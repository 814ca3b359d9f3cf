"""Reading a scene document: its blocks, prose, beats and counts. Pure; documents are plain JSON values."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from infinite_scribe.core.language import language
from infinite_scribe.manuscript.offsets import ATOM
from infinite_scribe.manuscript.schema import SCHEMA_VERSION

Json = dict[str, Any]

PID_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PROSE = frozenset({"paragraph", "heading"})
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Block:
    """A paragraph or heading of prose. `text` holds one U+FFFC for each atom, as offsets count them."""

    pid: str
    kind: str
    text: str


@dataclass(frozen=True)
class Beat:
    """A beat as it stands in the document; `covers` are pids of the paragraphs that tell it."""

    id: str
    pid: str
    text: str
    covers: list[str]


@dataclass(frozen=True)
class Counts:
    """`words` counts words in English and 字 in Chinese; `characters` leaves out white space."""

    words: int
    characters: int


def new_pid() -> str:
    """Return a fresh paragraph id: 10 characters of base 62."""
    return "".join(secrets.choice(PID_LETTERS) for _ in range(10))


def paragraph(text: str = "", pid: str | None = None, marks: list[Json] | None = None) -> Json:
    """Return a paragraph node."""
    node: Json = {"type": "paragraph", "attrs": {"pid": pid or new_pid(), "align": None, "form": None}}
    if text:
        run: Json = {"type": "text", "text": text}
        node["content"] = [{**run, "marks": marks} if marks else run]
    return node


def beat_node(text: str, beat_id: str, covers: list[str] | None = None) -> Json:
    """Return a beat node."""
    node: Json = {"type": "beat", "attrs": {"pid": new_pid(), "beatId": beat_id, "covers": covers or []}}
    if text:
        node["content"] = [{"type": "text", "text": text}]
    return node


def scene_document(scene_id: UUID, content: list[Json] | None = None) -> Json:
    """Return a scene document; without content it has one empty paragraph to write in."""
    return {
        "type": "scene",
        "attrs": {"id": str(scene_id), "schema": SCHEMA_VERSION},
        "content": content or [paragraph()],
    }


def inline_text(node: Json, atom: str = ATOM) -> str:
    """Return the text of a block, with `atom` for each line break, footnote and mention."""
    return "".join(child["text"] if child["type"] == "text" else atom for child in node.get("content", []))


def prose_blocks(document: Json) -> Iterator[Block]:
    """Yield paragraphs and headings in order, those inside quotations too; beats are not prose."""
    for node in document["content"]:
        for inner in node.get("content", []) if node["type"] == "blockquote" else [node]:
            if inner["type"] in _PROSE:
                yield Block(inner["attrs"]["pid"], inner["type"], inline_text(inner))


def block_pids(document: Json) -> list[str]:
    """Return the pids of prose in order: what a block's ordinal counts."""
    return [block.pid for block in prose_blocks(document)]


def prose(document: Json) -> str:
    """Return the prose as plain text: a blank line between blocks, line breaks kept, no beats, no footnotes."""
    blocks = (
        inner
        for node in document["content"]
        for inner in (node.get("content", []) if node["type"] == "blockquote" else [node])
        if inner["type"] in _PROSE
    )
    texts = ("".join(_plain(child) for child in block.get("content", [])) for block in blocks)
    return "\n\n".join(text for text in texts if text.strip())


def _plain(child: Json) -> str:
    if child["type"] == "text":
        return str(child["text"])
    return "\n" if child["type"] == "hardBreak" else ""


def is_empty(document: Json) -> bool:
    """Say whether a scene has no prose and no image yet; beats alone leave it empty."""
    return not prose(document).strip() and all(node["type"] != "image" for node in document["content"])


def beats(document: Json) -> list[Beat]:
    """Return the beats in order."""
    return [
        Beat(
            node["attrs"]["beatId"],
            node["attrs"]["pid"],
            _beat_text(node),
            list(node["attrs"].get("covers", [])),
        )
        for node in document["content"]
        if node["type"] == "beat"
    ]


def _beat_text(node: Json) -> str:
    return "".join(
        child["text"] if child["type"] == "text" else child["attrs"]["label"]
        for child in node.get("content", [])
    )


def count(text: str, code: str) -> Counts:
    """Return the counts of plain prose in the language of the book."""
    return Counts(language(code).count(text), len(_SPACE.sub("", text)))


def text_hash(text: str) -> str:
    """Return the hash by which equal texts are found: 128 bits over the NFC form; the text itself stays as it is."""
    return hashlib.blake2b(unicodedata.normalize("NFC", text).encode(), digest_size=16).hexdigest()


def changed_words(before: Json, after: Json, code: str) -> int:
    """Return how many words were changed between two states, block by block; a cheap measure for checkpoints."""
    old = {block.pid: block.text for block in prose_blocks(before)}
    new = {block.pid: block.text for block in prose_blocks(after)}
    counter = language(code)
    total = 0
    for pid in old.keys() | new.keys():
        mine, theirs = old.get(pid, ""), new.get(pid, "")
        if mine != theirs:
            start = _shared(mine, theirs)
            end = _shared(mine[start:][::-1], theirs[start:][::-1])
            middles = (text[start : len(text) - end] for text in (mine, theirs))
            total += max(counter.count(middle) for middle in middles)
    return total


def _shared(one: str, other: str) -> int:
    limit = min(len(one), len(other))
    return next((n for n in range(limit) if one[n] != other[n]), limit)


def origins(document: Json) -> dict[str, list[str]]:
    """Return the model calls whose text stands in a document, each with the pids of its blocks."""
    found: dict[str, list[str]] = {}
    for node in document["content"]:
        marks = [mark for child in node.get("content", []) for mark in child.get("marks", [])]
        calls = {
            mark["attrs"]["call"] for mark in marks if mark["type"] == "origin" and mark["attrs"].get("call")
        }
        for call in sorted(calls):
            found.setdefault(str(call), []).append(node["attrs"]["pid"])
    return found
