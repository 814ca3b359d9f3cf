"""Finding entries by what is typed of their names: the name, its beginning, pinyin, initials, or a slip of the key. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from infinite_scribe.canon.names import initials_of, pinyin_of

EXACT, INSIDE, BEGINNING, WORD, PINYIN, INITIALS, SOUND, SLIP, SLIP_IN_WORD = (
    1.0, 0.95, 0.9, 0.88, 0.85, 0.8, 0.7, 0.6, 0.5
)  # fmt: skip
"""How sure each way of finding a name is."""
LEAST_OF_A_WORD = 5
"""One word of a longer name has so many letters before a slip in it is forgiven."""


@dataclass(frozen=True)
class NameMatch:
    """An entry found by one of its names, and how sure that is."""

    entry_id: UUID
    name: str
    score: float


def plain(text: str) -> str:
    """Return a text as names are compared: composed, without case and outer space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def allowed_slips(length: int) -> int:
    """Return how many slips a name of this length may hide: none below four letters, then one, from eight two."""
    return 0 if length < 4 else 1 if length < 8 else 2


def slips(one: str, other: str, limit: int) -> int:
    """Return the least number of letters put in, left out, exchanged or swapped; `limit + 1` when it is more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        current = [at]
        for to, wanted in enumerate(other, start=1):
            cost = min(row[to] + 1, current[-1] + 1, row[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, before[to - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, row = row, current
    return min(row[-1], limit + 1)


def score_of(query: str, name: str) -> float:
    """Return how sure it is that `query` means this name, or names it among other words; 0 when it does not."""
    asked, known = plain(query), plain(name)
    if not asked or not known:
        return 0.0
    if asked == known:
        return EXACT
    if _names(asked, known):
        return INSIDE
    if known.startswith(asked) and len(asked) > 1:
        return BEGINNING
    if len(asked) > 1 and _names(known, asked):
        return WORD
    return _heard(asked, known, name)


def _heard(asked: str, known: str, name: str) -> float:
    """Return how sure it is that a name is meant that was typed by its sound, its initials, or with a slip."""
    letters = asked.replace(" ", "").replace("'", "")
    pinyin = pinyin_of(known)
    if pinyin is not None and len(letters) > 1 and pinyin.startswith(letters):
        return PINYIN
    if len(letters) > 1 and initials_of(name) == letters:
        return INITIALS
    if pinyin is not None and len(asked) == len(known) > 1 and pinyin_of(asked) == pinyin:
        return SOUND
    for sound in filter(None, (known, pinyin)):
        if _slipped(letters if sound == pinyin else asked, sound):
            return SLIP
    words = [word for word in known.split() if len(word) >= LEAST_OF_A_WORD]
    return SLIP_IN_WORD if " " in known and any(_slipped(asked, word) for word in words) else 0.0


def _slipped(asked: str, known: str) -> bool:
    limit = allowed_slips(len(known))
    return limit > 0 and slips(asked, known, limit) <= limit


def _names(asked: str, known: str) -> bool:
    """Return whether a name stands in a longer question: as whole words in letters, anywhere in Chinese."""
    at = asked.find(known)
    if at < 0:
        return False
    if not known.isascii():
        return True
    left, right = asked[at - 1 : at] if at else "", asked[at + len(known) : at + len(known) + 1]
    return not (left.isalnum() or right.isalnum())


def matches(query: str, names: Iterable[tuple[UUID, str]]) -> list[NameMatch]:
    """Return the entries whose names fit, each by its best name, the surest first."""
    best: dict[UUID, NameMatch] = {}
    for entry_id, name in names:
        score = score_of(query, name)
        held = best.get(entry_id)
        if score > 0 and (held is None or score > held.score):
            best[entry_id] = NameMatch(entry_id, name, score)
    return sorted(best.values(), key=lambda found: (-found.score, found.entry_id))
