"""The built-in storyteller in English: figures that its prose has to keep."""

import re
import time
from collections import Counter, defaultdict
from functools import cache
from typing import Any

import pytest

from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.sample import book, chapter
from infinite_scribe.llm.demo.storyteller import UnknownTask, answer, teller_of
from unit.demo.prose_checks import content_key, defects, prose_of, prose_outside

IDEAS = (
    "A lighthouse keeper who sells storms",
    "A retired detective investigates a murder on a night train",
    "An archivist must hide a stolen map before the war ends",
    "A girl on Mars who repairs old robots",
    "Two sisters run a bakery that bakes grief into bread",
)
CANARIES = ("Elara", "Kael", "Lyra", "Thorne", "Whisper", "Voss", "Blackwood", "Aria", "Elias", "Seraphina")
BUDGET = 1400


@cache
def told(
    idea: str, seed: int, number: int = 1, person: str = "third", tense: str = "past", words: int = BUDGET
) -> dict[str, Any]:
    """A chapter, made once."""
    return chapter(
        book(idea, seed, "en"), number, seed, "en", words=words, style={"person": person, "tense": tense}
    )


@pytest.mark.timeout(60)
def test_no_two_books_share_a_long_sentence() -> None:
    """Fifty chapters of different books: recognisable sentences are shared as good as never."""
    seen: dict[tuple[str, ...], set[tuple[str, int]]] = defaultdict(set)
    for idea in IDEAS:
        for seed in range(10):
            for sentence in set(LANGUAGE.sentences(prose_of(told(idea, seed)["text"]))):
                key = content_key(sentence)
                if len(key) >= 6:
                    seen[key].add((idea, seed))
    shared = [key for key, books in seen.items() if len(books) > 1]
    assert len(seen) > 1000
    assert len(shared) <= 0.003 * len(seen)


@pytest.mark.parametrize("idea", IDEAS)
def test_prose_has_no_defects_and_keeps_its_budget(idea: str) -> None:
    """Articles, doubled words, quotes, blanks, capitals, agreement; ±10 % of the words."""
    for seed in range(10):
        text = prose_of(told(idea, seed)["text"])
        assert defects(text) == []
        assert abs(LANGUAGE.count(text) - BUDGET) <= BUDGET * 0.1


@pytest.mark.parametrize("words", [500, 900, 2200])
def test_other_budgets(words: int) -> None:
    """Short and long scenes keep their budgets too."""
    text = prose_of(told(IDEAS[0], 4, words=words)["text"])
    assert abs(LANGUAGE.count(text) - words) <= words * 0.1


def test_no_skeleton_twice_in_ten_scenes() -> None:
    """Sentence skeletons rest while the used list is handed on."""
    made = book(IDEAS[0], 3, "en")
    used: dict[str, list[str]] = defaultdict(list)
    told_ids: list[str] = []
    for number in range(1, 11):
        part = chapter(made, number, 3, "en", used={key: list(value) for key, value in used.items()})
        for key, value in part["used"].items():
            used[key] += value
        told_ids += [item for item in part["used"]["skeletons"] if not item.startswith("talk:")]
    assert len(told_ids) > 120
    assert [item for item, count in Counter(told_ids).items() if count > 1] == []


@pytest.mark.parametrize(("person", "tense"), [("first", "past"), ("third", "present"), ("first", "present")])
def test_tense_and_person_hold(person: str, tense: str) -> None:
    """First person has an I and no name for it outside speech; the present has no narrated past forms of *say*."""
    part = told(IDEAS[0], 6, 2, person, tense)
    lead = next(member for member in part["briefing"]["cast"] if member["is_pov"])["name"].split()[0]
    outside = prose_outside(prose_of(part["text"]))
    assert defects(prose_of(part["text"])) == []
    if person == "first":
        assert re.search(r"\bI\b", outside)
        assert not re.search(rf"\b{lead}\b(?!’s name)", outside)
    else:
        assert lead in outside
    forms = (
        r"\b(?:said|asked|looked|waited)\b" if tense == "present" else r"\b(?:says|asks|takes|stands|looks)\b"
    )
    narrated = re.sub(
        r"\b(?:ha[sd]|have|been?|being|is|are)\b(?: \w+){0,2}? (?:said|asked|looked|waited)\b", "", outside
    )
    assert len(re.findall(forms, narrated)) <= (3 if tense == "present" else 0)


