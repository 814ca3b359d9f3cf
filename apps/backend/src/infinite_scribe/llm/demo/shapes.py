"""Shapes of chapters and the types of first and last lines. Language-neutral.

A shape is the drama of a chapter: who asks, who looks, who hides. It decides the order of
beats; each place in the order may be filled in several ways. A language words for each
shape: a goal, a conflict, a turn, a title and a one-line (`shapes` of its lexicon).
"""

from dataclasses import dataclass
from enum import StrEnum

from infinite_scribe.llm.demo.beat_table import BEATS
from infinite_scribe.llm.demo.chance import Chance


class Opening(StrEnum):
    """How a scene begins."""

    HANDS = "hands"  # work under way
    SPEECH = "speech"  # a line without a speaker yet
    ENTRANCE = "entrance"  # somebody is suddenly there
    RULE = "rule"  # how things are done here, just before they are not
    MISSING = "missing"  # something is not in its place
    HOUR = "hour"  # time and weather as work, never as mood
    NUMBER = "number"  # a count or a price
    SOUND = "sound"  # something is heard before it is seen
    HABIT = "habit"  # what is always done, and what differs today
    THING = "thing"  # an object that should not be here
    ROUTE = "route"  # the way to the place
    MESSAGE = "message"  # a note, a notice, a line on a wall


class Ending(StrEnum):
    """How a scene ends."""

    IMAGE = "image"
    DECISION = "decision"
    LINE = "line"
    REVERSAL = "reversal"
    SOUND = "sound"
    OBJECT = "object"
    WRONG_ANSWER = "wrong_answer"
    DEPARTURE = "departure"
    COUNT = "count"


#: The product's names for first and last lines, and what the storyteller has under them.
OPENINGS: dict[str, tuple[Opening, ...]] = {
    "action": (Opening.HANDS, Opening.ROUTE),
    "dialogue": (Opening.SPEECH,),
    "place": (Opening.RULE, Opening.ENTRANCE),
    "thought": (Opening.HABIT, Opening.RULE),
    "summary": (Opening.NUMBER, Opening.MISSING),
    "object": (Opening.THING, Opening.MESSAGE),
    "weather": (Opening.HOUR, Opening.SOUND),
}
ENDINGS: dict[str, tuple[Ending, ...]] = {
    "cliffhanger": (Ending.SOUND, Ending.REVERSAL),
    "decision": (Ending.DECISION, Ending.DEPARTURE),
    "revelation": (Ending.REVERSAL, Ending.COUNT),
    "reversal": (Ending.REVERSAL,),
    "image": (Ending.IMAGE,),
    "quiet": (Ending.OBJECT, Ending.IMAGE),
    "question": (Ending.LINE, Ending.WRONG_ANSWER),
    "reflection": (Ending.COUNT, Ending.OBJECT),
}


def public(own: Opening | Ending) -> str:
    """The product's name of a first or last line."""
    table: dict[str, tuple[Opening, ...]] | dict[str, tuple[Ending, ...]] = (
        OPENINGS if isinstance(own, Opening) else ENDINGS
    )
    return next(
        (name for name, members in table.items() if own in members),
        "action" if isinstance(own, Opening) else "image",
    )


@dataclass(frozen=True, slots=True)
class Shape:
    """A chapter's drama; `steps` lists for each place in the order the beats that can fill it."""

    id: str
    steps: tuple[tuple[str, ...], ...]
    outcomes: tuple[str, ...]
    openings: tuple[Opening, ...]
    endings: tuple[Ending, ...]
    solo: bool = False


