"""Fields by path, and completing that never writes over anything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from infinite_scribe.core.errors import InvalidError
from infinite_scribe.genesis.errors import UnknownFieldError
from infinite_scribe.genesis.fields import filled_in, with_value
from infinite_scribe.genesis.ledger import Ledger, renamed
from infinite_scribe.genesis.rules import Stage

CAST: dict[str, Any] = {"cast": [{"name": "Ada", "role": "protagonist", "want": "bread"}]}


def test_a_value_goes_to_its_path_and_the_rest_stays() -> None:
    held = {"logline": "L", "path": {"theme": "debt"}, "genres": ["mystery"]}
    assert with_value(Stage.SEED, held, "path.twist", "T")["path"] == {"theme": "debt", "twist": "T"}
    assert with_value(Stage.SEED, held, "genres.1", "crime")["genres"] == ["mystery", "crime"]
    grown = with_value(Stage.CHARACTERS, CAST, "cast.1", {"name": "Bo"})
    assert [one["name"] for one in grown["cast"]] == ["Ada", "Bo"]
    assert with_value(Stage.CHARACTERS, CAST, "cast.0.fear", "the sea")["cast"][0]["want"] == "bread"
    assert with_value(Stage.THEME, {}, "taboos", "none") == {"taboos": ["none"]}
    assert held == {"logline": "L", "path": {"theme": "debt"}, "genres": ["mystery"]}


@pytest.mark.parametrize("path", ["nothing", "logline.deeper", "genres.5", "genres.first", "path.theme.x"])
def test_a_path_that_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(UnknownFieldError):
        with_value(Stage.SEED, {"logline": "L", "path": {"theme": "x"}}, path, "x")


def test_a_value_of_another_form_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidError) as refused:
        with_value(Stage.PLOT, {}, "arcs", [{"title": "A", "span_to": 7}])
    assert refused.value.errors[0].pointer == "/arcs/0/span_to"


def test_completing_fills_only_what_is_empty() -> None:
    held = {"hook": "Mine.", "endings": ["One."], "genres": ["mystery"]}
    added = {
        "hook": "Theirs.",
        "premise": "Long.",
        "endings": ["Two.", "Three."],
        "genres": ["crime", "noir"],
    }
    draft, filled = filled_in(Stage.SEED, held, added)
    assert draft == {
        "hook": "Mine.", "premise": "Long.", "endings": ["One.", "Two."], "genres": ["mystery"],
    }  # fmt: skip
    assert filled == ["premise", "endings.1"]


def test_people_are_met_by_name_and_only_their_empty_members_filled() -> None:
    added = {"cast": [{"name": "ada", "want": "gold", "fear": "dogs"}, {"name": "Bo", "want": "rest"}]}
    draft, filled = filled_in(Stage.CHARACTERS, CAST, added)
    assert [(one["name"], one["want"], one["fear"]) for one in draft["cast"]] == [
        ("Ada", "bread", "dogs"), ("Bo", "rest", ""),
    ]  # fmt: skip
    assert filled == ["cast.0.fear", "cast.1"]


def test_chapters_keep_their_places() -> None:
    held = {"lines": [{"title": "A", "one_line": "a"}]}
    added = {"lines": [{"title": "X", "one_line": "x"}, {"title": "Y", "one_line": "y"}]}
    draft, filled = filled_in(Stage.PLOT, held, added)
    assert [one["title"] for one in draft["lines"]] == ["A", "Y"]
    assert filled == ["lines.1"]


def test_what_was_said_to_be_none_stays_none() -> None:
    draft, filled = filled_in(Stage.DETAILS, {"exemplars": ["none"]}, {"exemplars": ["A passage."]})
    assert (draft["exemplars"], filled) == (["none"], [])


def test_a_ledger_writes_what_differs_and_leaves_what_somebody_else_wrote() -> None:
    row = "01a20000-0000-7000-8000-000000000000"
    ledger = Ledger({"place:Mill": {"id": row, "values": {"summary": "old", "name": "Mill"}}})
    same = ledger.changes(
        "places", "place:Mill", {"summary": "old", "name": "Mill"}, {"summary": "by hand"}, "Mill"
    )
    assert (same, ledger.will_write, ledger.kept) == ({}, {}, [])
    new = ledger.changes("places", "place:Mill", {"summary": "new"}, {"summary": "old"}, "Mill")
    assert (new, ledger.will_write) == ({"summary": "new"}, {"places": 1})
    hand = ledger.changes("places", "place:Mill", {"summary": "newer"}, {"summary": "by hand"}, "Mill")
    assert (hand, ledger.will_write) == ({}, {"places": 1})
    assert [one["title"] for one in ledger.kept] == ["Mill"]


def test_a_thing_with_another_name_stays_the_same_row() -> None:
    after = {"cast": [{"name": "Ada Lund"}]}
    assert renamed({"cast:Ada": {"id": "1"}}, "cast.0.name", CAST, after) == {"cast:Ada Lund": {"id": "1"}}
    assert renamed({"cast:Ada": {"id": "1"}}, "cast.0.want", CAST, after) == {"cast:Ada": {"id": "1"}}


ROW = "01a20000-0000-7000-8000-000000000000"


def test_what_was_filled_by_hand_before_the_first_lock_stays_and_is_told() -> None:
    ledger = Ledger({}, {ROW: [{"ending": "from the seed"}]})
    present = {"want": "by hand", "fear": "", "ending": "from the seed"}
    ledger.adopt("cast:Ada", UUID(ROW), present)
    wanted = {"want": "bread", "fear": "dogs", "ending": "from the plot"}
    assert ledger.changes("characters", "cast:Ada", wanted, present, "Ada") == {
        "fear": "dogs", "ending": "from the plot",
    }  # fmt: skip
    assert [one["title"] for one in ledger.kept] == ["Ada"]


def test_nothing_empty_is_written_over_something_filled() -> None:
    ledger = Ledger({"concept": {"id": ROW, "values": {"want": "bread", "taboos": ["war"]}}})
    present = {"want": "bread", "taboos": ["war"]}
    assert ledger.changes("concept", "concept", {"want": "", "taboos": []}, present, "Book") == {}
    assert [one["title"] for one in ledger.kept] == ["Book"]


def test_a_locked_row_stays_and_one_that_was_taken_out_does_not_come_back() -> None:
    ledger = Ledger({"place:Mill": {"id": ROW, "values": {"summary": "old"}}})
    row = {"summary": "old", "locked": True}
    assert ledger.changes("places", "place:Mill", {"summary": "new"}, row, "Mill") == {}
    assert ledger.is_gone("places", "place:Mill", {}, None, "Mill")
    assert [one["title"] for one in ledger.kept] == ["Mill", "Mill"]
    assert not ledger.is_gone("places", "place:Mill", {}, UUID(int=7), "Mill")  # made anew under its name
    assert ledger.row_id("place:Mill") is None
