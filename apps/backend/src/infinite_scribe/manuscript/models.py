"""Tables of the text: immutable versions, the live and the head version of each scene, proposals, decisions."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped

from infinite_scribe.core.clock import now
from infinite_scribe.db.sql.base import Base, Identified, NovelOwned, Revisioned, Timestamped, col


class SceneVersion(Identified, NovelOwned, Timestamped, Base):
    """One immutable state of a scene. `number` rises by one per scene; `text` is its prose without beats."""

    __tablename__ = "scene_versions"

    scene_id: Mapped[uuid.UUID] = col()
    number: Mapped[int] = col(Integer)
    json: Mapped[dict[str, Any]] = col(data="content")
    text: Mapped[str] = col(Text, data="content")
    text_hash: Mapped[str] = col(String(32))
    words: Mapped[int] = col(Integer)
    characters: Mapped[int] = col(Integer)
    author: Mapped[str] = col(String(8))
    kind: Mapped[str] = col(String(12))
    author_id: Mapped[uuid.UUID | None] = col(
        ForeignKey("users.id", ondelete="SET NULL"), data="pii", default=None
    )
    run_id: Mapped[uuid.UUID | None] = col(default=None)
    call_id: Mapped[uuid.UUID | None] = col(default=None)
    demo: Mapped[bool] = col(Boolean, default=False)

    __table_args__ = (
        UniqueConstraint("scene_id", "number"),
        Index("ix_scene_versions_text", "scene_id", "text_hash"),
        Index("ix_scene_versions_call", "call_id", postgresql_where=sql("call_id IS NOT NULL")),
    )


class SceneLive(NovelOwned, Base):
    """The version that readers get. Moved by each save; not truth, makes no revision."""

    __tablename__ = "scene_live"

    scene_id: Mapped[uuid.UUID] = col(primary_key=True)
    version: Mapped[int] = col(Integer)
    version_id: Mapped[uuid.UUID] = col(ForeignKey("scene_versions.id", ondelete="CASCADE"))
    words: Mapped[int] = col(Integer, default=0)
    changed_words: Mapped[int] = col(Integer, default=0)
    dirty_since: Mapped[datetime | None] = col(default=None)
    updated_at: Mapped[datetime] = col(default=now, server_default=sql("now()"))


class SceneHead(Revisioned, Base):
    """Which version of a scene belongs to a revision of the novel; `id` is the scene's id."""

    __tablename__ = "scene_heads"

    version: Mapped[int] = col(Integer)
    version_id: Mapped[uuid.UUID] = col(ForeignKey("scene_versions.id", ondelete="CASCADE"))


class Snapshot(Identified, NovelOwned, Timestamped, Base):
    """A name that the author or the platform gave to a version; named versions are never thinned."""

    __tablename__ = "snapshots"

    scene_id: Mapped[uuid.UUID] = col(index=True)
    version_id: Mapped[uuid.UUID] = col(ForeignKey("scene_versions.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = col(String(200), data="content")


class Proposal(Identified, NovelOwned, Timestamped, Base):
    """Text of an agent beside the document. Anchors count UTF-16 code units inside one block."""

    __tablename__ = "proposals"

    scene_id: Mapped[uuid.UUID] = col()
    run_id: Mapped[uuid.UUID | None] = col(default=None, index=True)
    agent: Mapped[str] = col(String(12))
    model: Mapped[str] = col(String(200), default="")
    demo: Mapped[bool] = col(Boolean, default=False)
    kind: Mapped[str] = col(String(8))
    base_version: Mapped[int] = col(Integer)
    anchor: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    instruction: Mapped[str | None] = col(Text, data="content", default=None)
    variants: Mapped[list[Any]] = col(data="content", default=list)
    status: Mapped[str] = col(String(10), default="open")
    usage: Mapped[dict[str, Any]] = col(default=dict)
    calls: Mapped[list[str]] = col(default=list)
    open_hunks: Mapped[int | None] = col(Integer, default=None)
    decided_by: Mapped[uuid.UUID | None] = col(
        ForeignKey("users.id", ondelete="SET NULL"), data="pii", default=None
    )
    decided_at: Mapped[datetime | None] = col(default=None)
    decided_revision: Mapped[int | None] = col(Integer, default=None)
    undone_by: Mapped[int | None] = col(Integer, default=None)

    __table_args__ = (Index("ix_proposals_open", "novel_id", "scene_id", "status"),)


class Decision(Identified, NovelOwned, Timestamped, Base):
    """What an author decided about hunks of a proposal, in the transaction of the text it made."""

    __tablename__ = "decisions"

    proposal_id: Mapped[uuid.UUID] = col(ForeignKey("proposals.id", ondelete="CASCADE"), index=True)
    scene_id: Mapped[uuid.UUID] = col()
    variant: Mapped[str | None] = col(String(40), default=None)
    hunks: Mapped[list[str]] = col(default=list)
    action: Mapped[str] = col(String(8))
    open_hunks: Mapped[int] = col(Integer, default=0)
    user_id: Mapped[uuid.UUID | None] = col(
        ForeignKey("users.id", ondelete="SET NULL"), data="pii", default=None
    )
    version: Mapped[int | None] = col(Integer, default=None)
    revision: Mapped[int | None] = col(Integer, default=None)


class NgramRow(NovelOwned, Base):
    """How often a run of words (by hash) stands in a scene's head text; for reuse across chapters."""

    __tablename__ = "ngram_index"

    scene_id: Mapped[uuid.UUID] = col(primary_key=True)
    n: Mapped[int] = col(Integer, primary_key=True)
    hash: Mapped[int] = col(BigInteger, primary_key=True)
    count: Mapped[int] = col(Integer)

    __table_args__ = (Index("ix_ngram_index_hash", "novel_id", "n", "hash"),)
