"""The weak model: every way of breaking an answer is drawn, and each does to an answer what its name says."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from infinite_scribe.agents.director.answers import BeatsAnswer, CardsAnswer, check_cards
from infinite_scribe.agents.runtime.prose import wrong_script
from infinite_scribe.agents.runtime.sifting import sift
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.weak import HOPELESS, WAYS, broken, hopeless
from infinite_scribe.model_client.reader import read_object

CARD = {
    "title": "The Lamp", "summary": "She comes back to the house at night.", "goal": "to find the key before he wakes",
    "conflict": "the door is watched by his brother", "outcome": "yes_but", "turn": "The key is on the table already.",
    "pov": "C1", "place": "P1", "cast": ["C1"], "word_budget": 1250,
}  # fmt: skip
ANSWER = {"cards": [CARD, {**CARD, "title": "The Oar"}], "promises": [{"promise": "O1", "how": "The bell."}]}
SCHEMA = CardsAnswer.model_json_schema()
READ_AS_MEANT = ("chatty", "wrong_quotes", "two_objects", "commented", "wrapped")


def said(way: str, language: str = "en") -> str:
    text = WAYS[way](ANSWER, SCHEMA, Chance(way, 3), language)
    assert text is not None
    return text


def usable(text: str) -> bool:
    found = sift(
        read_object(text, SCHEMA), CardsAnswer, lambda answer: check_cards(answer, {"C1"}, {"P1"}, 2, ["O1"]),
        wrong_language=lambda words: "wrong" if wrong_script(words, "en") else None,
    )  # fmt: skip
    return found.output is not None and not found.dropped


def test_all_ways_are_drawn_and_there_are_more_than_twelve() -> None:
    drawn = Counter(broken(ANSWER, SCHEMA, Chance("weak", seed), "en")[0] for seed in range(600))
    assert set(drawn) == set(WAYS)
    assert len(WAYS) > 12
    assert min(drawn.values()) > 5


@pytest.mark.parametrize("way", WAYS)
def test_each_way_changes_the_answer(way: str) -> None:
    assert said(way) != json.dumps(ANSWER, ensure_ascii=False)


@pytest.mark.parametrize("way", READ_AS_MEANT)
def test_what_the_reader_understands(way: str) -> None:
    assert read_object(said(way), SCHEMA) == ANSWER


@pytest.mark.parametrize("way", sorted(set(WAYS) - set(READ_AS_MEANT)))
def test_what_has_to_be_asked_again(way: str) -> None:
    assert not usable(said(way))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_of_a_hopeless_answer_can_be_used(language: str) -> None:
    told: dict[str, Any] = json.loads(json.dumps(ANSWER)) if language == "en" else {
        "cards": [{**CARD, **dict.fromkeys(("title", "summary", "goal", "conflict", "turn"), "她回到屋里，灯还亮着，桌上放着一封信。")}] * 2
    }  # fmt: skip
    for seed in range(40):
        text = hopeless(told, SCHEMA, Chance("stubborn", seed), language)
        found = sift(
            read_object(text, SCHEMA), CardsAnswer,
            wrong_language=lambda words: "wrong" if wrong_script(words, language) else None,
        )  # fmt: skip
        assert found.output is None, text[:80]
    assert set(HOPELESS) <= set(WAYS)


def test_an_answer_without_a_place_for_a_way_is_broken_in_the_next() -> None:
    bare = {"beats": [{"text": "She climbs the stairs in the dark."}] * 3}
    drawn = {broken(bare, BeatsAnswer.model_json_schema(), Chance("b", seed), "en")[0] for seed in range(300)}
    assert "unknown_handle" not in drawn
    assert "truncated" in drawn
