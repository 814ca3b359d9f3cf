"""Tells what a database says when it is away or busy from what it says of a fault."""

from __future__ import annotations

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

PASSING_CLASSES = ("08", "53")
PASSING_STATES = frozenset({"57014", "57P01", "57P02", "57P03", "40001", "40P01", "55P03", "25P03"})


def passes_by_itself(error: BaseException) -> bool:
    """Whether a store error is an outage or a lost race, so that the same transaction may be tried again."""
    if isinstance(error, PoolTimeoutError | ConnectionError | TimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = str(getattr(error.orig, "sqlstate", "") or "")
    if error.connection_invalidated or state in PASSING_STATES or state.startswith(PASSING_CLASSES):
        return True
    # Between the server's last word and the closed socket asyncpg takes the next statement for its own fault.
    cause = getattr(error.orig, "__cause__", None)
    return not state and ("connection" in str(error) or isinstance(cause, asyncpg.InternalClientError))
