"""One platform and one author for all journeys; it is started once, since starting is what takes longest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from servers import databases
from servers.platform import Author, Platform, running

TOKENS_PER_SECOND = 600
"""Slow enough to be caught in the middle of an answer, fast enough to wait for."""

WIDE_LIMITS = {
    f"rate_limits__{name}": 100_000
    for name in (
        "user_per_minute",
        "anonymous_per_minute",
        "auth_per_minute",
        "runs_per_minute",
        "streams_per_minute",
    )
}


@pytest.fixture(scope="session")
def studio(postgres_server: str) -> Iterator[Platform]:
    """A platform with the demo storyteller."""
    settings = {**WIDE_LIMITS, "demo__tokens_per_second": TOKENS_PER_SECOND, "runs__dead_seconds": 4}
    with running(databases.clone(postgres_server), settings=settings) as platform:
        yield platform


@pytest.fixture(scope="session")
def author(studio: Platform) -> Author:
    """The owner of the studio, signed in."""
    found = studio.author()
    found.enter()
    return found
