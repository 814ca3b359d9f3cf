"""Ends tasks that run beside others."""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN_SECONDS = 1.0


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and return when all of them are over, whatever they ended with.

    A driver that is in the middle of a dial may swallow a cancellation, so it is said again until it is heard.
    """
    alive = set(tasks)
    while alive:
        for task in alive:
            task.cancel()
        over, alive = await asyncio.wait(alive, timeout=AGAIN_SECONDS)
        for task in over:
            if not task.cancelled():
                task.exception()  # read, or the loop complains about it when the task is thrown away
