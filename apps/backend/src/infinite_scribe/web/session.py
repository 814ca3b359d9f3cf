"""One request is one transaction, committed before the answer leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.db.sql.engine import Database, RowScope


def database_of(request: Request) -> Database:
    """Return the process's database; its `main.py` put it there."""
    database: Database = request.app.state.database
    return database


async def transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """Yield the session of this request, in the scope of the signed-in user (none: no rows).

    `accounts` sets `request.state.user_id` before this runs. The function scope makes the commit happen before
    the response is sent, so that a success always means *committed*.
    """
    scope = RowScope(user_id=getattr(request.state, "user_id", None))
    async with database_of(request).transaction(scope) as session:
        yield session


Transaction = Annotated[AsyncSession, Depends(transaction, scope="function")]
