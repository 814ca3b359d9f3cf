"""The least time from place to place: Dijkstra over routes; a place and what contains it are no distance apart. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Way:
    """A route in one direction or both, with what a traveller needs for it."""

    a: UUID
    b: UUID
    min_ticks: int
    both_ways: bool = True
    needs: tuple[str | UUID, ...] = ()


@dataclass(frozen=True)
class Journey:
    """The least time in ticks and the places on the way; no time when there is no path."""

    min_ticks: int | None
    path: tuple[UUID, ...] = ()


def travel_minimum(
    start: UUID,
    goal: UUID,
    ways: Sequence[Way],
    wider: Mapping[UUID, UUID],
    abilities: frozenset[str | UUID] = frozenset(),
) -> Journey:
    """Return the quickest journey.

    `wider` maps a place to the one it is a part of: moving between the two costs nothing unless a route joins them.
    `abilities` are the texts and ids the traveller can use; a route with other needs is closed. No path: no time.
    """
    steps: dict[UUID, list[tuple[int, UUID]]] = {}
    joined: set[frozenset[UUID]] = set()
    for way in ways:
        joined.add(frozenset((way.a, way.b)))
        if not abilities.issuperset(way.needs):
            continue
        steps.setdefault(way.a, []).append((way.min_ticks, way.b))
        if way.both_ways:
            steps.setdefault(way.b, []).append((way.min_ticks, way.a))
    for inner, outer in wider.items():
        if frozenset((inner, outer)) not in joined:
            steps.setdefault(inner, []).append((0, outer))
            steps.setdefault(outer, []).append((0, inner))
    return _quickest(start, goal, steps)


def _quickest(start: UUID, goal: UUID, steps: Mapping[UUID, Sequence[tuple[int, UUID]]]) -> Journey:
    best = {start: 0}
    came: dict[UUID, UUID] = {}
    queue = [(0, start)]
    while queue:
        spent, place = heapq.heappop(queue)
        if place == goal:
            return Journey(spent, _path(start, goal, came))
        if spent > best[place]:
            continue
        for cost, onward in steps.get(place, ()):
            total = spent + cost
            if total < best.get(onward, total + 1):
                best[onward], came[onward] = total, place
                heapq.heappush(queue, (total, onward))
    return Journey(None)


def _path(start: UUID, goal: UUID, came: Mapping[UUID, UUID]) -> tuple[UUID, ...]:
    path = [goal]
    while path[-1] != start:
        path.append(came[path[-1]])
    return tuple(reversed(path))
