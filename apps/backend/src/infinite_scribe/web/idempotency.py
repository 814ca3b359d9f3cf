"""A request that may be sent twice has its effect once: the answer is remembered in the transaction of the work."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.errors import ConflictError, InvalidError
from infinite_scribe.web.models import IdempotencyKey

LOCK_NOT_AVAILABLE = "55P03"
HEADER = "idempotency-key"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{16,64}")


class IdempotencyMismatchError(InvalidError):
    """The key was used for another request."""

    code = "idempotency-mismatch"
    title = "This key belongs to another request"


class IdempotencyBusyError(ConflictError):
    """The first request with this key is still being worked on."""

    code = "idempotency-busy"
    title = "The same request is still running"


class IdempotencyKeyError(InvalidError):
    """The key has the wrong form."""

    code = "invalid-idempotency-key"
    title = "An idempotency key has 16 to 64 letters, digits, _ or -"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer that was given the first time."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Remembering:
    """The place of one answer, taken in the transaction of the work; nothing is left of it when that rolls back."""

    session: AsyncSession
    user_id: UUID
    key: str

    async def keep(self, status: int, body: dict[str, Any]) -> None:
        """Store the answer; it is visible when the work is."""
        statement = (
            update(IdempotencyKey)
            .where(IdempotencyKey.user_id == self.user_id, IdempotencyKey.key == self.key)
            .values(state="done", status=status, body=body)
        )
        await self.session.execute(statement)


def check_key(key: str) -> str:
    """The key. Raises `IdempotencyKeyError` for one of the wrong form."""
    if not _SHAPE.fullmatch(key):
        raise IdempotencyKeyError
    return key


def body_hash(body: bytes) -> bytes:
    """What two equal requests share."""
    return hashlib.sha256(body).digest()


async def remember(
    session: AsyncSession, user_id: UUID, key: str, method: str, path: str, body_sha256: bytes
) -> Remembering | StoredAnswer:
    """Take the key for this work, or return the answer of the first time.

    A second request that arrives while the first one's transaction is open waits for it, at most as long as the
    lock limit; then `IdempotencyBusyError`. Raises `IdempotencyMismatchError` for another method, path or body.
    """
    mine = (IdempotencyKey.user_id == user_id, IdempotencyKey.key == check_key(key))
    await session.execute(delete(IdempotencyKey).where(*mine, IdempotencyKey.expires_at <= func.now()))
    place = (
        insert(IdempotencyKey)
        .values(user_id=user_id, key=key, method=method, path=path[:512], body_sha256=body_sha256)
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    )
    try:
        taken = await session.execute(place)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise IdempotencyBusyError(retry_after=1) from error
        raise
    if taken.first() is not None:
        return Remembering(session, user_id, key)
    row = (await session.scalars(select(IdempotencyKey).where(*mine))).first()
    if row is not None and (row.method, row.path, row.body_sha256) != (method, path[:512], body_sha256):
        raise IdempotencyMismatchError
    if row is None or row.state != "done" or row.status is None:
        raise IdempotencyBusyError(retry_after=1)
    return StoredAnswer(row.status, row.body or {})
