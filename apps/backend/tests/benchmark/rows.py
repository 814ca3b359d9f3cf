"""One row of a measurement, the table for people and the file for machines."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """A figure from a run. `aim` is None where there is nothing to reach; `note` holds count and spread."""

    name: str
    value: float | None
    unit: str
    aim: str | None
    ok: bool
    note: str


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return how many values there were and how far they lie apart, with the load of the machine."""
    shown = f"n={len(values)}, {min(values):.{digits}f}–{max(values):.{digits}f}"
    return f"{shown}, load {os.getloadavg()[0]:.1f}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    return float(statistics.median(values))


def write(rows: Sequence[Row], path: Path) -> None:
    """Write the rows as a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False) + "\n", "utf-8")


def shown(row: Row) -> str:
    """Return the row as one line of the table."""
    mark = "·" if row.value is None and row.ok else "✓" if row.ok else "✗"
    value = "–" if row.value is None else f"{row.value:,.2f}"
    return f"{mark} {row.name:<58} {value:>10} {row.unit:<7} {row.aim or '':<10} {row.note}"
