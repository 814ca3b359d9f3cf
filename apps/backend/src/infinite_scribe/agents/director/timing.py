"""When a scene is, as the director writes it: “day 3, 14:30–15:10” in minutes of the story. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from infinite_scribe.structure.relative_time import parse_label
from infinite_scribe.structure.resolver import DEFAULT_TICKS

_CLOCK = r"(\d{1,2})[:：](\d{2})"
_DAY = r"(\d{1,5})[^\d:：]{1,6}"
_DATE = re.compile(
    rf"^\D{{0,6}}{_DAY}{_CLOCK}(?:\s*(?:-|–|—|~|～|to|至|到)\s*(?:\D{{0,6}}?{_DAY})?{_CLOCK})?\D{{0,2}}$"
)


@dataclass(frozen=True)
class When:
    """Story time of a scene: ticks of one minute from the first day on, or words that place it after the scene before."""

    label: str
    start: int | None = None
    end: int | None = None

    def fields(self) -> dict[str, Any]:
        """Return the time as a scene holds it."""
        if self.start is None:
            return {"story_from": {"label": self.label}}
        start, end = _instant(self.start, self.label), _instant(self.end or self.start, "")
        return {"story_from": start, **({"story_to": end} if self.end is not None else {})}


def read_when(text: str, day_ticks: int) -> When | None:
    """Return when a card says it is; None where code cannot read it, for then the order of the scenes says enough."""
    found = _DATE.match(text.strip())
    if found is None:
        return When(text) if text and parse_label(text) is not None else None
    day, hour, minute, last, until, minutes = found.groups()
    start = _tick(int(day), int(hour), int(minute), day_ticks)
    if until is None:
        return When(text, start, start + DEFAULT_TICKS)
    return When(text, start, _tick(int(last or day), int(until), int(minutes), day_ticks))


def _tick(day: int, hour: int, minute: int, day_ticks: int) -> int:
    return (day - 1) * day_ticks + (hour * 60 + minute) * day_ticks // 1_440


def _instant(tick: int, label: str) -> dict[str, Any]:
    return {"earliest": tick, "latest": tick, "precision": "minute", **({"label": label} if label else {})}
