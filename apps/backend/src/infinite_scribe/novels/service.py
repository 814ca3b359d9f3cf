"""The shelf of a user and the life of one novel: settings, trash, place, revisions."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, delete, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.core.errors import InvalidError
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import set_scope
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import NovelScope, admit, require
from infinite_scribe.novels.errors import NovelNotFoundError, NovelNotInTrashError
from infinite_scribe.novels.models import (
    Novel,
    NovelMember,
    NovelPlace,
    NovelRevision,
    Workspace,
    WorkspaceMember,
)
from infinite_scribe.novels.revisions import AGENTS, BY, Revisions, lock_novel
from infinite_scribe.novels.rules import NovelPermission, Role, title_from
from infinite_scribe.novels.schemas import NovelCreate, NovelRead, NovelUpdate, Place, PlaceRead, RevisionRead
from infinite_scribe.web.schemas import Page

_OF_THE_NOVEL = tuple(name for name in NovelRead.model_fields if name not in {"role", "place", "live_run"})
LiveRunReader = Callable[[AsyncSession, Sequence[UUID]], Awaitable[Mapping[UUID, Any]]]


async def get_novel(session: AsyncSession, novel_id: UUID) -> Novel:
    """Return a novel that the transaction may see. Raises `NovelNotFoundError`."""
    novel = await session.get(Novel, novel_id)
    if novel is None:
        raise NovelNotFoundError
    return novel


async def workspace_owner(session: AsyncSession, novel_id: UUID) -> UUID:
    """Return who pays for runs on a novel: the owner of its workspace. Raises `NovelNotFoundError`."""
    found = await session.scalar(
        select(Workspace.owner_id).join(Novel, Novel.workspace_id == Workspace.id).where(Novel.id == novel_id)
    )
    if found is None:
        raise NovelNotFoundError
    return found


@dataclass(frozen=True)
class Shelf:
    """The novels that one user may see."""

    session: AsyncSession
    user_id: UUID
    live_runs: LiveRunReader | None = None

    async def create(self, wanted: NovelCreate) -> NovelScope:
        """Insert a novel in the user's personal workspace (made with the first one); return its scope.

        The novel is empty: `manuscript` gives it its first chapter and scene in the same transaction.
        """
        workspace_id = await self._personal_workspace()
        novel_id = new_id()
        await set_scope(self.session, user_id=self.user_id, novel_id=novel_id)
        await admit(self.session, novel_id, workspace_id, self.user_id)
        values = wanted.model_dump()
        values["title"] = (wanted.title or "").strip() or title_from(wanted.idea, wanted.language)
        self.session.add(Novel(id=novel_id, workspace_id=workspace_id, **values))
        await self.session.flush()
        return await require(self.session, self.user_id, novel_id, NovelPermission.OWN)

    async def living(self, cursor: str | None = None, limit: int = 50) -> Page[NovelRead]:
        """Return the living novels, last edited first."""
        return await self._page(Novel.deleted_at.is_(None), cursor, limit)

    async def trash(self, cursor: str | None = None, limit: int = 50) -> Page[NovelRead]:
        """Return the user's own novels that lie in the trash."""
        return await self._page(Novel.deleted_at.is_not(None), cursor, limit)

    async def _page(self, wanted: ColumnElement[bool], cursor: str | None, limit: int) -> Page[NovelRead]:
        statement = self._described().where(wanted)
        if cursor is not None:
            statement = statement.where(tuple_(Novel.updated_at, Novel.id) < tuple_(*_read_cursor(cursor)))
        ordered = statement.order_by(Novel.updated_at.desc(), Novel.id.desc()).limit(limit + 1)
        rows = (await self.session.execute(ordered)).all()
        following = _cursor(rows[limit - 1]) if len(rows) > limit else None
        return Page(items=await self._reads(rows[:limit]), next=following)

    async def describe(self, novel_id: UUID) -> NovelRead:
        """Return what the shelf shows of one novel. Raises `NovelNotFoundError`."""
        rows = (await self.session.execute(self._described().where(Novel.id == novel_id))).all()
        if not rows:
            raise NovelNotFoundError
        return (await self._reads(rows))[0]

    def _described(self) -> Select[Any]:
        """Novels with the user's role and last place, in one question: the shelf is read all the time."""
        at = (NovelPlace.novel_id == Novel.id) & (NovelPlace.user_id == self.user_id)
        mine = (NovelMember.novel_id == Novel.id) & (NovelMember.user_id == self.user_id)
        columns = [getattr(Novel, name) for name in _OF_THE_NOVEL]
        place = [NovelPlace.scene_id, NovelPlace.pid, NovelPlace.off]
        return select(*columns, NovelMember.role, *place).join(NovelMember, mine).outerjoin(NovelPlace, at)

    async def _reads(self, rows: Sequence[Row[Any]]) -> list[NovelRead]:
        ids = [row.id for row in rows]
        runs = await self.live_runs(self.session, ids) if self.live_runs and ids else {}
        return [
            NovelRead(
                **{name: getattr(row, name) for name in _OF_THE_NOVEL},
                role=row.role,
                place=PlaceRead(scene_id=row.scene_id, pid=row.pid, off=row.off) if row.scene_id else None,
                live_run=runs.get(row.id),
            )
            for row in rows
        ]

    async def _personal_workspace(self) -> UUID:
        """Return the personal workspace; two first novels at once make one."""
        fresh = insert(Workspace).values(
            id=new_id(), owner_id=self.user_id, name="", personal=True, created_at=now()
        )
        await self.session.execute(
            fresh.on_conflict_do_nothing(index_elements=["owner_id"], index_where=text("personal"))
        )
        workspace_id = await self.session.scalar(
            select(Workspace.id).where(Workspace.owner_id == self.user_id, Workspace.personal)
        )
        assert workspace_id is not None
        await self.session.execute(
            insert(WorkspaceMember)
            .values(workspace_id=workspace_id, user_id=self.user_id, role=Role.OWNER.value, created_at=now())
            .on_conflict_do_nothing()
        )
        return workspace_id


