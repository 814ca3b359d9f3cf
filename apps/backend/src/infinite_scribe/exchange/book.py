"""A book between the manuscript and a file: plain values that every writer and reader shares. Pure.

Beats, comments, proposals and origin marks have no place here, so that no writer can leak them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

BlockKind = Literal["paragraph", "heading", "quote", "break"]
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STYLES = ("strong", "em", "underline", "strike", "smallCaps")


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style; `line_break` runs carry no text."""

    text: str = ""
    styles: frozenset[str] = frozenset()
    line_break: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading inside a chapter, a paragraph of a quotation, or a break."""

    kind: BlockKind
    runs: tuple[Run, ...] = ()
    level: int = 0
    align: str | None = None

    @property
    def text(self) -> str:
        return "".join("\n" if run.line_break else run.text for run in self.runs)


@dataclass(frozen=True)
class Chapter:
    title: str
    number: int
    scenes: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True)
class Book:
    title: str
    author: str
    language: str
    identifier: str
    chapters: tuple[Chapter, ...] = field(default=())

    @property
    def words_shown(self) -> int:
        """Return the number of characters of prose, for choosing how to render."""
        return sum(
            len(block.text) for chapter in self.chapters for scene in chapter.scenes for block in scene
        )


def blocks_of(document: dict[str, Any]) -> tuple[Block, ...]:
    """Return the printable blocks of a scene document; empty paragraphs fall away."""
    found = [block for node in document.get("content", []) for block in _blocks(node)]
    return tuple(block for block in found if block.kind == "break" or block.text.strip())


def _blocks(node: dict[str, Any]) -> Iterator[Block]:
    kind = node["type"]
    attributes = node.get("attrs", {})
    if kind == "paragraph":
        yield Block("paragraph", _runs(node), align=attributes.get("align"))
    elif kind == "heading":
        yield Block("heading", _runs(node), level=int(attributes.get("level", 2)))
    elif kind == "blockquote":
        for inner in node.get("content", []):
            yield Block("quote", _runs(inner))
    elif kind == "sceneBreak":
        yield Block("break")


def _runs(node: dict[str, Any]) -> tuple[Run, ...]:
    found = []
    for child in node.get("content", []):
        if child["type"] == "hardBreak":
            found.append(Run(line_break=True))
        elif child["type"] == "footnote":
            found.append(Run(f" [{child.get('attrs', {}).get('text', '')}]"))
        elif child["type"] == "text":
            styles = frozenset(mark["type"] for mark in child.get("marks", []) if mark["type"] in STYLES)
            found.append(Run(child["text"], styles))
    return tuple(found)


def printable(text: str) -> str:
    """Leave out what XML 1.0 cannot hold: control characters, lone surrogates, U+FFFE and U+FFFF."""
    return _NOT_XML.sub("", text)


def chapter_label(number: int, language: str) -> str:
    """Return the heading of a chapter that has no title of its own."""
    return f"第{number}章" if language == "zh" else f"Chapter {number}"
