"""Anchors to events: an event in the middle of a scene, events after events, circles."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from infinite_scribe.structure.anchors import Timeline, resolve_anchor, with_events
from infinite_scribe.structure.resolver import ResolvedTime, TimeCertainty

SCENE, DEATH, BURIAL = (UUID(int=number) for number in (1, 2, 3))
BARE = Timeline({SCENE: ResolvedTime(60, 120, TimeCertainty.ORDERED)}, {SCENE: ["a", "b", "c"]}, {})


def event(event_id: UUID, start: dict[str, Any], end: dict[str, Any] | None = None) -> Any:
    return SimpleNamespace(id=event_id, valid_from=start, valid_to=end)


def test_what_is_anchored_to_an_event_begins_in_the_paragraph_of_the_event() -> None:
    death = event(DEATH, {"kind": "scene", "ref": str(SCENE), "pid": "b", "edge": "at"})
    timeline = with_events(BARE, [death])
    point = resolve_anchor({"kind": "event", "ref": str(DEATH), "edge": "at"}, timeline)
    assert (point.tick, point.block, point.certainty) == (60, 2, TimeCertainty.ORDERED)


def test_an_event_may_follow_another_in_any_order_of_rows() -> None:
    death = event(DEATH, {"kind": "tick", "tick": 500}, {"kind": "tick", "tick": 560})
    burial = event(BURIAL, {"kind": "event", "ref": str(DEATH), "edge": "end"})
    for rows in ([death, burial], [burial, death]):
        timeline = with_events(BARE, rows)
        assert timeline.events[DEATH].t_to == 560
        assert timeline.events[BURIAL].t_from == 560


def test_events_in_a_circle_have_no_time() -> None:
    one = event(DEATH, {"kind": "event", "ref": str(BURIAL), "edge": "at"})
    other = event(BURIAL, {"kind": "event", "ref": str(DEATH), "edge": "at"})
    timeline = with_events(BARE, [one, other])
    assert timeline.events == {}
    point = resolve_anchor({"kind": "event", "ref": str(DEATH), "edge": "at"}, timeline)
    assert point.certainty == TimeCertainty.UNKNOWN
