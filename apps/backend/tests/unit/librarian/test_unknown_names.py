"""Which words of a text are suggested as names, and which never are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from infinite_scribe.agents.librarian.unknown_names import unknown_names
from infinite_scribe.continuity.passages import Paragraph, sentences
from infinite_scribe.continuity.words import words


def found(language: str, *paragraphs: str, known: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    chosen = words(language)
    assert chosen is not None
    parts = sentences([Paragraph(f"p{n}", text) for n, text in enumerate(paragraphs)], chosen)
    entities = [SimpleNamespace(names=[SimpleNamespace(text=name)]) for name in known]
    scene = cast("Any", SimpleNamespace(entities=entities))
    return [(one.name, one.kind, one.shown.text.strip()) for one in unknown_names(scene, parts, chosen)]


def test_somebody_who_acts_twice_is_a_person_and_the_act_is_the_evidence() -> None:
    text = ("They spoke of Wren Adair again.", "Wren Adair opened the door. Behind her, Wren laughed.")
    assert found("en", *text) == [("Wren Adair", "character", "Wren Adair opened the door.")]
    assert found("en", *text, known=("Wren Adair",)) == []
    assert found("en", *text, known=("Wren",)) == []


def test_where_people_are_is_a_place_and_where_they_come_from_may_be_a_person() -> None:
    assert found("en", "She lived in Oxmoor then. Rain fell on Oxmoor.") == [
        ("Oxmoor", "place", "She lived in Oxmoor then.")
    ]
    assert found("en", "He had the trade from Graziella. The cough was Graziella’s.") == []


@pytest.mark.parametrize(
    "text",
    [
        "It was in March. In March the swallows come. At Christmas they go, and at Christmas it snows.",
        "On Friday he walked. On Friday it rained.",
        "Nobody opened the door. Nobody laughed.",
        "“Tobias opened it,” she said. “Tobias laughed.”",
    ],
)
def test_days_months_and_what_is_only_said_are_no_names(text: str) -> None:
    assert found("en", text) == []


def test_a_chinese_name_opens_a_clause_before_a_verb() -> None:
    text = ("人们说起林巧儿。林巧儿站在门口，没有出声。", "风大了，林巧儿转身就走。")
    assert found("zh", *text) == [("林巧儿", "character", "林巧儿站在门口，没有出声。")]
    assert found("zh", *text, known=("林巧儿",)) == []


@pytest.mark.parametrize(
    "text",
    [
        "什么都不用讲。他坐在那里，她也在那里。那里没有人，她走到那里。",
        "谁都不说，谁都不问，都不看他。",
        "她从后门走，从后门走的还有他。从后走，从后看。",
        "他向前走，向前看，向前跑。",
        "应该说，应该问，应该走。时候到了，时候站住了，时候走了。",
    ],
)
def test_words_of_grammar_are_no_chinese_names(text: str) -> None:
    assert found("zh", text) == []
