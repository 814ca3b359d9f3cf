"""Rows that a step remembers: as many as the journal has room for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infinite_scribe.runs.rules import journal_bytes

ROOM_FOR_FAULTS = 40_000
"""Bytes of faults that a reading of the plan remembers."""
ROOM_FOR_REST = 10_000
"""Bytes of faults, and of refusals, that a result carries to the run above."""


def within(rows: Sequence[Mapping[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return the first rows that fit into so many bytes (UTF-8); those that are errors come first."""
    found: list[dict[str, Any]] = []
    left = most
    for one in sorted(rows, key=lambda row: row.get("severity", "error") != "error"):
        left -= journal_bytes(one)
        if left < 0:
            break
        found.append(dict(one))
    return found
