"""Where each scene lies on the axis of the story: one pure function over all scenes of a novel.

The axis counts ticks of one minute from the author's story zero. Dated scenes keep their date; undated ones are
placed by reading order, by a relative label that code can read, or spread evenly between dated neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from infinite_scribe.structure.relative_time import parse_label
from infinite_scribe.structure.rules import StoryMode

MIN_TICK = -(2**53)
MAX_TICK = 2**53
DEFAULT_TICKS = 60

_ON_THE_LINE = frozenset({StoryMode.LINEAR, StoryMode.PARALLEL})
_FRAMED = frozenset({StoryMode.DREAM, StoryMode.DOCUMENT})


class TimeCertainty(StrEnum):
    """How a scene got its time. Order rules trust `dated` and `ordered`, arithmetic trusts `dated` alone."""

    DATED = "dated"
    ORDERED = "ordered"
    FRAME = "frame"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SceneTime:
    """What the resolver needs of one scene; scenes come in reading order."""

    id: UUID
    mode: StoryMode = StoryMode.LINEAR
    earliest: int | None = None
    latest: int | None = None
    label: str | None = None


@dataclass(frozen=True)
class ResolvedTime:
    """Half-open span of a scene on the story axis, with the grade of its certainty."""

    t_from: int
    t_to: int
    certainty: TimeCertainty


def resolve(scenes: Sequence[SceneTime], story_start: int = 0) -> dict[UUID, ResolvedTime]:
    """Return the time of every scene, given in reading order.

    Promises: each scene is in the answer; `t_from <= t_to`; a dated scene keeps its date; on the linear chain an
    undated scene never begins before the undated or dated scene it follows, unless a dated one jumps back.
    """
    found: dict[UUID, ResolvedTime] = {}
    line = [scene for scene in scenes if scene.mode in _ON_THE_LINE or scene.earliest is not None]
    _resolve_line(line, story_start, found)
    frame: ResolvedTime | None = None
    for scene in scenes:
        if scene.id in found:
            frame = found[scene.id]
        elif scene.mode in _FRAMED:
            base = frame or _next_resolved(scenes, scene, found) or _before_story(story_start)
            found[scene.id] = ResolvedTime(base.t_from, base.t_to, TimeCertainty.FRAME)
        elif scene.mode is StoryMode.FLASHFORWARD:
            last = max((time.t_to for time in found.values()), default=story_start)
            found[scene.id] = ResolvedTime(last + 1, last + 2, TimeCertainty.UNKNOWN)
        else:
            found[scene.id] = _before_story(story_start)
    return found


def _before_story(story_start: int) -> ResolvedTime:
    return ResolvedTime(story_start - 1, story_start, TimeCertainty.UNKNOWN)


def _next_resolved(
    scenes: Sequence[SceneTime], scene: SceneTime, found: Mapping[UUID, ResolvedTime]
) -> ResolvedTime | None:
    after = scenes[scenes.index(scene) + 1 :]
    return next((found[other.id] for other in after if other.id in found), None)


def _resolve_line(line: Sequence[SceneTime], story_start: int, found: dict[UUID, ResolvedTime]) -> None:
    """Walk the dated scenes and the linear chain; a run of undated scenes is closed by the next dated one."""
    end = story_start
    waiting: list[SceneTime] = []
    for scene in line:
        if scene.earliest is None:
            waiting.append(scene)
            continue
        # A dated flashback stands on the axis without ending a run of linear scenes.
        chained = scene.mode in _ON_THE_LINE
        if chained:
            _place(waiting, end, scene.earliest, found)
            waiting = []
        latest = scene.latest if scene.latest is not None else scene.earliest + DEFAULT_TICKS
        found[scene.id] = ResolvedTime(scene.earliest, max(latest, scene.earliest), TimeCertainty.DATED)
        if chained:
            end = found[scene.id].t_to
    _place(waiting, end, None, found)


def _place(
    waiting: Sequence[SceneTime], end: int, until: int | None, found: dict[UUID, ResolvedTime]
) -> None:
    """Give the undated scenes between `end` and `until` their times, in order."""
    for position, scene in enumerate(waiting):
        shift = parse_label(scene.label) if scene.label else None
        if shift is not None:
            start, length = shift.from_tick(end), DEFAULT_TICKS
        elif until is None or until <= end:
            start, length = end, DEFAULT_TICKS
        else:
            share = (until - end) // (len(waiting) - position + 1)
            start, length = end + share, min(DEFAULT_TICKS, max(share, 1))
            if share == 0:
                start, length = end, 1
        found[scene.id] = ResolvedTime(start, start + length, TimeCertainty.ORDERED)
        end = start + length
