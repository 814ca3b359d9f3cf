"""A store that was away is not asked again at once, so that nobody waits for it twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from infinite_scribe.core.clock import monotonic

REST_SECONDS = 3.0


class StoreDownError(Exception):
    """A store beside PostgreSQL does not answer. `store` is its name."""

    def __init__(self, store: str, why: str) -> None:
        super().__init__(f"{store} does not answer: {why}")
        self.store = store


@dataclass
class Breaker:
    """Opens when a store fails and lets the next question through `REST_SECONDS` later."""

    store: str
    failures: tuple[type[BaseException], ...]
    rest_seconds: float = REST_SECONDS
    _until: float = float("-inf")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask the store inside this block. Raises `StoreDownError` when it fails, and at once while it rests."""
        if monotonic() < self._until:
            raise StoreDownError(self.store, "it failed a moment ago")
        try:
            yield
        except self.failures as error:
            self._until = monotonic() + self.rest_seconds
            why = getattr(error, "code", None) or type(error).__name__
            raise StoreDownError(self.store, str(why)) from error
