"""A second book of the same author in the same database: none of its rows may come into a briefing of the first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from evals.loading import Loaded, load
from evals.novels.simulator import simulate
from evals.novels.spec import Spec
from infinite_scribe.memory.models import Passage
from infinite_scribe.novels.revision_state import truth_classes

SCENES = 12


async def with_neighbour(loaded: Loaded, scenes: int = SCENES) -> Loaded:
    """Load another novel beside this one and return this one, knowing the other's ids."""
    spec = loaded.novel.spec
    other = await load(
        loaded.database, loaded.user_id, simulate(Spec(spec.seed + 1_000, spec.language, scenes))
    )
    found: set[str] = set()
    tables: list[Any] = [*truth_classes(), Passage]
    async with loaded.database.transaction(loaded.rows) as session:
        for table in tables:
            ids = await session.scalars(select(table.id).where(table.novel_id == other.novel_id))
            found |= {str(one) for one in ids}
    return replace(loaded, foreign=frozenset(found))
