"""The built-in storyteller in Chinese: figures that its prose has to keep."""

import re
import time
from collections import defaultdict
from functools import cache
from typing import Any

import pytest

from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.sample import book, chapter
from infinite_scribe.llm.demo.storyteller import answer
from unit.demo.zh_checks import defects, han, outside, prose_of

#: A shared machine may be slow; the telling itself is measured below.
pytestmark = pytest.mark.timeout(60)

IDEAS = (
    "一个卖风暴的灯塔看守人",
    "退休的老刑警在夜行列车上追查一桩命案",
    "档案员要在战争结束前藏好一张偷来的地图",
    "一个在火星上修旧机器人的女孩",
    "两姐妹开了家面包铺，把悲伤烤进面包里",
)
CANARIES = ("林晚", "苏晚", "顾言", "沈墨", "江晚", "陆沉", "苏念", "林逸")
BUDGET = 2200


@cache
def told(idea: str, seed: int, number: int = 1, person: str = "third", words: int = BUDGET) -> dict[str, Any]:
    """A chapter, made once."""
    return chapter(
        book(idea, seed, "zh"), number, seed, "zh", words=words, style={"person": person, "tense": "past"}
    )


def test_no_two_books_share_a_long_sentence() -> None:
    """Fifty chapters of different books: few sentences of ten characters or more are shared."""
    seen: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for idea in IDEAS:
        for seed in range(10):
            for sentence in LANGUAGE.sentences(prose_of(told(idea, seed)["text"])):
                if len(han(sentence)) >= 10:
                    seen[han(sentence)].add((idea, seed))
    shared = [key for key, books in seen.items() if len(books) > 1]
    assert len(seen) > 2000
    assert len(shared) <= 0.03 * len(seen)


@pytest.mark.parametrize("idea", IDEAS)
def test_prose_has_no_defects_and_keeps_its_budget(idea: str) -> None:
    """Quotes, marks, measure words, open places, Latin letters, filler; ±10 % of the characters."""
    for seed in range(10):
        text = prose_of(told(idea, seed)["text"])
        assert defects(text) == []
        assert abs(LANGUAGE.count(text) - BUDGET) <= BUDGET * 0.1


@pytest.mark.parametrize("words", [800, 1400, 3500])
def test_other_budgets(words: int) -> None:
    """Short and long scenes keep their budgets too."""
    text = prose_of(told(IDEAS[0], 4, words=words)["text"])
    assert abs(LANGUAGE.count(text) - words) <= words * 0.1


@pytest.mark.parametrize("idea", IDEAS)
def test_rhythm_of_paragraphs_and_speech(idea: str) -> None:
    """One paragraph of one sentence, one of 120 characters; never four bare spoken lines in a row."""
    for seed in range(4):
        paragraphs = LANGUAGE.paragraphs(prose_of(told(idea, seed)["text"]))
        assert max(LANGUAGE.count(item) for item in paragraphs) >= 120
        assert any(len(LANGUAGE.sentences(item)) == 1 and "“" not in item for item in paragraphs)
        bare = 0
        for item in paragraphs:
            bare = bare + 1 if re.fullmatch(r"“[^”]*”", item) else 0
            assert bare <= 3


def test_first_person_has_an_i_and_no_name_for_it() -> None:
    """我 outside speech, and the viewpoint's name nowhere but in speech."""
    part = told(IDEAS[0], 6, 2, "first")
    lead = next(member for member in part["briefing"]["cast"] if member["is_pov"])["name"]
    narrated = "\n".join(outside(item) for item in LANGUAGE.paragraphs(prose_of(part["text"])))
    assert "我" in narrated
    assert defects(prose_of(part["text"])) == []
    assert lead not in narrated.replace(f"{lead}名下", "").replace(f"“{lead}欠”", "")


def test_same_input_same_bytes_and_other_seed_other_book() -> None:
    """Deterministic; seeds matter."""
    one = chapter(book(IDEAS[2], 5, "zh"), 1, 5, "zh")["text"]
    two = chapter(book(IDEAS[2], 5, "zh"), 1, 5, "zh")["text"]
    assert one == two
    assert book(IDEAS[2], 5, "zh")["concept"]["logline"] != book(IDEAS[2], 6, "zh")["concept"]["logline"]


