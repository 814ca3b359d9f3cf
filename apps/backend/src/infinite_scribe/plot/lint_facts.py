"""What the plan linter looks at: the plan as a whole, and of the canon what a plan can break. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from infinite_scribe.plot.rules import BeatFacts, ConceptFacts, Level


@dataclass(frozen=True)
class Where:
    """What an issue is about, by the name that the author gave it."""

    kind: str
    id: str
    title: str = ""


@dataclass(frozen=True)
class PlanIssue:
    """A fault of the plan. `why` is told in both languages; `fixes` are operations that code could work out."""

    code: str
    level: Level
    where: Where
    why: Mapping[str, str]
    fields: tuple[str, ...] = ()
    fixes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Unjudged:
    """A code that had too little to judge by, and why."""

    code: str
    reason: str
    count: int = 1


@dataclass(frozen=True)
class PlanReport:
    """What the linter found, and what it could not judge."""

    issues: tuple[PlanIssue, ...] = ()
    not_evaluated: tuple[Unjudged, ...] = ()

    def errors(self, among: Iterable[str] | None = None) -> list[PlanIssue]:
        """Return the errors, of all or of the scenes named."""
        ids = None if among is None else set(among)
        return [
            one for one in self.issues if one.level is Level.ERROR and (ids is None or one.where.id in ids)
        ]


@dataclass(frozen=True)
class Asked:
    """Something that a card wants told or kept: a fact, or words."""

    text: str = ""
    fact: UUID | None = None


@dataclass(frozen=True)
class ScenePlan:
    """A scene in reading order with its card. Times are ticks; None: not known."""

    scene_id: UUID
    chapter_id: UUID
    index: int
    title: str = ""
    status: str = "idea"
    written: bool = False
    t_from: int | None = None
    t_to: int | None = None
    certainty: str | None = None
    mode: str = "linear"
    carded: bool = False
    summary: str = ""
    goal: str = ""
    conflict: str = ""
    outcome: str | None = None
    turn: str = ""
    pov_id: UUID | None = None
    place_id: UUID | None = None
    cast: tuple[UUID, ...] = ()
    word_budget: int | None = None
    opening_type: str | None = None
    closing_type: str | None = None
    entry: tuple[UUID, ...] = ()
    exits: tuple[Mapping[str, Any], ...] = ()
    must_include: tuple[Asked, ...] = ()
    must_not_reveal: tuple[Asked, ...] = ()
    promises: tuple[tuple[UUID, str], ...] = ()
    beats: tuple[BeatFacts, ...] = ()
    locked: bool = False
    locked_fields: frozenset[str] = frozenset()

    @property
    def dated(self) -> bool:
        """Whether the author gave the scene a date; what only lies between dated neighbours is not one."""
        return self.certainty == "dated" and self.t_from is not None

    @property
    def ordered(self) -> bool:
        """Whether it is known what comes before and after it in the story."""
        return self.t_from is not None and self.certainty not in {None, "unknown"}

    @property
    def on_stage(self) -> tuple[UUID, ...]:
        """The cast, the viewpoint first."""
        stage = (self.pov_id, *self.cast) if self.pov_id is not None else self.cast
        return tuple(dict.fromkeys(stage))

    def where(self) -> Where:
        """Return the card as the place of an issue."""
        return Where("card", str(self.scene_id), self.title)


@dataclass(frozen=True)
class ChapterPlan:
    """A chapter with its plan fields."""

    chapter_id: UUID
    number: int
    title: str = ""
    one_line: str = ""
    opening_type: str | None = None
    closing_type: str | None = None
    word_budget: int | None = None
    arc_id: UUID | None = None
    locked: bool = False

    def where(self) -> Where:
        """Return the chapter as the place of an issue."""
        return Where("chapter", str(self.chapter_id), self.title or str(self.number))


@dataclass(frozen=True)
class Turn:
    """A turning point: where it should stand, how far it may stray, and the chapter it is in."""

    kind: str
    position: float
    tolerance: float
    chapter_id: UUID | None = None


@dataclass(frozen=True)
class ArcPlan:
    """A movement of the book."""

    arc_id: UUID
    title: str
    span_from: float
    span_to: float
    turns: tuple[Turn, ...] = ()
    closes_question: str = ""

    def where(self) -> Where:
        """Return the arc as the place of an issue."""
        return Where("arc", str(self.arc_id), self.title)


@dataclass(frozen=True)
class EntryPlan:
    """An entry of the world as a plan uses it."""

    entry_id: UUID
    name: str
    kind: str


@dataclass(frozen=True)
class CanonFact:
    """A fact that a plan can break. `value` is an id or text as patterns write it."""

    fact_id: UUID
    subject_id: UUID | None
    predicate: str
    value: str
    text: str = ""
    publicity: str = "public"
    holds: bool = True
    from_tick: int | None = None
    to_tick: int | None = None
    time_known: bool = True
    single: bool = False

    def at(self, tick: int | None) -> bool | None:
        """Say whether the fact holds at a tick; None when its time or the scene's is not known."""
        if self.from_tick is None and self.to_tick is None:
            return self.holds
        if tick is None or not self.time_known:
            return None
        begun = self.from_tick is None or self.from_tick <= tick
        return self.holds and begun and (self.to_tick is None or tick < self.to_tick)


