"""What `llm` reads of a run by itself, instead of believing the caller."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_RUN = text("""
SELECT r.state, r.epoch, r.user_id, r.payer_id, r.novel_id, r.root_id, root.cap_nanousd, root.cap_tokens
  FROM runs r JOIN runs root ON root.id = r.root_id WHERE r.id = :run
""")
ENDED = frozenset({"completed", "failed", "cancelled", "cancelling"})


@dataclass(frozen=True)
class RunFacts:
    """A run as it stands: caps belong to its root, endpoints and keys to its payer."""

    state: str
    epoch: int
    user_id: UUID
    payer_id: UUID
    novel_id: UUID
    root_id: UUID
    cap_nanousd: int | None
    cap_tokens: int | None

    @property
    def over(self) -> bool:
        return self.state in ENDED


async def run_facts(session: AsyncSession, run_id: UUID) -> RunFacts | None:
    """Return the run within the session's scope (its novel), or None."""
    row = (await session.execute(_RUN, {"run": run_id})).first()
    return None if row is None else RunFacts(*row)
