"""Brings streamed text to the disk: at least every 250 ms or 20 tokens, whichever comes first."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Self
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from infinite_scribe.calls.journal import CallJournal
from infinite_scribe.core import clock
from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.db.sql.engine import Database, RowScope

log = get_logger(__name__)

MAX_BUFFER_CHARS = 4_000_000
MAX_OUTAGE_SECONDS = 600
_RETRY_SECONDS = 0.5


class FencedError(BaseException):
    """Another process owns the call by now. Not an error of the call: this process just stops."""


class Appender:
    """Buffers the text of one dial. While the database is away it keeps up to 4 MB for up to ten minutes."""

    def __init__(
        self,
        database: Database,
        scope: RowScope,
        *,
        call_id: UUID,
        owner: UUID,
        dial_no: int,
        seq: int,
        offset: int,
        every_milliseconds: int,
        every_tokens: int,
    ) -> None:
        self._database = database
        self._scope = scope
        self._slot = (call_id, owner, dial_no)
        self._seq = seq
        self._offset = offset
        self._every_seconds = every_milliseconds / 1000
        self._every_tokens = every_tokens
        self._pending = ""
        self._tokens = 0
        self._wake = asyncio.Event()
        self._lock = asyncio.Lock()
        self._outage_since: float | None = None
        self._task: asyncio.Task[None] | None = None
        self.fenced = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @property
    def seq(self) -> int:
        return self._seq

    @property
    def hopeless(self) -> bool:
        """Say whether the database has been away for too long to go on."""
        since = self._outage_since
        return len(self._pending) > MAX_BUFFER_CHARS or (
            since is not None and clock.monotonic() - since > MAX_OUTAGE_SECONDS
        )

    def add(self, text: str) -> None:
        """Take text that was just streamed."""
        self._pending += text
        self._tokens += max(1, count_tokens(text))
        if self._tokens >= self._every_tokens:
            self._wake.set()

    async def flush(self) -> bool:
        """Write what is pending; False when the database did not take it."""
        async with self._lock:
            payload = self._pending
            if not payload or self.fenced:
                return True
            try:
                async with self._database.transaction(self._scope) as session:
                    journal = CallJournal.of(session)
                    kept = await journal.append(*self._slot, self._seq + 1, self._offset, payload)
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                self._outage_since = self._outage_since or clock.monotonic()
                log.warning("call.append_failed", call_id=str(self._slot[0]), reason=type(error).__name__)
                return False
            self._outage_since = None
            if not kept:
                self.fenced = True
                return True
            self._seq += 1
            self._offset += len(payload)
            self._pending = self._pending[len(payload) :]
            self._tokens = 0
            return True

    async def _run(self) -> None:
        while not self.fenced:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every_seconds):
                    await self._wake.wait()
            self._wake.clear()
            if not await self.flush():
                await asyncio.sleep(_RETRY_SECONDS)
