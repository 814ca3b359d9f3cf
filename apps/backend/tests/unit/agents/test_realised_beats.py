"""What a scene owes its card: a beat that nobody could show is proven by its words, or leaves a finding."""

from __future__ import annotations

import pytest

from infinite_scribe.agents.editor.answers import BeatVerdict
from infinite_scribe.agents.editor.checking import Beats, proven
from infinite_scribe.canon.registry import Severity
from infinite_scribe.continuity.passages import Paragraph
from infinite_scribe.continuity.realised import Ending, Owed, is_owed, owed_clashes
from infinite_scribe.core.ids import new_id

PARAGRAPHS = [
    {"pid": "p1", "text": "Edna waited by the lamp for somebody who was late."},
    {"pid": "p2", "text": "Nothing else happened that night."},
]
ASKED = {
    "B1": "Edna waits by the lamp for somebody who is late.",
    "B2": "Wendell breaks the window with a stone.",
    "B3": "Edna goes home alone.",
}


def verdicts(*given: tuple[str, str]) -> list[tuple[str, str | None]]:
    said = [
        BeatVerdict.model_validate({"beat": beat, "verdict": verdict, "quote": ""}) for beat, verdict in given
    ]
    asked = Beats(ASKED, Ending.of([Paragraph(one["pid"], one["text"]) for one in PARAGRAPHS], []))
    return [(one["verdict"], one["pid"]) for one in proven(said, PARAGRAPHS, asked)[0]]


def test_the_words_of_a_beat_prove_it_where_nobody_could_show_it() -> None:
    assert verdicts(("B1", "unverified"), ("B1", "missing")) == [("met", "p1"), ("met", "p1")]


def test_what_does_not_stand_there_stays_unproven_and_a_contradiction_stays_one() -> None:
    told = verdicts(("B2", "unverified"), ("B2", "missing"), ("B1", "contradicted"))
    assert told == [("unverified", None), ("missing", None), ("contradicted", None)]


def test_a_missed_beat_is_repaired_and_an_unproven_one_is_only_told() -> None:
    paragraphs = [Paragraph(one["pid"], one["text"]) for one in PARAGRAPHS]
    owed = [Owed("beat", ASKED["B2"]), Owed("unproven", ASKED["B1"]), Owed("outcome", ASKED["B2"])]
    found = owed_clashes(new_id(), 1, paragraphs, owed)
    assert [one.severity for one in found] == [Severity.MAJOR, Severity.MINOR, Severity.MAJOR]
    assert [one.blocks for one in found] == [True, False, True]
    assert all(ASKED["B2"] in one.why["en"] or ASKED["B1"] in one.why["zh"] for one in found)
    assert len({one.fingerprint for one in found}) == 3


SCENES = {
    "en": (
        ["Edna waited by the lamp.", "Wendell asked for the key.", "“No,” Edna said.", "He went out.", "It rained.",
         "The clock struck.", "Nobody spoke.", "The lamp burned low.", "Edna handed Wendell the brass key."],
        "Edna hands Wendell the brass key.", ("Edna", "Wendell"),
    ),
    "zh": (
        ["林若溪在灯下等着。", "陈望来要钥匙。", "“不给。”林若溪说。", "他出去了。", "下雨了。", "钟响了。", "没有人说话。",
         "灯快灭了。", "林若溪把铜钥匙交给陈望。"],
        "林若溪把铜钥匙交给陈望。", ("林若溪", "陈望"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_last_beat_is_proven_in_the_end_of_the_scene_or_not_at_all(language: str) -> None:
    texts, asked, names = SCENES[language]
    whole = [Paragraph(f"p{number}", text) for number, text in enumerate(texts)]
    cut, marked = whole[:-1], [["p0"], ["p1"]]

    def said(
        paragraphs: list[Paragraph], verdict: str, quote: str, covers: list[list[str]] = marked
    ) -> tuple[str, str | None]:
        beats = Beats({"B1": "x", "B2": asked}, Ending.of(paragraphs, covers), names)
        given = [BeatVerdict.model_validate({"beat": "B2", "verdict": verdict, "quote": quote})]
        rows = [{"pid": one.pid, "text": one.text} for one in paragraphs]
        (found,) = proven(given, rows, beats)[0]
        return found["verdict"], found["pid"]

    assert said(whole, "met", texts[-1], [["p0"], ["p8"]]) == ("met", "p8")
    assert said(whole, "missing", "", []) == ("met", "p8"), "its words stand at the end"
    # A true quote from before the end says nothing about the end, nor do the names of those who are there.
    assert said([whole[-1], *cut], "met", texts[-1]) == ("unverified", None)
    assert said([*cut, Paragraph("p9", f"{names[0]}, {names[1]}.")], "unverified", "") == ("unverified", None)
    assert said(whole, "contradicted", "") == ("contradicted", None)
    # The draft marks its beats and never comes to the last one: no quote makes up for that.
    assert said(cut, "met", texts[7], [["p0"], []]) == ("unverified", None)
    assert is_owed(asked, "outcome", cut, Ending.of(cut, []), names)
    assert not is_owed(asked, "outcome", whole, Ending.of(whole, []), names)
    moved = [whole[-1], *cut]
    assert is_owed(asked, "outcome", moved, Ending.of(moved, [["p1"], ["p8"]]), names)
    assert not is_owed(asked, "beat", moved, Ending.of(moved, []), names)


def test_words_that_merely_resemble_an_outcome_do_not_outweigh_a_reader_who_missed_it() -> None:
    paragraphs = [Paragraph("p1", "Edna gave the brass plate to the boy, and Wendell the slip.")]
    ending = Ending.of(paragraphs, [])
    beats = Beats({"B1": "Edna gives Wendell the brass key."}, ending, ("Edna", "Wendell"))
    rows = [{"pid": one.pid, "text": one.text} for one in paragraphs]
    given = [BeatVerdict(beat="B1", verdict="missing")]
    assert proven(given, rows, beats)[0][0]["verdict"] == "missing"
