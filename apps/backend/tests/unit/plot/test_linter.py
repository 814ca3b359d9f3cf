"""Each code of the plan linter: silent over a clean plan, heard where its fault is planted, and quiet without data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from infinite_scribe.plot.lint_facts import (
    ArcPlan,
    Asked,
    CanonFact,
    CauseLink,
    ChapterPlan,
    EntryPlan,
    PlanFacts,
    PlanReport,
    PromisePlan,
    ScenePlan,
    Turn,
)
from infinite_scribe.plot.linter import RULES, lint_plan
from infinite_scribe.plot.operations import _HANDLERS, PlanOperation
from infinite_scribe.plot.rules import BeatFacts, ConceptFacts, Level

MARA, JON, INN, MILL, KEY, GUN = (uuid4() for _ in range(6))
CHAPTERS = [uuid4() for _ in range(3)]
SCENES = [uuid4() for _ in range(6)]
WOUND, DOOR, SECRET = uuid4(), uuid4(), uuid4()
OUTCOMES = ("no", "yes_but", "no_and", "yes", "no", "yes")
DAY = 1_440


def scene(at: int, **members: object) -> ScenePlan:
    base = ScenePlan(
        scene_id=SCENES[at], chapter_id=CHAPTERS[at // 2], index=at + 1, title=f"Scene {at + 1}", status="carded",
        t_from=at * DAY, t_to=at * DAY + 60, certainty="dated", carded=True, summary="Mara asks.",
        goal=f"goal {at}", conflict="Jon refuses.", outcome=OUTCOMES[at], turn="The door is locked.", pov_id=MARA,
        place_id=INN if at % 2 else MILL, cast=(MARA, JON), word_budget=500,
        opening_type=("action", "dialogue", "place")[at % 3], closing_type=("image", "quiet", "question")[at % 3],
    )  # fmt: skip
    return replace(base, **members)  # type: ignore[arg-type]


def plan(**members: object) -> PlanFacts:
    """Return a plan without a fault."""
    base = PlanFacts(
        concept=ConceptFacts("A logline.", ["drama"], "What is owed.", "close_third"),
        ending={"kind": "fixed", "items": ["Mara burns the mill"]},
        target_words=3_000,
        chapters=tuple(
            ChapterPlan(one, number, f"Chapter {number}", "Mara burns the mill" if number == 3 else "", word_budget=1_000)
            for number, one in enumerate(CHAPTERS, start=1)
        ),
        scenes=tuple(scene(at) for at in range(6)),
        arcs=(
            ArcPlan(uuid4(), "The debt", 0.0, 1.0, (Turn("climax", 0.85, 0.1, CHAPTERS[2]), Turn("resolution", 1, 0.05))),
        ),
        entries={
            one: EntryPlan(one, name, kind)
            for one, name, kind in (
                (MARA, "Mara", "character"), (JON, "Jon", "character"), (INN, "the inn", "place"),
                (MILL, "the mill", "place"), (KEY, "the brass key", "item"),
            )
        },
        facts=(
            CanonFact(WOUND, MARA, "injured", "arm", "Mara's arm is hurt", from_tick=0, to_tick=3 * DAY),
            CanonFact(DOOR, KEY, "held_by", str(MARA), "Mara holds the brass key", single=True),
            CanonFact(SECRET, JON, "trade", "forger", "Jon is a forger", publicity="secret"),
        ),
        promises=(
            PromisePlan(GUN, "The gun will go off.", 4, "planned", 4, 6, planned=((SCENES[1], "plant"), (SCENES[4], "pay"))),
        ),
        knowable=lambda knower, _fact: 4 * DAY if knower == MARA else 0,
        travel=lambda _a, _b: 120,
        single=frozenset({"held_by"}),
    )  # fmt: skip
    return replace(base, **members)  # type: ignore[arg-type]


def with_scene(at: int, **members: object) -> PlanFacts:
    base = plan()
    return replace(base, scenes=(*base.scenes[:at], scene(at, **members), *base.scenes[at + 1 :]))


def with_promise(**members: object) -> PlanFacts:
    return plan(promises=(replace(plan().promises[0], **members),))  # type: ignore[arg-type]


def same_goal() -> PlanFacts:
    return plan(scenes=tuple(scene(at, goal="leave town") if 1 <= at <= 3 else scene(at) for at in range(6)))


def event(kind: str, *names: str, ticks: tuple[int, ...] = ()) -> tuple[CauseLink, ...]:
    ids = {name: uuid4() for name in names}
    pairs = list(pairwise(names))
    times = dict(zip(names, ticks, strict=False))
    return tuple(
        CauseLink(kind, ids[one], ids[two], one, two, times.get(one), times.get(two)) for one, two in pairs
    )


def ring() -> tuple[CauseLink, ...]:
    fire, flood = uuid4(), uuid4()
    return (
        CauseLink("caused_by", fire, flood, "fire", "flood"),
        CauseLink("caused_by", flood, fire, "flood", "fire"),
    )


def dead(at: int = 0) -> CanonFact:
    return CanonFact(uuid4(), JON, "life_state", "dead", "Jon is dead", from_tick=at * DAY)


def beat(kind: str, text: str, actor: UUID | None = MARA) -> tuple[BeatFacts, ...]:
    return (BeatFacts("b1", kind, text, actor),)


FAULTS: dict[str, tuple[Callable[[], PlanFacts], Level, str]] = {
    "P-EMPTY": (lambda: with_scene(2, goal=""), Level.ERROR, "Scene 3"),
    "P-CYCLE": (lambda: plan(links=ring()), Level.ERROR, "fire"),
    "P-REACH": (lambda: with_scene(5, entry=(WOUND,)), Level.ERROR, "Scene 6"),
    "P-EXIT": (
        lambda: replace(
            with_scene(4, entry=(DOOR,)),
            scenes=tuple(
                scene(at, exits=({"s": str(KEY), "p": "held_by", "o": str(JON)},)) if at == 2
                else scene(at, entry=(DOOR,)) if at == 4 else scene(at)
                for at in range(6)
            ),
        ),
        Level.ERROR, "Scene 5",
    ),
    "P-DEAD": (lambda: plan(facts=(*plan().facts, dead(2))), Level.ERROR, "Scene 3"),
    "P-TWO": (lambda: with_scene(3, t_from=2 * DAY + 30, t_to=2 * DAY + 90), Level.ERROR, "Scene 4"),
    "P-TRAVEL": (lambda: with_scene(3, t_from=2 * DAY + 90, t_to=2 * DAY + 120), Level.ERROR, "Scene 4"),
    "P-ITEM": (
        lambda: with_scene(3, cast=(JON,), pov_id=JON, beats=beat("action", "Jon turns the brass key.", JON)),
        Level.ERROR, "Scene 4",
    ),
    "P-KNOW": (
        lambda: with_scene(2, beats=beat("dialogue", "Mara calls Jon a forger.")), Level.ERROR, "Scene 3",
    ),
    "P-PAY": (lambda: with_promise(planned=((SCENES[5], "plant"), (SCENES[4], "pay"))), Level.ERROR, "Scene 5"),
    "P-PLANT": (lambda: with_promise(planned=((SCENES[4], "pay"),)), Level.ERROR, "Scene 5"),
    "P-WINDOW": (
        lambda: with_promise(planned=((SCENES[0], "plant"), (SCENES[2], "pay"))), Level.ERROR, "Scene 3",
    ),
    "P-REVEAL": (
        lambda: with_scene(2, must_include=(Asked("the ledger"),), must_not_reveal=(Asked("The ledger"),)),
        Level.ERROR, "Scene 3",
    ),
    "P-TURN": (
        lambda: plan(arcs=(ArcPlan(uuid4(), "The debt", 0.0, 0.9, (Turn("climax", 0.85, 0.1, CHAPTERS[0]),)),)),
        Level.WARNING, "Chapter 1",
    ),
    "P-DATE": (lambda: plan(links=event("caused_by", "fire", "spark", ticks=(10, 20))), Level.ERROR, "fire"),
    "P-CAST": (lambda: with_scene(2, cast=(JON,)), Level.ERROR, "Scene 3"),
    "P-BUDGET": (lambda: with_scene(2, word_budget=900), Level.WARNING, "Chapter 2"),
    "P-SAME": (same_goal, Level.WARNING, "Scene 4"),
    "P-END": (
        lambda: plan(chapters=tuple(replace(one, one_line="They part.") for one in plan().chapters)),
        Level.ERROR, "The debt",
    ),
}  # fmt: skip


def found(report: PlanReport) -> set[str]:
    return {one.code for one in report.issues}


def test_a_clean_plan_is_clean() -> None:
    assert lint_plan(plan()).issues == ()


@pytest.mark.parametrize("code", FAULTS)
def test_a_planted_fault_is_found_where_it_is_and_nothing_else(code: str) -> None:
    make, level, place = FAULTS[code]
    report = lint_plan(make())
    assert found(report) == {code}
    issue = report.issues[0]
    assert (issue.level, issue.where.title) == (level, place)
    assert set(issue.why) == {"en", "zh"}
    assert any("\u4e00" <= sign <= "\u9fff" for sign in issue.why["zh"])


def test_every_rule_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule finds at least one of the planted faults."""
    for rule in RULES:
        monkeypatch.setattr(
            "infinite_scribe.plot.linter.RULES", tuple(one for one in RULES if one is not rule)
        )
        missed = [code for code, (make, _, _) in FAULTS.items() if code not in found(lint_plan(make()))]
        assert missed, rule


