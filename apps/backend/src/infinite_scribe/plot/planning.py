"""The plan as the author sees and edits it: concept, style, chapters and cards together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.plot.lint_facts import PlanReport
from infinite_scribe.plot.lint_reading import PlanLinter
from infinite_scribe.plot.plan_wire import PlanIssueRead, PlannedChapter, PlannedScene, PlanRead, UnjudgedCode
from infinite_scribe.plot.references import PlanReferences
from infinite_scribe.plot.schemas import (
    CardRead,
    CardUpdate,
    ChapterPlanUpdate,
    PlanUpdate,
)
from infinite_scribe.plot.service import PlotService
from infinite_scribe.plot.staleness import StaleMarks
from infinite_scribe.structure.service import StructureService

_MAY_BE_EMPTY = frozenset({"pov_id", "tension", "opening_type", "closing_type", "word_budget", "arc_id"})


@dataclass(frozen=True)
class Planning:
    """Edits of the author; each is one revision."""

    session: AsyncSession
    scope: NovelScope
    plot: PlotService
    structure: StructureService

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Planning:
        """Return the plan of the scope's novel."""
        return cls(session, scope, PlotService.of(session, scope), StructureService.of(session, scope))

    async def read(self) -> PlanRead:
        """Return the whole plan in reading order."""
        tree, cards = await self.structure.tree(), await self.plot.cards()
        stale = await StaleMarks.of(self.session, self.scope).flags("card")
        for card in cards.values():
            card.flags = [*card.flags, "stale"] if str(card.id) in stale else card.flags
        report = await PlanLinter.of(self.session, self.scope).report()
        return PlanRead(
            novel_revision=tree.novel_revision,
            arcs=await self.plot.planned_arcs(),
            **read_report(report),
            concept=await self.plot.concept(),
            style=await self.plot.style(),
            chapters=[
                PlannedChapter.model_validate(chapter, from_attributes=True) for chapter in tree.chapters()
            ],
            cards=[
                PlannedScene(
                    scene_id=scene.id,
                    chapter_id=scene.chapter_id,
                    title=scene.title,
                    status=scene.status,
                    card=cards.get(scene.id),
                )
                for scene in tree.scenes()
            ],
        )

    async def update(self, wanted: PlanUpdate) -> PlanRead:
        """Change concept, style and plan fields of chapters in one revision.

        Raises `ChapterNotFoundError`, `EntryNotFoundError`.
        """
        await PlanReferences.of(self.session, self.scope).plan(wanted)
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            if wanted.concept is not None:
                await self.plot.update_concept(revision, wanted.concept)
            if wanted.style is not None:
                await self.plot.update_style(revision, wanted.style)
            for chapter in wanted.chapters:
                changes = chapter_changes(chapter)
                await self.structure.update_chapter(revision, chapter.chapter_id, **changes)
        return await self.read()

    async def update_card(self, scene_id: UUID, wanted: CardUpdate) -> CardRead:
        """Change a scene card in one revision; a scene without a card gets one.

        Raises `SceneNotFoundError`, `EntryNotFoundError`, `PromiseNotFoundError`, `UnknownPredicateError`.
        """
        await self.structure.scene(scene_id)
        await PlanReferences.of(self.session, self.scope).card(wanted)
        async with Revisions.of(self.session, self.scope).open(RevisionKind.EDIT) as revision:
            await self.plot.write_card(revision, scene_id, wanted)
        return await self.plot.required_card(scene_id)


def read_report(report: PlanReport) -> dict[str, Any]:
    """Return what the linter found, as members of the wire."""
    return {
        "lint": [
            PlanIssueRead.model_validate(
                {**vars(one), "level": one.level.value, "where": vars(one.where), "why": dict(one.why),
                 "fields": list(one.fields), "fixes": [dict(fix) for fix in one.fixes]}
            )
            for one in report.issues
        ],
        "not_evaluated": [UnjudgedCode.model_validate(vars(one)) for one in report.not_evaluated],
    }  # fmt: skip


def chapter_changes(chapter: ChapterPlanUpdate) -> dict[str, Any]:
    sent = chapter.model_dump(mode="json", include=chapter.model_fields_set - {"chapter_id"})
    sent = {name: value for name, value in sent.items() if value is not None or name in _MAY_BE_EMPTY}
    return {name: getattr(chapter, name) if name.endswith("_id") else value for name, value in sent.items()}
