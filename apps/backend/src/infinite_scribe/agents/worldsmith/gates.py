"""What code checks in the worldsmith's answers. Each check returns sentences that go back to the model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from infinite_scribe.agents.worldsmith.answers import (
    CharactersAnswer,
    OptionDraft,
    OptionsAnswer,
    PlotAnswer,
    WorldAnswer,
)

LEAST_DISTINCT = 0.35
OVERUSED_NAMES = frozenset(
    name.casefold()
    for name in (
        "Elara", "Kael", "Lyra", "Thorne", "Seraphina", "Aria", "Zephyr", "Orion", "Luna", "Elias Thorne", "Whisper",
        "Blackwood", "Ravenwood", "Eldoria", "Aethel", "林晚", "苏晚", "顾言", "沈墨", "江晚", "陆沉", "苏念", "林逸",
    )
)  # fmt: skip


def trigrams(text: str) -> frozenset[str]:
    """Return the runs of three characters of a normalised text."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return frozenset(plain[n : n + 3] for n in range(max(1, len(plain) - 2)))


def distinctness(option: OptionDraft, siblings: Sequence[OptionDraft]) -> float:
    """Return 1 minus the highest similarity of an option to one of its siblings (0 alike, 1 nothing shared)."""
    mine = trigrams(f"{option.title} {option.body.logline} {option.body.protagonist}")
    nearest = 0.0
    for other in siblings:
        if other is not option:
            theirs = trigrams(f"{other.title} {other.body.logline} {other.body.protagonist}")
            nearest = max(nearest, len(mine & theirs) / max(1, len(mine | theirs)))
    return round(1 - nearest, 3)


def fit(option: OptionDraft, wanted: Sequence[str]) -> float:
    """Return the share of the author's own words that an option takes up (1 when there are none)."""
    if not wanted:
        return 1.0
    text = f"{option.title} {option.body.model_dump_json()}".casefold()
    return round(sum(1 for word in wanted if word.casefold() in text) / len(wanted), 3)


def overused(text: str) -> list[str]:
    """Return names in a text that machines choose too often."""
    plain = text.casefold()
    return sorted(
        name
        for name in OVERUSED_NAMES
        if (re.search(rf"\b{re.escape(name)}\b", plain) if name.isascii() else name in plain)
    )


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
