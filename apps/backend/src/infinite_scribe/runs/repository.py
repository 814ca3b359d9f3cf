"""Queries on runs and what belongs to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Table, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.runs.models import Run, RunEvent, RunSteer, RunStep
from infinite_scribe.runs.rules import RunState, StepKind, taken_by

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

    async def behind(self, run_id: UUID, path: str, *, inside: bool) -> list[RunStep]:
        """Return the steps behind the end of a step, with `inside` the stretch too; none where it is not known."""
        mine = RunStep.path == path
        if inside:
            mine = or_(mine, RunStep.path.startswith(f"{path}/", autoescape=True))
        mine = and_(RunStep.run_id == run_id, ~RunStep.replaced, mine)
        first = select(func.min(RunStep.seq)).where(mine).scalar_subquery()
        late = RunStep.seq >= first if inside else RunStep.seq > first
        steps = select(RunStep).where(RunStep.run_id == run_id, ~RunStep.replaced, late)
        return list(await self.session.scalars(steps.order_by(RunStep.seq)))

    async def take_back(self, steps: Sequence[RunStep]) -> None:
        """Take steps back; what the author asked for in them is taken up anew."""
        for one in steps:
            one.replaced = True
        await self.session.flush()
        await self.free_steers(steps)

    async def forget(self, run_id: UUID, path: str) -> bool:
        """Forget the end of a step; False when it had not ended."""
        ended = await self.session.scalar(
            delete(RunStep)
            .where(RunStep.run_id == run_id, RunStep.path == path, ~RunStep.replaced)
            .returning(RunStep.seq)
        )
        return ended is not None

    async def free_steers(self, steps: Sequence[RunStep], gone: Collection[UUID] = ()) -> None:
        """Let what was taken up by these steps, and by runs that are `gone`, be taken up again."""
        places = [taken_by(one.run_id, one.path) for one in steps if one.kind == StepKind.STEERS]
        wanted = [RunSteer.taken_by.startswith(f"{one}:") for one in gone]
        if places or wanted:
            await self.session.execute(
                update(RunSteer)
                .where(or_(RunSteer.taken_by.in_(places), *wanted))
                .values(taken_by=None, taken_at=None)
                .execution_options(synchronize_session="fetch")
            )

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
