"""What a scene owes its card: a beat that nobody could show is proven by its words, or leaves a finding."""

from __future__ import annotations

from infinite_scribe.agents.editor.answers import BeatVerdict
from infinite_scribe.agents.editor.checking import proven
from infinite_scribe.canon.registry import Severity
from infinite_scribe.continuity.passages import Paragraph
from infinite_scribe.continuity.realised import Owed, owed_clashes
from infinite_scribe.core.ids import new_id

PARAGRAPHS = [
    {"pid": "p1", "text": "Edna waited by the lamp for somebody who was late."},
    {"pid": "p2", "text": "Nothing else happened that night."},
]
ASKED = {
    "B1": "Edna waits by the lamp for somebody who is late.",
    "B2": "Wendell breaks the window with a stone.",
}


def verdicts(*given: tuple[str, str]) -> list[tuple[str, str | None]]:
    said = [
        BeatVerdict.model_validate({"beat": beat, "verdict": verdict, "quote": ""}) for beat, verdict in given
    ]
    return [(one["verdict"], one["pid"]) for one in proven(said, PARAGRAPHS, ASKED)[0]]


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
