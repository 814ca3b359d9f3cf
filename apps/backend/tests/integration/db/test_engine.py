from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope, set_scope
from servers.databases import TestDatabase

INSERT = text(
    "INSERT INTO idempotency_keys (user_id, key, method, path, body_sha256) VALUES (:user, :key, 'POST', '/x', ''::bytea)"
)


async def keys_seen(database: TestDatabase, user: uuid.UUID | None) -> int:
    async with database.api.transaction(RowScope(user_id=user)) as session:
        return int((await session.execute(text("SELECT count(*) FROM idempotency_keys"))).scalar_one())


async def test_a_role_sees_only_the_rows_of_its_scope(fresh_db: TestDatabase) -> None:
    mine, other = new_id(), new_id()
    async with fresh_db.api.transaction(RowScope(user_id=mine)) as session:
        await session.execute(INSERT, {"user": mine, "key": "k1"})
    assert await keys_seen(fresh_db, mine) == 1
    assert await keys_seen(fresh_db, other) == 0
    assert await keys_seen(fresh_db, None) == 0


async def test_a_row_for_somebody_else_is_refused(fresh_db: TestDatabase) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with fresh_db.api.transaction(RowScope(user_id=new_id())) as session:
            await session.execute(INSERT, {"user": new_id(), "key": "k1"})


async def test_the_scope_ends_with_its_transaction(fresh_db: TestDatabase) -> None:
    user = new_id()
    async with fresh_db.api.transaction() as session:
        await set_scope(session, user_id=user)
        await session.execute(INSERT, {"user": user, "key": "k1"})
    assert await keys_seen(fresh_db, None) == 0


async def test_an_exception_leaves_nothing(fresh_db: TestDatabase) -> None:
    user = new_id()
    with pytest.raises(RuntimeError):
        async with fresh_db.api.transaction(RowScope(user_id=user)) as session:
            await session.execute(INSERT, {"user": user, "key": "k1"})
            raise RuntimeError
    assert await keys_seen(fresh_db, user) == 0