O, E = Opening, Ending  # noqa: E741 - the table reads better
SHAPES: dict[str, Shape] = {
    shape.id: shape
    for shape in (
        Shape(
            "negotiation",
            (
                ("at_work", "mend"),
                ("arrival", "request"),
                ("request", "terms"),
                ("name_cost", "object"),
                ("show_token", "admit"),
                ("accept", "decline"),
            ),
            ("yes_but", "no_and"),
            (O.HANDS, O.NUMBER, O.SPEECH),
            (E.DECISION, E.LINE, E.COUNT),
        ),
        Shape(
            "search",
            (
                ("count_short", "wait_alone"),
                ("search_room",),
                ("locked", "break"),
                ("question", "help"),
                ("open_find", "read_trace"),
                ("choose", "strike_out"),
            ),
            ("yes_but", "no"),
            (O.MISSING, O.THING, O.MESSAGE),
            (E.OBJECT, E.REVERSAL, E.IMAGE),
        ),
        Shape(
            "vigil",
            (
                ("wait_alone", "at_work"),
                ("night",),
                ("warn", "question"),
                ("mend", "try_ware"),
                ("admit", "show_token"),
                ("choose", "part"),
            ),
            ("no", "yes_but"),
            (O.HOUR, O.HABIT, O.SOUND),
            (E.SOUND, E.IMAGE, E.LINE),
        ),
        Shape(
            "theft",
            (
                ("wait_alone", "pack"),
                ("overhear", "conceal"),
                ("locked", "open_find"),
                ("lift_ware",),
                ("block", "question"),
                ("choose", "strike_out"),
            ),
            ("yes_but", "no_and"),
            (O.ROUTE, O.SOUND, O.RULE),
            (E.REVERSAL, E.DEPARTURE, E.OBJECT),
        ),
        Shape(
            "arrival",
            (
                ("at_work", "mend"),
                ("arrival",),
                ("conceal", "question"),
                ("show_token", "request"),
                ("admit", "warn"),
                ("decline", "accept"),
            ),
            ("yes_but", "no"),
            (O.ENTRANCE, O.THING, O.HABIT),
            (E.LINE, E.OBJECT, E.WRONG_ANSWER),
        ),
        Shape(
            "bargain",
            (
                ("pack", "at_work"),
                ("request",),
                ("terms",),
                ("test_before", "object"),
                ("withhold", "name_cost"),
                ("accept", "strike_out"),
            ),
            ("yes_but", "yes"),
            (O.NUMBER, O.RULE, O.SPEECH),
            (E.COUNT, E.DECISION, E.REVERSAL),
        ),
        Shape(
            "test",
            (
                ("count_short", "at_work"),
                ("bring_back", "request"),
                ("try_ware", "test_before"),
                ("break", "object"),
                ("wrong_line", "admit"),
                ("choose", "decline"),
            ),
            ("no_and", "no"),
            (O.RULE, O.THING, O.HANDS),
            (E.SOUND, E.REVERSAL, E.IMAGE),
        ),
        Shape(
            "pursuit",
            (
                ("pack", "wait_alone"),
                ("trail",),
                ("overhear", "lose_trail"),
                ("block",),
                ("show_token", "admit"),
                ("choose", "part"),
            ),
            ("no_and", "yes_but"),
            (O.ROUTE, O.ENTRANCE, O.MESSAGE),
            (E.DEPARTURE, E.DECISION, E.OBJECT),
        ),
        Shape(
            "confession",
            (
                ("mend", "night"),
                ("arrival", "help"),
                ("question",),
                ("withhold",),
                ("read_trace", "wrong_line"),
                ("part", "decline"),
            ),
            ("no", "yes_but"),
            (O.HABIT, O.HOUR, O.SPEECH),
            (E.WRONG_ANSWER, E.LINE, E.DEPARTURE),
        ),
        Shape(
            "repair",
            (
                ("mend",),
                ("break", "arrival"),
                ("help",),
                ("admit", "show_token"),
                ("try_ware", "test_before"),
                ("accept", "part"),
            ),
            ("yes", "yes_but"),
            (O.HANDS, O.THING, O.SOUND),
            (E.IMAGE, E.SOUND, E.OBJECT),
        ),
        Shape(
            "inspection",
            (
                ("count_short", "conceal"),
                ("arrival", "block"),
                ("inspect",),
                ("wrong_line",),
                ("withhold", "object"),
                ("strike_out", "choose"),
            ),
            ("no_and", "yes_but"),
            (O.NUMBER, O.ENTRANCE, O.MESSAGE),
            (E.COUNT, E.WRONG_ANSWER, E.DECISION),
        ),
        Shape(
            "farewell",
            (
                ("pack",),
                ("help", "conceal"),
                ("terms", "warn"),
                ("withhold", "admit"),
                ("show_token", "read_trace"),
                ("part",),
            ),
            ("yes", "no"),
            (O.MISSING, O.HOUR, O.ROUTE),
            (E.DEPARTURE, E.IMAGE, E.OBJECT),
        ),
        Shape(
            "return",
            (
                ("at_work", "count_short"),
                ("bring_back",),
                ("question", "name_cost"),
                ("test_before", "try_ware"),
                ("admit", "wrong_line"),
                ("decline", "accept"),
            ),
            ("no_and", "yes_but"),
            (O.SOUND, O.THING, O.MISSING),
            (E.REVERSAL, E.COUNT, E.SOUND),
        ),
        Shape(
            "watch_alone",
            (
                ("at_work", "wait_alone"),
                ("count_short", "search_room"),
                ("locked", "night"),
                ("try_ware", "open_find"),
                ("read_trace", "lift_ware"),
                ("choose",),
            ),
            ("yes_but", "no"),
            (O.HOUR, O.MISSING, O.HABIT),
            (E.IMAGE, E.OBJECT, E.DECISION),
            solo=True,
        ),
    )
}

