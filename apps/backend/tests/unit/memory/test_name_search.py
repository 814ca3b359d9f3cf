"""Names as they are typed, and where an answer stands."""

from __future__ import annotations

from uuid import UUID

import pytest

from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.name_search import (
    BEGINNING,
    EXACT,
    INITIALS,
    INSIDE,
    PINYIN,
    SLIP,
    SLIP_IN_WORD,
    SOUND,
    WORD,
    matches,
    score_of,
    slips,
)
from infinite_scribe.memory.snippets import best_spot
from infinite_scribe.memory.terms import forms

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("query", "name", "score"),
    [
        ("mara", "Mara", EXACT),
        ("what did Mara hide", "Mara", INSIDE),
        ("marathon", "Mara", 0.0),
        ("Mar", "Mara", BEGINNING),
        ("Mrra", "Mara", SLIP),
        ("Mraa", "Mara", SLIP),
        ("Tmoas Reed", "Tomas Reed", SLIP),
        ("Ana", "Ann", 0.0),
        ("tr", "Tomas Reed", INITIALS),
        ("林晚在哪里", "林晚", INSIDE),
        ("linwan", "林晚", PINYIN),
        ("linw", "林晚", PINYIN),
        ("lw", "林晚", INITIALS),
        ("linwam", "林晚", SLIP),
        ("陈", "林晚", 0.0),
        ("reed", "Tomas Reed", WORD),
        ("ree", "Tomas Reed", 0.0),
        ("Tmoas", "Tomas Reed", SLIP_IN_WORD),
        ("林婉", "林晚", SOUND),
        ("林湾上", "林晚", 0.0),
    ],
)
def test_a_name_is_found_by_what_is_typed_of_it(query: str, name: str, score: float) -> None:
    assert score_of(query, name) == score


@pytest.mark.parametrize(
    ("word", "other"),
    [("lamps", "lamp"), ("lamp", "lamps"), ("ran", None), ("stopped", "stop"), ("stop", "stopping"),
     ("stories", "story"), ("story", "stories"), ("hiding", "hide"), ("hide", "hiding"), ("boxes", "box"),
     ("bed", None), ("铜钥", None), ("1850s", None)],
)  # fmt: skip
def test_a_word_stands_for_its_other_forms(word: str, other: str | None) -> None:
    assert other in forms(word) if other else not forms(word) & {"r", "b", "be", "铜", "1850"}
    assert word not in forms(word)


def test_slips_are_counted_up_to_a_limit() -> None:
    assert [slips("harbour", other, 2) for other in ("harbour", "habrour", "harbor", "hrbr", "x")] == [
        0,
        1,
        1,
        3,
        3,
    ]


def test_each_entry_is_found_once_by_its_surest_name() -> None:
    found = matches("Mara", [(TWO, "Marah"), (ONE, "Mara"), (ONE, "Marana")])
    assert [(one.entry_id, one.name) for one in found] == [(ONE, "Mara"), (TWO, "Marah")]


def test_a_spot_is_the_paragraph_with_most_of_the_question_in_utf16() -> None:
    blocks = [TextBlock("p1", "Rain."), TextBlock("p2", "😀 The Brass key, a brass thing.")]
    found = best_spot(blocks, "brass key", {"brass", "key"})
    assert found is not None
    assert (found.pid, found.from_offset, found.to_offset) == ("p2", 7, 16)
    assert "Brass key" in found.snippet
    opening = best_spot(blocks, "unrelated", {"unrelated"})
    assert opening is not None
    assert (opening.pid, opening.from_offset) == ("p1", 0)
    assert best_spot([], "x", set()) is None


def test_a_spot_in_chinese_is_the_longest_common_piece() -> None:
    found = best_spot(
        [TextBlock("p1", "雨落在码头。"), TextBlock("p2", "铜钥匙挂在门边。")],
        "谁拿着铜钥匙",
        {"铜钥", "钥匙", "铜"},
    )
    assert found is not None
    assert found.pid == "p2"
