"""A finished chapter stands, whatever becomes of the readings that the author asked for besides."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import pytest

from infinite_scribe.agents.director.reading_over import read_over
from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.runs.errors import ChildFailedError

CHAPTER = UUID(int=1)
MARKED = {"marks": [{"criterion": "prose"}], "unmarked": [], "dropped": 1, "not_evaluated": []}


class Context:
    """A run whose readings end as a test says."""

    def __init__(self, **ends: dict[str, Any]) -> None:
        self.ends = ends

    async def child(self, _path: str, task: str, _given: dict[str, Any]) -> dict[str, Any]:
        end = self.ends[task.removeprefix("editor.")]
        if "code" in end:
            raise ChildFailedError.of(end)
        return end

    async def read(self, _path: str, _body: Any) -> bool:
        return True


async def over(**ends: dict[str, Any]) -> dict[str, Any]:
    return await read_over(cast("RunContext", Context(**ends)), CHAPTER, prefix="read")


async def test_a_reading_that_fails_is_named_and_the_chapter_goes_on() -> None:
    lost = {"code": "briefing-too-large", "kind": "INVALID"}
    read = await over(cold_read=lost, judge=MARKED)
    assert (read["doubts"], read["marks"], read["dropped"]) == (0, MARKED["marks"], 1)
    assert read["not_evaluated"] == [{"rule": "cold_read", "reason": "failed", "count": 1}]
    read = await over(cold_read={"items": ["one"]}, judge=lost)
    assert (read["doubts"], read["marks"]) == (1, [])
    assert read["not_evaluated"] == [{"rule": "judge", "reason": "failed", "count": 1}]


async def test_a_reading_that_the_author_cancels_ends_the_run() -> None:
    with pytest.raises(ChildFailedError):
        await over(cold_read={"code": "cancelled", "kind": "CONFLICT"}, judge=MARKED)