@dataclass(frozen=True)
class NovelService:
    """One novel of one user."""

    session: AsyncSession
    scope: NovelScope
    shelf: Shelf

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> NovelService:
        """Return the service of the scope's novel."""
        return cls(session, scope, Shelf(session, scope.user_id))

    async def read(self) -> NovelRead:
        """Return the novel as the shelf shows it."""
        return await self.shelf.describe(self.scope.novel_id)

    async def update(self, wanted: NovelUpdate) -> NovelRead:
        """Change title, idea or settings; such changes are not part of revisions."""
        changes = {
            name: value for name, value in wanted.model_dump(exclude_unset=True).items() if value is not None
        }
        if "tone" in wanted.model_fields_set:
            changes["tone"] = wanted.tone
        if "editors_may_run" in changes:
            self.scope.require(NovelPermission.MANAGE)
        novel = await lock_novel(self.session, self.scope.novel_id)
        for name, value in changes.items():
            setattr(novel, name, value)
        novel.updated_at = now()
        await outbox.publish(
            self.session, novel.id, novel.revision, "novel.updated", {"fields": sorted(changes)}
        )
        return await self.read()

    async def name_untitled(self, title: str) -> None:
        """Give the book a title while it still carries the one that was made from its idea."""
        novel = await lock_novel(self.session, self.scope.novel_id)
        if title.strip() and novel.title == title_from(novel.idea, novel.language):
            novel.title, novel.updated_at = title.strip()[:300], now()
            await outbox.publish(
                self.session, novel.id, novel.revision, "novel.updated", {"fields": ["title"]}
            )

    async def move_to_trash(self) -> None:
        """Put the novel into the trash; it can come back for 30 days."""
        novel = await lock_novel(self.session, self.scope.novel_id)
        novel.deleted_at = novel.deleted_at or now()
        await outbox.publish(self.session, novel.id, novel.revision, "novel.trashed", {})

    async def restore(self) -> NovelRead:
        """Take the novel out of the trash."""
        novel = await lock_novel(self.session, self.scope.novel_id)
        novel.deleted_at = None
        await outbox.publish(self.session, novel.id, novel.revision, "novel.restored", {})
        return await self.read()

    async def delete_forever(self) -> None:
        """Erase a novel that lies in the trash with everything in it. Raises `NovelNotInTrashError`."""
        novel = await lock_novel(self.session, self.scope.novel_id)
        if novel.deleted_at is None:
            raise NovelNotInTrashError
        await self.session.execute(delete(Novel).where(Novel.id == novel.id))

    async def remember_place(self, place: Place) -> None:
        """Remember where the user stands in the novel; the scene was checked by the caller."""
        values = {**place.model_dump(), "updated_at": now()}
        await self.session.execute(
            insert(NovelPlace)
            .values(novel_id=self.scope.novel_id, user_id=self.scope.user_id, **values)
            .on_conflict_do_update(index_elements=["novel_id", "user_id"], set_=values)
        )

    async def revisions(self, before: int | None = None, limit: int = 50) -> Page[RevisionRead]:
        """Return what changed, newest first; the cursor is a revision number."""
        rows = await Revisions.of(self.session, self.scope).history(before=before, limit=limit + 1)
        items = [describe_revision(row, self.scope.user_id) for row in rows[:limit]]
        return Page(items=items, next=str(items[-1].revision) if len(rows) > limit else None)


def describe_revision(row: NovelRevision, reader: UUID) -> RevisionRead:
    """Return the wire form of a revision for one reader."""
    by_agents = row.run_id is not None or row.summary.get(BY) == AGENTS
    actor = "agent" if by_agents else ("you" if row.actor == reader else "other")
    return RevisionRead(
        revision=row.revision,
        kind=row.kind,
        label=row.summary.get("label"),
        actor=actor,
        run_id=row.run_id,
        rolled_back_to=row.rolled_back_to,
        tables=row.summary.get("tables", {}),
        at=row.created_at,
    )


def _cursor(novel: Row[Any]) -> str:
    return base64.urlsafe_b64encode(f"{novel.updated_at.isoformat()}|{novel.id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        instant, _, novel_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        return datetime.fromisoformat(instant).astimezone(UTC), UUID(novel_id)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise InvalidError("The cursor is not one of ours.") from error