def test_same_input_same_bytes_and_other_seed_other_book() -> None:
    """Deterministic; seeds matter."""
    one = chapter(book(IDEAS[2], 5, "en"), 1, 5, "en")["text"]
    assert one == told(IDEAS[2], 5)["text"]
    assert (
        book(IDEAS[2], 5, "en")["concept"]["title"] + book(IDEAS[2], 5, "en")["concept"]["logline"]
        != book(IDEAS[2], 6, "en")["concept"]["title"] + book(IDEAS[2], 6, "en")["concept"]["logline"]
    )
    other = told(IDEAS[2], 6)["text"]
    shared = {content_key(item) for item in LANGUAGE.sentences(one)} & {
        content_key(item) for item in LANGUAGE.sentences(other)
    }
    assert sum(len(key) >= 6 for key in shared) <= 1


def test_every_beat_stands_under_its_marker_and_can_be_found() -> None:
    """Markers in order; the editor finds most beats by their words with real quotes."""
    part = told(IDEAS[0], 7)
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
            "en",
        ).output
        or {}
    )["verdicts"]
    assert len(verdicts) == len(part["beats"])
    assert all(verdict["quote"] in prose_of(part["text"]) for verdict in verdicts)
    assert sum(verdict["verdict"] == "missing" for verdict in verdicts) <= 1
    assert sum(verdict["verdict"] == "met" for verdict in verdicts) >= len(verdicts) // 2


def test_the_idea_decides_the_book() -> None:
    """Trade, ware and place of the idea reach premise, cast and prose."""
    for idea, words in ((IDEAS[0], ("storm", "lighthouse")), (IDEAS[2], ("map",)), (IDEAS[3], ("robot",))):
        made = book(idea, 2, "en")
        text = chapter(made, 1, 2, "en")["text"].lower()
        assert all(
            word in made["concept"]["logline"].lower() + made["places"][0]["name"].lower() for word in words
        )
        assert words[0] in text


def test_place_changes_what_is_noticed_not_only_names() -> None:
    """The same scene in another place holds other details."""
    part = told(IDEAS[0], 8)
    moved = {
        **part["briefing"],
        "places": [{"handle": "P9", "name": "the fever hospital", "line": "one ward", "is_here": True}],
    }
    other = answer("writer.draft_scene", moved, None, 8, "en")
    assert not {item for item in part["used"]["details"] if not item.startswith("any")} & {
        item for item in other.used["details"] if not item.startswith("any")
    }


def test_author_beats_facts_and_avoid_list_are_obeyed() -> None:
    """A beat in the author's own words is told in tense; demanded facts stand; avoided words do not."""
    part = told(IDEAS[0], 9)
    lead = next(member for member in part["briefing"]["cast"] if member["is_pov"])["name"].split()[0]
    own = {
        **part["briefing"],
        "beats": [
            {
                "handle": "B1",
                "kind": "action",
                "text": f"{lead} finds a violin in the well.",
                "word_budget": 400,
            },
            {"handle": "B2", "kind": "decision", "text": f"{lead} burns the letter.", "word_budget": 300},
        ],
        "facts": [{"handle": "F1", "text": "The north stair is walled up."}],
        "avoid": ["demijohn", "kettle"],
        "scene": {**part["briefing"]["scene"], "word_budget": 700},
    }
    text = prose_of(answer("writer.draft_scene", own, None, 3, "en").text or "")
    assert f"{lead} found a violin in the well." in text
    assert f"{lead} burned the letter." in text or f"{lead} burnt the letter." in text
    assert "The north stair was walled up." in text
    assert "kettle" not in text.lower()
    assert abs(LANGUAGE.count(text) - 700) <= 70


def test_a_chapter_takes_less_than_a_blink() -> None:
    """1,400 words in little computing (best of three, of the processor alone)."""
    made = book(IDEAS[0], 11, "en")
    chapter(made, 1, 11, "en")
    spans = []
    for number in (2, 3, 4):
        start = time.process_time()
        chapter(made, number, 11, "en")
        spans.append(time.process_time() - start)
    assert min(spans) < 1.0


def test_names_are_nobodys_stock_and_two_people_differ() -> None:
    """No over-used machine names; first letters of a cast differ."""
    for seed in range(10):
        names = [member["name"] for member in book(IDEAS[1], seed, "en")["cast"]]
        assert not any(name in canary for name in CANARIES for canary in names)
        assert len({name[0] for name in names}) >= 4


def test_unknown_task_is_refused_and_languages_are_found() -> None:
    """The demo says what it cannot do."""
    with pytest.raises(UnknownTask):
        answer("writer.sing", {}, None, 1, "en")
    assert teller_of("en-GB").code == "en"
