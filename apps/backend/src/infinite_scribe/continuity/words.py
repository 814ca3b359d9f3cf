"""The word lists there are, by language."""

from __future__ import annotations

from infinite_scribe.continuity.chinese import CHINESE
from infinite_scribe.continuity.english import ENGLISH
from infinite_scribe.continuity.word_lists import Words

__all__ = ["LANGUAGES", "Words", "words"]

_LISTS = {lists.language: lists for lists in (ENGLISH, CHINESE)}
LANGUAGES = tuple(_LISTS)


def words(language: str) -> Words | None:
    """Return the lists of a language, or None when there are none: its rules are not evaluated."""
    return _LISTS.get(language)
