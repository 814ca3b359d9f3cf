"""Requests and answers are content: the journal keeps them for `llm.journal_days`, then only what they cost."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from infinite_scribe.calls.service import CallService
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database, RowScope

log = get_logger(__name__)

SECONDS = 3_600.0


async def keep_forgetting(database: Database, days: int) -> None:
    """Forget every hour until cancelled; a failure is tried again an hour later."""
    while True:
        try:
            await forget_once(database, days)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("journal.forgetting_failed", reason=type(error).__name__)
        except Exception:
            log.exception("journal.forgetting_failed")
        await asyncio.sleep(SECONDS)


async def forget_once(database: Database, days: int) -> None:
    """Reduce the finished calls of everybody that are older than `days` to hashes, usage and cost."""
    async with database.transaction(RowScope(sweep=True)) as session:
        await CallService.of(session).forget_bodies(days)
