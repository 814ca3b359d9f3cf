"""How many streams each user holds open at this gateway: a tab that never closes must not take them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import UUID

from infinite_scribe.runs.errors import TooManyStreamsError
from infinite_scribe.web.sse import SseEvent

RETRY_SECONDS = 5


class OpenStreams:
    """Counts open streams per user in this process."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._open: Counter[UUID] = Counter()

    def of(self, user_id: UUID) -> int:
        """Return how many streams a user holds open."""
        return self._open[user_id]

    def check(self, user_id: UUID) -> None:
        """Raise `TooManyStreamsError` when the user holds as many as are allowed."""
        if self._open[user_id] >= self.most:
            raise TooManyStreamsError(retry_after=RETRY_SECONDS, limit=self.most)

    async def counted(self, user_id: UUID, frames: AsyncIterator[SseEvent]) -> AsyncIterator[SseEvent]:
        """Pass events on; the stream counts from its first read until its reader has gone."""
        self._open[user_id] += 1
        try:
            async with aclosing(frames) as source:  # type: ignore[type-var]
                async for event in source:
                    yield event
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]
