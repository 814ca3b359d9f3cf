"""What the director's models answer when further chapters are planned."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, Field

from infinite_scribe.agents.director.answers import Handle, Line, Word

Turn = Literal["inciting", "threshold", "midpoint", "crisis", "climax", "resolution"]
AT_ONCE = 8
"""Chapters that one question asks for; more are asked for in turn, each question knowing the answers before."""


def _known_turn(value: object) -> object:
    """Drop a turning point that is none of ours: a chapter without one is whole."""
    return value if value in get_args(Turn) else None


class ArcWanted(BaseModel):
    """A movement of the book; its span is a share of the whole."""

    title: Word
    opens_question: Line
    closes_question: Line
    value_from: Word
    value_to: Word
    span_from: float = Field(ge=0, le=1)
    span_to: float = Field(ge=0, le=1)


class ChapterWanted(BaseModel):
    """A chapter in one line. `arc` and `keeps` are handles of arcs, and of promises that it keeps."""

    title: Word
    one_line: Line
    purpose: Line
    tension: int = Field(ge=0, le=10)
    arc: Handle | None = None
    turning: Annotated[Turn | None, BeforeValidator(_known_turn)] = None
    keeps: list[Handle] = Field([], max_length=4)


class OutlineAnswer(BaseModel):
    arcs: list[ArcWanted] = Field([], max_length=4)
    chapters: list[ChapterWanted] = Field(min_length=1, max_length=AT_ONCE)


def check_outline(
    answer: OutlineAnswer,
    wanted: int,
    arcs: Sequence[str],
    promises: Collection[str],
    told: Collection[str],
    *,
    new_arcs: int = 0,
) -> list[str]:
    """Return what is wrong with further chapters: too few, unknown handles, a line that the book has already.

    `arcs` are the handles that stand; new ones go on from there. `told` are the lines of the plan as it is.
    """
    wrong = []
    if len(answer.chapters) < wanted:
        wrong.append(f"{wanted} chapters were asked for, {len(answer.chapters)} came")
    if new_arcs and not answer.arcs:
        wrong.append("the book has no arcs for this part; give at least one")
    wrong += [
        f"the arc {one.title!r} ends before it begins" for one in answer.arcs if one.span_from >= one.span_to
    ]
    known = arc_handles(arcs, answer if new_arcs else None)
    seen = {_plain(line) for line in told}
    for one in answer.chapters:
        if one.arc is not None and one.arc not in known:
            wrong.append(f"{one.arc} is no arc; there are {', '.join(known) or 'none'}")
        wrong += [
            f"{handle} is no open promise; there are {', '.join(sorted(promises)) or 'none'}"
            for handle in one.keeps
            if handle not in promises
        ]
        if _plain(one.one_line) in seen:
            wrong.append(f"{one.one_line[:80]!r} happens already; let something else happen in this chapter")
        seen.add(_plain(one.one_line))
    return wrong


def arc_handles(arcs: Sequence[str], answer: OutlineAnswer | None) -> list[str]:
    """Return the handles of the arcs that stand, and of those that an answer adds, in order."""
    more = len(answer.arcs) if answer is not None else 0
    return [*arcs, *(f"A{len(arcs) + number}" for number in range(1, more + 1))]


def _plain(line: str) -> str:
    return "".join(sign for sign in line.casefold() if sign.isalnum())
