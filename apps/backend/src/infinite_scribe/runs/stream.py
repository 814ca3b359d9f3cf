"""The live stream of a run in Redis: hot, disposable, and deaf to executors of an older epoch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from infinite_scribe.core.logging import get_logger
from infinite_scribe.runs.events import Spoken
from infinite_scribe.runs.rules import Cursor

log = get_logger(__name__)

LONGEST_STREAM = 20_000
KEEP_SECONDS = 86_400
OUTAGES = (RedisError, OSError, TimeoutError)


def run_key(run_id: UUID) -> str:
    """Return the name of a run's stream."""
    return f"is:run:{run_id}:events"


def user_key(user_id: UUID) -> str:
    """Return the name of the stream that wakes a user's readers."""
    return f"is:user:{user_id}:events"


@dataclass(frozen=True)
class LiveEntry:
    """One event as it stands in the live stream."""

    run_id: UUID
    cursor: Cursor
    type: str
    payload: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class LiveStream:
    """Publishes and reads live events. Without Redis nothing is published and nothing is read; nobody fails."""

    redis: Redis | None

    async def publish(self, spoken: Sequence[Spoken]) -> bool:
        """Publish events that are stored, or streamed text. False: readers must use the log.

        An event below the top of its stream is refused by Redis itself: that is how a late executor falls silent.
        """
        if self.redis is None or not spoken:
            return self.redis is not None
        try:
            async with self.redis.pipeline(transaction=False) as pipe:
                for item in spoken:
                    fields = {"t": item.type, "p": json.dumps(item.payload), "at": str(item.at.timestamp())}
                    key = run_key(item.run.id)
                    pipe.xadd(key, fields, id=item.cursor.entry, maxlen=LONGEST_STREAM, approximate=True)  # type: ignore[arg-type]
                for key in {run_key(item.run.id) for item in spoken}:
                    pipe.expire(key, KEEP_SECONDS)
                for user in {item.run.user_id for item in spoken if item.for_user}:
                    pipe.xadd(user_key(user), {"w": "1"}, maxlen=50, approximate=True)
                    pipe.expire(user_key(user), KEEP_SECONDS)
                answers = await pipe.execute(raise_on_error=False)
        except OUTAGES as error:
            log.warning("live.unavailable", error=type(error).__name__)
            return False
        refused = [answer for answer in answers if isinstance(answer, ResponseError)]
        return not refused and not any(isinstance(answer, Exception) for answer in answers)

    async def read(self, cursors: Mapping[UUID, Cursor], *, wait_seconds: float) -> list[LiveEntry] | None:
        """Return what the streams hold after the cursors, waiting for the first event. None: Redis cannot be read.

        The client must allow a blocking read of `wait_seconds`.
        """
        if self.redis is None:
            return None
        wanted = {run_key(run_id): cursor.entry for run_id, cursor in cursors.items()}
        runs = {run_key(run_id): run_id for run_id in cursors}
        try:
            found = await self.redis.xread(wanted, count=500, block=max(1, int(wait_seconds * 1000)))  # type: ignore[arg-type]
        except OUTAGES:
            return None
        return [
            _entry(runs[str(key)], str(entry_id), fields)
            for key, items in _pairs(found)
            for entry_id, fields in items
        ]

    async def wait_for_user(self, user_id: UUID, after: str, *, wait_seconds: float) -> str | None:
        """Wait until something was told to a user; return the new place. None: Redis cannot be read."""
        if self.redis is None:
            return None
        key = user_key(user_id)
        try:
            found = await self.redis.xread({key: after}, block=max(1, int(wait_seconds * 1000)))
        except OUTAGES:
            return None
        if not found:
            return after
        newest = await self.redis.xrevrange(key, count=1)
        return str(newest[0][0]) if newest else after


def _pairs(found: Any) -> list[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """Return what XREAD gave, whichever of its shapes the client chose."""
    if not found:
        return []
    if isinstance(found, dict):
        return [
            (key, items[0] if items and isinstance(items[0], list) else items) for key, items in found.items()
        ]
    return [(key, items) for key, items in found]


def _entry(run_id: UUID, entry_id: str, fields: Mapping[str, str]) -> LiveEntry:
    return LiveEntry(
        run_id,
        Cursor.of_entry(entry_id),
        fields["t"],
        json.loads(fields["p"]),
        datetime.fromtimestamp(float(fields["at"]), UTC),
    )
