"""A plan while it is changed piece by piece: a change that would add a fault is not made, and the fault is its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.director.answers import PlanOp
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.lint_changes import added, locked, with_field
from infinite_scribe.plot.lint_facts import PlanFacts, PlanIssue, PlanReport, Where
from infinite_scribe.plot.lint_reading import PlanLinter
from infinite_scribe.plot.linter import lint_plan


@dataclass
class Scales:
    """The plan as it is with the changes that were made so far."""

    facts: PlanFacts
    report: PlanReport

    @classmethod
    async def of(cls, session: AsyncSession, scope: NovelScope) -> Scales:
        """Return the plan of the scope's novel."""
        facts = await PlanLinter.of(session, scope).facts()
        return cls(facts, lint_plan(facts))

    def take(self, target: UUID, one: PlanOp) -> PlanIssue | None:
        """Take a change in, or return the fault that it would add."""
        facts = with_field(self.facts, target, one.field, one.value)
        report = lint_plan(facts)
        worse = added(self.report, report)
        if worse:
            return worse[0]
        self.facts, self.report = facts, report
        return None

    def locked(self, target: UUID, field: str) -> PlanIssue:
        """Return P-LOCK for a change of what the author locked."""
        chapter = self.facts.chapter(target)
        scene = next((one for one in self.facts.scenes if one.scene_id == target), None)
        found = chapter or scene
        return locked(found.where() if found is not None else Where("card", str(target)), (field,))


def refused(one: PlanOp, why: str, issue: PlanIssue | None = None) -> dict[str, Any]:
    """Return a change that was not made, with the linter's code and reason where it has one."""
    told: Mapping[str, Any] = {}
    if issue is not None:
        told = {"code": issue.code, "reason": dict(issue.why), "where": issue.where.title}
    return {"op": one.model_dump(), "why": why, **told}
