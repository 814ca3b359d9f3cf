"""Offsets on the wire are UTF-16 code units inside one block; here they become Python indices and back.

An atom (line break, footnote, mention) counts one unit and stands as U+FFFC in the text of its block.
"""

from __future__ import annotations

ATOM = "\ufffc"


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units `text` takes."""
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF)


def to_utf16(text: str, index: int) -> int:
    """Return the offset in code units of the Python index `index`. Raises `ValueError` outside the text."""
    if not 0 <= index <= len(text):
        raise ValueError(f"index {index} lies outside a text of {len(text)}")
    return utf16_length(text[:index])


def from_utf16(text: str, offset: int) -> int:
    """Return the Python index at `offset` code units.

    Raises `ValueError` outside the text or inside a surrogate pair: such an offset would cut a character.
    """
    units = 0
    for index, sign in enumerate(text):
        if units == offset:
            return index
        units += 2 if ord(sign) > 0xFFFF else 1
        if units > offset:
            raise ValueError(f"offset {offset} cuts a character in two")
    if units == offset:
        return len(text)
    raise ValueError(f"offset {offset} lies outside a text of {units} units")
