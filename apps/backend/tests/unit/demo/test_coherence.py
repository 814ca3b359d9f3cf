"""A book of the built-in storyteller does not contradict itself: properties over many seeds, both languages."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from infinite_scribe.core.fingerprints import marks
from infinite_scribe.core.language.en import LANGUAGE as ENGLISH
from infinite_scribe.core.language.zh import LANGUAGE as CHINESE
from infinite_scribe.llm.demo.en import idea as english_idea
from infinite_scribe.llm.demo.en.grammar import fix_tags
from infinite_scribe.llm.demo.sample import book, chapter
from infinite_scribe.llm.demo.storyteller import answer
from infinite_scribe.llm.demo.zh import idea as chinese_idea
from unit.demo.prose_checks import prose_of, prose_outside

IDEAS = {
    "en": (
        "a lighthouse keeper who sells storms",
        "a detective in a flooded city looks for a missing archivist",
        "two sisters inherit a bakery and a debt",
        "a beekeeper on a generation ship",
    ),
    "zh": (
        "一个卖风暴的灯塔看守人",
        "县城邮局的女分拣员发现一封寄给死人的信",
        "修钟表的少年捡到一只倒着走的怀表",
        "江湖郎中替人保管秘密",
    ),
}
SEEDS, CHAPTERS = range(3), 3
WORDS = {"en": 1400, "zh": 2200}
#: Things of the lexicon that are many, and words that are.
MANY = r"(?:banknotes|silver coins|ration coupons|dividers|others|steps|voices|people|loops|scratches|days|hands)"


@cache
def told_book(language: str, idea: str, seed: int) -> tuple[dict[str, Any], ...]:
    """The first chapters of a book, each told with what the platform hands on: the marks of the earlier ones."""
    made = book(idea, seed, language)
    told: list[str] = []
    parts: list[dict[str, Any]] = []
    for number in range(1, CHAPTERS + 1):
        part = chapter(made, number, seed, language, words=WORDS[language], used={"told": list(told)})
        told += marks(prose_of(part["text"]))
        parts.append(part)
    return tuple(parts)


def chapters(language: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{idea} {seed} ch{number}", part)
        for idea in IDEAS[language]
        for seed in SEEDS
        for number, part in enumerate(told_book(language, idea, seed), 1)
    ]


def test_speech_before_a_tag_ends_with_a_comma() -> None:
    """Not “Let go.” she said."""
    wrong = r"\.” (?:[A-Z][\w’-]*|the \w+)(?: [A-Z]\w+)? (?:said|asked)[.,]"
    for where, part in chapters("en"):
        assert not re.findall(wrong, prose_of(part["text"])), where
        assert not re.findall(r"[,?!]” (?:He|She|They) (?:said|asked)\b", prose_of(part["text"])), where
    assert fix_tags("“Let go.” Tariq said. He waited.") == "“Let go,” Tariq said. He waited."
    assert (
        fix_tags("“Who?” She asked. “Me.” She said nothing.") == "“Who?” she asked. “Me.” She said nothing."
    )


def test_verbs_agree_with_what_there_is_more_than_one_of() -> None:
    number = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|[a-z]+ty(?:-[a-z]+)?)"
    wrong = rf"\b[Tt]here was (?:only )?(?:{number}\b|{MANY}\b)|\b(?:the|The|these|those) {MANY} (?:was|is|lies|has)\b"
    for where, part in chapters("en"):
        assert not re.findall(wrong, prose_outside(prose_of(part["text"]))), where
        assert not re.findall(r"\b\w*(?:eened|addeded|beed)\b", part["text"]), where


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_counted_thing_has_one_number_in_a_book(language: str) -> None:
    """As many wares as the first page says, on every page; one more is said as one more."""
    for idea in IDEAS[language]:
        for seed in SEEDS:
            found: Counter[str] = Counter()
            for part in told_book(language, idea, seed):
                text = prose_of(part["text"]).lower()
                if language == "en":
                    found.update(
                        re.findall(
                            r"\b([a-z]+ty(?:-[a-z]+)?) (?=[a-z ]+s were|others|of the others|storms|keys)",
                            text,
                        )
                    )
                else:
                    found.update(
                        re.findall(
                            r"(?<![零一二三四五六七八九十百])([一二三四五六七八九]?十[一二三四五六七八九]?)(?:件|瓶|封|只|本|枚)(?![^，。]{0,2}(?:钱|块))",
                            text,
                        )
                    )
            assert len(found) <= 1, (idea, seed, found)


def test_nobody_is_called_he_who_is_she() -> None:
    """Reflexive and possessive forms right behind a name are those of the sheet."""
    forms = {"he": r"himself|his own", "she": r"herself|her own"}
    for where, part in chapters("en"):
        text = prose_outside(prose_of(part["text"]))
        for member in part["briefing"]["cast"]:
            own = member["pronouns"].split("/")[0]
            other = forms["she" if own == "he" else "he"]
            first = member["name"].split()[0]
            assert not re.findall(
                rf"\b{first} (?:[a-z]+ed|had|was|did|took|put) (?:them )?(?:{other})\b", text
            ), where


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_sentence_comes_back_in_a_book(language: str) -> None:
    split = ENGLISH.sentences if language == "en" else CHINESE.sentences
    least = 8 if language == "en" else 12
    count = ENGLISH.count if language == "en" else CHINESE.count
    for idea in IDEAS[language]:
        for seed in SEEDS:
            before: set[str] = set()
            for number, part in enumerate(told_book(language, idea, seed), 1):
                here = {item for item in split(prose_of(part["text"])) if count(item) >= least}
                again = here & before
                assert again == set(), (idea, seed, number)
                before |= here


#: What pays off → what has to stand before it in the book.
SET_UP = {
    "en": (
        (r"One short", r"count"),
        (r"explained the map", r"kept a map of"),
        (r"K had cut them|had cut them\.", r"mark on the door frame"),
        (r"second oldest rule|two of them asleep", r"three rules"),
        (r"had dusted round it since", r"dust beneath it"),
        (r"of the way \w+ tied it off", r"would not be mended"),
    ),
    "zh": (
        (r"那张地图，这就说得通了", r"的地图"),
        (r"第三条", r"三条规矩"),
        (r"只绕着擦", r"擦底下的灰"),
        (r"那只手戴着戒指", r"相片"),
        (r"地板果然软", r"地板会记得"),
    ),
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_pays_off_has_been_set_up(language: str) -> None:
    for idea in IDEAS[language]:
        for seed in SEEDS:
            whole = "\n\n".join(prose_of(part["text"]) for part in told_book(language, idea, seed))
            for pay_off, set_up in SET_UP[language]:
                hit = re.search(pay_off, whole)
                assert hit is None or re.search(set_up, whole[: hit.end()]), (idea, seed, hit.group())


def test_chinese_clauses_are_not_cut_at_their_commas() -> None:
    """A clause of two signs before a full stop that waits for its other half: never more than a few in a chapter."""
    for where, part in chapters("zh"):
        items = CHINESE.sentences(re.sub(r"“[^”]*”", "“”", prose_of(part["text"])))
        hanging = [
            one for one in items if re.match(r"(?:才|就|便|却|又|都|倒|则|跟着|免得)[^，]{0,8}。$", one)
        ]
        assert len(hanging) <= 1, (where, hanging)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_asked_for_is_a_thing(language: str) -> None:
    """People and places of an idea are no wares: nobody sells an archivist or a sorter."""
    people = {"en": r"archivist|sister|detective|city|cities\b", "zh": r"分拣员|姐妹|少年|郎中|最后一个人"}[
        language
    ]
    for idea in IDEAS[language]:
        card = told_book(language, idea, 0)[0]["card"]
        said = " ".join([card["goal"], card["conflict"]])
        assert not re.search(rf"(?:a|the|一(?:个|件|名)) ?(?:{people})", said), said


def test_who_is_looked_for_is_no_ware() -> None:
    assert "人" not in chinese_idea.read("守桥人不肯放最后一个人过桥").ware
    assert chinese_idea.read(IDEAS["zh"][1]).ware == "信"
    assert english_idea.read("an old soldier looks to find a daughter and a nurse").ware not in {
        "nurse",
        "daughter",
    }
    assert english_idea.read(IDEAS["en"][1]).ware_kind != "place"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_facts_of_the_canon_are_not_told_again(language: str) -> None:
    """What the briefing holds is left to it, so that the prose cannot say something else."""
    part = told_book(language, IDEAS[language][0], 1)[0]
    keys = (
        "eye_colour",
        "age_years",
        "handedness",
        "owes",
        "resides_at",
        "cannot_do",
        "mark",
        "mentor_of",
        "bound_by",
        "knows_person",
    )
    facts = [{"handle": f"F{number}", "predicate": key, "text": "-"} for number, key in enumerate(keys)]
    told = answer("writer.draft_scene", {**part["briefing"], "facts": facts}, None, 1, language).text or ""
    said = {
        "en": r"years old|left-handed|learnt to|taken a room|had promised",
        "zh": r"今年[^，。]+岁|左撇子|不会(?:游水|骑马)|答应过",
    }[language]
    assert re.search(
        said, "".join(prose_of(one["text"]) for one in told_book(language, IDEAS[language][0], 1))
    )
    assert not re.search(said, told)
