"""What a stage lacks, and the status it has earned."""

from __future__ import annotations

from typing import Any

import pytest

from factories.genesis import quick_start
from infinite_scribe.genesis.rules import (
    MOVES,
    Stage,
    StageLevel,
    Status,
    may_generate,
    missing_content,
    short_names,
    status_of,
)  # fmt: skip


def test_an_empty_stage_lacks_all_of_its_minimum() -> None:
    lacking = missing_content(Stage.SEED, StageLevel.MINIMUM, {})
    assert [(one.field, one.have, one.need) for one in lacking] == [
        ("logline", 0, 1), ("genres", 0, 1), ("protagonist", 0, 1), ("hook", 0, 1),
    ]  # fmt: skip
    assert status_of(Stage.SEED, {"logline": " "}) is Status.EMPTY


def test_counts_are_told() -> None:
    world: dict[str, Any] = {"places": [{}, {}], "rules": [{}, {}, {}]}
    assert [
        (one.field, one.have, one.need) for one in missing_content(Stage.WORLD, StageLevel.MINIMUM, world)
    ] == [("places", 2, 3)]


def test_the_protagonist_must_need_something_and_four_must_want() -> None:
    cast = [{"role": "minor", "want": "w", "need": "n"}] * 4
    assert [one.field for one in missing_content(Stage.CHARACTERS, StageLevel.MINIMUM, {"cast": cast})] == [
        "protagonist[need]"
    ]


def test_a_short_book_needs_as_many_lines_as_it_has_chapters() -> None:
    draft = {"lines": [{}] * 3, "beats": ["s"]}
    assert [one.field for one in missing_content(Stage.PLOT, StageLevel.MINIMUM, draft)] == ["lines"]
    assert missing_content(Stage.PLOT, StageLevel.MINIMUM, draft, chapters=3) == []


def test_status_follows_from_content_and_full_needs_more() -> None:
    seed = quick_start().seed.model_dump()
    assert status_of(Stage.SEED, seed) is Status.SKETCHED
    full = {
        **seed, "premise": "word " * 60, "selling_point": "x", "endings": ["a", "b"],
        "path": dict.fromkeys(("theme", "background", "persona", "event", "ending", "twist"), "x"),
    }  # fmt: skip
    assert status_of(Stage.SEED, full) is Status.READY
    assert [
        one.field for one in missing_content(Stage.SEED, StageLevel.FULL, {**full, "premise": "word " * 59})
    ] == ["premise"]
    assert [
        one.have for one in missing_content(Stage.SEED, StageLevel.FULL, {**full, "premise": "字" * 59})
    ] == [59]


def test_none_said_on_purpose_fills_a_field() -> None:
    lacking = {
        one.field
        for one in missing_content(Stage.THEME, StageLevel.FULL, {"statement": "s", "taboos": "none"})
    }
    assert "taboos" not in lacking
    assert "question" in lacking


def test_options_of_a_stage_need_the_earlier_ones_sketched() -> None:
    done = {Stage.SEED: Status.SKETCHED, Stage.THEME: Status.LOCKED}
    assert may_generate(Stage.SEED, {})
    assert may_generate(Stage.WORLD, done)
    assert not may_generate(Stage.CHARACTERS, done)


def test_locking_is_reached_only_with_full_content() -> None:
    assert [one for one in Status if Status.LOCKED in MOVES[one]] == [Status.READY, Status.STALE]


@pytest.mark.parametrize(
    ("name", "language", "short"),
    [
        ("Dr. Ines Carrow", "en", ["Ines", "Carrow"]),
        ("Ines", "en", []),
        ("林若溪", "zh", ["若溪"]),
        ("陈望", "zh", []),
        ("玛拉·沃斯", "zh", ["玛拉", "沃斯"]),
    ],
)
def test_shorter_names(name: str, language: str, short: list[str]) -> None:
    assert [text for text, _ in short_names(name, language)] == short
