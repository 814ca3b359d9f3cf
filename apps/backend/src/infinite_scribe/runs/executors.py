"""The processes that work: their sign-up, their beat, their end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.runs.models import Executor
from infinite_scribe.runs.queue import Queue


@dataclass(frozen=True)
class Executors:
    """Rows of `executors`, in the caller's transaction."""

    session: AsyncSession

    async def sign_up(self, executor_id: UUID, agent: str, protocol: int, base_url: str) -> None:
        """Enter a fresh process as live."""
        values = {
            "id": executor_id,
            "agent": agent,
            "protocol": protocol,
            "base_url": base_url,
            "state": "live",
        }
        await self.session.execute(
            insert(Executor).values(**values, running=0, beat_at=func.clock_timestamp())
        )

    async def declare_dead(self, executor_id: UUID) -> None:
        """Bury a process that is known to have ended (its supervisor saw it)."""
        await self._bury(Executor.id == executor_id)

    async def bury_silent(self, agent: str, seconds: float) -> list[UUID]:
        """Declare dead whoever has not beaten for `seconds`, by the database clock; return their ids."""
        silent = func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
        return await self._bury(Executor.agent == agent, Executor.beat_at < silent)

    async def leave(self, executor_id: UUID, worker_ids: Sequence[int]) -> None:
        """Sign a process off that stops by itself."""
        await self.session.execute(update(Executor).where(Executor.id == executor_id).values(state="stopped"))
        await Queue(self.session).forget_workers(list(worker_ids))

    async def set_draining(self, executor_id: UUID) -> None:
        """The process takes nothing new."""
        await self.session.execute(
            update(Executor)
            .where(Executor.id == executor_id, Executor.state == "live")
            .values(state="draining")
        )

    async def living(self, agent: str, seconds: float) -> list[str]:
        """Return the addresses of live processes, least busy first."""
        fresh = func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
        found = await self.session.scalars(
            select(Executor.base_url)
            .where(
                Executor.agent == agent,
                Executor.state == "live",
                Executor.beat_at > fresh,
                Executor.base_url != "",
            )
            .order_by(Executor.running, Executor.started_at)
        )
        return list(found)

    async def _bury(self, *which: object) -> list[UUID]:
        statement = (
            update(Executor)
            .where(Executor.state.in_(["live", "draining"]), *which)  # type: ignore[arg-type]
            .values(state="dead")
            .returning(Executor.id, Executor.worker_id)
        )
        rows = (await self.session.execute(statement)).all()
        await Queue(self.session).forget_workers([row.worker_id for row in rows if row.worker_id is not None])
        return [row.id for row in rows]
