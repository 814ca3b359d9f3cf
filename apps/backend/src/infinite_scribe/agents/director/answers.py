"""What the director's models answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Handle = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Z]\d{1,4}$")]

Opening = Literal["action", "dialogue", "place", "thought", "summary", "object", "weather"]
Closing = Literal[
    "cliffhanger", "decision", "revelation", "reversal", "image", "quiet", "question", "reflection"
]


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


class PromiseTold(BaseModel):
    """The sentence by which the chapter gives or keeps a promise that is due in it."""

    promise: Handle
    how: Line


class CardsAnswer(BaseModel):
    cards: list[CardDraft] = Field(min_length=1, max_length=8)
    promises: list[PromiseTold] = Field([], max_length=8)


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


def check_cards(
    answer: CardsAnswer, people: set[str], places: set[str], wanted: int, due: Collection[str] = ()
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


def check_choice(answer: ChoiceAnswer, alternatives: int, cards: int) -> list[str]:
    """Return what is wrong with a choice: a plan or a card that does not exist."""
    wrong = [] if answer.alt <= alternatives else [f"there are {alternatives} plans, not {answer.alt}"]
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
