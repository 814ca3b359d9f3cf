"""Tables of the novel as a whole: workspaces and members, the novel, its revisions, the outbox."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from infinite_scribe.core.clock import now
from infinite_scribe.db.sql.base import Base, Identified, NovelOwned, Timestamped, UserOwned, col


class Workspace(Identified, Timestamped, Base):
    """Where novels live; the owner pays for what agents do in it."""

    __tablename__ = "workspaces"

    owner_id: Mapped[uuid.UUID] = col(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = col(String(200), data="content")
    personal: Mapped[bool] = col(default=False)

    __table_args__ = (
        Index("uq_workspaces_personal", "owner_id", unique=True, postgresql_where=text("personal")),
    )


class WorkspaceMember(UserOwned, Timestamped, Base):
    """A role that holds for every novel of the workspace."""

    __tablename__ = "workspace_members"

    workspace_id: Mapped[uuid.UUID] = col(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[uuid.UUID] = col(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = col(String(10))


class Novel(Identified, Timestamped, Base):
    """One book. `revision` rises with each accepted change, `structure_version` with each change of order."""

    __tablename__ = "novels"

    workspace_id: Mapped[uuid.UUID] = col(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = col(String(300), data="content")
    idea: Mapped[str] = col(Text, data="content", default="")
    language: Mapped[str] = col(String(5))
    length: Mapped[str] = col(String(10), default="novel")
    pov: Mapped[str] = col(String(20), default="close_third")
    tone: Mapped[str | None] = col(String(200), data="content", default=None)
    status: Mapped[str] = col(String(20), default="writing", server_default="writing")
    revision: Mapped[int] = col(Integer, default=0)
    structure_version: Mapped[int] = col(Integer, default=0)
    story_start: Mapped[int] = col(BigInteger, default=0)
    words: Mapped[int] = col(Integer, default=0)
    editors_may_run: Mapped[bool] = col(default=False)
    settings: Mapped[dict[str, Any]] = col(data="content", default=dict)
    updated_at: Mapped[datetime] = col(default=now, server_default=text("now()"))
    deleted_at: Mapped[datetime | None] = col(default=None)


class NovelMember(Timestamped, Base):
    """The effective list: `role` is the stronger of the workspace's role and `own_role`, which is the novel's own.

    The foreign key is deferred: the first member is written before the novel, so that the novel can be seen.
    """

    __tablename__ = "novel_members"

    novel_id: Mapped[uuid.UUID] = col(
        ForeignKey("novels.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    user_id: Mapped[uuid.UUID] = col(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = col(String(10))
    own_role: Mapped[str | None] = col(String(10), default=None)


class NovelPlace(Base):
    """Where an author last stood in a novel; `off` counts UTF-16 code units inside the block."""

    __tablename__ = "novel_places"

    novel_id: Mapped[uuid.UUID] = col(ForeignKey("novels.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[uuid.UUID] = col(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    scene_id: Mapped[uuid.UUID] = col()
    pid: Mapped[str] = col(String(20))
    off: Mapped[int] = col(Integer)
    updated_at: Mapped[datetime] = col(default=now, server_default=text("now()"))


class NovelRevision(Identified, NovelOwned, Timestamped, Base):
    """What one revision changed. `hashes` holds one 128-bit sum per table of the state after it."""

    __tablename__ = "novel_revisions"

    revision: Mapped[int] = col(Integer)
    kind: Mapped[str] = col(String(12))
    parent: Mapped[int] = col(Integer)
    rolled_back_to: Mapped[int | None] = col(Integer, default=None)
    actor: Mapped[uuid.UUID | None] = col(
        ForeignKey("users.id", ondelete="SET NULL"), data="pii", default=None
    )
    run_id: Mapped[uuid.UUID | None] = col(default=None)
    summary: Mapped[dict[str, Any]] = col(data="content", default=dict)
    hashes: Mapped[dict[str, Any]] = col(default=dict)

    __table_args__ = (
        UniqueConstraint("novel_id", "revision"),
        Index("ix_novel_revisions_run", "run_id", postgresql_where=text("run_id IS NOT NULL")),
    )


class OutboxRow(NovelOwned, Timestamped, Base):
    """A change that projections and the librarian must hear of, written in the transaction of the change."""

    __tablename__ = "outbox"

    seq: Mapped[int] = col(BigInteger, Identity(always=True), primary_key=True)
    revision: Mapped[int] = col(Integer)
    topic: Mapped[str] = col(String(60))
    payload: Mapped[dict[str, Any]] = col(data="content", default=dict)

    __table_args__ = (Index("ix_outbox_waiting", "novel_id", "seq"),)


class OutboxCursor(Base):
    """How far a consumer has come in one novel."""

    __tablename__ = "outbox_cursors"

    consumer: Mapped[str] = col(String(60), primary_key=True)
    novel_id: Mapped[uuid.UUID] = col(
        ForeignKey("novels.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    seq: Mapped[int] = col(BigInteger, default=0)
    updated_at: Mapped[datetime] = col(default=now, server_default=text("now()"))
