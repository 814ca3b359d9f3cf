"""Ranks and reading order. Pure.

A rank is a text key between its neighbours (base 62, compared byte by byte), so that moving one card writes one
row. The scheme is the fractional index of David Greenspan, "Implementing Fractional Indexing".
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE = len(DIGITS)

NodeKind = Literal["part", "chapter", "scene"]


class Status(StrEnum):
    """How far a chapter or a scene has come."""

    IDEA = "idea"
    OUTLINED = "outlined"
    CARDED = "carded"
    DRAFTING = "drafting"
    DRAFTED = "drafted"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"


class StoryMode(StrEnum):
    """How a scene stands to the line of the story."""

    LINEAR = "linear"
    FLASHBACK = "flashback"
    FLASHFORWARD = "flashforward"
    DREAM = "dream"
    DOCUMENT = "document"
    PARALLEL = "parallel"


def is_rank(text: str) -> bool:
    """Say whether `text` can be a rank: base-62 digits, no trailing zero (nothing would fit before it)."""
    return bool(text) and all(digit in DIGITS for digit in text) and text[-1] != DIGITS[0]


def rank_between(before: str | None, after: str | None) -> str:
    """Return a rank strictly between two ranks; None stands for the open end on that side.

    Raises `ValueError` when `before` is not smaller than `after` or either is not a rank.
    """
    low, high = before or "", after
    if (low and not is_rank(low)) or (high is not None and not is_rank(high)):
        raise ValueError(f"not a rank: {before!r}, {after!r}")
    if high is not None and low >= high:
        raise ValueError(f"no rank fits between {before!r} and {after!r}")
    return _midpoint(low, high)


def _midpoint(low: str, high: str | None) -> str:
    if high is not None:
        shared = 0
        while shared < len(high) and (low[shared] if shared < len(low) else DIGITS[0]) == high[shared]:
            shared += 1
        if shared:
            return high[:shared] + _midpoint(low[shared:], high[shared:])
    first = DIGITS.index(low[0]) if low else 0
    last = DIGITS.index(high[0]) if high is not None else _BASE
    if last - first > 1:
        # At the open end only a step, not half the way: appending a thousand chapters keeps keys short.
        middle = first + 1 if high is None and first else (first + last) // 2
        return DIGITS[middle]
    if high is not None and len(high) > 1:
        return high[0]
    return DIGITS[first] + _midpoint(low[1:], None)


def ranks(count: int, before: str | None = None, after: str | None = None) -> list[str]:
    """Return `count` rising ranks strictly between two ranks, of even length."""
    if count <= 0:
        return []
    if count == 1:
        return [rank_between(before, after)]
    if after is None:
        found: list[str] = []
        for _ in range(count):
            before = rank_between(before, None)
            found.append(before)
        return found
    half = count // 2
    middle = rank_between(before, after)
    return [*ranks(half, before, middle), middle, *ranks(count - half - 1, middle, after)]
