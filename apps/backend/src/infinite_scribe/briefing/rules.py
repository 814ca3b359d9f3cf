"""Slots, tiers and caps of a briefing, in tokens of input. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from infinite_scribe.briefing.errors import BriefingTooLargeError


class Slot(IntEnum):
    """The slots in the order in which they are printed."""

    STYLE = 1
    EXEMPLARS = 2
    BOOK = 3
    CHAPTER = 4
    SO_FAR = 5
    PASSAGES = 6
    PLACE = 7
    CAST = 8
    KNOWLEDGE = 9
    TAIL = 10
    AVOID = 11
    CARD = 12


class Tier(StrEnum):
    """How much a model can read."""

    FULL = "full"
    COMPACT = "compact"
    TINY = "tiny"


CAPS: dict[Tier, dict[Slot, int]] = {
    Tier.FULL: dict(
        zip(Slot, (1200, 400, 1500, 900, 1500, 1600, 900, 2000, 500, 1200, 300, 1300), strict=True)
    ),
    Tier.COMPACT: dict(zip(Slot, (700, 200, 700, 450, 700, 700, 450, 900, 350, 600, 150, 900), strict=True)),
    Tier.TINY: dict(zip(Slot, (400, 0, 300, 200, 350, 200, 200, 500, 200, 450, 50, 550), strict=True)),
}
"""Caps per tier; with the reserve they add up to 14,000, 7,000 and 3,500."""

RESERVE = {Tier.FULL: 700, Tier.COMPACT: 200, Tier.TINY: 100}
ROOM = {Tier.FULL: 14_000, Tier.COMPACT: 7_000, Tier.TINY: 3_500}

OPENING = (Slot.STYLE, Slot.EXEMPLARS, Slot.BOOK, Slot.CHAPTER)
"""Slots that stay byte-equal within a chapter and between the roles that may see the plan."""

SHRINK = (Slot.PASSAGES, Slot.PLACE, Slot.SO_FAR, Slot.EXEMPLARS, Slot.CAST)
"""The order in which slots give way; the others never do."""

UNCAPPED = frozenset({Slot.STYLE, Slot.TAIL, Slot.CARD})

ANSWER_RESERVE = 2_000
"""Tokens that are kept free for an answer where a model reads enough."""

TAIL_PREVIOUS = {Tier.FULL: 800, Tier.COMPACT: 400, Tier.TINY: 300}
TAIL_OF_POV = {Tier.FULL: 400, Tier.COMPACT: 200, Tier.TINY: 150}


def tier_for(room: int) -> Tier:
    """Return the tier that fits into `room` input tokens. Raises `BriefingTooLargeError`."""
    for tier in Tier:
        if room >= ROOM[tier]:
            return tier
    raise BriefingTooLargeError(room=room, needed=ROOM[Tier.TINY])


def room_of(context: int, output_reserve: int) -> int:
    """Return the input tokens a model leaves: its context without the answer and 5 %."""
    return int((context - output_reserve) * 0.95)


def room_left(context: int) -> int:
    """Return the input tokens of a model that reads `context` in all: an answer fits in, and never less than a tiny briefing."""
    return max(ROOM[Tier.TINY], room_of(context, min(ANSWER_RESERVE, context // 4)))


def check_room(tokens: Mapping[Slot, int], room: int) -> None:
    """Refuse a briefing whose unshrinkable slots do not fit. Raises `BriefingTooLargeError` naming the slots."""
    if sum(tokens.values()) > room:
        raise BriefingTooLargeError(
            room=room, slots={slot.name.lower(): count for slot, count in sorted(tokens.items())}
        )
