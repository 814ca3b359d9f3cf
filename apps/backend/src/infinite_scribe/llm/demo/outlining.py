"""Further chapters of a book: lines in the shapes that its plan does not hold yet, made of its own people, places and thing."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol

from pydantic import Field

from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.schemas import Member, Novel, Place, Twin
from infinite_scribe.llm.demo.shapes import ACTS, SHAPES, part_of_book
from infinite_scribe.llm.demo.teller import Teller

#: Where in a book its turns are looked for, as shares of the whole.
_TURNS = {"inciting": 0.1, "threshold": 0.25, "midpoint": 0.5, "crisis": 0.75, "climax": 0.9}
_NEAR, _APART = 0.06, 4
_CALM, _RISE, _MOST = 2, 7, 9


class PlanRow(Twin):
    """A chapter of the plan that stands."""

    number: int = 1
    title: str = ""
    one_line: str = ""
    tension: int | None = None


class ToPlan(Twin):
    """Which chapters are to be planned, of how many."""

    numbers: list[int] = Field(default_factory=list)
    of: int = 1


class ArcRow(Twin):
    """An arc, with the turns that have their chapter."""

    handle: str = ""
    start: float = Field(0.0, alias="from")
    end: float = Field(1.0, alias="to")
    turns: list[str] = Field(default_factory=list)


class OpenPromise(Twin):
    """A promise that no chapter keeps yet."""

    handle: str = ""
    earliest: int | None = None
    latest: int | None = None
    weight: int = 3


class OutlineData(Twin):
    """The twin of `director.outline`."""

    novel: Novel = Field(default_factory=Novel)
    idea: str = ""
    cast: list[Member] = Field(default_factory=list)
    places: list[Place] = Field(default_factory=list)
    question: str = ""
    ending: str = ""
    events: list[str] = Field(default_factory=list)
    earlier: list[str] = Field(default_factory=list)
    plan: list[PlanRow] = Field(default_factory=list)
    to_plan: ToPlan = Field(default_factory=ToPlan)
    arcs: list[ArcRow] = Field(default_factory=list)
    new_arcs: int = 0
    promises: list[OpenPromise] = Field(default_factory=list)
    instruction: str = ""
    faults: list[str] = Field(default_factory=list)


class Wording(Protocol):
    """What a language words of an outline; `who` and `here` stand in its lines."""

    def lines(self, data: OutlineData, shape: str, turn: int, chance: Chance) -> list[str]:
        """Lines of a shape, those first that fit the turn."""
        ...

    def titles(self, data: OutlineData, shape: str, turn: int, chance: Chance) -> list[str]:
        """Titles of a shape."""
        ...

    def purposes(self, data: OutlineData, part: str) -> list[str]:
        """What a chapter of a part of the book may be for."""
        ...

    def asked(self, purpose: str, instruction: str) -> str:
        """A purpose with the author's wish in it."""
        ...

    def arcs(self, data: OutlineData) -> list[dict[str, str]]:
        """Movements of the book, without their spans."""
        ...


