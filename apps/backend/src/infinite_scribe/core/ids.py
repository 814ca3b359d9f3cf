"""Identifiers: time-ordered UUIDs (version 7, RFC 9562) that the application makes itself."""

from __future__ import annotations

import secrets
import time
import uuid

_TIMESTAMP_BITS = 48


def new_id() -> uuid.UUID:
    """Return a fresh UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000 & (1 << _TIMESTAMP_BITS) - 1
    random = secrets.randbits(74)
    value = milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return uuid.UUID(int=value)


def child_id(parent: uuid.UUID, path: str) -> uuid.UUID:
    """Return the id that belongs to `path` below `parent`; the same at each replay."""
    return uuid.uuid5(parent, path)
