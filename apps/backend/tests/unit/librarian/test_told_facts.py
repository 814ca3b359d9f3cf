"""Which plain sentences are read as facts, and which never are."""

from __future__ import annotations

from uuid import UUID, uuid5

import pytest

from infinite_scribe.agents.librarian.told_facts import told_facts
from infinite_scribe.continuity.passages import Paragraph, sentences
from infinite_scribe.continuity.reconciling import Said
from infinite_scribe.continuity.scene import Known, Name, SceneToCheck
from infinite_scribe.continuity.words import words

ROOT = UUID(int=7)
CAST: dict[str, list[tuple[str, ...]]] = {
    "en": [("Halvard Penhale", "character", "Halvard"), ("Morwenna", "character"), ("Kerensa", "character"),
           ("Quarry Halt", "place"), ("the lighthouse", "place")],
    "zh": [("栾启华", "character"), ("冉树岳", "character"), ("费锦荷", "character"), ("邮局", "place"), ("锅炉房", "place")],
}  # fmt: skip


def read(language: str, text: str) -> list[tuple[str, str, str, str]]:
    """Return (subject, predicate, value, qualifier) of every fact, with the evidence checked."""
    entities = [
        Known(uuid5(ROOT, name), kind, name, tuple(Name(one) for one in (name, *other)))
        for name, kind, *other in CAST[language]
    ]
    scene = SceneToCheck(ROOT, language, [Paragraph("p0", text)], entities)
    chosen = words(language)
    assert chosen is not None
    names = {one.id: one.name for one in entities}
    found = told_facts(scene, sentences(list(scene.paragraphs), chosen), chosen)
    for one in found:
        assert text.encode("utf-16-le")[one.start * 2 : one.end * 2].decode("utf-16-le") == one.quote
    return [
        (
            names[one.subject_id],
            str(one.predicate),
            _value(one, names),
            " ".join(map(str, one.qualifier.values())),
        )
        for one in found
    ]


def _value(one: Said, names: dict[UUID, str]) -> str:
    assert one.value is not None
    if one.value.object_id is not None:
        return names[one.value.object_id]
    return str(one.value.text or one.value.number)


@pytest.mark.parametrize(
    ("language", "text", "fact"),
    [
        ("en", "It rained. Halvard was forty-one years old and slept badly.", ("Halvard Penhale", "age_years", "41.0", "")),
        ("en", "Kerensa had not learnt to swim, and went out every day.", ("Kerensa", "cannot_do", "swim", "")),
        ("en", "Morwenna had taken a room at Quarry Halt, and hated it.", ("Morwenna", "resides_at", "Quarry Halt", "")),
        ("en", "Morwenna was born in Quarry Halt.", ("Morwenna", "origin", "Quarry Halt", "")),
        ("en", "On paper the lighthouse still belonged to Kerensa.", ()),
        ("en", "The rent was paid, and the lighthouse still belonged to Kerensa.", ("the lighthouse", "owned_by", "Kerensa", "")),
        ("en", "Morwenna was Kerensa’s younger sister.", ("Morwenna", "sibling_of", "Kerensa", "")),
        ("en", "Morwenna was Kerensa’s daughter.", ("Kerensa", "parent_of", "Morwenna", "")),
        ("en", "Kerensa had taught Halvard the trade.", ("Kerensa", "mentor_of", "Halvard Penhale", "")),
        ("en", "Morwenna had known Kerensa for nine years.", ("Morwenna", "knows_person", "Kerensa", "")),
        ("en", "Halvard still owed Morwenna for eleven dinners.", ("Halvard Penhale", "owes", "Morwenna", "eleven dinners")),
        ("en", "Halvard had promised Kerensa not to sell it.", ("Halvard Penhale", "bound_by", "not to sell it", "")),
        ("zh", "下雨了。栾启华今年三十四岁，睡得不好。", ("栾启华", "age_years", "34.0", "")),
        ("zh", "费锦荷不会游水，天天还是出船。", ("费锦荷", "cannot_do", "游水", "")),
        ("zh", "冉树岳住在锅炉房后头。", ("冉树岳", "resides_at", "锅炉房", "")),
        ("zh", "冉树岳在锅炉房隔壁租了间屋。", ("冉树岳", "resides_at", "锅炉房", "")),
        ("zh", "邮局至今归费锦荷所有。", ("邮局", "owned_by", "费锦荷", "")),
        ("zh", "冉树岳是费锦荷的弟弟。", ("冉树岳", "sibling_of", "费锦荷", "")),
        ("zh", "栾启华是费锦荷的徒弟。", ("费锦荷", "mentor_of", "栾启华", "")),
        ("zh", "冉树岳和费锦荷认识了九年。", ("冉树岳", "knows_person", "费锦荷", "")),
        ("zh", "栾启华欠冉树岳十一顿饭。", ("栾启华", "owes", "冉树岳", "十一顿饭")),
        ("zh", "栾启华答应过费锦荷，不卖那封。", ("栾启华", "bound_by", "不卖那封", "")),
    ],
)  # fmt: skip
def test_a_plain_statement_is_a_fact(language: str, text: str, fact: tuple[str, ...]) -> None:
    assert read(language, text) == ([fact] if fact else [])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "“Halvard was forty-one years old,” she said. Halvard was nine minutes late."),
        ("en", "Perhaps Morwenna was Kerensa’s sister. Was Morwenna Kerensa’s sister?"),
        ("en", "Morwenna was Kerensa’s sister-in-law. Morwenna was Kerensa’s daughter’s friend."),
        ("en", "Halvard owed Morwenna nothing. Halvard owed Morwenna an answer."),
        ("en", "Morwenna came from Quarry Halt on foot. Morwenna slept at Quarry Halt."),
        ("en", "He dreamt that Kerensa was Morwenna’s mother."),
        ("en", "The aunt of Morwenna was Kerensa’s sister."),
        ("zh", "“栾启华三十四岁。”他说。栾启华三十四岁那年走了。"),
        ("zh", "也许冉树岳是费锦荷的弟弟？栾启华在邮局里，没有出声。"),
        ("zh", "栾启华从邮局出来的时候，天黑了。栾启华欠冉树岳一句话。"),
        ("zh", "栾启华认识费锦荷的字。邮局的门开着，费锦荷不在。"),
    ],
)
def test_what_is_said_asked_or_near_to_it_is_no_fact(language: str, text: str) -> None:
    assert read(language, text) == []
