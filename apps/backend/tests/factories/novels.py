"""Rows of novels: users that own, share and read them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.novels.access import Members, NovelScope, require
from infinite_scribe.novels.rules import NovelPermission, Role
from infinite_scribe.novels.schemas import NovelCreate
from infinite_scribe.novels.service import Shelf


async def make_user(owner: Database, name: str = "ada") -> UUID:
    """Insert a user through the columns that have no default; return the id."""
    user_id = new_id()
    async with owner.transaction() as session:
        await insert_user(session, user_id, f"{name}-{user_id.hex[-8:]}")
    return user_id


async def insert_user(session: AsyncSession, user_id: UUID, name: str) -> None:
    """Fill every required column of `users` with something that fits its type."""
    columns = await session.execute(
        text(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = 'users' AND is_nullable = 'NO' AND column_default IS NULL"
        )
    )
    values: dict[str, object] = {}
    for column, kind in columns:
        if column == "id":
            values[column] = user_id
        elif "char" in kind or kind == "text":
            values[column] = name if "name" in column else "owner" if column == "kind" else "en"
        elif kind == "boolean":
            values[column] = False
        elif kind in {"integer", "bigint", "smallint"}:
            values[column] = 0
        elif kind == "jsonb":
            values[column] = "{}"
    names = ", ".join(values)
    marks = ", ".join(f":{column}" for column in values)
    await session.execute(text(f"INSERT INTO users ({names}) VALUES ({marks})"), values)


async def make_novel(api: Database, user_id: UUID, language: str = "en", idea: str = "A lighthouse.") -> UUID:
    """Insert an empty novel as the gateway would; return its id."""
    async with api.transaction(RowScope(user_id=user_id)) as session:
        wanted = NovelCreate(idea=idea, language=language)
        return (await Shelf(session, user_id).create(wanted)).novel_id


async def scope_of(
    session: AsyncSession, user_id: UUID, novel_id: UUID, permission: NovelPermission = NovelPermission.READ
) -> NovelScope:
    """Return a user's scope in an open transaction."""
    return await require(session, user_id, novel_id, permission)


@dataclass(frozen=True)
class Cast:
    """A novel with one user per role and one who has none."""

    novel_id: UUID
    users: dict[str, UUID]


async def share(api: Database, owner_id: UUID, novel_id: UUID, user_id: UUID, role: Role) -> None:
    """Give a user a role on a novel."""
    async with api.transaction(RowScope(user_id=owner_id)) as session:
        scope = await require(session, owner_id, novel_id, NovelPermission.OWN)
        await Members.of(session, scope).set_role(user_id, role)


async def make_cast(owner: Database, api: Database, novel_id: UUID, owner_id: UUID) -> Cast:
    """Share a novel with one user per role."""
    users = {"owner": owner_id, "stranger": await make_user(owner, "stranger")}
    for role in (Role.MANAGER, Role.EDITOR, Role.COMMENTER, Role.READER):
        users[role.value] = await make_user(owner, role.value)
        await share(api, owner_id, novel_id, users[role.value], role)
    return Cast(novel_id, users)
