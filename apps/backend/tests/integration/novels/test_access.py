"""Roles, the effective list of members, and the second wall in the database."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factories.novels import make_novel, make_user, share
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.novels.access import Members, require, set_workspace_role
from infinite_scribe.novels.errors import LastOwnerError, NotAllowedError, NovelNotFoundError
from infinite_scribe.novels.rules import NovelPermission, Role
from servers.databases import TestDatabase


async def test_a_strangers_novel_is_not_found(fresh_db: TestDatabase) -> None:
    ada, bob = await make_user(fresh_db.owner), await make_user(fresh_db.owner, "bob")
    novel_id = await make_novel(fresh_db.api, ada)
    async with fresh_db.api.transaction(RowScope(user_id=bob)) as session:
        for wanted in (novel_id, new_id()):
            with pytest.raises(NovelNotFoundError):
                await require(session, bob, wanted, NovelPermission.READ)


async def test_a_reader_may_read_and_not_write(fresh_db: TestDatabase) -> None:
    ada, bob = await make_user(fresh_db.owner), await make_user(fresh_db.owner, "bob")
    novel_id = await make_novel(fresh_db.api, ada)
    await share(fresh_db.api, ada, novel_id, bob, Role.READER)
    async with fresh_db.api.transaction(RowScope(user_id=bob)) as session:
        assert (await require(session, bob, novel_id, NovelPermission.READ)).role is Role.READER
        with pytest.raises(NotAllowedError):
            await require(session, bob, novel_id, NovelPermission.WRITE)


async def test_row_security_hides_and_refuses_foreign_rows(fresh_db: TestDatabase) -> None:
    ada, bob = await make_user(fresh_db.owner), await make_user(fresh_db.owner, "bob")
    novel_id = await make_novel(fresh_db.api, ada)
    async with fresh_db.api.transaction(RowScope(user_id=bob)) as session:
        for table in (
            "novels",
            "novel_members",
            "workspaces",
            "workspace_members",
            "outbox",
            "novel_revisions",
        ):
            assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0
    for role in ("owner", "reader"):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with fresh_db.api.transaction(RowScope(user_id=bob, novel_id=novel_id)) as session:
                await session.execute(
                    text("INSERT INTO novel_members (novel_id, user_id, role) VALUES (:n, :u, :r)"),
                    {"n": novel_id, "u": bob, "r": role},
                )


async def test_agents_see_the_novel_of_their_run_only(fresh_db: TestDatabase) -> None:
    ada = await make_user(fresh_db.owner)
    mine, other = await make_novel(fresh_db.api, ada), await make_novel(fresh_db.api, ada)
    async with fresh_db.agent.transaction(RowScope(user_id=ada, novel_id=mine)) as session:
        seen = (await session.execute(text("SELECT id FROM novels"))).scalars().all()
        assert seen == [mine]
        assert other not in seen


async def test_a_workspace_role_reaches_every_novel_and_a_novel_only_adds(fresh_db: TestDatabase) -> None:
    ada, bob = await make_user(fresh_db.owner), await make_user(fresh_db.owner, "bob")
    first, second = await make_novel(fresh_db.api, ada), await make_novel(fresh_db.api, ada)
    async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
        workspace = (await session.execute(text("SELECT id FROM workspaces"))).scalar_one()
        await set_workspace_role(session, ada, workspace, bob, Role.COMMENTER)
    await share(fresh_db.api, ada, second, bob, Role.EDITOR)
    third = await make_novel(fresh_db.api, ada)
    async with fresh_db.api.transaction(RowScope(user_id=bob)) as session:
        seen = await session.execute(
            text("SELECT novel_id, role FROM novel_members WHERE user_id = :u"), {"u": bob}
        )
        roles = {row.novel_id: row.role for row in seen}
    assert roles == {first: "commenter", second: "editor", third: "commenter"}
    async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
        await set_workspace_role(session, ada, workspace, bob, None)
    async with fresh_db.api.transaction(RowScope(user_id=bob)) as session:
        left = (await session.execute(text("SELECT novel_id, role FROM novel_members"))).all()
    assert [tuple(row) for row in left] == [(second, "editor")]


async def test_a_novel_keeps_an_owner(fresh_db: TestDatabase) -> None:
    ada = await make_user(fresh_db.owner)
    novel_id = await make_novel(fresh_db.api, ada)
    async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
        scope = await require(session, ada, novel_id, NovelPermission.OWN)
        workspace = (await session.execute(text("SELECT id FROM workspaces"))).scalar_one()
        with pytest.raises(LastOwnerError):
            await set_workspace_role(session, ada, workspace, ada, Role.READER)
        await Members.of(session, scope).set_role(
            ada, Role.READER
        )  # the workspace's role stays the stronger one
        assert (await require(session, ada, novel_id, NovelPermission.OWN)).role is Role.OWNER


async def test_a_manager_cannot_make_an_owner(fresh_db: TestDatabase) -> None:
    ada, bob = await make_user(fresh_db.owner), await make_user(fresh_db.owner, "bob")
    novel_id = await make_novel(fresh_db.api, ada)
    await share(fresh_db.api, ada, novel_id, bob, Role.MANAGER)
    async with fresh_db.api.transaction(RowScope(user_id=bob)) as session:
        scope = await require(session, bob, novel_id, NovelPermission.MANAGE)
        with pytest.raises(NotAllowedError):
            await Members.of(session, scope).set_role(bob, Role.OWNER)
