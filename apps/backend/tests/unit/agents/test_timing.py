"""When a card says it is, read by code."""

from __future__ import annotations

import pytest

from infinite_scribe.agents.director.timing import read_when

DAY = 1_440


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("day 3, 14:30–15:10", (2 * DAY + 870, 2 * DAY + 910)),
        ("Day 1 08:00", (480, 540)),
        ("第3天 14:30–15:10", (2 * DAY + 870, 2 * DAY + 910)),
        ("第2天 22:00至第3天 01:30", (DAY + 1_320, 2 * DAY + 90)),
        ("day 2, 15:00-14:00", (DAY + 900, DAY + 840)),
        ("next morning", (None, None)),
    ],
)
def test_a_time_is_read(text: str, span: tuple[int | None, int | None]) -> None:
    found = read_when(text, DAY)
    assert found is not None
    assert (found.start, found.end) == span
    fields = found.fields()
    assert fields["story_from"]["label"] == text
    assert ("story_to" in fields) == (span[0] is not None)


@pytest.mark.parametrize("text", ["", "when the tide turns", "14:30"])
def test_what_cannot_be_read_says_nothing(text: str) -> None:
    assert read_when(text, DAY) is None
