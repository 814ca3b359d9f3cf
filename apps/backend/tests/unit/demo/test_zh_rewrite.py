"""Rewriting in Chinese: each operation changes what it says it changes."""

import pytest

from infinite_scribe.core.language.zh import LANGUAGE
from infinite_scribe.llm.demo.storyteller import answer
from infinite_scribe.llm.demo.zh.wishes import choose

TEXT = (
    "柯月港慢慢地走到柜台前，她不禁看了看那只坛子。坛子非常安静。突然，外头响了一声，她仿佛听见有人叫她的名字。\n\n"
    "“其实，你不该来。”蒲有根回答道。\n\n“我知道。”她说道。\n\n她把钱放在柜台上，退后一步，手还按着口袋，眼睛看着门外那条空街。"
)
CAST = [
    {"handle": "C1", "name": "柯月港", "pronouns": "她", "is_pov": True},
    {"handle": "C2", "name": "蒲有根", "pronouns": "他"},
]


def rewrite(instruction: str, **more: object) -> str:
    """The passage after an instruction."""
    data = {
        "text": TEXT,
        "instruction": instruction,
        "cast": CAST,
        "names": ["柯月港"],
        "places": [{"name": "杂货铺", "line": ""}],
        **more,
    }
    return answer("writer.rewrite", data, None, 3, "zh").text or ""


@pytest.mark.parametrize(
    ("words", "operation"),
    [
        ("紧凑一点", "tighten"),
        ("扩写，多些细节", "expand"),
        ("去副词", "adverbs"),
        ("改成第一人称", "first"),
        ("更紧张", "tension"),
        ("对白更利落", "dialogue"),
        ("随便", ""),
    ],
)
def test_instructions_choose_operations(words: str, operation: str) -> None:
    """By their words."""
    assert choose(words) == operation


def test_adverbs_and_filler_go_and_speech_stays() -> None:
    """地-adverbs and empty words go outside speech."""
    told = rewrite("去副词")
    assert not any(word in told for word in ("慢慢地", "不禁", "非常", "突然", "仿佛"))
    assert "“其实，你不该来。”" in told


def test_first_person_and_back() -> None:
    """The viewpoint becomes 我; speech is left alone."""
    told = rewrite("改成第一人称")
    assert "柯月港" not in told
    assert told.startswith("我")
    back = (
        answer("writer.rewrite", {"text": told, "instruction": "第三人称", "cast": CAST}, None, 3, "zh").text
        or ""
    )
    assert back.startswith("柯月港")
    assert "“我知道。”" in back


def test_lengths() -> None:
    """Tighter is shorter, wider is longer, a number is reached."""
    have = LANGUAGE.count(TEXT)
    assert LANGUAGE.count(rewrite("更紧凑")) < have
    assert LANGUAGE.count(rewrite("扩写")) > have * 1.2
    assert abs(LANGUAGE.count(rewrite("写成 240 字")) - 240) <= 24
    assert abs(LANGUAGE.count(rewrite("", target_words=60)) - 60) <= 12


def test_sharper_speech_and_more_tension() -> None:
    """Tags become plain, cushions go; long sentences break."""
    told = rewrite("对白更利")
    assert "回答道" not in told
    assert "“你不该来。”" in told
    tense = rewrite("更紧张")
    assert max(LANGUAGE.count(item) for item in LANGUAGE.sentences(tense)) < max(
        LANGUAGE.count(item) for item in LANGUAGE.sentences(TEXT)
    )
