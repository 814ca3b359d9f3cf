"""Cutting a scene into passages that are found and read as one. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from infinite_scribe.core.language import language

BOUNDS = {"en": (120, 220), "zh": (200, 350)}
"""Least and most units (words, 字) of a passage."""


@dataclass(frozen=True)
class TextBlock:
    """A paragraph of a scene."""

    pid: str
    text: str


@dataclass(frozen=True)
class Chunk:
    """Neighbouring paragraphs of one scene."""

    ordinal: int
    text: str
    pids: tuple[str, ...]


def text_hash(text: str) -> str:
    """Return the hash of a text in its composed form."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def chunks(blocks: Sequence[TextBlock], code: str) -> list[Chunk]:
    """Join paragraphs to passages of 120–220 words or 200–350 字, never cutting a paragraph.

    A single longer paragraph is a passage of its own; a short rest joins the passage before it when it fits.
    """
    counted = language(code)
    least, most = BOUNDS.get(code, BOUNDS["en"])
    groups: list[tuple[list[TextBlock], int]] = []
    for block in blocks:
        if not block.text.strip():
            continue
        size = counted.count(block.text)
        if groups and (groups[-1][1] + size <= most) and (groups[-1][1] < least or size < least // 4):
            groups[-1][0].append(block)
            groups[-1] = (groups[-1][0], groups[-1][1] + size)
        else:
            groups.append(([block], size))
    if len(groups) > 1 and groups[-1][1] < least // 2 and groups[-1][1] + groups[-2][1] <= most:
        rest, size = groups.pop()
        groups[-1] = ([*groups[-1][0], *rest], groups[-1][1] + size)
    return [
        Chunk(ordinal, "\n\n".join(block.text for block in group), tuple(block.pid for block in group))
        for ordinal, (group, _size) in enumerate(groups)
    ]
