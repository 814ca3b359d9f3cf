"""A free instruction is followed, or refused in so many words; variants differ."""

from __future__ import annotations

from typing import Any

import pytest

from infinite_scribe.core.ids import new_id
from infinite_scribe.core.language import language
from infinite_scribe.llm.adapters.base import Dial
from infinite_scribe.llm.adapters.demo import DemoAdapter
from infinite_scribe.llm.demo.storyteller import answer
from infinite_scribe.llm.demo.wishes import CannotFollow
from infinite_scribe.llm.errors import DemoCannotFollowError
from infinite_scribe.providers.service import EndpointFacts

TEXTS = {
    "en": (
        "Mara walked slowly to the window, which had been painted shut, and looked out. The lamp on the sill was "
        "very bright. “It’s late,” she said. Mara thought about the boat, and she thought about the lamp.\n\n"
        "Nobody came. She put the letter into her pocket and went down to the cellar, where the jars were."
    ),
    "zh": (
        "岑月慢慢地走到窗前，窗子早就漆死了，她往外看。窗台上的灯非常亮。“天晚了。”她说。岑月想着那条船，又想着那盏灯。\n\n"
        "没有人来。她把信放进口袋，下到地窖里去，坛子都在那里。"
    ),
}
CAST = {
    "en": [{"handle": "C1", "name": "Mara", "pronouns": "she/her", "is_pov": True}],
    "zh": [{"handle": "C1", "name": "岑月", "pronouns": "她", "is_pov": True}],
}


def rewritten(code: str, instruction: str, **more: Any) -> str:
    data = {"text": TEXTS[code], "instruction": instruction, "cast": CAST[code], "names": [], **more}
    return answer("writer.rewrite", data, None, 1, code).text or ""


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("en", "make it funnier"),
        ("en", "add more dialogue"),
        ("en", "shorter, and let Mara confess the theft"),
        ("zh", "写得更幽默"),
        ("zh", "多加一些对白"),
        ("zh", "短一点，让岑月承认偷了东西"),
    ],
)
def test_what_no_rule_does_is_refused_and_not_answered_by_something_else(code: str, asked: str) -> None:
    with pytest.raises(CannotFollow):
        rewritten(code, asked)


@pytest.mark.parametrize(
    ("code", "asked", "gone", "there"),
    [
        ("en", "Replace Mara with Anna", "Mara", "Anna"),
        ("en", "please rename “Mara” to “Anna Lind”", "Mara", "Anna Lind"),
        ("en", "remove the lamp", "lamp", "Nobody came."),
        ("en", "past tense to present tense", "walked", "walks"),
        ("en", "first person", "Mara", "I walked"),
        ("en", "Shorter, and with more rain.", "jars", "rain"),
        ("zh", "把岑月改成岑星", "岑月", "岑星"),
        ("zh", "去掉灯", "灯", "没有人来"),
        ("zh", "改成第一人称", "岑月", "我"),
        ("zh", "请多些雨", "雪", "雨"),
    ],
)
def test_what_a_rule_does_is_done(code: str, asked: str, gone: str, there: str) -> None:
    made = rewritten(code, asked)
    assert gone not in made or asked.startswith("Shorter")
    assert there in made


@pytest.mark.parametrize(
    ("code", "half", "double"), [("en", "half as long", "twice as long"), ("zh", "缩短一半", "长一倍")]
)
def test_a_share_is_a_length(code: str, half: str, double: str) -> None:
    count = language(code).count
    have = count(TEXTS[code])
    assert abs(count(rewritten(code, half)) - have * 0.5) <= have * 0.12
    assert abs(count(rewritten(code, double)) - have * 2) <= have * 0.25


@pytest.mark.parametrize(
    ("code", "shorter", "longer"), [("en", "tighter", "longer"), ("zh", "更紧凑", "更长一些")]
)
def test_three_variants_differ_where_a_rule_leaves_a_choice(code: str, shorter: str, longer: str) -> None:
    for asked in (shorter, longer):
        assert len({rewritten(code, asked, variant=number) for number in range(3)}) == 3


async def test_the_refusal_is_a_problem_of_its_own() -> None:
    data = {"text": TEXTS["en"], "instruction": "make it funnier"}
    demo = EndpointFacts(new_id(), None, "demo", "demo", "", True, True, 0, (), {})
    dial = Dial(demo, "demo/storyteller", [], 900, seed=1, task="writer.rewrite", data=data)
    with pytest.raises(DemoCannotFollowError) as refused:
        await anext(aiter(DemoAdapter(answer, 400).stream(dial)))
    problem = refused.value.to_problem()
    assert (problem["code"], problem["retryable"], problem["params"]) == (
        "demo-cannot-follow",
        False,
        {"asked": "make it funnier"},
    )
