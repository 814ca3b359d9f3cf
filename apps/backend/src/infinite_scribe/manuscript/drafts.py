"""From an agent's plain text to blocks of a scene: paragraphs, markers of beats, marks of origin. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from infinite_scribe.manuscript.document import Json, is_empty, new_pid, paragraph

_MARKER = re.compile(r"\[\[B(\d{1,3})\]\]")
_MARKER_LINE = re.compile(r"^\s*\[\[B(\d{1,3})\]\]\s*$")
_BREAK = re.compile(r"^\s*(?:\*\s*\*\s*\*|\*{3,}|-{3,}|⁂|#)\s*$")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_EMPHASIS = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")


@dataclass(frozen=True)
class Origin:
    """Where generated text came from; becomes a mark on every run of it."""

    run: str | None
    call: str | None
    demo: bool

    def mark(self) -> Json:
        """Return the mark."""
        attrs = {"run": self.run, "call": self.call, "state": "generated", "demo": self.demo}
        return {"type": "origin", "attrs": attrs}


@dataclass(frozen=True)
class DraftBlock:
    """One block of a draft; `beat` counts the beats of the scene from 1 (None: before any marker)."""

    node: Json
    beat: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the block for a remembered step."""
        return {"node": self.node, "beat": self.beat}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> DraftBlock:
        """Return the block of `as_json`."""
        return cls(value["node"], value.get("beat"))


def blocks_from_text(text: str, origin: Origin) -> list[DraftBlock]:
    """Return the blocks of plain prose: a blank line parts paragraphs, `[[B3]]` opens what tells beat 3.

    Single line breaks stay as line breaks, a line of `***` becomes a scene break, `*words*` become emphasis. NUL and
    lone surrogates, which no text has, are taken out.
    """
    found: list[DraftBlock] = []
    beat: int | None = None
    lines: list[str] = []

    def finish() -> None:
        body = "\n".join(lines).strip()
        lines.clear()
        if body:
            found.append(DraftBlock(_paragraph(body, origin), beat))

    clean = _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for line in clean.split("\n"):
        marker = _MARKER_LINE.match(line) or _MARKER.match(line.lstrip())
        if marker:
            finish()
            beat = int(marker[1])
        line_text = _MARKER.sub("", line).rstrip()
        if _BREAK.match(line_text) and line_text.strip():
            finish()
            found.append(DraftBlock({"type": "sceneBreak", "attrs": {"pid": new_pid()}}, beat))
        elif line_text.strip():
            lines.append(line_text.lstrip() if not lines else line_text)
        else:
            finish()
    finish()
    return found


def _paragraph(body: str, origin: Origin) -> Json:
    node = paragraph()
    content: list[Json] = []
    for position, line in enumerate(body.split("\n")):
        if position:
            content.append({"type": "hardBreak"})
        content.extend(_runs(line.strip(), origin))
    return {**node, "content": content}


def _runs(line: str, origin: Origin) -> list[Json]:
    """Return the text nodes of a line, emphasis marked; the pieces at odd places were between asterisks."""
    pieces = _EMPHASIS.split(line)
    marks = [[origin.mark()], [{"type": "em"}, origin.mark()]]
    return [{"type": "text", "text": piece, "marks": marks[n % 2]} for n, piece in enumerate(pieces) if piece]


def lay_out(document: Json, blocks: Sequence[DraftBlock]) -> Json:
    """Return an empty scene's document with a draft in it: each beat, then the paragraphs that tell it.

    Raises `ValueError` when the scene is not empty.
    """
    if not is_empty(document):
        raise ValueError("the scene has text")
    beats = [node for node in document["content"] if node["type"] == "beat"]
    content: list[Json] = [block.node for block in blocks if block.beat is None or block.beat < 1]
    for number, beat in enumerate(beats, start=1):
        told = [block.node for block in blocks if block.beat == number]
        covers = [node["attrs"]["pid"] for node in told if node["type"] == "paragraph"]
        content.append({**beat, "attrs": {**beat["attrs"], "covers": covers}})
        content.extend(told)
    content.extend(block.node for block in blocks if block.beat is not None and block.beat > len(beats))
    return {**document, "content": content or [paragraph()]}


def fresh_pids(nodes: Iterable[Json], taken: set[str]) -> list[Json]:
    """Return `nodes` with a new pid wherever one is in `taken`; covers of beats follow."""
    renamed: dict[str, str] = {}

    def rename(node: Json) -> Json:
        attrs = dict(node.get("attrs", {}))
        if attrs.get("pid") in taken:
            old, attrs["pid"] = attrs["pid"], new_pid()
            renamed[old] = attrs["pid"]
        inner = (
            [rename(child) for child in node["content"]]
            if node["type"] == "blockquote"
            else node.get("content")
        )
        copy = {**node, "attrs": attrs} if "attrs" in node else dict(node)
        return {**copy, "content": inner} if inner is not None else copy

    found = [rename(node) for node in nodes]
    for node in found:
        if node["type"] == "beat":
            node["attrs"]["covers"] = [renamed.get(pid, pid) for pid in node["attrs"].get("covers", [])]
    return found
