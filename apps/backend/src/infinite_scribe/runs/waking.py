"""Putting a resting run back into the queue, and waking a parent exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core import clock
from infinite_scribe.runs.models import Executor, Run
from infinite_scribe.runs.queue import Queue
from infinite_scribe.runs.rules import ACTIVE, RunState, Signal, queue_name
from infinite_scribe.runs.schemas.tasks import PROTOCOLS


async def newest_protocol(session: AsyncSession, agent: str) -> int:
    """Return the newest protocol among the agent's live processes; the program's own while none lives."""
    found = await session.scalar(
        select(func.max(Executor.protocol)).where(Executor.agent == agent, Executor.state == "live")
    )
    known: Mapping[Any, int] = PROTOCOLS
    return int(found) if found else known.get(agent, 1)


async def enqueue(session: AsyncSession, row: Run, *, next_generation: bool = True) -> None:
    """Queue a run whose row the caller holds locked: a fresh job, in the same commit."""
    await Queue(session).drop(row.job_id)
    row.protocol = await newest_protocol(session, row.agent)
    row.state, row.signal, row.executor_id = RunState.QUEUED, Signal.NONE, None
    row.queued_at = clock.now()
    row.generation += 1 if next_generation else 0
    await deliver(session, row)


async def deliver(session: AsyncSession, row: Run) -> None:
    """Give the run a fresh job in the queue of its protocol; its state stays."""
    priority = 1 if row.depth else 0
    queue = queue_name(row.agent, row.protocol)
    row.job_id = await Queue(session).enqueue(queue, row.id, row.novel_id, row.user_id, priority=priority)
    await session.flush()


async def lock_parent(session: AsyncSession, parent_id: UUID | None) -> Run | None:
    """Lock a child's parent. Must come before the child's own end is written, so that nobody counts too early."""
    if parent_id is None:
        return None
    statement = (
        select(Run).where(Run.id == parent_id).with_for_update().execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def wake_parent(session: AsyncSession, parent: Run | None) -> bool:
    """Queue the locked parent if it waits for children and none of those is active any more."""
    if parent is None or parent.state != RunState.WAITING or not (parent.gate or {}).get("children"):
        return False
    awaited = [UUID(child) for child in (parent.gate or {})["children"]]
    await session.flush()
    alive = await session.scalar(
        select(func.count()).select_from(Run).where(Run.id.in_(awaited), Run.state.in_(ACTIVE))
    )
    if alive:
        return False
    parent.gate = None
    await enqueue(session, parent)
    return True
