"""How many questions a model is asked at a time: no more than it was seen to take. Others wait in line, before they dial."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

Key = tuple[UUID, str]


@dataclass
class _Lane:
    """`known` are all that ask or wait; the lane is forgotten with the last of them."""

    asking: int = 0
    known: int = 0
    freed: asyncio.Condition = field(default_factory=asyncio.Condition)


@dataclass(frozen=True)
class Lanes:
    """The lanes of one process, by endpoint and model."""

    lanes: dict[Key, _Lane] = field(default_factory=dict)

    @asynccontextmanager
    async def taken(self, key: Key, most: int | None) -> AsyncIterator[None]:
        """Hold a place in a model's lane of `most` places; None: it has no end."""
        if most is None:
            yield
            return
        lane = self.lanes.setdefault(key, _Lane())
        lane.known += 1
        try:
            async with lane.freed:
                await lane.freed.wait_for(lambda: lane.asking < most)
                lane.asking += 1
            try:
                yield
            finally:
                lane.asking -= 1
                async with lane.freed:
                    lane.freed.notify_all()
        finally:
            lane.known -= 1
            if lane.known == 0:
                self.lanes.pop(key, None)
