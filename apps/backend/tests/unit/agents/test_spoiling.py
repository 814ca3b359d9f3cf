"""What a judge is tried on: texts whose spoilt forms are worse for certain, and always the same."""

from __future__ import annotations

import pytest

from infinite_scribe.agents.editor.answers import HIGHEST_MARK, Mark
from infinite_scribe.agents.editor.judging import proven_marks
from infinite_scribe.agents.editor.reading import ChapterText
from infinite_scribe.agents.editor.spoiling import LOWERS, SPOILT, trials_in
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.providers.judging import LEAST_PAIRS

LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_enough_to_be_tried_on(language: str) -> None:
    trials = trials_in(language)
    clashing = [one.clash for one in trials.sentences]
    assert len(trials.texts) * len(SPOILT) >= LEAST_PAIRS
    assert len(trials.texts) * len(LOWERS) >= LEAST_PAIRS
    assert clashing.count(True) == clashing.count(False) >= LEAST_PAIRS / 2
    assert all(one.card["turn"] and one.card["must_include"] for one in trials.texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_way_spoils_each_text(language: str) -> None:
    rules = language_rules(language)
    for one in trials_in(language).texts:
        parts = rules.paragraphs(one.text)
        assert len(parts) >= 5
        assert one.text.count(one.fact[0]) == 1
        made = {way: spoil(one, language) for way, spoil in SPOILT.items()}
        assert len({one.text, *made.values()}) == len(SPOILT) + 1
        mixed = rules.paragraphs(made["shuffled"])
        assert sorted(mixed) == sorted(parts)
        assert mixed[0] == parts[-1]
        assert one.text.startswith(made["cut"])
        assert made["cut"][-1] not in ".!?。！？”"
        worn = [sentence for sentence in rules.sentences(made["repeated"]) if len(sentence) > 12]
        assert max(worn.count(sentence) for sentence in worn) >= 3
        assert one.fact[1] in made["contradicted"]
        assert made == {way: spoil(one, language) for way, spoil in SPOILT.items()}


TEXT = ChapterText.of(
    [
        {"scene": "s", "version": 1, "pid": "p1", "text": "The bell rang twice over the water."},
        {"scene": "s", "version": 1, "pid": "p2", "text": "Nobody on the quay raised a head."},
    ]
)


def mark(criterion: str, score: int, quote: str, why: str = "So it is.") -> Mark:
    return Mark(criterion=criterion, score=score, why=why, quote=quote)


def test_a_mark_without_words_of_the_chapter_falls() -> None:
    part = [
        mark("prose", 12, "rang twice over the water"),
        mark("prose", 3, "raised a head"),
        mark("stakes", 20, "a masterpiece from start to end"),
        mark("pacing", 9, "raised a head", why=" "),
        mark("fame", 9, "raised a head"),
    ]
    marks, dropped = proven_marks([part], TEXT, ["prose", "stakes", "pacing"])
    assert [(one["criterion"], one["score"]) for one in marks] == [("prose", 12)]
    assert dropped == 4
    [reason] = marks[0]["reasons"]
    assert (reason["pid"], reason["quote"]) == ("p1", "rang twice over the water")


def test_the_parts_of_a_long_chapter_are_marked_together() -> None:
    parts = [[mark("prose", 12, "rang twice over the water")], [mark("prose", 7, "raised a head")]]
    marks, dropped = proven_marks(parts, TEXT, ["prose"])
    assert (marks[0]["score"], len(marks[0]["reasons"]), dropped) == (9.5, 2, 0)
    assert marks[0]["score"] <= HIGHEST_MARK
