"""Hearing which sessions ended: one LISTEN connection per gateway, pinged each second.

A connection that does not answer its ping within a second counts as lost, half-open ones included. Until it is back and
has read the revocations of the last 15 minutes again, `LiveSessions` believes PostgreSQL alone.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg

from infinite_scribe.accounts.live_sessions import DEAD_SECONDS, LiveSessions
from infinite_scribe.accounts.repository import CHANNEL, AccountsRepository
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database, plain_url

log = get_logger(__name__)

PING_SECONDS = 1.0
PAUSE_SECONDS = 0.5


async def hear_revocations(database: Database, live: LiveSessions) -> None:
    """Run until cancelled; keep ``live`` told, and tell it when nothing can be heard."""
    while True:
        try:
            await _hear(database, live)
        except asyncio.CancelledError:
            live.stopped_hearing()
            raise
        except Exception as error:  # noqa: BLE001 - whatever broke the connection, the answer is to connect again
            log.warning("revocations.unheard", error=type(error).__name__)
        live.stopped_hearing()
        await asyncio.sleep(PAUSE_SECONDS)


async def _hear(database: Database, live: LiveSessions) -> None:
    settings = {"role": database.role, "application_name": "infinite-scribe revocations"}
    connection = await asyncpg.connect(plain_url(database.url), timeout=5, server_settings=settings)
    try:

        def heard(_connection: Any, _pid: int, _channel: str, payload: object) -> None:
            with suppress(ValueError):
                live.heard(UUID(str(payload)))

        await connection.add_listener(CHANNEL, heard)
        async with AccountsRepository.open(database) as accounts:
            for sid in await accounts.revoked_lately(DEAD_SECONDS):
                live.heard(sid)
        live.hears_revocations = True
        while True:
            await asyncio.sleep(PING_SECONDS)
            await asyncio.wait_for(connection.execute("SELECT 1"), PING_SECONDS)
    finally:
        connection.terminate()
