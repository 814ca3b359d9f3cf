"""A model is asked no more at a time than it was seen to take."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from infinite_scribe.core import tasks
from infinite_scribe.llm.lanes import Lanes


@pytest.mark.parametrize(("most", "together"), [(1, 1), (2, 2), (None, 5)])
async def test_no_more_ask_at_a_time_than_there_are_places(most: int | None, together: int) -> None:
    lanes, key = Lanes(), (uuid4(), "small")
    asking, seen = 0, 0
    go_on = asyncio.Event()

    async def ask() -> None:
        nonlocal asking, seen
        async with lanes.taken(key, most):
            asking += 1
            seen = max(seen, asking)
            await go_on.wait()
            asking -= 1

    askers = [asyncio.create_task(ask()) for _ in range(5)]
    while asking < together:
        await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(*askers)
    assert seen == together
    assert lanes.lanes == {}


async def test_who_is_stopped_in_line_leaves_it_and_other_models_are_free() -> None:
    lanes, key = Lanes(), (uuid4(), "small")
    async with lanes.taken(key, 1):
        waiting = asyncio.create_task(_once(lanes, key))
        await asyncio.sleep(0)
        async with lanes.taken((key[0], "other"), 1):
            assert not waiting.done()
        await tasks.end(waiting)
    async with asyncio.timeout(1), lanes.taken(key, 1):
        assert list(lanes.lanes) == [key]


async def _once(lanes: Lanes, key: tuple[object, str]) -> None:
    async with lanes.taken(key, 1):  # type: ignore[arg-type]
        return
