"""Sentences that books, or chapters of one book, would share, on seeds nobody looked at as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from infinite_scribe.core.fingerprints import mark, marks, pieces
from infinite_scribe.core.language.en import LANGUAGE as ENGLISH
from infinite_scribe.core.language.zh import LANGUAGE as CHINESE
from infinite_scribe.llm.demo.sample import book, chapter
from unit.demo.prose_checks import content_key, prose_of
from unit.demo.test_english_prose import IDEAS as ENGLISH_IDEAS
from unit.demo.test_zh_prose import IDEAS as CHINESE_IDEAS
from unit.demo.zh_checks import han

pytestmark = pytest.mark.timeout(120)

#: Language → ideas, length of a chapter, sentences, key of a sentence, least size of a key.
Language = tuple[tuple[str, ...], int, Callable[[str], list[str]], Callable[[str], Any], int]
#: Share of long sentences that books may have in common. A Chinese sentence is a chain of clauses on one
#: topic, which names nobody; to cut it at its commas for the sake of this figure made it unreadable.
MOST_SHARED = {"en": 0.003, "zh": 0.03}
LANGUAGES: dict[str, Language] = {
    "en": (ENGLISH_IDEAS, 1400, ENGLISH.sentences, content_key, 6),
    "zh": (CHINESE_IDEAS, 2200, CHINESE.sentences, han, 10),
}


def long_keys(text: str, language: str) -> dict[Any, str]:
    """The sentences of a chapter that a reader would know again, by what they say."""
    _, _, sentences, key, least = LANGUAGES[language]
    return {key(item): item for item in sentences(prose_of(text)) if len(key(item)) >= least}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "seeds", [range(100, 104), range(200, 204), range(300, 304)], ids=["1xx", "2xx", "3xx"]
)
def test_no_sentence_is_shared_on_seeds_held_out(language: str, seeds: range) -> None:
    ideas, words, *_ = LANGUAGES[language]
    seen: dict[Any, set[tuple[str, int]]] = defaultdict(set)
    for idea in ideas:
        for seed in seeds:
            told = chapter(book(idea, seed, language), 1, seed, language, words=words)["text"]
            for key in long_keys(told, language):
                seen[key].add((idea, seed))
    shared = [key for key, books in seen.items() if len(books) > 1]
    print(f"{language} {seeds}: {len(shared)} of {len(seen)} long sentences shared")
    assert len(shared) <= MOST_SHARED[language] * len(seen)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_three_chapters_of_a_book_share_no_long_sentence(language: str) -> None:
    ideas, words, *_ = LANGUAGES[language]
    found: list[str] = []
    count = 0
    for seed, idea in enumerate(ideas):
        made = book(idea, seed, language)
        told: list[str] = []
        before: set[Any] = set()
        for number in (1, 2, 3):
            part = chapter(made, number, seed, language, words=words, used={"told": told})
            told = [*told, *marks(prose_of(part["text"]))]
            keys = long_keys(part["text"], language)
            found += [keys[key] for key in before & set(keys)]
            before |= set(keys)
        count += len(before)
    print(f"{language}: {len(found)} of {count} long sentences come back in a later chapter")
    assert found == []


def test_marks_know_a_piece_again_and_give_nothing_away() -> None:
    text = "“The kettle was still warm on the hob,” she said. 水壶还在炉上温着，谁也没有动。"
    assert pieces(text) == ["The kettle was still warm on the hob", "水壶还在炉上温着", "谁也没有动"]
    assert mark("THE kettle was: still warm on the hob") == marks(text)[0]
    assert all(len(item) == 8 for item in marks(text))
