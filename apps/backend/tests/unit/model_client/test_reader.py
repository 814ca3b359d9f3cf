import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_scribe.model_client.fitting import fit
from infinite_scribe.model_client.reader import read_object

BEATS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "beats": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"enum": ["action", "dialogue", "reveal"]},
                    "text": {"type": "string"},
                    "word_budget": {"type": "integer"},
                },
                "required": ["kind", "text"],
            },
        }
    },
    "required": ["beats"],
}
ONE = {"beats": [{"kind": "action", "text": "He runs.", "word_budget": 90}]}

SPELLINGS = [
    '```json\n{"beats":[{"kind":"action","text":"He runs.","word_budget":90}]}\n```',
    'Sure! Here it is:\n{"beats":[{"kind":"action","text":"He runs.","word_budget":90}]}\nHope this helps {friend}!',
    '{"beats":[{"kind":"action","text":"He runs.","word_budget":90,},],}',
    "{'beats':[{'kind':'action','text':'He runs.','word_budget':90}]}",
    "{“beats”:[{“kind”:“action”,“text”:“He runs.”,“word_budget”:90}]}",
    "｛「beats」：［｛「kind」：「action」，「text」：「He runs.」，「word_budget」：90｝］｝",
    '{beats: [{kind: action, text: "He runs.", word_budget: 90}]}',
    '{\n// the beats\n"beats": [ /* one */ {"kind":"action", # quick\n"text":"He runs.","word_budget":90}]}',
    '{"beats":[{"kind":"Action","text":"He runs.","word_budget":"90"}]}',
    '{"beats":[{"kind":"act","text":"He runs.","word_budget":"90 words"}]}',
    '{"example": 1}\n{"beats":[{"kind":"action","text":"He runs.","word_budget":90}]}',
    '[{"kind":"action","text":"He runs.","word_budget":90}]',
    '{"beats":[{"kind":"action","text":"He runs.","word_budget":90},{"kind":"dialogue","text":"Wai',
    '{"beats":[{"kind":"action","text":"He runs.","word_budget":90}',
    '\ufeff{"beats":[{"kind":"action","text":"He runs.","word_budget":90}]}',
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_means_the_same(text: str) -> None:
    assert read_object(text, BEATS) == ONE


def test_words_of_python_raw_line_breaks_and_bare_quotes() -> None:
    read = read_object('{"a": True, "b": None, "c": NaN, "d": "one\ntwo", "e": "she said "go" and left"}')
    assert read == {"a": True, "b": None, "c": None, "d": "one\ntwo", "e": 'she said "go" and left'}


def test_a_long_string_that_was_cut_is_closed() -> None:
    assert read_object('{"reply": "The bell rang once, then') == {"reply": "The bell rang once, then"}


def test_nothing_is_found_where_nothing_stands() -> None:
    for text in ("", "I cannot do that.", "{", "{}", "[1, 2]", "{{{{", "{a}"):
        assert read_object(text) is None, text


def test_what_fits_two_members_stays_as_it_is() -> None:
    schema = {"properties": {"outcome": {"enum": ["yes", "yes_but", "no"]}}}
    assert fit({"outcome": "Yes, but"}, schema) == {"outcome": "yes_but"}
    assert fit({"outcome": "maybe"}, schema) == {"outcome": "maybe"}


@pytest.mark.parametrize(
    ("word", "number"), [("twelve", 12), ("十二", 12), ("三十", 30), ("1,400", 1400), ("七", 7)]
)
def test_numbers_in_words(word: str, number: int) -> None:
    assert fit({"n": word}, {"properties": {"n": {"type": "integer"}}}) == {"n": number}


def test_references_are_followed() -> None:
    schema = {
        "$defs": {"Kind": {"enum": ["met", "missing"]}},
        "properties": {"verdicts": {"items": {"properties": {"verdict": {"$ref": "#/$defs/Kind"}}}}},
    }
    assert fit({"verdicts": [{"verdict": "Fulfilled"}]}, schema) == {"verdicts": [{"verdict": "met"}]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, min_size=1, max_size=5), st.sampled_from(["", "Well, ", "```json\n"]))
def test_valid_json_is_read_exactly(value: dict[str, Any], before: str) -> None:
    assert read_object(before + json.dumps(value, ensure_ascii=False) + "\n```") == value


@given(st.text(alphabet="{}[]\":,abc\\'“”｛：\n 1", max_size=80))
def test_no_input_breaks_it(text: str) -> None:
    read_object(text, BEATS)


@given(st.lists(st.text(alphabet="abc ", max_size=8), min_size=1, max_size=6), st.data())
def test_a_cut_answer_keeps_complete_items_only(words: list[str], data: st.DataObject) -> None:
    whole = {"beats": [{"kind": "action", "text": word} for word in words]}
    raw = json.dumps(whole)
    read = read_object(raw[: data.draw(st.integers(0, len(raw)))], BEATS)
    if read is not None:
        assert read.get("beats", []) == whole["beats"][: len(read.get("beats", []))]
