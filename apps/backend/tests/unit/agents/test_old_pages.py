"""Old pages take a third of what a model reads at most, the nearest first."""

from __future__ import annotations

from infinite_scribe.agents.editor.old_pages import PER_PASSAGE, within
from infinite_scribe.briefing.close_reading import ROOM_FOR_HEADINGS, room_beside
from infinite_scribe.core.tokens import count_tokens

TEXT = "The key of the bell house hung by the door. " * 10


def test_the_nearest_pages_are_kept_in_reading_order() -> None:
    pages = [{"scene": "s", "pid": f"p{n}", "text": TEXT} for n in range(4)]
    near = {("s", "p0"): 3, ("s", "p1"): 1, ("s", "p2"): 2, ("s", "p3"): 0}
    two = 2 * (count_tokens(TEXT) + PER_PASSAGE)
    assert [one["pid"] for one in within(pages, near, two)] == ["p1", "p3"]
    assert within(pages, near, 0) == []


def test_most_of_the_room_stays_with_the_chapter() -> None:
    for room in (ROOM_FOR_HEADINGS, 2_450, 3_500, 7_000, None):
        beside = room_beside("reading", room)
        left = (room or 12_000) - ROOM_FOR_HEADINGS
        assert 0 <= beside <= left // 3
