"""The lite form: every form of the agents stands in lines and is read back; nothing a model writes breaks the reading."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from infinite_scribe.agents.director.answers import BeatsAnswer, CardsAnswer, PlanDiffAnswer
from infinite_scribe.agents.editor.answers import FixAnswer, RealiseAnswer
from infinite_scribe.agents.librarian.answers import SummaryAnswer
from infinite_scribe.agents.worldsmith.answers import STAGE_ANSWERS
from infinite_scribe.agents.worldsmith.options_forms import OPTION
from infinite_scribe.agents.worldsmith.parts import PARTS
from infinite_scribe.model_client.lines import blocks_of, read_lines, write_lines
from infinite_scribe.model_client.reader import read_object

FORMS: list[type[BaseModel]] = [
    BeatsAnswer, CardsAnswer, PlanDiffAnswer, FixAnswer, RealiseAnswer, SummaryAnswer, *STAGE_ANSWERS.values(),
    *OPTION.values(), *(part.form for parts in PARTS.values() for part in parts),
]  # fmt: skip
CARDS = {
    "cards": [
        {
            "title": "The Lamp", "summary": "She comes back.", "goal": "to sleep", "conflict": "the door", "outcome": "yes_but",
            "turn": "It is open.", "pov": "C1", "place": "P2", "cast": ["C1", "C3"],
        },
        {
            "title": "The Oar", "summary": "He rows.", "goal": "the far bank", "conflict": "ice", "outcome": "no",
            "turn": "It cracks.", "pov": "C3", "place": "P1", "cast": ["C3"],
        },
    ],
    "promises": [{"promise": "O1", "how": "The bell is heard: once."}],
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_form_of_an_agent_has_a_lite_form(form: type[BaseModel]) -> None:
    assert blocks_of(form.model_json_schema())


def test_what_is_written_in_lines_is_read_back() -> None:
    schema = CardsAnswer.model_json_schema()
    lines = write_lines(CARDS, schema)
    assert "[cards]" in lines
    assert "CAST: C1 | C3" in lines
    found = CardsAnswer.model_validate(read_lines(lines, schema))
    assert found == CardsAnswer.model_validate(CARDS)


def test_nested_members_stand_with_dots() -> None:
    schema = STAGE_ANSWERS["theme"].model_json_schema()
    assert {one.key for one in blocks_of(schema)[0].fields} == {"STATEMENT", "QUESTION", "EMOTIONS"}
    full = PARTS["theme"][0].form
    told = {
        "statement": "s", "question": "q", "emotions": ["fear", "hope"], "tension": {"a": "one", "b": "two"}, "taboos": ["no"],
        "embodied": ["x", "y", "z"],
    }  # fmt: skip
    lines = write_lines(told, full.model_json_schema())
    assert "TENSION.A: one" in lines
    assert full.model_validate(read_lines(lines, full.model_json_schema())).model_dump() == told


@pytest.mark.parametrize(
    "text",
    [
        "[beats]\nTEXT: He runs.\nKIND: action\n\n[beats]\nTEXT: She waits.\nKIND: dialogue",
        "text：He runs.\nkind：Action\ntext：She waits.\nkind：dialogue",
        "Here you are:\n1. **TEXT:** He runs.\n   **KIND:** action\n2. **TEXT:** She waits.\n   **KIND:** dialogue",
        "| kind | text |\n|---|---|\n| action | He runs. |\n| dialogue | She waits. |",
        "### [beats 1]\n- Text: He\n  runs.\n- Kind: action\n---\n### [beats 2]\n- Text: She waits.\n- Kind: dialogue",
    ],
    ids=["blocks", "full-width", "numbered and bold", "table", "bullets over two lines"],
)
def test_lines_as_weak_models_write_them(text: str) -> None:
    found = read_object(text, BeatsAnswer.model_json_schema())
    assert found is not None
    assert [(one["kind"], one["text"]) for one in found["beats"]] == [
        ("action", "He runs."),
        ("dialogue", "She waits."),
    ]


def test_prose_is_no_answer() -> None:
    assert read_object("I would begin quietly. Then: the door.", BeatsAnswer.model_json_schema()) is None


@given(st.text(alphabet=st.sampled_from("[]beatsTEXTkindCARD:：|- \n*#1.\"'{}，"), max_size=300))
def test_nothing_breaks_the_reading(text: str) -> None:
    found: Any = read_lines(text, CardsAnswer.model_json_schema())
    assert found is None or json.dumps(found)
