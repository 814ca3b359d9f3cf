"""What the director's models answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from infinite_scribe.canon.registry import find, nearest

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Handle = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Z]\d{1,4}$")]

Opening = Literal["action", "dialogue", "place", "thought", "summary", "object", "weather"]
Closing = Literal[
    "cliffhanger", "decision", "revelation", "reversal", "image", "quiet", "question", "reflection"
]

PromiseActName = Literal["plant", "remind", "arm", "pay", "subvert"]
_HANDLE = re.compile(r"^[A-Z]\d{1,4}$")


def _known(choices: object) -> Callable[[object], object]:
    """Drop a type that is none of ours: it is a wish, and a card without it is whole."""
    return lambda value: value if value in get_args(choices) else None


class CardDraft(BaseModel):
    title: Word
    summary: Line
    goal: Line
    conflict: Line
    outcome: Literal["yes", "no", "yes_but", "no_and"]
    turn: Line
    pov: Handle
    place: Handle
    cast: list[Handle] = Field(min_length=1, max_length=8)
    must_include: list[Line] = Field([], max_length=6)
    must_not_reveal: list[Line] = Field([], max_length=6)
    word_budget: int | None = Field(None, ge=100, le=10_000)
    opening_type: Annotated[Opening | None, BeforeValidator(_known(Opening))] = None
    closing_type: Annotated[Closing | None, BeforeValidator(_known(Closing))] = None
    when: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    """Story time, where it matters: “day 3, 14:30–15:10”, or “next morning”."""


class PromiseTold(BaseModel):
    """The sentence by which the chapter gives or keeps a promise that is due in it.

    With `card` and `act` also what a card does for a promise that is not due.
    """

    promise: Handle
    how: Line
    card: int | None = Field(None, ge=1, le=8)
    act: PromiseActName | None = None


class EntryWanted(BaseModel):
    """A fact that has to hold when a card begins; `card` is its number."""

    card: int = Field(ge=1, le=8)
    fact: Handle


class ExitWanted(BaseModel):
    """What a card changes for good: of whom, what, and to whom or what."""

    card: int = Field(ge=1, le=8)
    subject: Handle
    predicate: Word
    value: Word


class CardsAnswer(BaseModel):
    """The cards of a chapter. What they need and change stands beside them, so that it stands in lines too."""

    cards: list[CardDraft] = Field(min_length=1, max_length=8)
    promises: list[PromiseTold] = Field([], max_length=12)
    entries: list[EntryWanted] = Field([], max_length=16)
    exits: list[ExitWanted] = Field([], max_length=16)


class BeatDraft(BaseModel):
    kind: Literal["action", "reaction", "dialogue", "reveal", "decision", "description", "transition"] = (
        "action"
    )
    text: Line
    actor: Handle | None = None
    change: Line | None = None
    subtext: Line | None = None
    word_budget: int | None = Field(None, ge=20, le=4_000)


class BeatsAnswer(BaseModel):
    beats: list[BeatDraft] = Field(min_length=3, max_length=8)


@dataclass(frozen=True)
class Named:
    """What the cards of a chapter may name beside people and places: facts, all entries, and open promises."""

    facts: Collection[str] = field(default=())
    entries: Collection[str] = field(default=())
    promises: Collection[str] = field(default=())


def check_cards(
    answer: CardsAnswer,
    people: set[str],
    places: set[str],
    wanted: int,
    due: Collection[str] = (),
    named: Named | None = None,
) -> list[str]:
    """Return what is wrong with scene cards: unknown handles, a viewpoint that is not there, a promise left out."""
    wrong = (
        [] if len(answer.cards) >= wanted else [f"{wanted} cards were asked for, {len(answer.cards)} came"]
    )
    told = {one.promise for one in answer.promises}
    wrong += [
        f"{handle} is due in this chapter and nothing tells how" for handle in due if handle not in told
    ]
    for card in answer.cards:
        wrong += [
            f"{who} is nobody; the people are {', '.join(sorted(people))}"
            for who in (card.pov, *card.cast)
            if who not in people
        ]
        if card.place not in places:
            wrong.append(f"{card.place} is no place; the places are {', '.join(sorted(places))}")
        if card.pov not in card.cast:
            wrong.append(f"the viewpoint {card.pov} of {card.title!r} is not in its cast")
    return wrong if named is None else [*wrong, *_check_changes(answer, named)]


def _check_changes(answer: CardsAnswer, named: Named) -> list[str]:
    """Return what is wrong with what cards need, change and do for promises."""
    numbers = [one.card for one in answer.entries] + [one.card for one in answer.exits]
    numbers += [one.card or 1 for one in answer.promises]
    wrong = [f"there is no card {one}" for one in numbers if one > len(answer.cards)]
    wrong += [
        f"{one.fact} is no fact; the facts are {', '.join(sorted(named.facts)) or 'none'}"
        for one in answer.entries
        if one.fact not in named.facts
    ]
    wrong += [
        f"{one.promise} is no promise; the promises are {', '.join(sorted(named.promises)) or 'none'}"
        for one in answer.promises
        if one.promise not in named.promises
    ]
    for one in answer.exits:
        predicate = find(one.predicate)
        if one.subject not in named.entries:
            wrong.append(f"{one.subject} is nothing; there are {', '.join(sorted(named.entries))}")
        if predicate is None:
            wrong.append(
                f"{one.predicate} is no predicate; near it are {', '.join(nearest(one.predicate)) or 'none'}"
            )
        elif predicate.choices and one.value not in predicate.choices:
            wrong.append(f"{one.predicate} is one of {', '.join(predicate.choices)}, not {one.value}")
        elif one.value not in named.entries and (_HANDLE.match(one.value) or not predicate.value_types):
            wrong.append(f"{one.value} is nothing; there are {', '.join(sorted(named.entries))}")
    return wrong


def check_beats(answer: BeatsAnswer, people: set[str]) -> list[str]:
    """Return what is wrong with beats: actors who are not there."""
    return [
        f"{beat.actor} does not take part; the cast is {', '.join(sorted(people))}"
        for beat in answer.beats
        if beat.actor is not None and beat.actor not in people
    ]


class Critique(BaseModel):
    """One weakness of one plan; `where` is the number of its card."""

    alt: int = Field(ge=1, le=4)
    problem: Line
    where: int = Field(1, ge=1, le=8)
    severity: int = Field(2, ge=1, le=3)
    edit: Line | None = None


class CritiqueAnswer(BaseModel):
    critiques: list[Critique] = Field([], max_length=6)


class CardEdit(BaseModel):
    """A change of one field of a card of the chosen plan."""

    card: int = Field(ge=1, le=8)
    field: Literal["title", "summary", "goal", "conflict", "turn"]
    value: Line


class ChoiceAnswer(BaseModel):
    alt: int = Field(ge=1, le=4)
    why: Line
    edits: list[CardEdit] = Field([], max_length=3)


class PlanOp(BaseModel):
    """A change of the plan of chapters that are not written: `target` is the handle of a chapter or a card."""

    op: Literal["update"] = "update"
    target: Handle
    field: Literal["one_line", "purpose", "title", "summary", "goal", "conflict", "turn", "must_include"]
    value: Line


class PlanDiffAnswer(BaseModel):
    ops: list[PlanOp] = Field([], max_length=8)
    why: str = Field("", max_length=600)


def check_choice(
    answer: ChoiceAnswer, alternatives: int, cards: int, sound: Collection[int] = ()
) -> list[str]:
    """Return what is wrong with a choice: a plan or a card that does not exist, or more errors than another (`sound`)."""
    wrong = [] if answer.alt <= alternatives else [f"there are {alternatives} plans, not {answer.alt}"]
    if sound and answer.alt <= alternatives and answer.alt not in sound:
        wrong.append(f"plan {answer.alt} has more errors than plan {', '.join(map(str, sorted(sound)))}")
    return wrong + [f"there is no card {one.card}" for one in answer.edits if one.card > cards]


def check_diff(answer: PlanDiffAnswer, chapters: set[str], cards: set[str]) -> list[str]:
    """Return what is wrong with changes of the plan: unknown handles, and fields that the target does not have."""
    wrong = []
    of_chapters = {"one_line", "purpose", "title"}
    for one in answer.ops:
        if one.target not in chapters | cards:
            known = ", ".join(sorted(chapters | cards))
            wrong.append(f"{one.target} is nothing that can be changed; there are {known}")
        elif (one.target in chapters) != (one.field in of_chapters) and one.field != "title":
            wrong.append(f"{one.target} has no {one.field}")
    return wrong


class PromiseWanted(BaseModel):
    """A promise to the reader; chapters and people by handle."""

    kind: Literal["gun", "mystery", "vow", "threat", "prophecy", "romance", "secret", "deadline", "theme"]
    statement: Line
    subjects: list[Handle] = Field([], max_length=6)
    plant: Handle
    earliest: Handle
    pay: Handle
    latest: Handle
    weight: int = Field(3, ge=1, le=5)


class PromisesAnswer(BaseModel):
    promises: list[PromiseWanted] = Field(min_length=1, max_length=8)


def check_promises(answer: PromisesAnswer, chapters: list[str], people: set[str]) -> list[str]:
    """Return what is wrong with promises: unknown handles, and chapters in an impossible order."""
    wrong = []
    at = {handle: number for number, handle in enumerate(chapters)}
    for one in answer.promises:
        named = (one.plant, one.earliest, one.pay, one.latest)
        strange = [handle for handle in named if handle not in at] + [
            s for s in one.subjects if s not in people
        ]
        if strange:
            known = f"{', '.join(chapters)}; {', '.join(sorted(people))}"
            wrong.append(f"{', '.join(strange)} is nothing here; there are {known}")
        elif not at[one.plant] < at[one.pay] or not at[one.earliest] <= at[one.pay] <= at[one.latest]:
            wrong.append(
                f"“{one.statement[:60]}” must be given before it is kept, and kept inside its window"
            )
        elif at[one.earliest] == at[one.latest]:
            wrong.append(
                f"“{one.statement[:60]}” has a window of one chapter; let it open earlier or close later"
            )
    return wrong
