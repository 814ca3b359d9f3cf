"""Asides that fill a scene: none twice in a book while something is left."""

from __future__ import annotations

from typing import Any

import pytest

from infinite_scribe.core.fingerprints import marks
from infinite_scribe.llm.demo.asides import RECENT, Asides
from infinite_scribe.llm.demo.en import lexicon as english
from infinite_scribe.llm.demo.zh import lexicon as chinese

TABLES: dict[str, dict[str, Any]] = {"en": english.table("asides"), "zh": chinese.table("asides")}
SCENES, EACH = 24, 4


def told_in(language: str, book: int, scene: int, told: list[str], *, facing: bool = True) -> list[str]:
    asides = Asides(TABLES[language], book, scene, told, lambda text: text, lambda _: True)
    return [asides.tell("" if language == "zh" else " ", facing=facing) for _ in range(EACH)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_book_of_twenty_four_scenes_hears_nothing_twice(language: str) -> None:
    told: list[str] = []
    for scene in range(1, SCENES + 1):
        for text in told_in(language, 7, scene, told, facing=scene % 2 == 0):
            assert text
            assert "«" not in text
            assert not set(told[-RECENT:]) & set(marks(text))
            told += marks(text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_told_out_comes_back_from_long_ago_alone(language: str) -> None:
    every = [
        one for scene in range(1, 200) for text in told_in(language, 7, scene, []) for one in marks(text)
    ]
    ten = [one for text in told_in(language, 7, 200, every) for one in marks(text)]
    assert ten
    assert not set(ten) & set(every[-RECENT:])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_books_differ_and_one_book_is_told_again_the_same(language: str) -> None:
    assert told_in(language, 7, 3, []) == told_in(language, 7, 3, [])
    assert not set(told_in(language, 7, 3, [])) & set(told_in(language, 8, 3, []))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nobody_is_spoken_to_who_is_not_there(language: str) -> None:
    lines = set(TABLES[language]["exchange"]["lines"])
    for scene in range(1, 9):
        assert not lines & set(told_in(language, 5, scene, [], facing=False))


def test_what_may_not_be_said_is_left_out() -> None:
    asides = Asides(TABLES["en"], 7, 1, [], lambda text: text, lambda text: "{K}" not in text)
    told = [asides.tell(" ", facing=True) for _ in range(EACH)]
    assert all(told)
    assert not any("{K}" in text for text in told)