def outline(teller: Teller, data: OutlineData, chance: Chance) -> dict[str, Any]:
    """Return the chapters that are wanted, each of another shape than its neighbours, and the arcs."""
    wording: Wording = import_module(f"infinite_scribe.llm.demo.{teller.code}.outlining").WORDING
    total, numbers = data.to_plan.of, data.to_plan.numbers
    arcs = _new_arcs(data, wording)
    spans = [(one.handle, one.start, one.end) for one in data.arcs]
    spans += [
        (f"A{len(data.arcs) + at}", one["span_from"], one["span_to"]) for at, one in enumerate(arcs, start=1)
    ]
    turns = _turns(data, [_share(number, total) for number in numbers])
    keeps = {} if data.faults else _kept(data)
    shapes = {row.number: teller.reader.shape_of([row.one_line, row.title]) or "" for row in data.plan}
    told, titles = {*data.earlier, *(row.one_line for row in data.plan)}, {row.title for row in data.plan}
    events, purposes, made = list(data.events), set[str](), []
    heat = max((row.tension or 0 for row in data.plan if row.number < min(numbers, default=0)), default=0)
    for at, number in enumerate(numbers):
        draw, part = chance.fork(f"chapter{number}"), part_of_book(number - 1, total)
        shapes[number] = _shape(shapes, number, part, draw)
        lines = wording.lines(data, shapes[number], number, draw.fork("line"))
        line = next((one for one in lines if one not in told), lines[0])
        names = wording.titles(data, shapes[number], number, draw.fork("title"))
        title = next((one for one in names if one not in titles), names[-1])
        fits = draw.fork("purpose").shuffled(wording.purposes(data, part))
        purpose = events.pop(0) if events else next((one for one in fits if one not in purposes), fits[0])
        told.add(line)
        titles.add(title)
        purposes.add(purpose)
        heat = _tension(_share(number, total), heat, turning=at in turns, rest=number % 3 == 0)
        made.append(
            {
                "title": title,
                "one_line": line,
                "purpose": wording.asked(purpose, data.instruction)
                if at == 0 and data.instruction
                else purpose,
                "tension": heat,
                "arc": _arc(spans, _share(number, total)),
                "turning": turns.get(at),
                "keeps": keeps.get(number, []),
            }
        )
    return {"arcs": arcs, "chapters": made}


def _share(number: int, total: int) -> float:
    return (number - 0.5) / max(1, total)


def _new_arcs(data: OutlineData, wording: Wording) -> list[dict[str, Any]]:
    """The arcs that are wanted, side by side over the part of the book that no arc covers."""
    count = data.new_arcs
    start = max((one.end for one in data.arcs), default=0.0)
    start = start if start < 1 else 0.0
    width = (1 - start) / max(1, count)
    rows = wording.arcs(data)
    rows = rows[-1:] if data.arcs else rows if count > 1 else rows[:1]
    return [
        {
            **rows[at % len(rows)],
            "span_from": round(start + at * width, 3),
            "span_to": 1.0 if at == count - 1 else round(start + (at + 1) * width, 3),
        }
        for at in range(count)
    ]


def _arc(spans: Sequence[tuple[str, float, float]], share: float) -> str | None:
    inside = [one for one in spans if one[1] <= share < one[2]]
    return min(inside, key=lambda one: one[2] - one[1])[0] if inside else None


def _turns(data: OutlineData, shares: list[float]) -> dict[int, str]:
    """Which of the chapters is a turn of the book, each kind once."""
    taken = {kind for one in data.arcs for kind in one.turns}
    found: dict[int, str] = {}
    for kind, place in _TURNS.items():
        away = sorted((abs(share - place), at) for at, share in enumerate(shares))
        if away and kind not in taken and away[0][0] <= _NEAR:
            found.setdefault(away[0][1], kind)
    return found


def _kept(data: OutlineData) -> dict[int, list[str]]:
    """In which chapter each promise is kept: the last one of its window, the heaviest last."""
    found: dict[int, list[str]] = {}
    late = 0.6 * data.to_plan.of
    for one in sorted(data.promises, key=lambda promise: -promise.weight):
        first, last = one.earliest or 1, one.latest or data.to_plan.of
        room = [
            number
            for number in data.to_plan.numbers
            if first <= number <= last and number not in found and (one.latest or number >= late)
        ]
        if room:
            found[room[-1]] = [one.handle]
    return found


def _shape(shapes: dict[int, str], number: int, part: str, draw: Chance) -> str:
    """A shape that fits the part of the book and stands nowhere near."""
    near = {shapes.get(number + step, "") for step in range(-_APART, _APART + 1)}
    pool = [one for one in ACTS["late" if part == "last" else part] if one not in near]
    return draw.pick(pool or [one for one in SHAPES if one not in near] or list(SHAPES))


def _tension(share: float, before: int, *, turning: bool, rest: bool) -> int:
    """Tension rises over the book; a turn stands out, and every third chapter breathes."""
    level = _CALM + round(_RISE * share) + int(turning) - int(rest and not turning)
    return max(1, min(_MOST, level, before + 2 if before else _MOST), before - 1)
