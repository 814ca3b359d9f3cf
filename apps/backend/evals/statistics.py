"""Shares with their intervals, and rank correlation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.96


@dataclass
class Share:
    """How many of how many."""

    hits: int = 0
    of: int = 0

    def add(self, hit: bool) -> None:
        """Count one case."""
        self.hits += hit
        self.of += 1

    def __add__(self, other: Share) -> Share:
        return Share(self.hits + other.hits, self.of + other.of)

    @property
    def value(self) -> float | None:
        """The share, or None without cases."""
        return self.hits / self.of if self.of else None

    def wilson(self) -> tuple[float, float]:
        """Return the 95 % interval of Wilson."""
        if not self.of:
            return 0.0, 1.0
        p, n = self.hits / self.of, self.of
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.of:
            return "–"
        low, high = self.wilson()
        return f"{self.hits / self.of:.3f} [{low:.3f}, {high:.3f}] n={self.of}"


def kendall(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return Kendall's τ (a) of paired values; pairs that tie on either side count as neither."""
    agree = clash = 0
    for number, (one, other) in enumerate(pairs):
        for more, most in pairs[number + 1 :]:
            product = (one - more) * (other - most)
            agree += product > 0
            clash += product < 0
    total = agree + clash
    return (agree - clash) / total if total else None


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the least-squares line."""
    n = len(points)
    x, y = (sum(one[axis] for one in points) / n for axis in (0, 1))
    under = sum((one[0] - x) ** 2 for one in points)
    return sum((one[0] - x) * (one[1] - y) for one in points) / under if under else 0.0
