"""The whole chain in English: ideas of any grammar, valid answers, wishes, chapters that go on."""

import re
from collections import Counter, defaultdict
from statistics import mean, pstdev
from typing import Any

import pytest

from infinite_scribe.agents.director.answers import BeatsAnswer, CardsAnswer, check_beats, check_cards
from infinite_scribe.agents.editor.answers import RealiseAnswer
from infinite_scribe.agents.librarian.answers import SummaryAnswer
from infinite_scribe.agents.worldsmith.answers import STAGE_ANSWERS, OptionsAnswer
from infinite_scribe.core.language.en import LANGUAGE
from infinite_scribe.llm.demo.en import idea as ideas
from infinite_scribe.llm.demo.sample import book, chapter
from infinite_scribe.llm.demo.storyteller import answer
from unit.demo.prose_checks import defects, prose_of

IDEAS = (
    "a heist in a library where the books remember their thieves",
    "a war of cooks",
    "a hacker discovers that her brother never existed",
    "two sisters inherit a ferry",
    "a detective in a city of clocks",
    "first contact by letter",
)


@pytest.mark.parametrize(
    ("idea", "role", "ware"),
    [
        (IDEAS[0], "librarian", "book"),
        (IDEAS[1], "cook", "recipe"),
        (IDEAS[2], "hacker", "record"),
        (IDEAS[3], "ferrywoman", "crossing"),
        (IDEAS[4], "detective", "clock"),
        (IDEAS[5], "translator", "letter"),
    ],
)
def test_ideas_of_any_grammar_are_read(idea: str, role: str, ware: str) -> None:
    """An idea that is no "X who does Y" still names a person and a thing."""
    read = ideas.read(idea)
    assert (read.role, read.ware) == (role, ware)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("idea", IDEAS)
def test_every_answer_of_the_chain_is_valid(idea: str) -> None:
    """Options, stages, cards, beats, verdicts and summaries fit the agents' forms and gates."""
    for seed in range(5):
        options = answer("worldsmith.options", {"idea": idea, "count": 3}, None, seed, "en").output
        OptionsAnswer.model_validate(options)
        made = book(idea, seed, "en")
        for stage, form in STAGE_ANSWERS.items():
            form.model_validate(made[stage])
        part = chapter(made, 1, seed, "en")
        people, places = (
            {member["handle"] for member in made["cast"]},
            {place["handle"] for place in made["places"]},
        )
        cards = CardsAnswer.model_validate({"cards": [part["card"]]})
        assert check_cards(cards, people, places, 1) == []
        assert cards.cards[0].opening_type
        assert cards.cards[0].closing_type
        beats = BeatsAnswer.model_validate({"beats": part["beats"]})
        assert check_beats(beats, set(part["card"]["cast"])) == []
        assert defects(prose_of(part["text"])) == []
        paragraphs = [
            {"pid": f"p{index}", "text": text}
            for index, text in enumerate(LANGUAGE.paragraphs(prose_of(part["text"])))
        ]
        data = {"card": part["card"], "beats": part["beats"], "paragraphs": paragraphs, "names": []}
        RealiseAnswer.model_validate(answer("editor.realise", data, None, seed, "en").output)
        lines = [
            {"handle": f"L{index}", "text": text}
            for index, text in enumerate(LANGUAGE.sentences(prose_of(part["text"])), 1)
        ]
        SummaryAnswer.model_validate(
            answer(
                "librarian.summarise", {"node": "s", "max_tokens": 120, "sentences": lines}, None, seed, "en"
            ).output
        )


def _with(steer: str, **more: Any) -> str:
    part = chapter(book("a lighthouse keeper who sells letters", 4, "en"), 1, 4, "en")
    return prose_of(
        answer(
            "writer.draft_scene",
            {**part["briefing"], "steers": [steer] if steer else [], **more},
            None,
            4,
            "en",
        ).text
        or ""
    )


def _spoken(text: str) -> float:
    return sum(LANGUAGE.count(item) for item in re.findall(r"“[^”]*”", text)) / LANGUAGE.count(text)


