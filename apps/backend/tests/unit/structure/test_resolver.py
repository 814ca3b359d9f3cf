"""Where scenes lie on the axis of the story."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.core.ids import new_id
from infinite_scribe.structure.anchors import Anchor, Point, Timeline, order, resolve_anchor
from infinite_scribe.structure.relative_time import DAY, HOUR, WEEK, parse_label
from infinite_scribe.structure.resolver import (
    MAX_TICK,
    MIN_TICK,
    ResolvedTime,
    SceneTime,
    TimeCertainty,
    resolve,
)
from infinite_scribe.structure.rules import StoryMode

SCENES = st.lists(
    st.tuples(
        st.sampled_from(list(StoryMode)),
        st.none() | st.integers(-100_000, 100_000),
        st.integers(0, 5_000),
        st.sampled_from([None, "the next morning", "three days later", "三天后", "次日清晨", "who knows"]),
    ).map(lambda t: SceneTime(new_id(), t[0], t[1], None if t[1] is None else t[1] + t[2], t[3])),
    max_size=40,
)


@given(scenes=SCENES, start=st.integers(-1_000, 1_000))
def test_every_scene_gets_a_time_and_the_line_runs_forward(scenes: list[SceneTime], start: int) -> None:
    found = resolve(scenes, start)
    assert found.keys() == {scene.id for scene in scenes}
    assert resolve(scenes, start) == found
    end = start
    for scene in scenes:
        time_of = found[scene.id]
        assert time_of.t_from <= time_of.t_to
        if scene.earliest is not None:
            assert scene.latest is not None
            assert time_of == ResolvedTime(scene.earliest, scene.latest, TimeCertainty.DATED)
        if scene.mode in {StoryMode.LINEAR, StoryMode.PARALLEL}:
            if scene.earliest is None:
                assert time_of.certainty is TimeCertainty.ORDERED
                assert time_of.t_from >= end
            end = time_of.t_to


def test_undated_scenes_are_spread_between_dated_neighbours() -> None:
    first, last = (
        SceneTime(new_id(), earliest=0, latest=60),
        SceneTime(new_id(), earliest=1_000, latest=1_060),
    )
    between = [SceneTime(new_id()) for _ in range(3)]
    found = resolve([first, *between, last])
    starts = [found[scene.id].t_from for scene in between]
    assert starts == sorted(set(starts))
    assert all(60 < start < 1_000 for start in starts)
    assert all(found[scene.id].t_to <= 1_000 for scene in between)


def test_flashback_dream_and_document() -> None:
    frame = SceneTime(new_id(), earliest=500, latest=560)
    back = SceneTime(new_id(), StoryMode.FLASHBACK)
    dream = SceneTime(new_id(), StoryMode.DREAM)
    found = resolve([frame, back, dream], story_start=100)
    assert found[back.id] == ResolvedTime(99, 100, TimeCertainty.UNKNOWN)
    assert found[dream.id] == ResolvedTime(500, 560, TimeCertainty.FRAME)
    assert resolve([dream, frame], story_start=100)[dream.id] == ResolvedTime(500, 560, TimeCertainty.FRAME)
    assert resolve([dream], story_start=100)[dream.id] == ResolvedTime(99, 100, TimeCertainty.FRAME)


def test_twelve_hundred_scenes_take_no_noticeable_time() -> None:
    scenes = [SceneTime(new_id(), label="the next morning" if n % 3 else None) for n in range(1_200)]
    began = time.perf_counter()
    assert len(resolve(scenes)) == 1_200
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("label", "end", "tick"),
    [
        ("three days later", 100, 100 + 3 * DAY),
        ("A week later.", 0, WEEK),
        ("2 hours later", 30, 30 + 2 * HOUR),
        ("the next morning", 20 * HOUR, DAY + 8 * HOUR),
        ("that night", 9 * HOUR, 22 * HOUR),
        ("that morning", 9 * HOUR, DAY + 8 * HOUR),
        ("meanwhile", 77, 77),
        ("三天后", 100, 100 + 3 * DAY),
        ("十二个小时后", 0, 12 * HOUR),
        ("第二天清晨", 20 * HOUR, DAY + 6 * HOUR),
        ("当晚", 9 * HOUR, 20 * HOUR),
        ("半年后", 0, 365 * DAY // 2),
        ("两个月以后", 0, 60 * DAY),
    ],
)
def test_labels_that_code_can_read(label: str, end: int, tick: int) -> None:
    shift = parse_label(label)
    assert shift is not None
    assert shift.from_tick(end) == tick


@pytest.mark.parametrize(
    "label", ["", "when the rain came", "three apples later", "the next train", "很久很久以前", "明天火车"]
)
def test_labels_that_it_cannot_are_left_alone(label: str) -> None:
    assert parse_label(label) is None


def test_an_anchor_follows_its_scene_and_paragraph() -> None:
    scene = new_id()
    timeline = Timeline({scene: ResolvedTime(10, 70, TimeCertainty.ORDERED)}, {scene: ["a", "b"]}, {})
    at = resolve_anchor({"kind": "scene", "ref": str(scene), "pid": "b"}, timeline)
    assert at == Point(10, 2, TimeCertainty.ORDERED)
    assert resolve_anchor(Anchor(kind="scene", ref=scene, edge="end"), timeline).tick == 70
    assert resolve_anchor(None, timeline, closing=True).tick == MAX_TICK
    gone = resolve_anchor(Anchor(kind="scene", ref=new_id()), timeline)
    assert (gone.tick, gone.certainty) == (MIN_TICK, TimeCertainty.UNKNOWN)


POINTS = st.builds(
    Point, st.integers(0, 20), st.integers(0, 3), st.sampled_from([c.value for c in TimeCertainty]), st.none()
)


@given(one=POINTS, other=POINTS)
def test_order_is_antisymmetric_and_silent_about_the_unknown(one: Point, other: Point) -> None:
    opposite = {"before": "after", "after": "before", "unknown": "unknown"}
    assert order(other, one) == opposite[order(one, other)]
    if TimeCertainty.UNKNOWN in {one.certainty, other.certainty}:
        assert order(one, other) == "unknown"


def test_overlapping_imprecise_dates_have_no_order() -> None:
    dated = TimeCertainty.DATED.value
    assert order(Point(0, 0, dated, 100), Point(50, 0, dated, 50)) == "unknown"
    assert order(Point(0, 0, dated, 40), Point(50, 0, dated, 50)) == "before"
