"""What is measured of a hand."""

from __future__ import annotations

from infinite_scribe.core.language import language
from infinite_scribe.core.language.manner import LEAST, manner_from, manner_of
from infinite_scribe.plot.voice import LONGEST, parted

FIRST = (
    "I don’t go down. I can’t. The lantern swings, and I count the lanterns; the rain knocks. “Come down,” he says. "
    * 4
)
THIRD = (
    "She did not go down. The lantern swung above her, and she counted, as she always had, the steps behind it. "
    * 4
)


def test_person_tense_marks_and_words() -> None:
    mine, hers = manner_of([FIRST], "en"), manner_of([THIRD], "en")
    assert mine is not None
    assert hers is not None
    assert (mine.person, mine.tense) == ("first", "present")
    assert (hers.person, hers.tense) == ("third", "past")
    assert mine.contractions > 90
    assert hers.contractions == 0
    assert mine.dialogue > 5
    assert hers.dialogue == 0
    assert mine.semicolons > 0
    assert mine.sentence < hers.sentence
    assert "lantern" in hers.favourites
    assert "she" not in hers.favourites


def test_chinese_is_measured_in_characters() -> None:
    found = manner_of(["我把灯笼挂上去。灯笼不亮，我又把灯笼拿下来。“谁在那儿？”我问。没有人应。" * 4], "zh")
    assert found is not None
    assert (found.person, found.tense) == ("first", "")
    assert "灯笼" in found.favourites
    assert 4 < found.sentence < 14


def test_a_few_words_say_nothing() -> None:
    assert manner_of(["Too short."], "en") is None
    assert manner_of([], "zh") is None


def test_a_manner_travels() -> None:
    found = manner_of([THIRD], "en")
    assert found is not None
    assert manner_from(found.as_json()) == found
    assert manner_from({}) is None


def test_a_long_passage_is_kept_in_parts_that_a_prompt_holds() -> None:
    long = THIRD * 6
    parts = parted(f"{FIRST}\n\n{long}", "en")
    assert len(parts) > 3
    assert all(language("en").count(one) <= LONGEST["en"] for one in parts)
    assert " ".join(" ".join(parts).split()) == " ".join(f"{FIRST} {long}".split())
    assert LEAST["en"] < LONGEST["en"]
