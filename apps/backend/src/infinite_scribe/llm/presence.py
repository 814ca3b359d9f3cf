"""The beat of this process, and who of its kind is alive (reliability §9.4)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database

log = get_logger(__name__)

AGENT = "llm"
PROTOCOL = 1
EXIT_DECLARED_DEAD = 75
_ENTER = text("""
INSERT INTO executors (id, agent, protocol, base_url, state, running) VALUES (:id, 'llm', :protocol, :url, 'live', 0)
""")
# A port has one owner: whoever beat under our address before us is gone.
_BURY = text("""
UPDATE executors SET state = 'dead'
 WHERE agent = 'llm' AND state IN ('live', 'draining') AND id <> :id
   AND (base_url = :url OR beat_at < now() - make_interval(secs => :seconds))
""")
_BEAT = text("""
UPDATE executors SET beat_at = now(), running = :running WHERE id = :id AND state IN ('live', 'draining') RETURNING id
""")
_LEAVE = text("UPDATE executors SET state = 'stopped' WHERE id = :id AND state <> 'dead'")


def leave_process() -> None:
    """End this process at once: somebody declared it dead and may have taken its calls."""
    os._exit(EXIT_DECLARED_DEAD)


@dataclass(frozen=True)
class Presence:
    """Enters, beats and leaves. The address must be bound before `enter`."""

    database: Database
    id: UUID
    base_url: str
    beat_seconds: float
    dead_seconds: float
    declared_dead: Callable[[], None] = leave_process

    async def enter(self) -> None:
        """Register this process and bury its predecessors."""
        async with self.database.transaction() as session:
            await session.execute(_ENTER, {"id": self.id, "protocol": PROTOCOL, "url": self.base_url})
            await session.execute(_BURY, {"id": self.id, "url": self.base_url, "seconds": self.dead_seconds})

    async def beat(self, running: Callable[[], int]) -> None:
        """Beat until cancelled; end the process when its row says dead."""
        while True:
            try:
                async with self.database.transaction() as session:
                    alive = (await session.execute(_BEAT, {"id": self.id, "running": running()})).first()
                if alive is None:
                    log.error("executor.declared_dead", executor_id=str(self.id))
                    self.declared_dead()
                    return
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("executor.beat_failed", reason=type(error).__name__)
            await asyncio.sleep(self.beat_seconds)

    async def leave(self) -> None:
        """Say goodbye, so that others need not wait for silence."""
        async with self.database.transaction() as session:
            await session.execute(_LEAVE, {"id": self.id})