#: Which shapes suit which part of a book, so that twelve chapters are not one chapter.
ACTS: dict[str, tuple[str, ...]] = {
    "first": ("negotiation", "arrival", "return", "inspection"),
    "early": ("search", "bargain", "test", "vigil", "repair"),
    "middle": ("theft", "inspection", "pursuit", "confession", "return", "repair"),
    "late": ("pursuit", "theft", "test", "confession", "search", "bargain"),
    "last": ("vigil", "farewell", "negotiation", "confession"),
}


def shape_sequence(chance: Chance, chapters: int) -> list[str]:
    """A shape for each chapter: parts of the book in order, no shape twice within four chapters."""
    chosen: list[str] = []
    for index in range(chapters):
        pool = [item for item in ACTS[part_of_book(index, chapters)] if item not in chosen[-4:]]
        pool = pool or [item for item in SHAPES if item not in chosen[-4:] and not SHAPES[item].solo]
        chosen.append(chance.pick(pool))
    return chosen


def part_of_book(index: int, chapters: int) -> str:
    """The part of the book a chapter (from 0) lies in; the first and the last stand alone."""
    if index == 0:
        return "first"
    if index >= chapters - 1:
        return "last"
    share = index / max(1, chapters - 1)
    return "early" if share <= 0.34 else "middle" if share <= 0.67 else "late"


def beats_of(shape: Shape, chance: Chance, count: int, *, alone: bool) -> list[str]:
    """Beat ids for a scene of this shape, in order; each at most once.

    More than six beats repeat no beat but borrow from the middle of related shapes; fewer
    keep the first, the turn and the last.
    """
    chosen: list[str] = []
    for options in shape.steps:
        fitting = [
            item for item in options if item not in chosen and (not alone or not BEATS[item].needs_other)
        ]
        if not fitting and alone:
            fitting = [
                item
                for item in ("search_room", "night", "read_trace", "try_ware", "mend", "open_find")
                if item not in chosen
            ]
        if fitting:
            chosen.append(chance.pick(fitting))
    spare = [
        item
        for step in shape.steps[1:5]
        for item in step
        if item not in chosen and (not alone or not BEATS[item].needs_other)
    ]
    while len(chosen) < count and spare:
        chosen.insert(len(chosen) - 2, spare.pop(chance.between(0, len(spare) - 1)))
    while len(chosen) > max(2, count):
        chosen.pop(len(chosen) // 2 - 1 if len(chosen) > 3 else 1)
    return chosen