@pytest.mark.parametrize("seed", range(5))
def test_every_beat_stands_under_its_marker_and_can_be_found(seed: int) -> None:
    """Markers in order; the editor finds the beats by their characters with real quotes."""
    part = told(IDEAS[seed], seed)
    assert re.findall(r"\[\[(B\d+)\]\]", part["text"]) == [beat["handle"] for beat in part["beats"]]
    paragraphs = [
        {"pid": f"p{index}", "text": text}
        for index, text in enumerate(LANGUAGE.paragraphs(prose_of(part["text"])))
    ]
    verdicts = (
        answer(
            "editor.realise",
            {"card": part["card"], "beats": part["beats"], "paragraphs": paragraphs, "names": []},
            None,
            1,
            "zh",
        ).output
        or {}
    )["verdicts"]
    assert all(verdict["quote"] in prose_of(part["text"]) for verdict in verdicts)
    assert sum(verdict["verdict"] == "met" for verdict in verdicts) >= len(verdicts) - 1


def test_the_idea_decides_the_book() -> None:
    """Trade, ware and place of the idea reach premise, places and prose."""
    for idea, words in (
        (IDEAS[0], ("风暴", "灯塔")),
        (IDEAS[1], ("命案", "列车")),
        (IDEAS[2], ("地图",)),
        (IDEAS[3], ("机器人", "火星")),
        (IDEAS[4], ("悲伤", "面包铺")),
    ):
        made = book(idea, 2, "zh")
        text = chapter(made, 1, 2, "zh", words=BUDGET)["text"]
        assert all(word in made["concept"]["logline"] + made["places"][0]["name"] for word in words)
        assert words[0] in text


def test_chapters_of_a_book_differ_in_shape_and_words() -> None:
    """Ten chapters with the used list handed on share next to no long sentence."""
    made = book(IDEAS[0], 3, "zh")
    used: dict[str, list[str]] = defaultdict(list)
    seen: dict[str, int] = defaultdict(int)
    orders = set()
    for number in range(1, 11):
        part = chapter(
            made, number, 3, "zh", words=BUDGET, used={key: list(value) for key, value in used.items()}
        )
        orders.add(tuple(beat["text"][:4] for beat in part["beats"]))
        for key, value in part["used"].items():
            used[key] += value
        for sentence in {han(item) for item in LANGUAGE.sentences(prose_of(part["text"]))}:
            seen[sentence] += len(sentence) >= 10
    assert len(orders) >= 9
    assert sum(count > 1 for count in seen.values()) <= 12


def test_author_beats_facts_and_avoid_list_are_obeyed() -> None:
    """A beat in the author's own words stands; demanded facts stand; avoided words do not."""
    part = told(IDEAS[0], 9)
    lead = next(member for member in part["briefing"]["cast"] if member["is_pov"])["name"]
    own = {
        **part["briefing"],
        "beats": [
            {"handle": "B1", "kind": "action", "text": f"{lead}在井里捞上来一把小提琴。", "word_budget": 500},
            {"handle": "B2", "kind": "decision", "text": f"{lead}烧了那封信。", "word_budget": 400},
        ],
        "facts": [{"handle": "F1", "text": "北边的楼梯砌死了。"}],
        "avoid": ["雨伞", "影子"],
        "scene": {**part["briefing"]["scene"], "word_budget": 900},
    }
    text = prose_of(answer("writer.draft_scene", own, None, 3, "zh").text or "")
    assert f"{lead}在井里捞上来一把小提琴。" in text
    assert f"{lead}烧了那封信。" in text
    assert "北边的楼梯砌死了。" in text
    assert "影子" not in text
    assert abs(LANGUAGE.count(text) - 900) <= 90


def test_a_chapter_takes_less_than_a_blink() -> None:
    """2,200 characters in little computing (best of three, of the processor alone)."""
    made = book(IDEAS[0], 11, "zh")
    chapter(made, 1, 11, "zh")
    spans = []
    for number in (2, 3, 4):
        start = time.process_time()
        chapter(made, number, 11, "zh", words=BUDGET)
        spans.append(time.process_time() - start)
    assert min(spans) < 1.0


def test_names_are_nobodys_stock_and_two_people_differ() -> None:
    """No over-used machine names; no two people of a cast share a character."""
    for idea in IDEAS:
        for seed in range(10):
            names = [member["name"] for member in book(idea, seed, "zh")["cast"]]
            assert not set(names) & set(CANARIES)
            assert len({name[0] for name in names}) == len(names)
