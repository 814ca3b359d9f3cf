"""Redis: hot and disposable. Every user of a client takes `Redis | None` and works without it."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CALL_SECONDS = 0.05
"""Longest call on the path of a request; a blocking read of a stream uses a client of its own."""


def connect_redis(url: str | None, *, call_seconds: float = CALL_SECONDS) -> Redis | None:
    """Return a client that fails fast, or None when the platform runs without Redis. Connects lazily."""
    if not url:
        return None
    client: Redis = Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=call_seconds,
        socket_connect_timeout=max(call_seconds, 0.25),
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
    return client
