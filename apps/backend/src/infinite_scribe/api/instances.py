"""Which process of an agent gets the next call: the least busy one that is not broken.

A breaker per instance opens when at least half of twenty or more calls in ten seconds failed, tries one call after five
seconds, and waits twice as long each time that fails, up to a minute. Our own refusals and a client's 4xx say nothing
about an instance. Retries are paid from a bucket that ten calls fill by one, so that a sick agent is not flooded.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from infinite_scribe.core.clock import monotonic

WINDOW_SECONDS = 10.0
LEAST_CALLS = 20
FAILING_SHARE = 0.5
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 60.0
RETRY_SHARE = 0.1
RETRY_RESERVE = 10.0


@dataclass
class Breaker:
    """Whether one instance may be called."""

    outcomes: deque[tuple[float, bool]] = field(default_factory=deque)
    pause_seconds: float = FIRST_PAUSE_SECONDS
    opened_at: float | None = None
    is_probing: bool = False

    def allows(self) -> bool:
        """Whether a call may go out now; an open breaker lets one through after its pause."""
        if self.opened_at is None:
            return True
        return not self.is_probing and monotonic() - self.opened_at >= self.pause_seconds

    def started(self) -> None:
        """A call goes out; on an open breaker it is the probe."""
        if self.opened_at is not None:
            self.is_probing = True

    def record(self, *, worked: bool) -> None:
        """What became of a call."""
        at = monotonic()
        if self.opened_at is not None:
            self.is_probing = False
            if worked:
                self.opened_at, self.pause_seconds = None, FIRST_PAUSE_SECONDS
                self.outcomes.clear()
            else:
                self.opened_at = at
                self.pause_seconds = min(self.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
            return
        self.outcomes.append((at, worked))
        while self.outcomes and at - self.outcomes[0][0] > WINDOW_SECONDS:
            self.outcomes.popleft()
        failed = sum(not good for _, good in self.outcomes)
        if len(self.outcomes) >= LEAST_CALLS and failed >= FAILING_SHARE * len(self.outcomes):
            self.opened_at, self.is_probing = at, False

    def abandoned(self) -> None:
        """A call ended without saying anything about the instance."""
        self.is_probing = False


@dataclass
class Instances:
    """What this gateway knows of the processes of all agents, by address."""

    breakers: dict[str, Breaker] = field(default_factory=dict)
    outstanding: dict[str, int] = field(default_factory=dict)
    retry_tokens: float = RETRY_RESERVE

    def choose(self, urls: Iterable[str], *, tried: Iterable[str] = ()) -> str | None:
        """The least busy address that may be called; one that was tried already only when there is no other."""
        usable = [url for url in urls if self.breaker(url).allows()]
        fresh = [url for url in usable if url not in set(tried)] or usable
        if not fresh:
            return None
        least = min(self.outstanding.get(url, 0) for url in fresh)
        return random.choice([url for url in fresh if self.outstanding.get(url, 0) == least])

    def breaker(self, url: str) -> Breaker:
        return self.breakers.setdefault(url, Breaker())

    def begin(self, url: str) -> None:
        """A call goes out to this address."""
        self.breaker(url).started()
        self.outstanding[url] = self.outstanding.get(url, 0) + 1
        self.retry_tokens = min(self.retry_tokens + RETRY_SHARE, RETRY_RESERVE)

    def end(self, url: str, *, worked: bool | None) -> None:
        """It is over: it worked, it failed, or (``None``) it says nothing about the instance."""
        self.outstanding[url] = max(self.outstanding.get(url, 0) - 1, 0)
        if worked is None:
            self.breaker(url).abandoned()
        else:
            self.breaker(url).record(worked=worked)

    def may_retry(self) -> bool:
        """Take one retry from the bucket."""
        if self.retry_tokens < 1:
            return False
        self.retry_tokens -= 1
        return True
