"""How often somebody may ask: sliding windows in Redis, narrower ones in this process while Redis is away."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from time import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from infinite_scribe.core.clock import monotonic
from infinite_scribe.core.errors import RateLimitedError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.settings.sections import RateLimitsSection

log = get_logger(__name__)

CALL_SECONDS = 0.05
PAUSE_SECONDS = 2.0
FAILURES = 3
WITHOUT_REDIS = 4
"""Without Redis each process lets a quarter through; saves keep their full measure."""

_BUCKETS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("PUT", re.compile(r"/scenes/[^/]+/content$"), "saves"),
    ("POST", re.compile(r"/novels/[^/]+/(runs|light/[^/]+)$"), "runs"),
    ("POST", re.compile(r"(/exports|/imports|/imports/file|/imports/[^/]+/apply)$"), "jobs"),
    ("GET", re.compile(r"/(runs/[^/]+/events|streams/[^/]+)$"), "streams"),
)


def bucket_of(method: str, path: str) -> str | None:
    """The narrower bucket that a request of a signed-in user also counts in."""
    return next((name for verb, shape, name in _BUCKETS if verb == method and shape.search(path)), None)


@dataclass
class RateLimits:
    """The limiter of one process."""

    settings: RateLimitsSection
    redis_url: str | None
    _limits: dict[str, RateLimitItem] = field(init=False)
    _failures: int = 0
    _away_until: float = float("-inf")

    def __post_init__(self) -> None:
        chosen = self.settings
        self._limits = {
            "user": RateLimitItemPerMinute(chosen.user_per_minute),
            "anonymous": RateLimitItemPerMinute(chosen.anonymous_per_minute),
            "auth": RateLimitItemPerMinute(chosen.auth_per_minute),
            "saves": RateLimitItemPerMinute(chosen.saves_per_minute),
            "runs": RateLimitItemPerMinute(chosen.runs_per_minute),
            "jobs": RateLimitItemPerHour(chosen.jobs_per_hour),
            "streams": RateLimitItemPerMinute(chosen.streams_per_minute),
        }
        self._local = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared: SlidingWindowCounterRateLimiter | None = None
        if self.redis_url is not None:
            storage = RedisStorage(
                f"async+{self.redis_url}",
                implementation="redispy",
                key_prefix="is:rl",
                socket_timeout=CALL_SECONDS,
                socket_connect_timeout=0.25,
            )
            self._shared = SlidingWindowCounterRateLimiter(storage)

    async def count(self, bucket: str, subject: str) -> None:
        """Count one request. Raises `RateLimitedError` with the seconds to wait."""
        limit = self._limits[bucket]
        if self._shared is not None and monotonic() >= self._away_until:
            try:
                allowed = await self._shared.hit(limit, bucket, subject)
                reset_at = (
                    None
                    if allowed
                    else (await self._shared.get_window_stats(limit, bucket, subject)).reset_time
                )
            except (RedisError, OSError, TimeoutError):
                self._failed()
            else:
                self._failures = 0
                return _judge(allowed, reset_at)
        return await self._count_here(bucket, limit, subject)

    async def _count_here(self, bucket: str, limit: RateLimitItem, subject: str) -> None:
        narrowed = limit
        if bucket != "saves":
            narrowed = type(limit)(max(limit.amount // WITHOUT_REDIS, 1))
        allowed = await self._local.hit(narrowed, bucket, subject)
        stats = None if allowed else await self._local.get_window_stats(narrowed, bucket, subject)
        return _judge(allowed, None if stats is None else stats.reset_time)

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            self._away_until, self._failures = monotonic() + PAUSE_SECONDS, 0
            log.warning("rate_limits.redis_away")


def _judge(allowed: bool, reset_at: float | None) -> None:
    if not allowed:
        raise RateLimitedError(retry_after=max(int((reset_at or time()) - time()) + 1, 1))
