"""What a model's profile says it can do, as far as it is known and stands in the way of asking for more. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNPROVEN_TOKENS = 2_000
"""What a model is trusted to read that lost the middle of the shortest text it was tried on."""


def context_of(profile: Mapping[str, Any], *, local: bool) -> int | None:
    """Return how many tokens a model reads, answer included; None where nothing is known to limit it.

    Who read the longest text it was tried on (`context_at_least`) may read longer ones; a model elsewhere is tried on
    short texts only, since these are paid for. The last text that a local model read, and what a model says of itself, is
    its limit.
    """
    read = _whole(profile.get("context_tokens"))
    if read is None or profile.get("context_at_least") is True:
        return None
    return read if local or "declared_tokens" in profile or read <= UNPROVEN_TOKENS else None


def items_of(profile: Mapping[str, Any]) -> int | None:
    """Return how many items of a list a model gives at once; None where it was not tried."""
    return _whole(profile.get("list_length"))


def at_once(profile: Mapping[str, Any]) -> int | None:
    """Return how many questions a model takes at a time; None where it was not tried, or took all."""
    return _whole(profile.get("concurrency"))


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
