"""Acting for who pays: what is given back afterwards, and what a member is told of the owner's models."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from factories.calls import make_user
from factories.novels import make_novel, share
from factories.providers import choose_model, make_endpoint
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.novels.rules import Role
from infinite_scribe.prompts.judges import read_judges
from infinite_scribe.providers.payers import as_payer
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID
from servers.databases import TestDatabase


async def a_shared_book(db: TestDatabase) -> tuple[UUID, UUID, UUID]:
    owner, member = await make_user(db.owner), await make_user(db.owner)
    novel = await make_novel(db.api, owner)
    await share(db.api, owner, novel, member, Role.EDITOR)
    return owner, member, novel


async def _breaks(session: AsyncSession, member: UUID, novel: UUID) -> None:
    async with as_payer(session, member, novel):
        await session.execute(text("SELECT 1 / 0"))


async def _gives_up(session: AsyncSession, member: UUID, novel: UUID) -> None:
    async with as_payer(session, member, novel):
        raise LookupError


async def _who(session: AsyncSession) -> UUID | None:
    scope: RowScope = session.info["scope"]
    return scope.user_id


async def test_the_first_error_is_told_where_the_database_takes_nothing_more(fresh_db: TestDatabase) -> None:
    _, member, novel = await a_shared_book(fresh_db)
    with pytest.raises(DBAPIError, match="division by zero"):
        async with fresh_db.api.transaction(RowScope(member, novel)) as session:
            await _breaks(session, member, novel)


async def test_after_any_other_error_the_session_is_the_users_again(fresh_db: TestDatabase) -> None:
    owner, member, novel = await a_shared_book(fresh_db)
    async with fresh_db.api.transaction(RowScope(member, novel)) as session:
        async with as_payer(session, member, novel) as payer:
            assert payer == owner == await _who(session)
        with pytest.raises(LookupError):
            await _gives_up(session, member, novel)
        assert await _who(session) == member


async def test_a_member_is_not_told_where_the_owners_models_stand(fresh_db: TestDatabase) -> None:
    owner, member, novel = await a_shared_book(fresh_db)
    endpoint = await make_endpoint(fresh_db.owner, owner, "http://127.0.0.1:9/v1", label="My own cellar")
    await choose_model(fresh_db.owner, owner, "editor", endpoint, "large")
    told = {}
    for user in (owner, member):
        async with fresh_db.api.transaction(RowScope(user, novel)) as session:
            [told[user]] = (await read_judges(session, user, novel)).models
    assert (told[owner].endpoint_id, told[owner].provider_label) == (endpoint, "My own cellar")
    assert (told[member].endpoint_id, told[member].provider_label, told[member].own) == (None, None, False)
    assert told[member].model == "large"


async def test_without_any_model_there_are_no_judges(fresh_db: TestDatabase) -> None:
    owner, _, novel = await a_shared_book(fresh_db)
    async with fresh_db.owner.transaction() as session:
        await session.execute(text("DELETE FROM endpoints WHERE id = :demo"), {"demo": DEMO_ENDPOINT_ID})
    async with fresh_db.api.transaction(RowScope(owner, novel)) as session:
        found = await read_judges(session, owner, novel)
    assert (found.decides, found.models) == (False, [])
