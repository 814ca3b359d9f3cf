"""What-if branches of the plan: operations under a premise, beside the live plan until somebody takes them or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.plot.errors import BranchDecidedError, BranchNotFoundError
from infinite_scribe.plot.lint_reading import PlanLinter
from infinite_scribe.plot.models import PlanBranch
from infinite_scribe.plot.operations import PlanChanged, PlanEditing, PlanOperation, PlanOperations
from infinite_scribe.plot.plan_wire import PlanIssueRead
from infinite_scribe.plot.planning import read_report
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.service import StructureService
from infinite_scribe.web.schemas import WireInput, WireOutput

MOST = 100


class BranchChange(WireOutput):
    """One field of a chapter or a card: as it stands now, and as it would stand."""

    kind: str
    id: UUID
    title: str
    chapter_number: int
    field: str
    before: str
    after: str


class BranchRead(WireOutput):
    """A branch with all that it changes; what is gone from the plan meanwhile is left out."""

    id: UUID
    scene_id: UUID
    premise: str
    why: str
    base_revision: int
    changes: list[BranchChange]
    run_id: UUID | None
    created_at: datetime


class BranchList(WireOutput):
    """Branches that wait for a decision."""

    items: list[BranchRead]


class BranchCompared(WireOutput):
    """The plan's faults without and with a branch, and which of its changes could not be made now."""

    plan: list[PlanIssueRead]
    branch: list[PlanIssueRead]
    refused: list[dict[str, Any]]


class BranchDecide(WireInput):
    """The author's word about a branch."""

    action: Literal["adopt", "discard"]


class BranchDecided(WireOutput):
    """`changed` says what became of the plan; None when the branch was thrown away."""

    status: str
    changed: PlanChanged | None


@dataclass(frozen=True)
class PlanBranches:
    """Branches of one novel's plan."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> PlanBranches:
        """Return the branches of the scope's novel."""
        return cls(session, scope)

    async def keep(
        self,
        branch_id: UUID,
        scene_id: UUID,
        premise: str,
        why: str,
        ops: Sequence[Mapping[str, Any]],
        base: int,
        run_id: UUID | None = None,
    ) -> UUID:
        """Keep a branch; its operations are as `PlanOperation` takes them, made over the plan at `base`."""
        held = await self.session.get(PlanBranch, branch_id)
        if held is None:
            kept = [PlanOperation.model_validate(one).model_dump(mode="json", by_alias=True) for one in ops]
            self.session.add(
                PlanBranch(
                    id=branch_id, novel_id=self.scope.novel_id, scene_id=scene_id, premise=premise, why=why,
                    ops=kept, base_revision=base, run_id=run_id,
                )
            )  # fmt: skip
            await self.session.flush()
        return branch_id

    async def read(self) -> BranchList:
        """Return the branches that wait, newest first."""
        rows = await self.session.scalars(
            select(PlanBranch)
            .where(PlanBranch.novel_id == self.scope.novel_id, PlanBranch.status == "open")
            .order_by(PlanBranch.created_at.desc(), PlanBranch.id.desc())
            .limit(MOST)
        )
        tree = await StructureService.of(self.session, self.scope).tree()
        chapters = {one.id: one for one in tree.chapters()}
        scenes = {one.id: one for one in tree.scenes()}
        cards = await PlotService.of(self.session, self.scope).cards()
        found = []
        for row in rows:
            changes: list[BranchChange] = []
            for one in row.ops:
                target = UUID(str(one["id"]))
                scene = scenes.get(target)
                chapter = chapters.get(scene.chapter_id if scene is not None else target)
                if chapter is None:
                    continue
                held: Any = cards.get(target) if scene is not None else chapter
                title = scene.title if scene is not None else chapter.title
                changes += [
                    BranchChange(
                        kind=str(one["kind"]), id=target, title=title, chapter_number=chapter.number, field=name,
                        before=_words(getattr(held, name, None)), after=_words(value),
                    )
                    for name, value in one["fields"].items()
                ]  # fmt: skip
            found.append(
                BranchRead(
                    id=row.id, scene_id=row.scene_id, premise=row.premise, why=row.why,
                    base_revision=row.base_revision, changes=changes, run_id=row.run_id, created_at=row.created_at,
                )
            )  # fmt: skip
        return BranchList(items=found)

    async def compare(self, branch_id: UUID) -> BranchCompared:
        """Return what the linter says of both. Raises `BranchNotFoundError`, `BranchDecidedError`."""
        row = await self._open(branch_id)
        report = await PlanLinter.of(self.session, self.scope).report()
        changed = await PlanEditing.of(self.session, self.scope).change(_wanted(row, preview=True))
        return BranchCompared(
            plan=read_report(report)["lint"],
            branch=changed.lint,
            refused=[one.model_dump(mode="json") for one in changed.refused],
        )

    async def decide(self, branch_id: UUID, action: Literal["adopt", "discard"]) -> BranchDecided:
        """Make a branch the plan, as one revision, or throw it away.

        What was changed or locked since the branch was made stays as it is and is told; the branch then stays open
        with that alone. Raises `BranchNotFoundError`, `BranchDecidedError`.
        """
        row = await self._open(branch_id)
        changed = None
        if action == "adopt":
            changed = await PlanEditing.of(self.session, self.scope).change(_wanted(row, preview=False))
            if changed.refused:
                row.ops = [row.ops[one.index] for one in changed.refused]
                await self.session.flush()
                return BranchDecided(status=row.status, changed=changed)
            row.decided_revision = changed.revision
        row.status = "adopted" if action == "adopt" else "discarded"
        row.decided_by, row.decided_at = self.scope.user_id, now()
        await self.session.flush()
        return BranchDecided(status=row.status, changed=changed)

    async def _open(self, branch_id: UUID) -> PlanBranch:
        row = await self.session.scalar(
            select(PlanBranch)
            .where(PlanBranch.novel_id == self.scope.novel_id, PlanBranch.id == branch_id)
            .with_for_update()
        )
        if row is None:
            raise BranchNotFoundError
        if row.status != "open":
            raise BranchDecidedError(status=row.status)
        return row


def _wanted(row: PlanBranch, *, preview: bool) -> PlanOperations:
    return PlanOperations(
        base_revision=row.base_revision,
        ops=[PlanOperation.model_validate(one) for one in row.ops],
        preview=preview,
    )


def _words(value: Any) -> str:
    """Return a field of the plan as it is read: words, or the things a card asks for."""
    if isinstance(value, list):
        return "; ".join(str(one.get("text", "")) if isinstance(one, Mapping) else str(one) for one in value)
    return "" if value is None else str(value)
