"""The stages of a novel, and the quick start that fills the minimum of all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.genesis.errors import ConstraintNotFoundError, OptionNotFoundError
from infinite_scribe.genesis.fields import trimmed
from infinite_scribe.genesis.ledger import entry
from infinite_scribe.genesis.models import GenesisConstraint, GenesisOption, GenesisStage
from infinite_scribe.genesis.rules import PLANNED_CHAPTERS, Stage, Status, later, status_of
from infinite_scribe.genesis.schemas import ConstraintRead, QuickStart, QuickStartResult, StageDraft
from infinite_scribe.genesis.writing import QuickStartWriter, written_by_quick_start
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, alive
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.service import PlotService


@dataclass(frozen=True)
class GenesisService:
    """Reads and changes the stages of one novel. Writes take the open revision they belong to."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> GenesisService:
        """Return the stages of the scope's novel."""
        return cls(session, scope)

    async def stages(self) -> list[StageDraft]:
        """Return all six stages in order; one that was never touched is empty."""
        rows = {row.stage: row for row in await self._rows()}
        return [
            StageDraft.model_validate(rows[stage])
            if stage in rows
            else StageDraft(stage=stage, status=Status.EMPTY, draft={}, stale_because=None, picked_by=None)
            for stage in Stage
        ]

    async def constraints(self) -> list[ConstraintRead]:
        """Return what the author asked for or forbade."""
        found = await self.session.scalars(
            select(GenesisConstraint)
            .where(GenesisConstraint.novel_id == self.scope.novel_id, alive(GenesisConstraint))
            .order_by(GenesisConstraint.id)
        )
        return [ConstraintRead.model_validate(row) for row in found]

    async def constrain(
        self,
        revision: OpenRevision,
        text: str,
        kind: Literal["must", "must_not", "prefer"],
        scope: str = "all",
    ) -> UUID:
        """Store a wish that stands in every later prompt; return its id."""
        row = GenesisConstraint(text=text, kind=kind, scope=scope)
        await revision.insert(row)
        return row.id

    async def unconstrain(self, revision: OpenRevision, constraint_id: UUID) -> None:
        """Take a wish back. Raises `ConstraintNotFoundError`."""
        row = await self.session.scalar(
            select(GenesisConstraint).where(
                GenesisConstraint.novel_id == self.scope.novel_id,
                GenesisConstraint.id == constraint_id,
                alive(GenesisConstraint),
            )
        )
        if row is None:
            raise ConstraintNotFoundError
        await revision.retire(row)

    async def record_options(
        self, stage: Stage, options: Sequence[Mapping[str, Any]], *, round_id: UUID | None = None
    ) -> list[UUID]:
        """Keep the ways a stage could go, with handles O1, O2 … that go on through the stage; return their ids."""
        held = await self.session.scalar(
            select(func.count())
            .select_from(GenesisOption)
            .where(GenesisOption.novel_id == self.scope.novel_id, GenesisOption.stage == stage.value)
        )
        rows = [
            GenesisOption(
                novel_id=self.scope.novel_id,
                stage=stage.value,
                round_id=round_id,
                handle=f"O{number}",
                title=str(option.get("title", ""))[:200],
                body=option.get("body", {}),
                gains=option.get("gains", ""),
                costs=option.get("costs", ""),
                scores=option.get("scores", []),
                origin=option.get("origin", "generated"),
                parents=option.get("parents", []),
                seed_path=option.get("seed_path", {}),
            )
            for number, option in enumerate(options, start=(held or 0) + 1)
        ]
        self.session.add_all(rows)
        await self.session.flush()
        return [row.id for row in rows]

    async def options(self, stage: Stage, wanted: Collection[UUID]) -> list[GenesisOption]:
        """Return options of a stage in the order asked for. Raises `OptionNotFoundError` for one it does not have."""
        found = await self.session.scalars(
            select(GenesisOption).where(
                GenesisOption.novel_id == self.scope.novel_id,
                GenesisOption.stage == stage.value,
                GenesisOption.id.in_(wanted),
            )
        )
        by_id = {row.id: row for row in found}
        missing = [one for one in wanted if one not in by_id]
        if missing:
            raise OptionNotFoundError(option=str(missing[0]))
        return [by_id[one] for one in wanted]

    async def option_cards(self, stage: str, wanted: Collection[str]) -> list[dict[str, Any]]:
        """Return options as agents read them, in the order asked for; those that are gone are left out."""
        found = await self.session.scalars(
            select(GenesisOption).where(
                GenesisOption.novel_id == self.scope.novel_id,
                GenesisOption.stage == stage,
                GenesisOption.id.in_([UUID(one) for one in wanted]),
            )
        )
        by_id = {str(row.id): row for row in found}
        return [
            {
                "id": one, "handle": by_id[one].handle, "title": by_id[one].title, "body": by_id[one].body,
                "gains": by_id[one].gains, "costs": by_id[one].costs,
            }
            for one in wanted
            if one in by_id
        ]  # fmt: skip

    async def row(self, stage: Stage) -> GenesisStage | None:
        """Return the live row of a stage; None before it was touched."""
        return next((row for row in await self._rows() if row.stage == stage), None)

    async def rows(self, revision: int | None = None) -> dict[Stage, GenesisStage]:
        """Return the rows of the stages that were touched, live now or at a revision."""
        return {Stage(row.stage): row for row in await self._rows(revision)}

    async def statuses(self) -> dict[Stage, Status]:
        """Return how far each stage has come."""
        held = {row.stage: Status(row.status) for row in await self._rows()}
        return {stage: held.get(stage.value, Status.EMPTY) for stage in Stage}

    async def chapters(self) -> int:
        """Return how many chapters the book is planned to have, as far as anything says it."""
        concept = await PlotService.of(self.session, self.scope).concept()
        if concept is not None and concept.target_chapters:
            return concept.target_chapters
        return PLANNED_CHAPTERS.get((await get_novel(self.session, self.scope.novel_id)).length, 10)

    async def write_stage(
        self,
        revision: OpenRevision,
        stage: Stage,
        draft: Mapping[str, Any],
        *,
        chapters: int | None = None,
        **members: Any,
    ) -> Status:
        """Write the draft of a stage; the status follows from what it holds, and what was stale is so no longer.

        `members` are further columns: `picked_by`, `option_id`, `provenance`, `written`.
        """
        status = status_of(stage, draft, chapters=chapters)
        held = await self.row(stage)
        changes: dict[str, Any] = {
            "draft": dict(draft), "status": status.value, "stale_because": None, **members,
        }  # fmt: skip
        if held is None:
            empty: dict[str, Any] = {"picked_by": None, "option_id": None, "provenance": {}, "written": {}}
            await revision.insert(GenesisStage(stage=stage.value, **{**empty, **changes}))
        else:
            await revision.replace(held, **changes)
        return status

    async def mark_stale(self, revision: OpenRevision, stage: Stage, because: str) -> None:
        """Say that everything after a stage rests on something that may change; nothing is deleted."""
        for row in await self._rows():
            if Stage(row.stage) in later(stage) and row.status not in {Status.EMPTY, Status.EXPLORING}:
                await revision.replace(row, status=Status.STALE.value, stale_because=because[:200])

    async def record_quick_start(
        self, revision: OpenRevision, content: QuickStart, *, chapter_id: UUID, scene_id: UUID
    ) -> QuickStartResult:
        """Write the minimum of every stage as canon and plan, all in the open revision.

        `chapter_id` and `scene_id` are the first chapter and scene that every novel has; further chapters are added
        with one scene each. The stages stay `sketched`.

        Raises `QuickStartDoneError` when the novel already has a concept.
        """
        result = await QuickStartWriter.of(self.session, self.scope, content).write(
            revision, chapter_id, scene_id
        )
        written = {**written_by_quick_start(content, result), **await self._concept_and_style()}
        for stage, draft in drafts_of(content, scene_id).items():
            kept = trimmed(stage, draft)
            await self.write_stage(
                revision, stage, kept, picked_by="auto", chapters=len(content.plot.lines),
                provenance={name: {"by": "quick_start"} for name in kept}, written=written.get(stage, {}),
            )  # fmt: skip
        return result

    async def _concept_and_style(self) -> dict[Stage, dict[str, Any]]:
        """Return concept and style as they stand after a quick start, as what seed and details wrote."""
        plot, found = PlotService.of(self.session, self.scope), {}
        concept, style = await plot.concept(), await plot.style()
        if concept is not None:
            values = concept.model_dump(mode="json", exclude={"id"})
            found[Stage.SEED] = {"concept": entry(concept.id, values)}
            found[Stage.THEME] = {"concept": entry(concept.id, values)}
        if style is not None:
            found[Stage.DETAILS] = {"style": entry(style.id, style.model_dump(mode="json", exclude={"id"}))}
        return found

    async def _rows(self, revision: int | None = None) -> list[GenesisStage]:
        found = await self.session.scalars(
            select(GenesisStage).where(
                GenesisStage.novel_id == self.scope.novel_id, alive(GenesisStage, revision)
            )
        )
        return list(found.all())


def drafts_of(content: QuickStart, scene_id: UUID) -> dict[Stage, dict[str, Any]]:
    """Return the draft of each stage that a quick start holds.

    Beats have their one home in the scene document, so the plot's draft names the scene.
    """
    return {
        Stage.SEED: content.seed.model_dump(),
        Stage.THEME: content.theme.model_dump(),
        Stage.WORLD: content.world.model_dump(),
        Stage.CHARACTERS: content.characters.model_dump(),
        Stage.PLOT: {**content.plot.model_dump(), "beats": [str(scene_id)]},
        Stage.DETAILS: {
            "style": {"person": "first" if content.pov == "first" else "third", "tense": content.tense}
        },
    }
