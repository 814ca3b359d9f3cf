"""The plan linter: every rule of code over a whole plan. Pure.

Unknown times and missing data give *not evaluated*, never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from infinite_scribe.plot import lint_shape, lint_world
from infinite_scribe.plot.lint_facts import PlanFacts, PlanIssue, PlanReport, Unjudged, Where
from infinite_scribe.plot.lint_found import Findings
from infinite_scribe.plot.rules import CARD_FIELDS, CONCEPT_FIELDS, Level

Rule = Callable[["Findings", PlanFacts], None]


def lint_plan(facts: PlanFacts, scenes: Collection[UUID] | None = None) -> PlanReport:
    """Lint a plan. `scenes` keeps only what is about these cards (and the concept): what a draft of them must heed."""
    found, facts = Findings(), facts.settled()
    for rule in RULES:
        rule(found, facts)
    issues = [one for one in found.issues if scenes is None or _is_about(one, scenes)]
    order = {one.scene_id: one.index for one in facts.scenes}
    issues.sort(key=lambda one: (one.level is not Level.ERROR, _place(one, order), one.code))
    return PlanReport(
        tuple(_once(issues)),
        tuple(Unjudged(code, reason, count) for (code, reason), count in sorted(found.missing.items())),
    )


def _once(issues: list[PlanIssue]) -> list[PlanIssue]:
    """Return issues without those that say the same of the same place."""
    return list({(one.code, one.where.id, one.why["en"]): one for one in issues}.values())


def _place(issue: PlanIssue, order: Mapping[UUID, int]) -> int:
    return next((index for scene, index in order.items() if str(scene) == issue.where.id), 0)


def _is_about(issue: PlanIssue, scenes: Collection[UUID]) -> bool:
    return issue.where.kind == "concept" or issue.where.id in {str(one) for one in scenes}


_CALLED = {
    "summary": ("what happens", "概要"), "goal": ("a goal", "目标"), "conflict": ("a conflict", "阻碍"),
    "outcome": ("an outcome", "结局"), "turn": ("a turn", "转折"), "cast": ("who is on stage", "出场人物"),
    "place_id": ("a place", "地点"), "word_budget": ("a length", "字数"), "pov_id": ("a point of view", "视角人物"),
}  # fmt: skip
"""What the author calls the fields of a card."""


def empty(found: Findings, facts: PlanFacts) -> None:
    """P-EMPTY: a required field of the concept or of a card is missing."""
    concept = facts.concept
    lacking = [name for name in CONCEPT_FIELDS if concept is None or not getattr(concept, name)]
    if lacking:
        where = Where("concept", "concept")
        found.error(
            "P-EMPTY",
            where,
            "The concept lacks what drafting needs.",
            "构思里还缺写作所需的内容。",
            fields=lacking,
        )
    limited = concept is None or concept.pov_policy != "omniscient"
    needed = (*CARD_FIELDS, "pov_id") if limited else CARD_FIELDS
    for scene in facts.scenes:
        if scene.written or not scene.carded:
            continue
        missing = [name for name in needed if not getattr(scene, name)]
        if missing:
            found.error(
                "P-EMPTY", scene.where(), f"The card lacks: {', '.join(_CALLED[one][0] for one in missing)}.",
                f"场景卡还缺：{'、'.join(_CALLED[one][1] for one in missing)}。", fields=missing,
            )  # fmt: skip


def cast(found: Findings, facts: PlanFacts) -> None:
    """P-CAST: the viewpoint or an actor is not in the cast, or somebody in it does not exist."""
    for scene in facts.cards():
        if scene.written:
            continue
        strangers = [one for one in scene.cast if one not in facts.entries]
        if strangers:
            found.error(
                "P-CAST", scene.where(), "The cast names somebody who does not exist.", "出场者里有并不存在的人。",
                fields=("cast",),
            )  # fmt: skip
        if scene.pov_id is not None and scene.pov_id not in scene.cast:
            name = facts.name(scene.pov_id)
            swap = [{"op": "update", "kind": "card", "id": str(scene.scene_id),
                     "fields": {"cast": [{"entity": str(one)} for one in scene.on_stage]},
                     "label": "add_pov_to_cast"}]  # fmt: skip
            found.error(
                "P-CAST", scene.where(), f"The viewpoint, {name}, is not in the cast.", f"视角人物{name}不在出场者里。",
                fields=("pov_id",), fixes=swap,
            )  # fmt: skip
        for beat in scene.beats:
            if beat.actor_id is not None and beat.actor_id not in scene.on_stage:
                name = facts.name(beat.actor_id)
                found.error(
                    "P-CAST", scene.where(), f"{name} acts in a beat and is not in the cast.",
                    f"{name}在节拍里有动作，却不在出场者里。", fields=("beats",),
                )  # fmt: skip


RULES: tuple[Rule, ...] = (
    empty,
    cast,
    lint_world.cycles,
    lint_world.reach,
    lint_world.exits,
    lint_world.dead,
    lint_world.places,
    lint_world.items,
    lint_world.knows,
    lint_world.dates,
    lint_shape.payoffs,
    lint_shape.windows,
    lint_shape.reveals,
    lint_shape.turns,
    lint_shape.budgets,
    lint_shape.sameness,
    lint_shape.ending,
)
