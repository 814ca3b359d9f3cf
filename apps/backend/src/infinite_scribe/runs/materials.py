"""Large inputs of steps: written once, read by every later walk of the run."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import child_id
from infinite_scribe.runs.errors import RunIncompatibleError
from infinite_scribe.runs.execution import ClaimedRun
from infinite_scribe.runs.models import RunMaterial


async def keep_material(session: AsyncSession, run: ClaimedRun, path: str, value: Any) -> UUID:
    """Keep `value` for a step of a run and return its id; a repetition of the transaction keeps the first."""
    material_id = child_id(run.id, f"material:{run.attempt}:{path}")
    row = {
        "id": material_id,
        "run_id": run.id,
        "novel_id": run.novel_id,
        "user_id": run.user_id,
        "path": path,
        "json": value,
    }
    await session.execute(insert(RunMaterial).values(row).on_conflict_do_nothing())
    return material_id


async def read_material(session: AsyncSession, material_id: UUID) -> Any:
    """Return what was kept. Raises `RunIncompatibleError` when retention has taken it."""
    row = await session.get(RunMaterial, material_id)
    if row is None:
        raise RunIncompatibleError(material=str(material_id))
    return row.json