def test_without_times_nothing_is_said_of_travel_and_death() -> None:
    timeless = plan(scenes=tuple(scene(at, t_from=None, t_to=None, certainty=None) for at in range(6)))
    report = lint_plan(replace(timeless, facts=(*timeless.facts, dead(2))))
    assert found(report) == set()
    assert {one.code for one in report.not_evaluated} >= {"P-DEAD", "P-TWO", "P-TRAVEL"}


def test_the_dead_may_stand_in_a_flashback_and_a_learnt_secret_may_be_told() -> None:
    later = plan(facts=(*plan().facts, dead(2)))
    scenes = tuple(scene(at, mode="flashback") if at >= 2 else scene(at) for at in range(6))
    assert found(lint_plan(replace(later, scenes=scenes))) == set()
    learnt = with_scene(
        2, beats=beat("dialogue", "Mara calls Jon a forger."), must_include=(Asked(fact=SECRET),)
    )
    assert found(lint_plan(learnt)) == set()


def test_what_a_page_tells_may_be_known_by_anybody() -> None:
    said = replace(
        with_scene(2, beats=beat("dialogue", "Mara calls Jon a forger.")),
        knowable=lambda _knower, _fact: None, told=frozenset({SECRET}),
    )  # fmt: skip
    report = lint_plan(said)
    assert found(report) == set()
    assert ("P-KNOW", "may-have-been-told") in {(one.code, one.reason) for one in report.not_evaluated}


def test_written_scenes_are_not_complained_of() -> None:
    assert found(lint_plan(with_scene(2, goal="", written=True, status="drafted"))) == set()


def test_a_locked_promise_outside_its_window_is_only_a_warning() -> None:
    report = lint_plan(with_promise(planned=((SCENES[0], "plant"), (SCENES[2], "pay")), locked=True))
    assert [(one.code, one.level) for one in report.issues] == [("P-WINDOW", Level.WARNING)]


def test_fixes_are_operations_that_the_plan_understands() -> None:
    fixes = [fix for make, _, _ in FAULTS.values() for one in lint_plan(make()).issues for fix in one.fixes]
    assert {fix["label"] for fix in fixes} == {"add_pov_to_cast", "add_plant", "move_payoff"}
    for fix in fixes:
        operation = PlanOperation.model_validate(fix)
        assert (operation.op, operation.kind) in _HANDLERS


def test_only_what_concerns_a_draft_is_kept_for_it() -> None:
    report = lint_plan(with_scene(2, goal=""), [SCENES[0]])
    assert report.issues == ()
    assert found(lint_plan(with_scene(2, goal=""), [SCENES[2]])) == {"P-EMPTY"}
