"""What a change brings into a plan: windows move with their scenes, and what no later change may touch is refused."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from infinite_scribe.plot.lint_changes import added, fresh_issues, locked, with_field, with_scenes
from infinite_scribe.plot.lint_facts import PlanFacts, Turn
from infinite_scribe.plot.linter import lint_plan
from unit.plot.test_linter import CHAPTERS, SCENES, plan, same_goal, scene, with_promise


def codes(before: PlanFacts, after: PlanFacts) -> set[str]:
    return {one.code for one in added(lint_plan(before), lint_plan(after))}


def test_turning_points_promise_slots_and_the_ending_are_held_at_every_level() -> None:
    arc = plan().arcs[0]
    early = replace(arc, turns=(Turn("climax", 0.85, 0.1, CHAPTERS[0]), *arc.turns[1:]))
    assert codes(plan(), plan(arcs=(early,))) == {"P-TURN"}
    assert codes(plan(), with_promise(planned=((SCENES[4], "pay"),))) == {"P-PLANT"}
    assert codes(plan(), with_promise(planned=((SCENES[5], "plant"), (SCENES[4], "pay")))) == {"P-PAY"}
    assert codes(plan(), with_promise(planned=((SCENES[1], "plant"), (SCENES[2], "pay")), locked=True)) == {
        "P-WINDOW"
    }
    assert codes(plan(), with_field(plan(), CHAPTERS[2], "one_line", "They part.")) == {"P-END"}
    poor = replace(
        plan(), scenes=tuple(scene(at, goal="", turn="") if at == 5 else scene(at) for at in range(6))
    )
    assert codes(poor, with_field(poor, SCENES[5], "turn", "Then.")) == set(), (
        "what mends a part adds nothing"
    )
    assert codes(plan(), same_goal()) == set(), "a warning of taste is no reason to refuse"


def test_a_window_moves_with_the_scenes_it_stands_at() -> None:
    new, extra = uuid4(), scene(0, scene_id=uuid4(), title="New")
    book = plan()
    grown = with_scenes(book, CHAPTERS[0], [SCENES[0], SCENES[1], new], {new: replace(extra, scene_id=new)})
    assert [one.index for one in grown.scenes] == list(range(1, 8))
    assert (grown.promises[0].earliest, grown.promises[0].latest) == (5, 7)
    assert "P-WINDOW" not in {one.code for one in lint_plan(grown).issues}


def test_of_other_scenes_only_what_is_new_is_said() -> None:
    faulty = replace(plan(), scenes=tuple(scene(at, goal="") if at == 5 else scene(at) for at in range(6)))
    report = lint_plan(faulty)
    assert fresh_issues(report, report, [SCENES[0]]) == []
    assert [one.code for one in fresh_issues(report, report, [SCENES[5]])] == ["P-EMPTY"]
    assert [one.code for one in fresh_issues(lint_plan(plan()), report, [SCENES[0]])] == ["P-EMPTY"]


def test_what_is_locked_is_said_in_both_languages() -> None:
    issue = locked(scene(0).where(), ("goal",))
    assert (issue.code, issue.where.title, set(issue.why)) == ("P-LOCK", "Scene 1", {"en", "zh"})
