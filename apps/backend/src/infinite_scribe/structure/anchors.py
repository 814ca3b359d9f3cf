"""Anchors: how a row of the world says from when it holds, and the order of two points of time. Pure.

A fact learnt in a scene is anchored to the scene and its paragraph, not to a number, so re-dating or moving the
scene moves the fact. The resolved columns are derived and never part of a row's hash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator

from infinite_scribe.structure.resolver import MAX_TICK, MIN_TICK, ResolvedTime, TimeCertainty

Order = Literal["before", "after", "unknown"]
Precision = Literal["minute", "hour", "day", "week", "month", "season", "year", "unknown"]


class StoryInstant(BaseModel):
    """A point of story time as the author knows it; an exact one has `earliest == latest`. Ticks of one minute."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    earliest: int | None = None
    latest: int | None = None
    precision: Precision = "unknown"
    label: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> StoryInstant:
        for tick in (self.earliest, self.latest):
            if tick is not None and not MIN_TICK <= tick <= MAX_TICK:
                raise ValueError("tick out of range")
        if self.earliest is not None and self.latest is not None and self.earliest > self.latest:
            raise ValueError("earliest lies after latest")
        return self


class Anchor(BaseModel):
    """From when something holds: always, a tick, a place in a scene, an event, or nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["always", "tick", "scene", "event", "unknown"]
    tick: int | None = None
    ref: UUID | None = None
    pid: str | None = None
    edge: Literal["start", "at", "end"] = "at"


@dataclass(frozen=True)
class Point:
    """A resolved point: tick, ordinal of the paragraph in its scene (0: none), certainty.

    `last_tick` is the latest tick the point may mean; equal to `tick` when it is exact.
    """

    tick: int
    block: int
    certainty: str
    last_tick: int | None = None


@dataclass(frozen=True)
class Timeline:
    """All that anchors are resolved against: times of scenes, paragraphs of scenes, times of events.

    `starts` keeps the exact point of an event, for one that happens in the middle of a scene.
    """

    scenes: Mapping[UUID, ResolvedTime]
    blocks: Mapping[UUID, Sequence[str]]
    events: Mapping[UUID, ResolvedTime]
    starts: Mapping[UUID, Point] = field(default_factory=dict)


def resolve_anchor(
    anchor: Anchor | Mapping[str, Any] | None, timeline: Timeline, *, closing: bool = False
) -> Point:
    """Return the point an anchor means; a missing anchor is `always` (as the end of a span: for ever).

    `closing` tells that the anchor ends a span. An anchor to a scene or event that is gone is `unknown`.
    """
    wanted = (
        Anchor.model_validate(anchor) if anchor is not None and not isinstance(anchor, Anchor) else anchor
    )
    if wanted is None or wanted.kind == "always":
        return Point(MAX_TICK if closing else MIN_TICK, 0, TimeCertainty.DATED)
    if wanted.kind == "tick" and wanted.tick is not None:
        return Point(wanted.tick, 0, TimeCertainty.DATED)
    if wanted.ref is not None and wanted.kind in {"scene", "event"}:
        times = timeline.scenes if wanted.kind == "scene" else timeline.events
        time = times.get(wanted.ref)
        if (
            time is not None
            and wanted.kind == "event"
            and wanted.edge != "end"
            and wanted.ref in timeline.starts
        ):
            return timeline.starts[wanted.ref]
        if time is not None:
            return _in_span(wanted, time, timeline.blocks.get(wanted.ref, ()))
    return Point(MAX_TICK if closing else MIN_TICK, 0, TimeCertainty.UNKNOWN)


def _in_span(anchor: Anchor, time: ResolvedTime, pids: Sequence[str]) -> Point:
    block = pids.index(anchor.pid) + 1 if anchor.pid in pids else 0
    if anchor.edge == "end":
        return Point(time.t_to, 0, time.certainty)
    if anchor.edge == "start":
        return Point(time.t_from, 0, time.certainty)
    return Point(time.t_from, block, time.certainty)


def with_events(timeline: Timeline, rows: Sequence[Any]) -> Timeline:
    """Return the timeline with the times of events (`id`, `valid_from`, `valid_to`).

    An event may be anchored to another; one that leads back to itself, or to nothing, has no time and is left out.
    """
    events: dict[UUID, ResolvedTime] = dict(timeline.events)
    starts: dict[UUID, Point] = dict(timeline.starts)
    waiting = list(rows)
    while waiting:
        known = replace(timeline, events=events, starts=starts)
        settled = [row for row in waiting if _is_settled(row, known)]
        if not settled:
            break
        for row in settled:
            start = resolve_anchor(row.valid_from, known)
            end = resolve_anchor(row.valid_to, known, closing=True)
            if start.certainty != TimeCertainty.UNKNOWN:
                last = end.tick if row.valid_to is not None and end.tick >= start.tick else start.tick
                starts[row.id] = start
                events[row.id] = ResolvedTime(start.tick, last, TimeCertainty(start.certainty))
        waiting = [row for row in waiting if row not in settled]
    return replace(timeline, events=events, starts=starts)


def _is_settled(row: Any, timeline: Timeline) -> bool:
    """Whether the anchors of an event refer to no event that still waits for its time."""
    anchors = [anchor for anchor in (row.valid_from, row.valid_to) if anchor]
    return all(
        anchor.get("kind") != "event" or UUID(str(anchor.get("ref"))) in timeline.events for anchor in anchors
    )


def order(one: Point, other: Point) -> Order:
    """Return whether `one` lies before or after `other`; `unknown` when the book does not say.

    Dated against dated compares ticks, and overlap of imprecise spans is unknown. With an ordered point on either
    side resolved ticks decide, then the paragraph. Anything of unknown certainty is unknown.
    """
    if TimeCertainty.UNKNOWN in {one.certainty, other.certainty}:
        return "unknown"
    if one.certainty == other.certainty == TimeCertainty.DATED:
        if _last(one) < other.tick:
            return "before"
        if _last(other) < one.tick:
            return "after"
        exact = _last(one) == one.tick and _last(other) == other.tick
        if not exact:
            return "unknown"
    mine, theirs = (one.tick, one.block), (other.tick, other.block)
    if mine == theirs or (one.tick == other.tick and 0 in {one.block, other.block}):
        return "unknown"
    return "before" if mine < theirs else "after"


def _last(point: Point) -> int:
    return point.tick if point.last_tick is None else point.last_tick
