"""What a tick of one minute is on the calendar of a book: weekday, season, moon, time of day, age. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = (
    (3, "night"),
    (7, "dawn"),
    (11, "morning"),
    (13, "noon"),
    (17, "afternoon"),
    (19, "dusk"),
    (23, "evening"),
)
_PHASES = ("full", "waning", "new", "waxing")
_WEEK = 7


@dataclass(frozen=True)
class Reckoning:
    """A calendar that can be asked. `zero` is the instant of tick 0 and only known to the Gregorian kind."""

    day_ticks: int = 1_440
    week_length: int = _WEEK
    year_days: int = 365
    zero: datetime | None = None
    seasons: tuple[tuple[str, int], ...] = ()
    moon_days: float | None = None
    full_at: int = 0

    @classmethod
    def of(cls, calendar: Any) -> Reckoning:
        """Read the author's calendar. A zero instant that cannot be read counts as none."""
        moon = calendar.moon or {}
        table = sorted((int(one["from_day_of_year"]), str(one["name"])) for one in calendar.season_table)
        return cls(
            calendar.day_ticks,
            calendar.week_length,
            calendar.year_days,
            _instant(calendar.zero_instant) if calendar.kind == "gregorian" else None,
            tuple((name, day) for day, name in table),
            float(moon["period_days"]) if moon else None,
            int(moon.get("full_at_tick", 0)),
        )

    def weekday(self, tick: int) -> str | None:
        """Return the day of the week; None where the week has no names or tick 0 has no date."""
        if self.zero is not None:
            return WEEKDAYS[(self.zero + timedelta(minutes=tick)).weekday()]
        return None

    def season(self, tick: int) -> str | None:
        """Return the season by the author's table; None without one."""
        if not self.seasons:
            return None
        day = self.day_of_year(tick)
        begun = [name for name, first in self.seasons if first <= day]
        return (begun or [self.seasons[-1][0]])[-1].casefold()

    def day_of_year(self, tick: int) -> int:
        """Return the day of the year, from 1."""
        if self.zero is not None:
            return (self.zero + timedelta(minutes=tick)).timetuple().tm_yday
        return (tick // self.day_ticks) % self.year_days + 1

    def moon_phase(self, tick: int) -> str | None:
        """Return the quarter of the moon; None without a moon."""
        if self.moon_days is None:
            return None
        share = ((tick - self.full_at) / (self.moon_days * self.day_ticks)) % 1.0
        return _PHASES[int(((share + 0.125) % 1.0) * 4)]

    def time_of_day(self, tick: int) -> str:
        """Return the part of the day a minute lies in."""
        minutes = tick
        if self.zero is not None:
            minutes += self.zero.hour * 60 + self.zero.minute
        hour = (minutes % self.day_ticks) * 24 / self.day_ticks
        return next((name for end, name in _HOURS if hour < end), "midnight") if hour >= 1 else "midnight"

    def years_between(self, start: int, end: int) -> float:
        """Return how many years lie between two ticks."""
        days = 365.2425 if self.zero is not None else float(self.year_days)
        return (end - start) / (days * self.day_ticks)


def _instant(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo is not None else found.replace(tzinfo=UTC)
