"""Showing where a passage answers: the paragraph, the place in it, and a few words around. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from infinite_scribe.memory.chunks import TextBlock

WIDTH = 160


@dataclass(frozen=True)
class Spot:
    """A place in a paragraph; offsets are UTF-16 code units."""

    pid: str
    from_offset: int
    to_offset: int
    snippet: str


def utf16(text: str, index: int) -> int:
    """Return a character index as UTF-16 code units, the unit of offsets on the wire."""
    return len(text[:index].encode("utf-16-le")) // 2


def best_spot(blocks: Sequence[TextBlock], query: str, terms: Collection[str]) -> Spot | None:
    """Return where the question stands in some paragraphs: its own words, else its longest term, else the opening."""
    wanted = sorted({query.strip(), *terms} - {""}, key=lambda one: (-len(one), one))
    best: tuple[int, int, int, TextBlock] | None = None
    for block in blocks:
        folded = _fold(block.text)
        hits = [(one, at) for one in wanted if (at := _find(folded, _fold(one))) >= 0]
        if not hits:
            continue
        weight = sum(len(one) for one, _ in hits)
        longest, at = hits[0]
        if best is None or weight > best[0]:
            best = (weight, at, at + len(longest), block)
    if best is not None:
        return spot(best[3], best[1], best[2])
    return spot(blocks[0], 0, min(len(blocks[0].text), WIDTH)) if blocks else None


def spot(block: TextBlock, start: int, end: int) -> Spot:
    """Return a place given in characters, with the words around it."""
    left = max(0, start - WIDTH // 3)
    right = min(len(block.text), max(end, left + WIDTH))
    said = block.text[left:right].strip()
    shown = f"{'…' if left else ''}{said}{'…' if right < len(block.text) else ''}"
    return Spot(block.pid, utf16(block.text, start), utf16(block.text, end), shown)


def _fold(text: str) -> str:
    """Return a text for comparison in which every character keeps its place."""
    folded = (unicodedata.normalize("NFKC", one).casefold() for one in text)
    return "".join(one if len(one) == 1 else raw for one, raw in zip(folded, text, strict=True))


def _find(text: str, wanted: str) -> int:
    """Return where a word stands; in letters it begins a word."""
    at = text.find(wanted)
    while at > 0 and wanted[:1].isascii() and text[at - 1].isalnum():
        at = text.find(wanted, at + 1)
    return at