def test_wishes_change_the_prose() -> None:
    """Weather, animals, objects, speech, pace and ending are granted; none is passed over."""
    plain = _with("")
    assert re.search(r"\brain", _with("make it rain").lower())
    assert not re.search(r"\brain", plain.lower())
    assert re.search(r"\bdog\b", _with("introduce a dog").lower())
    assert "trombone" in _with("there should be a trombone").lower()
    assert _spoken(_with("more dialogue")) > _spoken(plain)
    assert _spoken(_with("less dialogue")) < _spoken(plain)
    assert _with("slower") != plain
    assert LANGUAGE.sentences(_with("end on a question"))[-1].endswith("?")
    assert _with("please") != plain
    assert "violin" in _with("", instruction="add a violin").lower()
    for steer in ("make it rain", "introduce a dog", "more dialogue", "slower", "end on a question"):
        assert abs(LANGUAGE.count(_with(steer)) - 1400) <= 140
        assert defects(_with(steer)) == []


def test_what_must_not_be_revealed_is_not() -> None:
    """The secret of the turn stays away when the card forbids it."""
    part = chapter(book("a lighthouse keeper who sells storms", 5, "en"), 1, 5, "en")
    secret = re.sub(r"^.* learns that ", "", part["card"]["turn"])
    card = {**part["card"], "must_not_reveal": [secret], "turn": ""}
    text = answer("writer.draft_scene", {**part["briefing"], "card": card}, None, 5, "en").text or ""
    assert secret.rstrip(".") in prose_of(part["text"])
    assert secret.rstrip(".") not in prose_of(text)


@pytest.mark.parametrize("idea", IDEAS[:4])
def test_chapters_go_on_from_one_another(idea: str) -> None:
    """Nobody is introduced twice, no opening comes back, cards stage the people of their line."""
    made = book(idea, 2, "en")
    used: dict[str, list[str]] = defaultdict(list)
    lead = made["cast"][0]["name"]
    openings: list[str] = []
    tail = ""
    for number in range(1, 5):
        part = chapter(made, number, 2, "en", used=dict(used), tail=tail)
        text = prose_of(part["text"])
        for key, value in part["used"].items():
            used[key] += value
        openings.append(LANGUAGE.sentences(text)[0])
        named = [
            member["handle"]
            for member in made["cast"][1:]
            if member["name"].split()[0] in part["head"]["one_line"] and member["role"] != "minor"
        ]
        assert not named or set(named) & set(part["card"]["cast"])
        assert (lead in text) == (number == 1)
        tail = text[-800:]
    assert len(set(openings)) == len(openings)


def test_no_spoken_line_comes_back_in_twelve_scenes() -> None:
    """Lines of six words or more are spoken once in a book while the used list is handed on."""
    made = book(IDEAS[1], 1, "en")
    used: dict[str, list[str]] = defaultdict(list)
    lines: Counter[str] = Counter()
    for number in range(1, 13):
        part = chapter(made, number, 1, "en", used=dict(used))
        for key, value in part["used"].items():
            used[key] += value
        lines.update(
            item for item in re.findall(r"“([^”]*)”", prose_of(part["text"])) if len(item.split()) >= 6
        )
    assert [line for line, count in lines.items() if count > 1] == []


def test_a_scene_has_a_long_paragraph_a_single_sentence_and_spread() -> None:
    """One paragraph of 90 words, one of one sentence; lengths of sentences differ widely."""
    spreads: list[float] = []
    for seed in range(6):
        text = prose_of(chapter(book(IDEAS[3], seed, "en"), 1, seed, "en")["text"])
        paragraphs = LANGUAGE.paragraphs(text)
        assert any(LANGUAGE.count(item) >= 90 for item in paragraphs)
        assert any(len(LANGUAGE.sentences(item)) == 1 and "“" not in item for item in paragraphs)
        sizes = [LANGUAGE.count(item) for item in LANGUAGE.sentences(text)]
        spreads.append(pstdev(sizes) / mean(sizes))
    assert min(spreads) >= 0.58
    assert mean(spreads) >= 0.62
