"""Voice notes change how people talk; each preset of the page changes the text in its direction."""

from __future__ import annotations

from typing import Any

import pytest

from infinite_scribe.core.language import language
from infinite_scribe.llm.demo.sample import book, chapter
from infinite_scribe.llm.demo.storyteller import answer

TEXTS = {
    "en": (
        "Mara was very nervous. She walked slowly to the window, which had been painted shut, and looked out. "
        "“Well, it’s late,” he exclaimed loudly. She thought about the letter, and she thought about the boat."
    ),
    "zh": "岑月非常紧张。她慢慢地走到窗前，窗子早就漆死了，看着院子里。“其实，天晚了。”他淡淡地说道。她想着那封信，又想着那条船。",
}
SHORT = {
    "en": "She closed the door, took the lamp from its hook, and went down to the cellar.",
    "zh": "她关上门，从钩子上取下灯，下到地窖里去。",
}
NAMES = {"en": "Mara", "zh": "岑月"}


def rewritten(text: str, code: str, **asked: Any) -> str:
    data = {
        "text": text,
        "instruction": "",
        "names": [NAMES[code]],
        "style": {},
        "cast": [],
        "places": [],
        **asked,
    }
    return answer("writer.rewrite", data, None, 1, code).text or ""


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("preset", ["tighter", "expand", "tension", "show", "plain", "dialogue", "voice"])
def test_a_preset_changes_the_text_in_its_direction(code: str, preset: str) -> None:
    count = language(code).count
    for text in (TEXTS[code], SHORT[code]):
        made = rewritten(text, code, preset=preset)
        assert made != text
        assert made
        if preset == "tighter":
            assert count(made) < count(text)
        if preset == "expand":
            assert count(made) > count(text) * 1.2
    told = rewritten(TEXTS[code], code, preset=preset)
    assert NAMES[code] in told
    feeling = {"en": "nervous", "zh": "紧张"}[code]
    assert (feeling in told) == (preset != "show")
    if preset in {"dialogue", "voice"}:
        assert {"en": "exclaimed", "zh": "说道"}[code] not in told


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("share", [0.6, 1.5, 2.0])
def test_a_length_is_reached(code: str, share: float) -> None:
    count = language(code).count
    wanted = round(count(TEXTS[code] * 2) * share)
    made = rewritten(TEXTS[code] + "\n\n" + TEXTS[code], code, instruction="", target_words=wanted)
    assert abs(count(made) - wanted) <= max(2, wanted * 0.1)


@pytest.mark.parametrize(
    ("code", "idea", "notes", "sign"),
    [
        ("zh", "一个卖风暴的灯塔看守人", ("客气得叫人发毛", "越急话越少"), "您"),
        (
            "en",
            "A lighthouse keeper who sells storms",
            ("very formal", "clipped, few words"),
            "I am|do not|It is",
        ),
    ],
)
def test_a_voice_note_changes_who_says_what(code: str, idea: str, notes: tuple[str, str], sign: str) -> None:
    part = chapter(book(idea, 7, code), 1, 7, code)
    other = next(handle for handle in part["card"]["cast"] if handle != part["card"]["pov"])

    def spoken(note: str) -> str:
        cast = [{**one, "voice": note if one["handle"] == other else ""} for one in part["briefing"]["cast"]]
        return answer("writer.draft_scene", {**part["briefing"], "cast": cast}, None, 7, code).text or ""

    polite, terse = spoken(notes[0]), spoken(notes[1])
    assert polite != terse
    assert any(item in polite for item in sign.split("|"))
    assert sum(polite.count(item) for item in sign.split("|")) > sum(
        terse.count(item) for item in sign.split("|")
    )


def test_a_question_in_quotes_keeps_its_tag() -> None:
    told = rewritten(
        "“Where did you get that?” he asked very quietly. the lamp was just out.", "en", preset="tighter"
    )
    assert "?” he asked" in told
    assert "The lamp" in told
