"""Acting for who pays: the models, prices and private mode of a novel's calls are those of its workspace's owner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.db.sql.engine import set_scope

_PAYER = text("SELECT payer_id FROM run_terms(:novel, :user)")


@asynccontextmanager
async def as_payer(session: AsyncSession, user_id: UUID, novel_id: UUID | None) -> AsyncIterator[UUID]:
    """Give the session the scope of who pays for calls of a novel that the user may see; without one the user pays.

    Yields the payer. Afterwards the session is the user's again, in the scope of the novel. After an error too, unless
    the database takes nothing more before a rollback, which gives the scope back by itself.
    """
    if novel_id is None:
        yield user_id
        return
    await set_scope(session, novel_id=novel_id)
    payer: UUID = await session.scalar(_PAYER, {"novel": novel_id, "user": user_id}) or user_id
    await set_scope(session, user_id=payer)
    try:
        yield payer
    except BaseException:
        with suppress(SQLAlchemyError):
            await set_scope(session, user_id=user_id)
        raise
    await set_scope(session, user_id=user_id)
