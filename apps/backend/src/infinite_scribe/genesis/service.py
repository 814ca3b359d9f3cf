"""The stages of a novel, and the quick start that fills the minimum of all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.genesis.errors import StageIncompleteError
from infinite_scribe.genesis.models import GenesisConstraint, GenesisOption, GenesisStage
from infinite_scribe.genesis.rules import Stage, StageLevel, Status, missing_content, status_of
from infinite_scribe.genesis.schemas import ConstraintRead, QuickStart, QuickStartResult, StageRead
from infinite_scribe.genesis.writing import QuickStartWriter
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, alive


@dataclass(frozen=True)
class GenesisService:
    """Reads and changes the stages of one novel. Writes take the open revision they belong to."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> GenesisService:
        """Return the stages of the scope's novel."""
        return cls(session, scope)

    async def stages(self) -> list[StageRead]:
        """Return all six stages in order; one that was never touched is empty."""
        rows = {row.stage: row for row in await self._rows()}
        return [
            StageRead.model_validate(rows[stage])
            if stage in rows
            else StageRead(stage=stage, status=Status.EMPTY, draft={}, stale_because=None, picked_by=None)
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

    async def record_options(
        self, stage: Stage, options: list[dict[str, Any]], *, round_id: UUID | None = None
    ) -> list[UUID]:
        """Keep the ways a stage could go, with handles O1, O2 …; return their ids."""
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
            for number, option in enumerate(options, start=1)
        ]
        self.session.add_all(rows)
        await self.session.flush()
        return [row.id for row in rows]

    async def write_stage(
        self,
        revision: OpenRevision,
        stage: Stage,
        draft: Mapping[str, Any],
        *,
        picked_by: Literal["author", "auto"] | None = None,
        chapters: int | None = None,
    ) -> Status:
        """Write the draft of a stage; the status follows from what it holds."""
        status = status_of(stage, draft, chapters=chapters)
        held = next((row for row in await self._rows() if row.stage == stage), None)
        changes: dict[str, Any] = {"draft": dict(draft), "status": status.value, "picked_by": picked_by}
        if held is None:
            await revision.insert(GenesisStage(stage=stage.value, stale_because=None, **changes))
        else:
            await revision.replace(held, **changes)
        return status

    async def lock(self, revision: OpenRevision, stage: Stage, *, chapters: int | None = None) -> None:
        """Lock a stage. Raises `StageIncompleteError` with what is missing for the full level."""
        held = next((row for row in await self._rows() if row.stage == stage), None)
        draft = {} if held is None else held.draft
        missing = missing_content(stage, StageLevel.FULL, draft, chapters=chapters)
        if held is None or missing:
            raise StageIncompleteError(stage=stage.value, missing=[vars(one) for one in missing])
        await revision.replace(held, status=Status.LOCKED.value)

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
        for stage, draft in drafts_of(content, scene_id).items():
            await self.write_stage(revision, stage, draft, picked_by="auto", chapters=len(content.plot.lines))
        return result

    async def _rows(self) -> list[GenesisStage]:
        found = await self.session.scalars(
            select(GenesisStage).where(GenesisStage.novel_id == self.scope.novel_id, alive(GenesisStage))
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
