"""Where further chapters go: into chapters that are blank, and in front of the planned ending. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from infinite_scribe.plot.plan_wire import PlannedArc
from infinite_scribe.runs.schemas.plan_inputs import OutlineInput
from infinite_scribe.structure.schemas import ChapterNode

NO_ENDING = 2
"""A plan of fewer chapters has a beginning, and no ending yet."""


@dataclass(frozen=True)
class Slot:
    """A chapter to be planned: its number when all are there, and the blank chapter that it fills, if any."""

    number: int
    chapter: str | None = None


@dataclass(frozen=True)
class Layout:
    """Chapters to be planned. New ones stand behind `after` (None: first of their part) in `part`."""

    slots: tuple[Slot, ...]
    part: str
    after: str | None
    total: int

    def kept(self) -> dict[str, Any]:
        """Return the layout as a step remembers it."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Layout:
        """Return a layout that a step remembers."""
        slots = tuple(Slot(**one) for one in kept["slots"])
        return cls(slots, str(kept["part"]), kept["after"], int(kept["total"]))

    def moved(self, number: int, standing: int) -> int:
        """Return the number that a standing chapter will have; `standing` is how many there are now."""
        new = self.total - standing
        first = next((one.number for one in self.slots if one.chapter is None), standing + 1)
        return number if number < first else number + new


@dataclass(frozen=True)
class Shelf:
    """The chapters of a book as they stand: which hold prose, and which nobody has planned."""

    chapters: Sequence[ChapterNode]
    written: Collection[UUID]
    carded: Collection[UUID]

    @property
    def last_written(self) -> int:
        """Place of the last chapter that holds prose; -1 where none does."""
        holds = [any(scene.id in self.written for scene in one.scenes) for one in self.chapters]
        return max((at for at, held in enumerate(holds) if held), default=-1)

    def blank(self, chapter: ChapterNode) -> bool:
        """Say whether nobody has planned anything for a chapter that may be planned."""
        scenes = chapter.scenes
        planned = bool(chapter.one_line.strip() or chapter.purpose.strip()) or any(
            one.id in self.carded or one.id in self.written for one in scenes
        )
        return not planned and not chapter.locked and not any(one.locked for one in scenes) and bool(scenes)

    def blanks(self) -> list[ChapterNode]:
        """Return the blank chapters behind the last prose."""
        return [one for one in self.chapters[self.last_written + 1 :] if self.blank(one)]

    def ahead(self) -> int:
        """Return how many chapters are planned and not written to their end."""
        begun = self.last_written >= 0 and self.chapters[self.last_written].scenes[-1].id not in self.written
        return begun + sum(1 for one in self.chapters[self.last_written + 1 :] if not self.blank(one))

    def ending(self) -> int | None:
        """Return the place of the planned ending: the last chapter, where it is planned and not written."""
        last = len(self.chapters) - 1
        if last + 1 < NO_ENDING or last <= self.last_written or self.blank(self.chapters[last]):
            return None
        return last


def lay_out(shelf: Shelf, given: OutlineInput, target: int, arc: PlannedArc | None = None) -> Layout:
    """Return the chapters to be planned: as many as asked for, or as the book lacks to its end or to an arc's."""
    ending = shelf.ending()
    at = len(shelf.chapters) - 1 if ending is None else ending - 1
    if arc is not None:
        within = in_arc(shelf.chapters, arc)
        at = max(
            [*(place for place in within if place != ending), shelf.last_written, *([] if within else [at])]
        )
    blanks = shelf.blanks() if arc is None else []
    if given.chapters is not None:
        blanks = blanks[: given.chapters]
        new = given.chapters - len(blanks)
    elif arc is not None:
        new = max(1, round((arc.span_to - arc.span_from) * target) - len(in_arc(shelf.chapters, arc)))
    else:
        new = max(0, target - len(shelf.chapters))
    numbers = {one.id: number for number, one in enumerate(shelf.chapters, start=1)}
    slots = [Slot(numbers[one.id], str(one.id)) for one in blanks]
    slots += [Slot(at + 2 + number) for number in range(new)]
    beside = shelf.chapters[max(at, 0)]
    after = None if at < 0 else str(beside.id)
    return Layout(tuple(slots), str(beside.part_id), after, len(shelf.chapters) + new)


def in_arc(chapters: Sequence[ChapterNode], arc: PlannedArc) -> list[int]:
    """Return the places of the chapters of an arc: those that name it, and those that name none and lie in its span."""
    found = []
    for at, one in enumerate(chapters):
        middle = (at + 0.5) / len(chapters)
        if one.arc_id == arc.id or (one.arc_id is None and arc.span_from <= middle < arc.span_to):
            found.append(at)
    return found


def arc_at(arcs: Sequence[tuple[str, float, float]], number: int, total: int) -> str | None:
    """Return the arc (id, from, to) in whose span a chapter lies: the narrowest of several."""
    middle = (number - 0.5) / max(1, total)
    inside = [one for one in arcs if one[1] <= middle < one[2] or (one[2] >= 1 and middle >= one[1])]
    return min(inside, key=lambda one: one[2] - one[1])[0] if inside else None
