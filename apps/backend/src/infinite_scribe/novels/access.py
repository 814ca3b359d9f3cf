"""Who may do what on which novel: the only maker of `NovelScope`, and the keeper of the effective member list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.db.sql.engine import note_novel, novel_setting, set_scope
from infinite_scribe.novels.errors import LastOwnerError, NotAllowedError, NovelNotFoundError
from infinite_scribe.novels.models import Novel, NovelMember, WorkspaceMember
from infinite_scribe.novels.rules import NovelPermission, Role, permissions_of, strongest


@dataclass(frozen=True)
class NovelScope:
    """One user on one novel with what this user may do there; made by this module alone."""

    user_id: UUID
    novel_id: UUID
    role: Role
    permissions: frozenset[NovelPermission]

    def allows(self, permission: NovelPermission) -> bool:
        return permission in self.permissions

    def require(self, permission: NovelPermission) -> None:
        """Raise `NotAllowedError` unless the scope holds `permission`."""
        if permission not in self.permissions:
            raise NotAllowedError(permission=permission.value)


async def require(
    session: AsyncSession, user_id: UUID, novel_id: UUID, permission: NovelPermission
) -> NovelScope:
    """Return the user's scope on the novel and bind the transaction's rows to it.

    Raises `NovelNotFoundError` when the novel does not exist or is foreign, `NotAllowedError` when it may be read
    and not more.
    """
    found = (
        await session.execute(
            select(NovelMember.role, Novel.editors_may_run, novel_setting(novel_id))
            .join(Novel, Novel.id == NovelMember.novel_id)
            .where(NovelMember.novel_id == novel_id, NovelMember.user_id == user_id)
        )
    ).one_or_none()
    if found is None:
        raise NovelNotFoundError
    role = Role(found.role)
    scope = NovelScope(
        user_id, novel_id, role, permissions_of(role, editors_may_run=bool(found.editors_may_run))
    )
    scope.require(permission)
    note_novel(session, novel_id)
    return scope


def scope_for_run(user_id: UUID, novel_id: UUID, actions: Iterable[str]) -> NovelScope:
    """Return the scope of a run or a light task; `actions` come from the run row or the verified service token."""
    granted = frozenset(NovelPermission(action) for action in actions)
    return NovelScope(user_id, novel_id, Role.EDITOR, granted)


@dataclass(frozen=True)
class Members:
    """Members of workspaces and novels. Every change is followed by the novel's effective list."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Members:
        """Return the members of the scope's novel; callers hold MANAGE."""
        scope.require(NovelPermission.MANAGE)
        return cls(session, scope)

    async def everybody(self) -> list[NovelMember]:
        """Return the effective members of the novel."""
        found = await self.session.scalars(
            select(NovelMember)
            .where(NovelMember.novel_id == self.scope.novel_id)
            .order_by(NovelMember.created_at)
        )
        return list(found)

    async def set_role(self, user_id: UUID, role: Role | None) -> None:
        """Give a user a role on this novel (None takes it back); rights from the workspace stay.

        Only an owner makes or unmakes an owner. Raises `LastOwnerError` when nobody would own the novel.
        """
        member = await self.session.get(NovelMember, (self.scope.novel_id, user_id))
        if Role.OWNER in {role, Role(member.role) if member else None}:
            self.scope.require(NovelPermission.OWN)
        from_workspace = await self._workspace_role(user_id)
        effective = strongest((from_workspace, role))
        await self._keep_an_owner(user_id, effective)
        if effective is None:
            await self.session.execute(
                delete(NovelMember).where(
                    NovelMember.novel_id == self.scope.novel_id, NovelMember.user_id == user_id
                )
            )
            return
        if member is None:
            member = NovelMember(novel_id=self.scope.novel_id, user_id=user_id, role=effective.value)
            self.session.add(member)
        member.role, member.own_role = effective.value, role.value if role else None
        await self.session.flush()

    async def _workspace_role(self, user_id: UUID) -> Role | None:
        found = await self.session.scalar(
            select(WorkspaceMember.role)
            .join(Novel, Novel.workspace_id == WorkspaceMember.workspace_id)
            .where(Novel.id == self.scope.novel_id, WorkspaceMember.user_id == user_id)
        )
        return Role(found) if found else None

    async def _keep_an_owner(self, user_id: UUID, role: Role | None) -> None:
        if role is Role.OWNER:
            return
        others = await self.session.scalar(
            select(NovelMember.user_id).where(
                NovelMember.novel_id == self.scope.novel_id,
                NovelMember.role == Role.OWNER.value,
                NovelMember.user_id != user_id,
            )
        )
        if others is None:
            raise LastOwnerError


async def admit(session: AsyncSession, novel_id: UUID, workspace_id: UUID, creator: UUID) -> None:
    """Write the effective list of a novel that is about to be inserted: its creator first, then the workspace."""
    members = (
        await session.scalars(select(WorkspaceMember).where(WorkspaceMember.workspace_id == workspace_id))
    ).all()
    for member in sorted(members, key=lambda found: found.user_id != creator):
        session.add(NovelMember(novel_id=novel_id, user_id=member.user_id, role=member.role))
        await session.flush()


async def set_workspace_role(
    session: AsyncSession, manager: UUID, workspace_id: UUID, user_id: UUID, role: Role | None
) -> None:
    """Give a user a role in a workspace (None takes it back) and carry it into each of its novels.

    Raises `NovelNotFoundError` for a foreign workspace, `NotAllowedError` without the right to manage it.
    """
    mine = await session.get(WorkspaceMember, (workspace_id, manager))
    if mine is None:
        raise NovelNotFoundError
    theirs = await session.get(WorkspaceMember, (workspace_id, user_id))
    touches_owner = Role.OWNER in {role, Role(theirs.role) if theirs else None}
    needed = NovelPermission.OWN if touches_owner else NovelPermission.MANAGE
    if needed not in permissions_of(Role(mine.role)):
        raise NotAllowedError(permission=needed.value)
    if theirs is not None and theirs.role == Role.OWNER and role is not Role.OWNER:
        await _other_owner(session, workspace_id, user_id)
    novels = (await session.scalars(select(Novel.id).where(Novel.workspace_id == workspace_id))).all()
    own = {novel: await _own_role(session, novel, user_id) for novel in novels}
    if role is None and theirs is not None:
        await session.delete(theirs)
    elif theirs is not None and role is not None:
        theirs.role = role.value
    elif role is not None:
        session.add(WorkspaceMember(workspace_id=workspace_id, user_id=user_id, role=role.value))
    await session.flush()
    for novel_id in novels:
        scope = await require(session, manager, novel_id, needed)
        await Members(session, scope).set_role(user_id, own[novel_id])


async def _own_role(session: AsyncSession, novel_id: UUID, user_id: UUID) -> Role | None:
    await set_scope(session, novel_id=novel_id)
    member = await session.get(NovelMember, (novel_id, user_id), populate_existing=True)
    return Role(member.own_role) if member is not None and member.own_role else None


async def _other_owner(session: AsyncSession, workspace_id: UUID, user_id: UUID) -> None:
    other = await session.scalar(
        select(WorkspaceMember.user_id).where(
            WorkspaceMember.workspace_id == workspace_id,
            WorkspaceMember.role == Role.OWNER.value,
            WorkspaceMember.user_id != user_id,
        )
    )
    if other is None:
        raise LastOwnerError
