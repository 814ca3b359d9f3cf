"""Planted contradictions and hard negatives of the four rules in Chinese."""

from __future__ import annotations

import pytest

from factories.continuity import chinese, findings

LIFE = [
    "周文山推开门，走了进来。",
    "“你来晚了。”周文山说。",
    "雨停了，周文山笑了一声。",
    "周文山慢慢站起来。",
    "周文山低声问：“人呢？”",
]

LIFE_SILENT = [
    "众人把周文山抬上了船。",
    "周文山的信还压在账本下面。",
    "周文山在信里写道，船底烂了。",
    "她记得周文山笑起来的样子。",
    "“周文山，”她说，“你的衣裳我收着。”",
    "周文山被葬在庙后。",
    "梦里周文山站在窗前，周文山笑了。",
    "如果周文山走进来，她会跑。",
    "仿佛周文山站在她身后。",
    "周文山生前总是先关窗。",
    "周文山的弟弟推开了门。",
    "“周文山走进来就开了枪。”她说。",
    "照片上周文山抱着一条鱼。",
    "她想起周文山。",
]

ATTR = [
    ("林若溪的蓝眼睛眯了起来。", "eye_colour"),
    ("林若溪有一双棕色的眼睛。", "eye_colour"),
    ("林若溪的眼睛是蓝色的。", "eye_colour"),
    ("林若溪的金色长发湿透了。", "hair_colour"),
    ("林若溪是左撇子。", "handedness"),
    ("林若溪身高一米六，站在门口。", "height_cm"),
    ("林若溪右脸颊上有一道疤。", "mark"),
]

ATTR_SILENT = [
    "林若溪的绿眼睛眯了起来。",
    "林若溪有一双碧绿的眼睛。",
    "月光下，林若溪的蓝眼睛眯了起来。",
    "林若溪身高一米八，站在门口。",
    "林若溪昨天把头发染成了金色。林若溪的金色长发湿透了。",
    "“林若溪的蓝眼睛，”他说，“我记得。”",
    "林若溪的母亲有一双蓝眼睛。",
    "林若溪的眼睛像蓝色的玻璃。",
    "如果林若溪的眼睛是蓝色的，他会认得。",
    "林若溪戴着假发，林若溪的金色长发垂到腰间。",
    "林若溪左脸颊上有一道疤。",
    "林若溪红着眼睛，一夜没睡。",
]

POV = ["陈望心想，船撑不住了。", "绳子滑了下去，陈望觉得害怕。", "陈望意识到她在撒谎。", "陈望暗自叫苦。"]

POV_SILENT = [
    "林若溪心想，船撑不住了。",
    "陈望似乎觉得害怕。",
    "看得出，陈望觉得害怕。",
    "“陈望觉得你死了。”她说。",
    "也许陈望觉得冷。",
    "陈望想了想，点头。",
]

NAME = [("门口站着林若曦，手里提着灯。", "林若曦"), ("周文三说完就走。", "周文三")]

NAME_SILENT = [
    "门口站着林若溪，手里提着灯。",
    "林若溪说完就走。",
    "“是林若曦吗？”她问。",
    "周文山的船还在。",
    "林若的船也在。",
]


@pytest.mark.parametrize("text", LIFE)
def test_the_dead_do_not_act(text: str) -> None:
    found = findings(chinese(text), "T0-LIFE")
    assert [(one.severity, one.certainty) for one in found] == [("blocker", "likely")]
    assert "周文山" in found[0].claim["quote"]


@pytest.mark.parametrize("text", LIFE_SILENT)
def test_the_dead_may_be_spoken_of(text: str) -> None:
    assert findings(chinese(text), "T0-LIFE") == []


@pytest.mark.parametrize(("text", "predicate"), ATTR)
def test_a_changed_look_is_found(text: str, predicate: str) -> None:
    found = findings(chinese(text), "T0-ATTR")
    assert [one.against["quote"] for one in found] == [f"canon of {predicate}"]


@pytest.mark.parametrize("text", ATTR_SILENT)
def test_the_same_look_in_other_words_is_left_alone(text: str) -> None:
    assert findings(chinese(text), "T0-ATTR") == []


@pytest.mark.parametrize("text", POV)
def test_a_slip_into_another_head_is_found(text: str) -> None:
    assert [one.severity for one in findings(chinese(text), "T0-POV")] == ["major"]


@pytest.mark.parametrize("text", POV_SILENT)
def test_what_can_be_seen_from_outside_is_left_alone(text: str) -> None:
    assert findings(chinese(text), "T0-POV") == []


@pytest.mark.parametrize(("text", "unknown"), NAME)
def test_a_name_with_one_wrong_character_is_found(text: str, unknown: str) -> None:
    assert [one.claim["quote"] for one in findings(chinese(text), "T0-NAME")] == [unknown]


@pytest.mark.parametrize("text", NAME_SILENT)
def test_a_known_name_is_left_alone(text: str) -> None:
    assert findings(chinese(text), "T0-NAME") == []


def test_the_reason_is_given_in_both_languages() -> None:
    found = findings(chinese("林若溪的蓝眼睛眯了起来。"), "T0-ATTR")[0]
    assert found.why["zh"] == "林若溪的眼睛颜色在设定中是绿，此处却是蓝。"
    assert "eye colour" in found.why["en"]