@dataclass(frozen=True)
class PromisePlan:
    """A promise with its window in reading indexes. `planned`: which scenes are to do what for it, besides what their
    cards say; `acts`: all of that, by reading index, once the plan is `settled`.
    """

    promise_id: UUID
    statement: str
    weight: int
    status: str
    earliest: int | None = None
    latest: int | None = None
    acts: tuple[tuple[int, str], ...] = ()
    planned: tuple[tuple[UUID, str], ...] = ()
    locked: bool = False

    def where(self) -> Where:
        """Return the promise as the place of an issue."""
        return Where("promise", str(self.promise_id), self.statement[:80])


@dataclass(frozen=True)
class CauseLink:
    """An effect and what caused it, or a part and its whole: both named, with their times where they have any."""

    kind: str
    source: UUID
    target: UUID
    source_name: str = ""
    target_name: str = ""
    source_tick: int | None = None
    target_tick: int | None = None


@dataclass(frozen=True)
class PlanFacts:
    """The whole plan of a book with what it stands on.

    `knowable(knower, fact)` is the tick at which somebody can know a fact first: None, when nothing gives it.
    `told` are facts that some page shows, so that anybody may have heard of them. `single` are the predicates of which a thing has one value at a time. `travel(a, b)` is the least time between two places in ticks; None, when no path is known. `length` is the
    number of scenes that the book is expected to have.
    """

    concept: ConceptFacts | None = None
    ending: Mapping[str, Any] = field(default_factory=dict)
    target_words: int | None = None
    chapters: tuple[ChapterPlan, ...] = ()
    scenes: tuple[ScenePlan, ...] = ()
    arcs: tuple[ArcPlan, ...] = ()
    entries: Mapping[UUID, EntryPlan] = field(default_factory=dict)
    facts: tuple[CanonFact, ...] = ()
    links: tuple[CauseLink, ...] = ()
    promises: tuple[PromisePlan, ...] = ()
    knowable: Callable[[UUID, UUID], int | None] | None = None
    travel: Callable[[UUID, UUID], int | None] | None = None
    told: frozenset[UUID] = frozenset()
    single: frozenset[str] = frozenset()
    length: int | None = None
    planned_chapters: int | None = None

    @cached_property
    def entry_names(self) -> Mapping[str, str]:
        """The name of every entry by its id as patterns and values write it."""
        return {str(one): entry.name for one, entry in self.entries.items()}

    def name(self, entry_id: UUID | None) -> str:
        """Return the name of an entry; its id when it does not exist."""
        found = self.entries.get(entry_id) if entry_id is not None else None
        return found.name if found is not None else str(entry_id)

    def chapter(self, chapter_id: UUID) -> ChapterPlan | None:
        """Return a chapter by id."""
        return next((one for one in self.chapters if one.chapter_id == chapter_id), None)

    def cards(self) -> list[ScenePlan]:
        """Return the scenes that have a card, in reading order."""
        return [one for one in self.scenes if one.carded]

    def settled(self) -> PlanFacts:
        """Return the plan with the acts of every promise in reading order."""
        index = {one.scene_id: one.index for one in self.scenes}
        asked: dict[UUID, set[tuple[int, str]]] = {}
        for scene in self.scenes:
            for promise, act in scene.promises:
                asked.setdefault(promise, set()).add((scene.index, act))
        promises = tuple(
            replace(
                one,
                acts=tuple(
                    sorted(
                        asked.get(one.promise_id, set())
                        | {(index[scene], act) for scene, act in one.planned if scene in index}
                    )
                ),
            )
            for one in self.promises
        )
        return replace(self, promises=promises)
