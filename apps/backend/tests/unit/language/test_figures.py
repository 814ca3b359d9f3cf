"""Figures of prose in both languages: each moves when what it counts moves."""

from __future__ import annotations

import pytest

from infinite_scribe.core.language.figures import BANDS, Band, figures, levels, repeats

EN = (
    "The ferry came late. Nobody on the long grey quay had expected it before the evening bell, and those who waited had "
    "already turned up their collars against the rain.\n\n“You came,” said Ines.\n\nIt was not the storm but the silence "
    "that frightened her."
)
ZH = "渡船来得很晚。码头上等着的人早已竖起衣领，谁也没有料到它会在晚钟之前靠岸。\n\n“你来了。”林若溪说。\n\n她怕的不是风暴，而是安静。"


def test_an_empty_text_has_no_figures() -> None:
    assert figures("", "en") == {}
    assert figures("……", "zh") == {}


@pytest.mark.parametrize(("code", "text"), [("en", EN), ("zh", ZH)])
def test_each_figure_counts_what_it_says(code: str, text: str) -> None:
    found = figures(text, code)
    assert found["repeats"] == 0
    assert found["reuse"] == 0
    assert found["not_but"] > 0
    assert 0 < found["dialogue"] < 40
    assert found["short_paragraphs"] == pytest.approx(66.67)
    assert figures(text + "\n\n" + text, code)["repeats"] > 10
    assert figures(text, code, [text])["reuse"] > 100
    assert figures(text + "\n\n" + text * 3, code)["variety"] < found["variety"]
    assert set(levels(found, code)) == (set(BANDS) if code == "en" else set())


def test_machine_words_are_counted_where_there_is_a_list() -> None:
    assert figures("A tapestry of light shimmered; it was a testament to her.", "en")["machine_words"] > 100
    assert figures("A tapestry of light. It was a testament to her.", "en")["machine_phrases"] > 50
    assert "machine_words" not in figures(ZH, "zh")


def test_sentences_of_one_length_vary_little() -> None:
    even = "She went home at six. He came home at six. They ate soup at home. It rained at home again."
    found = figures(even, "en")
    assert found["variation"] < 0.2
    assert levels(found, "en")["variation"] == "fail"


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        (
            "en",
            "She counted the copper coins. He slept. She counted the copper coins again.",
            "counted the copper coins",
        ),
        ("zh", "他数着桌上的铜钱等天亮。雨停了。他数着桌上的铜钱又睡去。", "数着桌上的铜钱"),
    ],
)
def test_a_repeat_is_given_as_it_stands(code: str, text: str, said: str) -> None:
    (found, *_) = repeats(text, code)
    assert found.count == 2
    assert found.text in text
    assert said[:6] in found.text or found.text in said


def test_a_band_knows_what_is_usual() -> None:
    band = Band(1, 2, 3, note_above=3, fail_above=8)
    assert [band.level(value) for value in (2, 4, 9)] == ["usual", "note", "fail"]
    assert Band(1, 2, 3, note_below=1, fail_below=0.5).level(0.4) == "fail"
