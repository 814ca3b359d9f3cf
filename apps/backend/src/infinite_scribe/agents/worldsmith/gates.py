"""What code checks in the worldsmith's answers. Each check returns sentences that go back to the model."""

from __future__ import annotations

from infinite_scribe.agents.worldsmith.answers import (
    CharactersAnswer,
    OptionsAnswer,
    PlotAnswer,
    WorldAnswer,
)
from infinite_scribe.genesis.rules import MAIN_ROLES

MAIN = MAIN_ROLES


def check_options(answer: OptionsAnswer, count: int) -> list[str]:
    """Return what is wrong with a set of options."""
    wrong = []
    if len(answer.options) < min(count, 2):
        wrong.append(f"{count} options were asked for, {len(answer.options)} came")
    titles = [option.title.casefold() for option in answer.options]
    if len(set(titles)) < len(titles):
        wrong.append("two options have the same title")
    return wrong


def check_world(answer: WorldAnswer) -> list[str]:
    """Return what is wrong with places and rules."""
    names = [place.name.casefold() for place in answer.places]
    wrong = [f"the place {name} is listed twice" for name in sorted({n for n in names if names.count(n) > 1})]
    known = set(names)
    lost = [place for place in answer.places if place.part_of and place.part_of.casefold() not in known]
    return wrong + [
        f"{place.name} is part of {place.part_of}, which is not among the places" for place in lost
    ]


def check_cast(answer: CharactersAnswer) -> list[str]:
    """Return what is wrong with the cast: names that clash, nobody to follow, relations to strangers."""
    names = [member.name for member in answer.cast]
    wrong = []
    if len({name.casefold() for name in names}) < len(names):
        wrong.append("two people have the same name")
    if not any(member.role == "protagonist" for member in answer.cast):
        wrong.append("nobody is the protagonist")
    for relation in answer.relations:
        wrong += [
            f"{who} has a relation but is not in the cast"
            for who in (relation.a, relation.b)
            if who not in names
        ]
    return wrong


def check_plot(answer: PlotAnswer, wanted: int) -> list[str]:
    """Return what is wrong with the chapter lines."""
    wrong = []
    if len(answer.lines) < wanted:
        wrong.append(f"{wanted} chapters were asked for, {len(answer.lines)} came")
    lines = [line.one_line.casefold() for line in answer.lines]
    if len(set(lines)) < len(lines):
        wrong.append("two chapters say the same")
    return wrong
