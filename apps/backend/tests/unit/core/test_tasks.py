from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from infinite_scribe.core import tasks


async def test_a_task_that_swallows_a_cancellation_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AGAIN_SECONDS", 0.01)
    swallowed = 0

    async def deaf() -> None:
        nonlocal swallowed
        while swallowed < 3:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            swallowed += 1

    async def broken() -> None:
        raise RuntimeError

    both = [asyncio.create_task(deaf()), asyncio.create_task(broken())]
    await asyncio.sleep(0)
    await tasks.end(*both)
    assert all(one.done() for one in both)
    assert swallowed == 3
    await tasks.end()
