"""Faults of a plan are told in words: never the id of an entry, never the name of a field."""

from __future__ import annotations

from uuid import UUID

from infinite_scribe.plot.lint_facts import CanonFact, ChapterPlan, EntryPlan, PlanFacts, ScenePlan
from infinite_scribe.plot.linter import lint_plan

KEY, INES, MAREK, CHAPTER = (UUID(int=one) for one in (1, 2, 3, 9))
HELD = CanonFact(UUID(int=20), KEY, "held_by", str(INES), publicity="secret", single=True)


def scene(number: int, **members: object) -> ScenePlan:
    return ScenePlan(UUID(int=100 + number), CHAPTER, number, f"Scene {number}", carded=True, **members)  # type: ignore[arg-type]


def test_a_fault_names_entries_and_says_predicates_in_both_languages() -> None:
    ends = ({"s": str(KEY), "p": "held_by", "o": str(MAREK)},)
    facts = PlanFacts(
        chapters=(ChapterPlan(CHAPTER, 1, "One"),),
        scenes=(
            scene(0, exits=ends),
            scene(1, pov_id=MAREK, entry=(HELD.fact_id, UUID(int=77)), t_from=5, certainty="dated"),
        ),
        entries={
            KEY: EntryPlan(KEY, "the key", "item"), INES: EntryPlan(INES, "Ines", "character"),
            MAREK: EntryPlan(MAREK, "Marek", "character"),
        },
        facts=(HELD,), single=frozenset({"held_by"}), knowable=lambda _who, _fact: None,
    )  # fmt: skip
    why = {
        one.code: one.why for one in lint_plan(facts).issues if one.code in {"P-KNOW", "P-EXIT", "P-REACH"}
    }
    assert set(why) == {"P-KNOW", "P-EXIT", "P-REACH"}
    for said in why.values():
        assert not [one for one in said.values() if "held_by" in one or "00000000-" in one]
    for code in ("P-KNOW", "P-EXIT"):
        assert all("the key" in one and "Ines" in one for one in why[code].values())
        assert why[code]["en"] != why[code]["zh"]
