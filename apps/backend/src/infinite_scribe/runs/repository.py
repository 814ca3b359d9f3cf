"""Queries on runs and what belongs to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Table, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.runs.models import Run, RunEvent, RunStep
from infinite_scribe.runs.rules import RunState, StepKind

STEP_EVENTS = ("step.started", "step.completed", "step.failed", "step.output")


@dataclass(frozen=True)
class RunsRepository:
    """Reads and small writes, within the session's scope."""

    session: AsyncSession

    async def by_id(self, run_id: UUID) -> Run | None:
        """Return a run as it stands now."""
        statement = select(Run).where(Run.id == run_id).execution_options(populate_existing=True)
        return (await self.session.scalars(statement)).one_or_none()

    async def lock_family(self, root_id: UUID) -> list[Run]:
        """Lock every run below a root, parents first."""
        statement = (
            select(Run)
            .where(Run.root_id == root_id)
            .order_by(Run.depth, Run.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return list(await self.session.scalars(statement))

    async def roots(
        self, novel_id: UUID | None, states: Sequence[RunState], before: UUID | None, limit: int
    ) -> list[Run]:
        """Return root runs, newest first; ids are ordered by time."""
        statement = select(Run).where(Run.parent_id.is_(None))
        if novel_id is not None:
            statement = statement.where(Run.novel_id == novel_id)
        if states:
            statement = statement.where(Run.state.in_(states))
        if before is not None:
            statement = statement.where(Run.id < before)
        return list(await self.session.scalars(statement.order_by(Run.id.desc()).limit(limit)))

    async def newest_roots(self, novel_ids: Sequence[UUID], states: Sequence[RunState]) -> list[Run]:
        """Return the newest root run in one of the states, per novel."""
        statement = (
            select(Run)
            .where(Run.parent_id.is_(None), Run.novel_id.in_(novel_ids), Run.state.in_(states))
            .ext(distinct_on(Run.novel_id))
            .order_by(Run.novel_id, Run.id.desc())
        )
        return list(await self.session.scalars(statement))

    async def families(self, root_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
        """Return the ids of all runs below each root, the root included."""
        found: dict[UUID, list[UUID]] = {}
        if root_ids:
            rows = await self.session.execute(select(Run.root_id, Run.id).where(Run.root_id.in_(root_ids)))
            for root_id, run_id in rows:
                found.setdefault(root_id, []).append(run_id)
        return found

    async def answers_of(self, row: Run) -> tuple[dict[str, int], int]:
        """Return how often each way of asking was taken in a run (a root: in its family), and how many items were left out."""
        family = select(Run.id).where(Run.root_id == row.id)
        mine = RunStep.run_id.in_(family) if row.id == row.root_id else RunStep.run_id == row.id
        found = await self.session.execute(
            select(RunStep.output["rungs"], func.jsonb_array_length(RunStep.output["dropped"])).where(
                mine, RunStep.kind == StepKind.CALL, RunStep.output.has_key("rungs")
            )
        )
        rungs: Counter[str] = Counter()
        dropped = 0
        for each, left_out in found:
            rungs.update(each)
            dropped += left_out or 0
        return dict(rungs), dropped

    async def step_rows(self, run_id: UUID) -> tuple[list[RunEvent], list[RunStep]]:
        """Return what was said about steps, and what is remembered of them."""
        events = await self.session.scalars(
            select(RunEvent)
            .where(RunEvent.run_id == run_id, RunEvent.type.in_(STEP_EVENTS))
            .order_by(RunEvent.epoch, RunEvent.n)
        )
        steps = await self.session.scalars(
            select(RunStep).where(RunStep.run_id == run_id).order_by(RunStep.seq)
        )
        return list(events), list(steps)

    async def asking_below(self, root_id: UUID) -> list[Run]:
        """Return the runs below a root, itself included, that wait for an answer of the author; locks nothing."""
        statement = select(Run).where(
            Run.root_id == root_id,
            Run.state.in_([RunState.WAITING, RunState.PAUSED]),
            Run.gate["path"].astext != "",
        )
        return list(await self.session.scalars(statement.order_by(Run.depth, Run.id)))

    async def record_decision(self, row: Run, path: str, decision: str, text: str | None = None) -> None:
        """Remember the author's answer as the step that asked."""
        values = {
            "run_id": row.id, "novel_id": row.novel_id, "user_id": row.user_id, "agent": row.agent, "path": path,
            "try": row.attempt, "kind": StepKind.GATE.value, "name": "gate", "output": {"decision": decision, "text": text},
            "epoch": row.epoch, "replaced": False,
        }  # fmt: skip
        await self.session.execute(
            pg_insert(cast("Table", RunStep.__table__)).values(**values).on_conflict_do_nothing()
        )

    async def take_back(self, run_id: UUID, from_step: str) -> bool:
        """Take back the steps of a stretch and everything after it; unknown steps change nothing, and give False."""
        inside = or_(RunStep.path == from_step, RunStep.path.startswith(f"{from_step}/", autoescape=True))
        first = select(func.min(RunStep.seq)).where(RunStep.run_id == run_id, ~RunStep.replaced, inside)
        taken = await self.session.execute(
            update(RunStep)
            .where(RunStep.run_id == run_id, ~RunStep.replaced, RunStep.seq >= first.scalar_subquery())
            .values(replaced=True)
            .returning(RunStep.seq)
        )
        return bool(taken.all())

    async def take_back_after(self, run_id: UUID, path: str) -> bool:
        """Forget the end of a step and take back everything after it; False when it had not ended."""
        ended = await self.session.scalar(
            delete(RunStep)
            .where(RunStep.run_id == run_id, RunStep.path == path, ~RunStep.replaced)
            .returning(RunStep.seq)
        )
        if ended is None:
            return False
        await self.session.execute(
            update(RunStep)
            .where(RunStep.run_id == run_id, ~RunStep.replaced, RunStep.seq > ended)
            .values(replaced=True)
        )
        return True

    async def is_recorded(self, run_id: UUID, path: str) -> bool:
        """Say whether a step has ended and stands."""
        found = select(RunStep.seq).where(RunStep.run_id == run_id, RunStep.path == path, ~RunStep.replaced)
        return await self.session.scalar(found.limit(1)) is not None

    async def times_replaced(self, run_id: UUID, path: str) -> int:
        """Return how often a step was taken back."""
        found = select(func.count()).where(RunStep.run_id == run_id, RunStep.path == path, RunStep.replaced)
        return await self.session.scalar(found) or 0

    async def mark_replaced(self, row: Run, path: str) -> None:
        """Remember of a step that never ended that it was taken back."""
        values = {
            "run_id": row.id, "novel_id": row.novel_id, "user_id": row.user_id, "agent": row.agent, "path": path,
            "try": row.attempt, "kind": StepKind.CHILD.value, "name": "left", "output": {}, "epoch": row.epoch,
            "replaced": True,
        }  # fmt: skip
        await self.session.execute(pg_insert(cast("Table", RunStep.__table__)).values(**values))
