"""The two clocks: instants (aware, UTC) for records, monotonic seconds for durations."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware and in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds of a clock that never jumps; for durations only."""
    return time.monotonic()
