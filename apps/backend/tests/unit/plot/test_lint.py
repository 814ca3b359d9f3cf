"""The plan linter."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from infinite_scribe.plot.rules import BeatFacts, CardFacts, ConceptFacts, Level, lint_scene, vagueness

INES, TOMAS, SHOP = (UUID(int=number) for number in (1, 2, 3))
CONCEPT = ConceptFacts("line", ["fantasy"], "theme", "close_third")
CARD = CardFacts(
    UUID(int=9), "one", "summary", "goal", "conflict", "yes_but", "turn", INES, SHOP, (INES, TOMAS), 1400
)  # fmt: skip
KNOWN = {INES, TOMAS, SHOP}


def test_a_complete_scene_may_be_drafted() -> None:
    report = lint_scene(CONCEPT, CARD, [BeatFacts("b", "action", "x", INES)], known=KNOWN)
    assert (report.issues, report.not_evaluated, report.may_draft) == ((), (), True)


def test_missing_fields_are_named() -> None:
    report = lint_scene(replace(CONCEPT, logline=""), replace(CARD, goal="", outcome=None), [], known=KNOWN)
    assert [(one.code, one.fields) for one in report.issues] == [
        ("P-EMPTY", ("logline",)),
        ("P-EMPTY", ("goal", "outcome")),
    ]
    assert not report.may_draft
    assert report.not_evaluated == (("P-CAST/beats", "no_beats"),)


def test_no_card_is_an_error_and_its_cast_is_not_evaluated() -> None:
    report = lint_scene(CONCEPT, None, [], known=KNOWN)
    assert [one.where for one in report.issues] == ["card"]
    assert report.not_evaluated == (("P-CAST", "no_card"),)


def test_the_viewpoint_and_every_actor_stand_in_the_cast() -> None:
    card = replace(CARD, cast=(TOMAS,))
    report = lint_scene(CONCEPT, card, [BeatFacts("b1", "action", "x", INES)], known=KNOWN)
    assert [(one.code, one.where, one.level) for one in report.issues] == [
        ("P-CAST", f"card:{CARD.scene_id}", Level.ERROR),
        ("P-CAST", "beat:b1", Level.ERROR),
    ]


def test_nobody_unknown_is_cast_and_an_all_knowing_book_needs_no_viewpoint() -> None:
    stranger = lint_scene(CONCEPT, CARD, [], known={INES, SHOP})
    assert [one.fields for one in stranger.issues] == [(str(TOMAS),)]
    told = lint_scene(replace(CONCEPT, pov_policy="omniscient"), replace(CARD, pov_id=None), [], known=KNOWN)
    assert told.issues == ()


def test_the_vaguest_node_comes_first() -> None:
    assert vagueness(2, ["Ines waits."], ["Ines"]) == 4
    assert vagueness(0, ["Ines waits.", "It rains."], ["Ines"]) == 0.5
    assert vagueness(0, [], []) == 1
