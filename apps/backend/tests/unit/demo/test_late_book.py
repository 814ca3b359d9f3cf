"""The storyteller late in a book: when most has been told, a scene keeps its length and is still read."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from infinite_scribe.core.fingerprints import marks
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.core.language.figures import figures
from infinite_scribe.llm.demo.sample import book, chapter
from infinite_scribe.llm.demo.storyteller import answer
from unit.demo.prose_checks import defects as english_defects
from unit.demo.prose_checks import prose_of
from unit.demo.zh_checks import defects as chinese_defects

pytestmark = pytest.mark.timeout(120)

IDEAS = {"en": "a tailor who mends other people’s shadows", "zh": "一个替人保管影子的当铺掌柜"}
WORDS = {"en": 1_250, "zh": 2_000}
DEFECTS = {"en": english_defects, "zh": chinese_defects}
MOST_REPEATED = 12.0
LATE = 8
MOST_UNPROVEN = 0.02


@cache
def told(language: str) -> list[dict[str, Any]]:
    """Twelve chapters, each of which knows what the ones before said, and of a second scene of some."""
    made = book(IDEAS[language], 7, language)
    parts: list[dict[str, Any]] = []
    known: list[str] = []
    for number in [*range(1, 13), 3, 6, 9, 12]:
        part = chapter(made, number, 7, language, words=WORDS[language], used={"told": known})
        known = [*known, *marks(prose_of(part["text"]))]
        parts.append({**part, "text": prose_of(part["text"])})
    return parts


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_scene_of_a_long_book_keeps_its_length(language: str) -> None:
    count, words = language_rules(language).count, WORDS[language]
    missed = [
        (n, count(one["text"]))
        for n, one in enumerate(told(language))
        if abs(count(one["text"]) - words) > words * 0.1
    ]
    assert missed == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_beats_of_the_author_keep_their_length_when_all_has_been_told(language: str) -> None:
    last = told(language)[-1]
    lead = next(one["name"] for one in last["briefing"]["cast"] if one["is_pov"])
    said = {"en": f"{lead} finds a violin in the well.", "zh": f"{lead}在井里捞上来一把小提琴。"}[language]
    known = [mark for part in told(language) for mark in marks(part["text"])]
    beats = [{"handle": "B1", "kind": "action", "text": said, "word_budget": WORDS[language]}]
    data = {**last["briefing"], "beats": beats, "used": {"told": known}}
    text = prose_of(answer("writer.draft_scene", data, None, 7, language).text or "")
    assert abs(language_rules(language).count(text) - WORDS[language]) <= WORDS[language] * 0.1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_late_chapters_repeat_little_and_are_whole_sentences(language: str) -> None:
    late = told(language)[-LATE:]
    for one in late:
        assert figures(one["text"], language)["repeats"] <= MOST_REPEATED
        assert DEFECTS[language](one["text"]) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_beat_is_claimed_in_the_text(language: str) -> None:
    verdicts: list[str] = []
    for part in told(language):
        paragraphs = [
            {"pid": f"p{n}", "text": text}
            for n, text in enumerate(language_rules(language).paragraphs(part["text"]))
        ]
        asked = {"card": part["card"], "beats": part["beats"], "paragraphs": paragraphs, "names": []}
        found = answer("editor.realise", asked, None, 1, language).output or {}
        verdicts += [one["verdict"] for one in found["verdicts"]]
    assert sum(one != "met" for one in verdicts) <= MOST_UNPROVEN * len(verdicts)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_passage_grows_by_what_its_scene_does_not_say(language: str) -> None:
    text = told(language)[0]["text"].split("\n\n")[0]
    count = language_rules(language).count
    asked = {"text": text, "target_words": round(count(text) * 1.8), "language": language}
    first = answer("writer.resize", asked, None, 1, language).text or ""
    again = answer("writer.resize", {**asked, "used": {"told": marks(first)}}, None, 1, language).text or ""
    added = set(marks(first)) - set(marks(text))
    assert added
    assert not added & set(marks(again))
    assert count(again) > count(text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_somebody_alone_is_told_of_in_every_chapter(language: str) -> None:
    for number in range(2, 8):
        part = chapter(book(IDEAS[language], number, language), number, number, language)
        alone = [one for one in part["briefing"]["cast"] if one["is_pov"]]
        card = {**part["card"], "cast": [alone[0]["handle"]]}
        data = {**part["briefing"], "cast": alone, "card": card, "beats": part["beats"][:1]}
        assert answer("writer.draft_scene", data, None, number, language).text
