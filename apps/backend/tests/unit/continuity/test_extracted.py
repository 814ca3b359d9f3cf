"""What a model read counts only where the text says it: quotes, handles, values and ways of saying are for code."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from factories.continuity import ELSE, HERO, OTHER, scene
from infinite_scribe.continuity.extracted import DraftedClaim, Gated, Window, gated
from infinite_scribe.continuity.quotes import QuoteFinder, is_long_enough
from infinite_scribe.continuity.scene import Known, Name, SceneToCheck

KEY, MILL = UUID(int=50), UUID(int=51)
HANDLES = {"C1": HERO, "C2": OTHER, "C3": ELSE, "I1": KEY, "P1": MILL}
TEXTS = {
    "en": ("Ines took the brass key and went into the mill.", "“Tomas is my brother,” said Marek.",
           "Perhaps Tomas owned the mill.", "Her coat was torn."),
    "zh": ("若溪拿起铜钥匙，走进了磨坊。", "“陈望是我的弟弟。”周文山说。", "也许陈望住在磨坊。", "她的外衣破了。"),
}  # fmt: skip
NAMED = {"en": ("the brass key", "the mill"), "zh": ("铜钥匙", "磨坊")}


def given(language: str = "en") -> SceneToCheck:
    key, mill = NAMED[language]
    things = [Known(KEY, "item", key, (Name(key),)), Known(MILL, "place", mill, (Name(mill),))]
    bare = scene(language, *TEXTS[language])
    return replace(bare, entities=[*bare.entities, *things])


def claim(quote: str, **members: object) -> DraftedClaim:
    said = {"kind": "change", "subject": "I1", "predicate": "held_by", "object": "C1", **members}
    return DraftedClaim(quote=quote, **said)  # type: ignore[arg-type]


def judged(*drafts: DraftedClaim, language: str = "en") -> Gated:
    return gated([Window(drafts, HANDLES)], given(language))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_claim_stands_on_its_whole_sentence(language: str) -> None:
    quote = {"en": "took the brass key", "zh": "拿起铜钥匙"}[language]
    (kept,) = judged(claim(quote), language=language).kept
    assert (kept.subject_id, kept.predicate, kept.modality, kept.grade) == (
        KEY,
        "held_by",
        "narrated",
        "exact",
    )
    assert kept.value is not None
    assert kept.value.object_id == HERO
    assert kept.sentence == TEXTS[language][0]


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (claim("took the silver key"), "quote_not_found"),
        (claim("key"), "quote_not_found"),
        (claim("took the brass key", subject="C9"), "unknown_handle"),
        (claim("took the brass key", object="Ines"), "unknown_handle"),
        (claim("took the brass key", predicate="stolen_by"), "unknown_predicate"),
        (claim("took the brass key", predicate="eye_colour", object=None, value="green"), "wrong_kind"),
        (claim("took the brass key", object="P1", predicate="contained_in", subject="C1"), "wrong_kind"),
        (claim("took the brass key", object="C3"), "value_not_said"),
        (
            claim("Her coat was torn", subject="C1", predicate="hair_colour", object=None, value="red"),
            "value_not_said",
        ),
        (claim("took the brass key", predicate="item_state", object=None, value="enchanted"), "value"),
        (claim("took the brass key", modality="shouted"), "modality"),
        (claim("took the brass key", kind="rumour"), "kind"),
        (claim("Tomas is my brother", subject="C2", predicate="sibling_of", object="C3"), "no_holder"),
    ],
)
def test_what_does_not_fit_falls_alone_and_is_counted(draft: DraftedClaim, reason: str) -> None:
    read = judged(draft, claim("went into the mill", subject="C1", predicate="located_at", object="P1"))
    assert dict(read.dropped) == {reason: 1}
    assert [one.predicate for one in read.kept] == ["located_at"]
    assert read.rows() == [{"reason": reason, "count": 1}]


def test_in_which_way_something_is_said_is_seen_by_code() -> None:
    spoken = claim("Tomas is my brother", subject="C2", predicate="occupation", object=None, value="brother")
    assert dict(judged(spoken).dropped) == {"no_holder": 1}
    (kept,) = judged(replace(spoken, holder="C3")).kept
    assert (kept.modality, kept.holder_id) == ("spoken", ELSE)
    (guess,) = judged(claim("Tomas owned the mill", subject="P1", predicate="owned_by", object="C2")).kept
    assert guess.modality == "hypothetical"


def test_a_claim_about_nobody_the_sentence_names_is_weaker() -> None:
    (kept,) = judged(
        claim("Her coat was torn", subject="C1", predicate="wears", object=None, value="coat")
    ).kept
    assert kept.grade == "model"


def test_the_same_thing_said_twice_is_one_claim_and_the_other_way_round_is_turned() -> None:
    turned = claim("took the brass key", subject="C1", predicate="holds", object="I1")
    read = judged(claim("took the brass key"), turned)
    assert (len(read.kept), dict(read.dropped)) == (1, {"duplicate": 1})


def test_a_quote_is_found_whatever_its_marks_and_never_when_a_word_differs() -> None:
    finder = QuoteFinder(
        [("a", "She  said: “Wait—for me.”"), ("b", "Wait—for me, he wrote."), ("c", "Cafe\u0301 noir")]
    )
    assert (found := finder.find('"Wait-for me."')) is not None
    assert (found.pid, found.text) == ("a", "“Wait—for me.”")
    assert (again := finder.find("Wait—for me", found)) is not None
    assert again.pid in {"a", "b"}
    assert finder.find("Caf\u00e9 noir") is not None
    assert finder.find("Wait—with me") is None
    assert not is_long_enough("“me.”")
    assert is_long_enough("他死了。")
