"""Where a tool works, and how what it writes joins: pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from infinite_scribe.agents.writer.answers import SenseCards
from infinite_scribe.agents.writer.describing import MOST, usable
from infinite_scribe.agents.writer.errors import TextChangedError
from infinite_scribe.agents.writer.joins import join_faults
from infinite_scribe.agents.writer.lengths import fits
from infinite_scribe.agents.writer.places import beat_here, glued, longest_tail, spot_of
from infinite_scribe.core.ids import new_id
from infinite_scribe.manuscript.document import beat_node, paragraph, scene_document
from infinite_scribe.manuscript.placing import apply_proposal
from infinite_scribe.plot.schemas import BeatRead
from infinite_scribe.runs.schemas.page_inputs import DescribeInput

SCENE = UUID("01900000-0000-7000-8000-000000000001")


def caret(pid: str, off: int, **around: str) -> dict[str, Any]:
    return {"from": {"pid": pid, "off": off}, "to": {"pid": pid, "off": off}, "quote": "", **around}


def document() -> dict[str, Any]:
    content = [
        beat_node("They meet", "b1", ["p1", "p2"]),
        paragraph("She rose and", "p1"),
        paragraph("He left. Rain.", "p2"),
        beat_node("They part", "b2"),
        paragraph("It was late.", "p3"),
    ]
    return scene_document(SCENE, content)


def beat(beat_id: str, words: int, ordinal: int) -> BeatRead:
    return BeatRead(
        beat_id=beat_id, word_budget=words, ordinal=ordinal, kind="action", text="", actor_id=None, change="",
        subtext="", covers=[],
    )  # fmt: skip


BEATS = [beat("b1", 100, 1), beat("b2", 60, 2)]


def test_the_text_around_a_caret_and_the_rest_of_its_paragraph() -> None:
    spot = spot_of(document(), caret("p2", 8))
    assert spot.around.before == "She rose and\n\nHe left."
    assert spot.around.after == " Rain.\n\nIt was late."
    assert (spot.head, spot.tail) == ("He left.", " Rain.")
    assert not spot.is_inside_sentence
    assert spot_of(document(), caret("p1", 12)).is_inside_sentence
    assert spot_of(document(), caret("p1", 0)).head == ""
    with pytest.raises(TextChangedError):
        spot_of(document(), caret("gone", 0, prefix="never", suffix="written"))


def test_a_quote_over_paragraphs_keeps_its_gap() -> None:
    anchor = {"from": {"pid": "p1", "off": 4}, "to": {"pid": "p2", "off": 8}, "quote": "rose and\nHe left."}
    spot = spot_of(document(), anchor)
    assert spot.around.text == "rose and\n\nHe left."
    assert spot.around.before == "She "
    assert spot.around.after == " Rain.\n\nIt was late."


def test_the_beat_at_a_place_and_what_it_has_left() -> None:
    whole = document()

    def here(pid: str, off: int) -> tuple[str, int]:
        found = beat_here(whole, spot_of(whole, caret(pid, off)), BEATS, "en")
        assert found is not None
        return found.beat_id, found.left

    assert here("p1", 12) == ("b1", 97)
    assert here("p2", 14) == ("b1", 94)
    assert here("p3", 12) == ("b2", 57)
    tight = [beat("b1", 10, 1), beat("b2", 60, 2)]
    assert beat_here(whole, spot_of(whole, caret("p2", 14)), tight, "en") is not None
    found = beat_here(whole, spot_of(whole, caret("p2", 14)), tight, "en")
    assert found is not None
    assert found.beat_id == "b2"
    assert beat_here(whole, spot_of(whole, caret("p1", 0)), [], "en") is None


def test_blanks_where_english_wants_them() -> None:
    assert glued("it rained.", "He left.", " Rain.", "en") == " it rained."
    assert glued("it rained.", "He left. ", "Rain.", "en") == "it rained. "
    assert glued(", and went.", "She rose", "", "en") == ", and went."
    assert glued("下雨了。", "他走了。", "雨。", "zh") == "下雨了。"


def test_a_tail_keeps_its_last_paragraph() -> None:
    text = "one two three\n\nfour five\n\nsix"
    assert longest_tail(text, 3, "en") == "four five\n\nsix"
    assert longest_tail("a b c d e", 2, "en") == "a b c d e"


@pytest.mark.parametrize(
    ("text", "more", "faulty"),
    [
        ("Then the lid moved under her hand.", {}, 0),
        ("The jar was still on its shelf by the far door when she came back.", {}, 1),
        ("The next morning nobody came.", {}, 1),
        ("The next morning nobody came.", {"planned": "The next morning she opens the shop."}, 0),
        ("The next morning nobody came.", {"leaps": False}, 0),
        ("At the Harbour the boats were in.", {"elsewhere": ["The Harbour"]}, 1),
        ("She thought of the Harbour.", {"elsewhere": ["The Harbour"]}, 0),
        ("At the Harbour the boats were in.", {"elsewhere": ["The Harbour"], "planned": "to The Harbour"}, 0),
    ],
)
def test_how_english_prose_joins(text: str, more: dict[str, Any], faulty: int) -> None:
    before = "Ines waited. The jar was still on its shelf by the far door."
    assert len(join_faults(text, before, "en", **more)) == faulty
    assert join_faults("The next day it rained.", "", "en") == []


@pytest.mark.parametrize(
    ("text", "more", "faulty"),
    [
        ("盖子在她手底下动了一下。", {}, 0),
        ("第二天，没有人来。", {}, 1),
        ("第二天，没有人来。", {"planned": "第二天开门"}, 0),
        ("码头上，船都回来了。", {"elsewhere": ["码头"]}, 1),
        ("她想起码头的船。", {"elsewhere": ["码头"]}, 0),
    ],
)
def test_how_chinese_prose_joins(text: str, more: dict[str, Any], faulty: int) -> None:
    assert len(join_faults(text, "林若溪等着。坛子还在架上。", "zh", **more)) == faulty


def test_a_length_is_kept_within_ten_in_a_hundred() -> None:
    assert [fits(have, 100) for have in (89, 90, 110, 111)] == [False, True, True, False]
    assert fits(7, 5)


def test_cards_that_cannot_be_used_are_left_out() -> None:
    given = DescribeInput.model_validate(
        {
            "scene": SCENE,
            "anchor": {"from": {"pid": "p1", "off": 0}, "to": {"pid": "p1", "off": 3}, "quote": "the lamp"},
            "senses": ["sound", "smell", "sight"],
        }
    )
    answer = SenseCards.model_validate(
        {
            "cards": [
                {"sense": "sight", "text": "It was green."},
                {"sense": "touch", "text": "Not asked."},
                {"sense": "sound", "text": "word " * (MOST["en"] + 1)},
                {"sense": "smell", "text": "Oil."},
                {"sense": "smell", "text": "Oil again."},
            ]
        }
    )
    found, faults = usable(answer, given, "the lamp", "en")
    assert [(one.sense, one.text) for one in found] == [("smell", "Oil."), ("sight", "It was green.")]
    assert len(faults) == 3


def text_of(whole: dict[str, Any]) -> list[str]:
    return ["".join(one.get("text", "") for one in node.get("content", [])) for node in whole["content"]]


def test_a_reading_that_joins_goes_on_in_its_paragraph() -> None:
    made = apply_proposal(document(), "insert", caret("p1", 12), [paragraph(" went.")], joins=True)
    assert text_of(made)[1:3] == ["She rose and went.", "He left. Rain."]
    made = apply_proposal(document(), "insert", caret("p2", 8), [paragraph(" It was dark.")], joins=True)
    assert text_of(made)[2] == "He left. It was dark. Rain."
    made = apply_proposal(
        document(), "insert", caret("p1", 12), [paragraph(" went."), paragraph("Two.")], joins=True
    )
    assert text_of(made)[1:4] == ["She rose and went.", "Two.", "He left. Rain."]


def test_what_tells_a_beat_stands_behind_it_and_the_beat_knows() -> None:
    told = paragraph("She told him.", str(new_id())[:10])
    whole = document()
    whole["content"][3]["attrs"]["pid"] = "bbbb"
    made = apply_proposal(whole, "beat", caret("bbbb", 0), [told])
    assert text_of(made)[3:5] == ["They part", "She told him."]
    assert made["content"][3]["attrs"]["covers"] == [made["content"][4]["attrs"]["pid"]]
