"""Cards and beats: the plan of one chapter, lint-clean by construction."""

import re
from typing import Any

from infinite_scribe.llm.demo.acts import Role
from infinite_scribe.llm.demo.beat_table import BEATS
from infinite_scribe.llm.demo.cast import roles_of
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.schemas import BeatsData, Card, CardsData, Member, Place
from infinite_scribe.llm.demo.shapes import SHAPES, beats_of, part_of_book, public, shape_sequence
from infinite_scribe.llm.demo.teller import Teller

#: How a chapter's words are shared among its beats: the middle is wide, the end is quick.
_SHARES = (1.0, 1.15, 1.2, 1.15, 1.1, 0.85)


def cards(teller: Teller, data: CardsData, chance: Chance) -> dict[str, Any]:
    """One card per scene; the chapter's one-line decides the shape where it can be read."""
    shape_id = teller.reader.shape_of([data.chapter.one_line, data.chapter.purpose, data.chapter.title])
    fallback = shape_sequence(chance.fork("shape"), max(12, data.chapter.number))[data.chapter.number - 1]
    first = shape_id if shape_id in SHAPES else fallback
    made: list[dict[str, Any]] = []
    for index in range(max(1, data.scenes)):
        shape = (
            SHAPES[first]
            if index == 0
            else SHAPES[shape_sequence(chance.fork(f"shape{index}"), index + 4)[index + 2]]
        )
        draw = chance.fork(f"card{index}")
        people = _people(data)
        place = _place(data.places, data.chapter.number - 1 + index, data.chapter.one_line)
        stage = [people[role].handle for role in (Role.SELF, Role.OTHER) if role in people]
        if shape.id in {"theft", "pursuit", "inspection"} and Role.THIRD in people:
            stage.append(people[Role.THIRD].handle)
        worded = teller.inventor.card(
            data.model_copy(update={"cast": _by_role(people, data.cast)}), shape.id, index, draw
        )
        made.append(
            {
                **worded,
                "outcome": draw.pick(shape.outcomes),
                "pov": people[Role.SELF].handle,
                "place": place.handle,
                "cast": stage,
                "must_not_reveal": worded.get("must_not_reveal", []),
                "word_budget": max(200, data.word_budget),
                "opening_type": public(draw.pick(shape.openings)),
                "closing_type": public(draw.pick(shape.endings)),
            }
        )
    return {"cards": made}


def _by_role(people: dict[Role, Member], cast: list[Member]) -> list[Member]:
    """The cast with the other person of the chapter right behind the lead."""
    first = [people[role] for role in (Role.SELF, Role.OTHER) if role in people]
    return [*first, *[member for member in cast if member not in first]]


def _people(data: CardsData) -> dict[Role, Member]:
    """Roles for a chapter: whoever the chapter's line names stands opposite the lead."""
    people = roles_of(data.cast, Card())
    lead, absent = people[Role.SELF], people.get(Role.ABSENT)
    named = [
        member
        for member in data.cast
        if member not in (lead, absent) and _names(member, data.chapter.one_line)
    ]
    if named:
        people = roles_of(data.cast, Card(pov=lead.handle, cast=[lead.handle, named[0].handle]))
        rest = [member for member in data.cast if member not in people.values()]
        if rest:
            people[Role.THIRD] = rest[0]
    return people


def _names(member: Member, text: str) -> bool:
    """Whether a text names a person, by full name or by the first part of it."""
    first = member.name.split(" ", maxsplit=1)[0]
    return bool(first) and (member.name in text or re.search(rf"\b{re.escape(first)}\b", text) is not None)


def _place(places: list[Place], turn: int, one_line: str) -> Place:
    """The place that the chapter's line names; else the places in turn."""
    if not places:
        return Place(handle="P1")
    named = [place for place in places if place.name and place.name.lower() in one_line.lower()]
    return named[0] if named else places[turn % len(places)]


def beats(teller: Teller, data: BeatsData, chance: Chance) -> dict[str, Any]:
    """Beats of one card. The last beat is the decision; budgets add up to the card's."""
    card = data.card
    shape_id = teller.reader.shape_of([card.goal, card.conflict, card.summary, card.title])
    shape = SHAPES[shape_id] if shape_id in SHAPES else SHAPES[shape_sequence(chance.fork("shape"), 3)[2]]
    people = roles_of(data.cast, card)
    ids = beats_of(shape, chance.fork("order"), max(2, data.count), alone=Role.OTHER not in people)
    ids = [
        item
        if item != "overhear" or Role.THIRD in people
        else "lose_trail"
        if "lose_trail" not in ids
        else "conceal"
        for item in ids
    ]
    budget = data.word_budget or card.word_budget
    weights = [
        _SHARES[min(len(_SHARES) - 1, round(index * (len(_SHARES) - 1) / max(1, len(ids) - 1)))]
        for index in range(len(ids))
    ]
    spread = _spread(budget, weights)
    made = []
    for index, item in enumerate(ids):
        worded = teller.inventor.beat(data, item, people, chance.fork(f"beat{index}"))
        made.append({"kind": BEATS[item].kind, "word_budget": spread[index], **worded})
    return {"beats": made}


def _spread(budget: int, weights: list[float]) -> list[int]:
    """Whole numbers in proportion to the weights whose sum is the budget."""
    whole = sum(weights)
    shares = [round(budget * weight / whole) for weight in weights]
    shares[-1] += budget - sum(shares)
    return shares


def arcs_of(chapters: int) -> list[str]:
    """The part of the book for each chapter."""
    return [part_of_book(index, chapters) for index in range(chapters)]


def member_by_role(cast: list[Member], word: str) -> Member | None:
    """The first person whose role line holds a word."""
    return next((member for member in cast if word in member.role.lower()), None)
