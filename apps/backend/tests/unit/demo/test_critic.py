"""The storyteller as a judge does on the trials what is said of it, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from infinite_scribe.agents.editor.answers import JudgeAnswer, PairsAnswer, Pick
from infinite_scribe.agents.editor.spoiling import LOWERS, SPOILT, trials_in
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.llm.demo.storyteller import answer
from infinite_scribe.providers.judging import STORYTELLER, trusted


def pick(card: Any, one: str, other: str, language: str) -> str:
    data = {"card": dict(card), "draft_a": one, "draft_b": other}
    return Pick.model_validate(answer("editor.choose", data, None, 7, language).output).winner


def marks(text: str, language: str) -> dict[str, int]:
    data = {"criteria": sorted(set(LOWERS.values())), "paragraphs": language_rules(language).paragraphs(text)}
    found = JudgeAnswer.model_validate(answer("editor.judge", data, None, 7, language).output).marks
    assert all(one.quote in text for one in found)
    return {one.criterion: one.score for one in found}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_the_storyteller_shows_as_a_judge_of_drafts(language: str) -> None:
    said = []
    for one in trials_in(language).texts:
        for way, spoil in SPOILT.items():
            spoilt = spoil(one, language)
            orders = (pick(one.card, one.text, spoilt, language), pick(one.card, spoilt, one.text, language))
            said.append((way, orders))
    right = [way for way, orders in said if orders == ("a", "b")]
    flips = [way for way, orders in said if orders in {("a", "a"), ("b", "b")}]
    shown = {"pairs": len(said), "right": len(right), "flips": len(flips)}
    assert shown == STORYTELLER[language]["choice"], said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_the_storyteller_shows_as_a_giver_of_marks(language: str) -> None:
    told = []
    for one in trials_in(language).texts:
        whole = marks(one.text, language)
        for way, criterion in LOWERS.items():
            spoilt = marks(SPOILT[way](one, language), language)
            told.append((way, spoilt[criterion] < whole[criterion]))
    right = sum(lower for _, lower in told)
    assert {"pairs": len(told), "right": right, "flips": 0} == STORYTELLER[language]["marks"], told


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_the_storyteller_shows_as_a_finder_of_contradictions(language: str) -> None:
    """It compares words of a table, and says so little of free sentences that it may not block a draft."""

    def clashes(a: str, b: str) -> bool:
        asked = {"pairs": [{"pair": "Q1", "a": a, "b": b}]}
        [one] = PairsAnswer.model_validate(
            answer("editor.judge_pair", asked, None, 7, language).output
        ).verdicts
        return one.verdict == "contradicts"

    told = [(one, clashes(one.a, one.b), clashes(one.b, one.a)) for one in trials_in(language).sentences]
    right = sum(said == again == one.clash for one, said, again in told)
    flips = sum(said != again for _, said, again in told)
    assert {"pairs": len(told), "right": right, "flips": flips} == STORYTELLER[language]["clash"]
    assert "clash" not in trusted(STORYTELLER[language])
