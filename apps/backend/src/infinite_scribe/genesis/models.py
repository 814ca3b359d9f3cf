"""Tables of the way from an idea to a plan."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Base, Identified, NovelOwned, Revisioned, Timestamped, col

_LIVE = text("rev_to IS NULL")


class GenesisStage(Revisioned, Base):
    """Draft and status of one stage: one live row per stage and novel."""

    __tablename__ = "genesis_stages"
    __table_args__ = (
        *Revisioned.live_index("genesis_stages"),
        Index("uq_genesis_stages_stage_live", "novel_id", "stage", unique=True, postgresql_where=_LIVE),
    )

    stage: Mapped[str] = col(String(12))
    status: Mapped[str] = col(String(12), default="empty")
    draft: Mapped[dict[str, Any]] = col(data="content", default=dict)
    stale_because: Mapped[str | None] = col(String(200), default=None)
    picked_by: Mapped[str | None] = col(String(8), default=None)
    option_id: Mapped[uuid.UUID | None] = col(default=None)
    provenance: Mapped[dict[str, Any]] = col(data="content", default=dict)
    written: Mapped[dict[str, Any]] = col(data="content", default=dict)


class GenesisOption(Identified, Timestamped, NovelOwned, Base):
    """One of the ways a stage could go."""

    __tablename__ = "genesis_options"
    __table_args__ = (Index("ix_genesis_options_stage", "novel_id", "stage", "created_at"),)

    stage: Mapped[str] = col(String(12))
    round_id: Mapped[uuid.UUID | None] = col(default=None)
    handle: Mapped[str] = col(String(8))
    title: Mapped[str] = col(String(200), data="content")
    body: Mapped[dict[str, Any]] = col(data="content")
    gains: Mapped[str] = col(Text, data="content", default="")
    costs: Mapped[str] = col(Text, data="content", default="")
    scores: Mapped[list[dict[str, Any]]] = col(data="content", default=list)
    origin: Mapped[str] = col(String(10), default="generated")
    parents: Mapped[list[str]] = col(default=list)
    seed_path: Mapped[dict[str, Any]] = col(data="content", default=dict)


class GenesisConstraint(Revisioned, Base):
    """What the author asks for or forbids; it stands in every later prompt."""

    __tablename__ = "genesis_constraints"

    text: Mapped[str] = col(Text, data="content")
    kind: Mapped[str] = col(String(8), default="must")
    scope: Mapped[str] = col(String(12), default="all")


class GenesisRound(Identified, Timestamped, NovelOwned, Base):
    """One exchange of the conversation about a stage. The database ends it in the commit that ends its run."""

    __tablename__ = "genesis_rounds"
    __table_args__ = (
        Index("uq_genesis_rounds_seq", "novel_id", "stage", "seq", unique=True),
        Index(
            "uq_genesis_rounds_active",
            "novel_id",
            "stage",
            unique=True,
            postgresql_where=text("status = 'answering'"),
        ),
        Index(
            "uq_genesis_rounds_waiting",
            "novel_id",
            "stage",
            unique=True,
            postgresql_where=text("status = 'queued'"),
        ),
        Index(
            "ix_genesis_rounds_unstarted",
            "novel_id",
            postgresql_where=text("status = 'answering' AND run_id IS NULL"),
        ),
        Index("ix_genesis_rounds_run", "run_id"),
        Index("uq_genesis_rounds_key", "novel_id", "user_id", "idempotency_key", unique=True),
    )

    stage: Mapped[str] = col(String(12))
    seq: Mapped[int] = col(Integer)
    kind: Mapped[str] = col(String(8))
    action: Mapped[str] = col(String(12))
    user_id: Mapped[uuid.UUID | None] = col(default=None)
    input: Mapped[dict[str, Any]] = col(data="content", default=dict)
    status: Mapped[str] = col(String(10), default="queued")
    output: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    run_id: Mapped[uuid.UUID | None] = col(default=None)
    problem: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    attempt: Mapped[int] = col(Integer, default=1)
    idempotency_key: Mapped[str | None] = col(String(64), default=None)
    finished_at: Mapped[datetime | None] = col(default=None)
