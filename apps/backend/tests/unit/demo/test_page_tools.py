"""The tools of the page with the built-in storyteller: each answers from what it is given, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from infinite_scribe.agents.runtime.prose import repeats_tail
from infinite_scribe.agents.writer.lengths import fits
from infinite_scribe.core.language import language
from infinite_scribe.core.language.manner import manner_of
from infinite_scribe.llm.demo.sample import book, chapter
from infinite_scribe.llm.demo.storyteller import answer
from infinite_scribe.llm.demo.wishes import CannotFollow

IDEAS = {"en": "A lighthouse keeper who sells storms", "zh": "一个卖风暴的灯塔看守人"}
LANGUAGES = ["en", "zh"]
_PARTS: dict[str, dict[str, Any]] = {}


def part(code: str) -> dict[str, Any]:
    if code not in _PARTS:
        _PARTS[code] = chapter(book(IDEAS[code], 7, code), 1, 7, code)
    return _PARTS[code]


def told(code: str) -> list[str]:
    return [one for one in part(code)["text"].split("\n\n") if not one.startswith("[[")]


def gone_on(code: str, before: str, words: int, length: str, **more: Any) -> str:
    data = {
        **part(code)["briefing"],
        "before": before,
        "after": "",
        "target_words": words,
        "span_length": length,
        "beat_here": "B3",
        **more,
    }
    seed = 11 + int(more.get("variant", 0))
    return answer("writer.continue", data, None, seed, code).text or ""


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(("length", "words"), [("paragraph", 90), ("page", 300), ("beat", 220)])
def test_a_continuation_has_its_length_and_says_nothing_again(code: str, length: str, words: int) -> None:
    wanted = round(words * (1.6 if code == "zh" else 1))
    paragraphs = told(code)
    for at in (3, 6, 9):
        before = "\n\n".join(paragraphs[:at])
        made = gone_on(code, before, wanted, length)
        assert language(code).count(made) == pytest.approx(wanted, rel=0.4)
        assert not repeats_tail(made, before)
        sentences = language(code).sentences(made)
        again = [one for one in sentences if len(one) > 25 and one in before]
        assert again == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_three_readings_of_one_place_differ(code: str) -> None:
    before = "\n\n".join(told(code)[:5])
    found = {gone_on(code, before, 120, "paragraph", variant=number) for number in range(3)}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("en", "Ines opened the door and"),
        ("en", "She reached for the"),
        ("en", "She wanted to"),
        ("en", "He stopped when"),
        ("en", "She crossed the floor,"),
        ("en", "She stood at the window"),
        ("zh", "她推开门，"),
        ("zh", "她走到窗前"),
        ("zh", "她伸手把"),
    ],
)
def test_a_sentence_that_breaks_off_is_ended(code: str, broken: str) -> None:
    made = gone_on(code, f"{told(code)[0]}\n\n{broken}", 30, "sentence")
    assert made
    assert len(language(code).sentences(made)) == 1
    assert made.rstrip().endswith((".", "。", "!", "?", "！", "？"))
    assert not made.startswith(broken)
    if code == "en" and broken.endswith(("and", "the", "to")):
        assert made[0].islower()


@pytest.mark.parametrize("code", LANGUAGES)
def test_one_sentence_is_one_sentence(code: str) -> None:
    made = gone_on(code, "\n\n".join(told(code)[:4]), 20, "sentence")
    assert len(language(code).sentences(made)) == 1


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("share", [0.35, 0.5, 0.85, 1.2, 2.2])
@pytest.mark.parametrize("variant", [0, 2])
def test_a_passage_is_brought_to_its_words(code: str, share: float, variant: int) -> None:
    count = language(code).count
    paragraphs = told(code)
    for at in (0, 4):
        text = "\n\n".join(paragraphs[at : at + 4])
        wanted = round(count(text) * share)
        data = {"text": text, "target_words": wanted, "variant": variant, "names": [], "places": []}
        made = answer("writer.resize", data, None, 3, code).text or ""
        assert fits(count(made), wanted), (count(text), wanted, count(made))
        assert language(code).sentences(made)[0][:12] == language(code).sentences(text)[0][:12]


SENSES = ["sight", "sound", "smell", "touch", "taste", "metaphor", "inner"]


@pytest.mark.parametrize(("code", "thing"), [("en", "the brass lamp"), ("zh", "那盏铜灯")])
def test_each_sense_has_a_card_of_its_own(code: str, thing: str) -> None:
    data = {**part(code)["briefing"], "text": thing, "before": told(code)[0], "senses": SENSES}
    output: Any = answer("writer.describe", data, None, 5, code).output
    assert output is not None
    cards = output["cards"]
    assert [one["sense"] for one in cards] == SENSES
    texts = [one["text"] for one in cards]
    assert len(set(texts)) == len(texts)
    assert not [one for one in texts if "{" in one or "[" in one or "<" in one]
    noun = thing.removeprefix("the ").removeprefix("那盏")
    assert sum(noun in one for one in texts) >= 4


def test_what_is_described_is_a_thing_that_the_passage_names() -> None:
    passage = "He did not put it in the box. He knocked at the shutter, though the door stood open and nobody was looking at him."
    data = {**part("en")["briefing"], "text": passage, "senses": ["touch"]}
    output: Any = answer("writer.describe", data, None, 5, "en").output
    assert "the shutter" in output["cards"][0]["text"].lower()


@pytest.mark.parametrize(
    ("code", "fact", "sense", "said"),
    [
        ("en", {"predicate": "made_of", "value": "black iron", "text": "The anchor · made of: black iron"}, "touch", "black iron"),
        ("zh", {"predicate": "made_of", "value": "黑铁", "text": "铁锚 · 材质: 黑铁"}, "touch", "黑铁"),
        ("en", {"predicate": "weather", "value": "fog", "text": "The Weather Shop · weather: fog"}, "sight", "Fog"),
        ("zh", {"predicate": "weather", "value": "fog", "text": "天气铺 · 天气: 雾"}, "sight", "雾"),
    ],
)  # fmt: skip
def test_a_card_says_what_is_known_of_the_thing(
    code: str, fact: dict[str, str], sense: str, said: str
) -> None:
    thing = {"en": "The anchor lay by the door.", "zh": "铁锚靠在门边。"}[code]

    def card(facts: list[dict[str, str]]) -> str:
        base = {**part(code)["briefing"], "text": thing, "senses": [sense], "facts": facts}
        output: Any = answer("writer.describe", base, None, 5, code).output
        return str(output["cards"][0]["text"])

    assert said in card([fact])
    assert said not in card([])


CAST: dict[str, list[dict[str, Any]]] = {
    "en": [
        {"handle": "C1", "name": "Ines Carrow", "pronouns": "she/her", "is_pov": True},
        {"handle": "C2", "name": "Tomas Hale", "pronouns": "he/him"},
    ],
    "zh": [
        {"handle": "C1", "name": "林若溪", "pronouns": "她", "is_pov": True},
        {"handle": "C2", "name": "陈望", "pronouns": "他"},
    ],
}
TALK = {
    "en": (
        "“Well, I don’t know what you want from me,” Tomas exclaimed loudly. He put down the rope.\n\n"
        "“You’re late, and you know it,” Ines said.\n\nInes told him that she was tired."
    ),
    "zh": "“其实，你到底要我怎么样。”陈望说道。他放下绳子。\n\n“你来晚了，你自己也知道吧。”林若溪说。\n\n林若溪告诉他，她累了。",
}


@pytest.mark.parametrize(
    ("code", "first", "second", "signs"),
    [
        ("en", "very formal and polite", "clipped, few words", ("do not know", "Don’t know")),
        ("zh", "客气，斯文", "话少，半句", ("您", "你")),
    ],
)
def test_who_talks_sounds_like_himself(code: str, first: str, second: str, signs: tuple[str, str]) -> None:
    def spoken(note: str) -> str:
        names = CAST[code][1]["name"]
        voices = [
            {"handle": "C2", "name": names, "register": note},
            {"handle": "C1", "name": CAST[code][0]["name"]},
        ]
        data = {"text": TALK[code], "cast": CAST[code], "voices": voices}
        return answer("writer.dialogue", data, None, 1, code).text or ""

    polite, terse = spoken(first), spoken(second)
    assert signs[0] in polite
    assert signs[0] not in terse
    own = {"en": "“I am tired,” Ines said.", "zh": "“我累了。”"}[code]
    assert own in polite
    rope = {"en": "He put down the rope.", "zh": "他放下绳子。"}[code]
    assert rope in polite
    assert rope in terse


@pytest.mark.parametrize(
    ("code", "silent"), [("en", "The lamp was out. Nobody came."), ("zh", "灯灭了。没有人来。")]
)
def test_where_nobody_speaks_nothing_is_put_into_mouths(code: str, silent: str) -> None:
    with pytest.raises(CannotFollow):
        answer("writer.dialogue", {"text": silent, "cast": CAST[code]}, None, 1, code)


HANDS = {
    "en": {
        "short": "Rain. She ran. The door stuck. She kicked it. It didn’t open. She swore. Then it did. " * 6,
        "long": (
            "She had walked, as she walked every morning of that long autumn, down to the end of the mole; and there, because "
            "nobody had ever told her that she might not, she sat with the lamp between her knees and waited for the boats. "
            * 4
        ),
    },
    "zh": {
        "short": "下雨了。她跑。门卡住了。她踢了一脚。门没有开。她骂了一句。门开了。灯亮着。" * 5,
        "long": "她那年秋天每天早上都要走到堤的尽头，在那儿坐下，把灯夹在两膝之间，谁也没有告诉过她不可以，于是她就那么坐着，一直坐到船都回来，天也亮透，才慢慢往回走。"
        * 3,
    },
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_draft_and_a_rewrite_come_nearer_to_the_samples(code: str) -> None:
    means: dict[str, float] = {}
    rewritten: dict[str, float] = {}
    passage = "\n\n".join(one for one in told(code) if "“" not in one)
    for name, sample in HANDS[code].items():
        hand = manner_of([sample], code)
        assert hand is not None
        style = {**part(code)["briefing"]["style"], "manner": hand.as_json()}
        drafted = (
            answer("writer.draft_scene", {**part(code)["briefing"], "style": style}, None, 7, code).text or ""
        )
        again = (
            answer("writer.rewrite", {"text": passage, "preset": "voice", "style": style}, None, 7, code).text
            or ""
        )
        for store, text in ((means, drafted), (rewritten, again)):
            found = manner_of([one for one in text.split("\n\n") if not one.startswith("[[")], code)
            assert found is not None
            store[name] = found.sentence
    assert means["short"] < means["long"]
    assert rewritten["short"] < rewritten["long"] * 0.8
