"""Tables of runs. Truth is `runs`; `run_steps` is the only memory of finished work; `run_events` is the log."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped

from infinite_scribe.core.clock import now
from infinite_scribe.db.sql.base import Base, Identified, NovelOwned, Timestamped, UserOwned, col
from infinite_scribe.runs.rules import ACTIVE

_IS_ACTIVE = "state IN (" + ", ".join(f"'{state}'" for state in ACTIVE) + ")"


class Run(Identified, NovelOwned, UserOwned, Timestamped, Base):
    """One command to an agent, from its acceptance to its end."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key", name="uq_runs_user_id_idempotency_key"),
        Index(
            "uq_runs_active_target", "novel_id", "target_key", unique=True, postgresql_where=text(_IS_ACTIVE)
        ),
        Index("ix_runs_root_id", "root_id"),
        Index("ix_runs_parent_id", "parent_id"),
        Index("ix_runs_active", "agent", "state", postgresql_where=text(_IS_ACTIVE)),
    )

    payer_id: Mapped[uuid.UUID] = col()
    actions: Mapped[list[str]] = col(ARRAY(Text), default=list)
    cause_run_id: Mapped[uuid.UUID | None] = col(default=None)
    root_id: Mapped[uuid.UUID] = col()
    parent_id: Mapped[uuid.UUID | None] = col(default=None)
    parent_step: Mapped[str | None] = col(String(300), default=None)
    depth: Mapped[int] = col(Integer, default=0)
    interactive: Mapped[bool] = col(Boolean, default=False)
    agent: Mapped[str] = col(String(40))
    task: Mapped[str] = col(String(80))
    input: Mapped[dict[str, Any]] = col(data="content", default=dict)
    language: Mapped[str] = col(String(12), default="en")
    seed: Mapped[int] = col(BigInteger)
    target_key: Mapped[str | None] = col(String(200), default=None)
    idempotency_key: Mapped[str] = col(String(64))
    request_sha256: Mapped[str] = col(String(64))
    gates: Mapped[dict[str, Any]] = col(default=dict)
    model_override: Mapped[dict[str, Any] | None] = col(default=None)
    state: Mapped[str] = col(String(12), default="queued")
    generation: Mapped[int] = col(Integer, default=1)
    job_id: Mapped[int | None] = col(BigInteger, default=None)
    protocol: Mapped[int] = col(Integer)
    queued_at: Mapped[datetime] = col(default=now, server_default=text("now()"))
    epoch: Mapped[int] = col(Integer, default=0)
    attempt: Mapped[int] = col(Integer, default=1)
    executor_id: Mapped[uuid.UUID | None] = col(default=None)
    takeovers: Mapped[int] = col(Integer, default=0)
    steps_at_takeover: Mapped[int] = col(Integer, default=0)
    progress_at: Mapped[datetime | None] = col(default=None)
    deadline_at: Mapped[datetime | None] = col(default=None)
    cap_nanousd: Mapped[int | None] = col(BigInteger, default=None)
    cap_tokens: Mapped[int | None] = col(BigInteger, default=None)
    signal: Mapped[str] = col(String(10), default="none")
    gate: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    error: Mapped[dict[str, Any] | None] = col(default=None)
    result: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    estimate: Mapped[dict[str, Any] | None] = col(default=None)
    trace_parent: Mapped[str | None] = col(String(80), default=None)
    started_at: Mapped[datetime | None] = col(default=None)
    finished_at: Mapped[datetime | None] = col(default=None)


class RunStep(NovelOwned, UserOwned, Base):
    """A finished step. `output` holds ids and hashes, never prose. `replaced` steps were taken back by a retry."""

    __tablename__ = "run_steps"
    __table_args__ = (PrimaryKeyConstraint("run_id", "path", "try", name="pk_run_steps"),)

    agent: Mapped[str] = col(String(40))
    run_id: Mapped[uuid.UUID] = col(ForeignKey("runs.id", ondelete="CASCADE"))
    path: Mapped[str] = col(String(300))
    try_: Mapped[int] = col("try", Integer)
    kind: Mapped[str] = col(String(10))
    name: Mapped[str] = col(String(120), default="")
    request_sha256: Mapped[str | None] = col(String(64), default=None)
    output: Mapped[Any] = col(JSONB, data="content")
    replaced: Mapped[bool] = col(Boolean, default=False)
    epoch: Mapped[int] = col(Integer)
    seq: Mapped[int] = col(BigInteger, Identity(always=True))
    finished_at: Mapped[datetime] = col(default=now, server_default=text("now()"))


class RunEvent(NovelOwned, UserOwned, Base):
    """What a run said. Streamed text stands here as one reference to its call per stretch, never as text."""

    __tablename__ = "run_events"
    __table_args__ = (PrimaryKeyConstraint("run_id", "epoch", "n", name="pk_run_events"),)

    agent: Mapped[str] = col(String(40))
    run_id: Mapped[uuid.UUID] = col(ForeignKey("runs.id", ondelete="CASCADE"))
    epoch: Mapped[int] = col(Integer)
    n: Mapped[int] = col(Integer)
    type: Mapped[str] = col(String(40))
    payload: Mapped[dict[str, Any]] = col(data="content", default=dict)
    at: Mapped[datetime] = col(default=now, server_default=text("now()"))


class RunSteer(Identified, NovelOwned, UserOwned, Timestamped, Base):
    """A sentence with which the author steers a run; taken up by a step and then shown as applied."""

    __tablename__ = "run_steers"

    run_id: Mapped[uuid.UUID] = col(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = col(Text, data="content")
    when: Mapped[str] = col(String(8), default="step")
    taken_by: Mapped[str | None] = col(String(300), default=None)
    taken_at: Mapped[datetime | None] = col(default=None)


class UserEvent(UserOwned, Base):
    """What a user's own stream tells; kept for 48 hours. `seq` rises in the order of commits."""

    __tablename__ = "user_events"
    __table_args__ = (Index("ix_user_events_user_id_seq", "user_id", "seq"),)

    seq: Mapped[int] = col(BigInteger, Identity(always=True), primary_key=True)
    novel_id: Mapped[uuid.UUID | None] = col(ForeignKey("novels.id", ondelete="CASCADE"), default=None)
    run_id: Mapped[uuid.UUID | None] = col(default=None)
    type: Mapped[str] = col(String(40))
    payload: Mapped[dict[str, Any]] = col(data="content", default=dict)
    at: Mapped[datetime] = col(default=now, server_default=text("now()"))


class Executor(Identified, Base):
    """A process that works on runs (or, as `llm`, on calls), and its last sign of life by the database clock."""

    __tablename__ = "executors"
    __table_args__ = (Index("ix_executors_agent_state", "agent", "state"),)

    agent: Mapped[str] = col(String(40))
    protocol: Mapped[int] = col(Integer, default=0)
    base_url: Mapped[str] = col(String(300), default="")
    worker_id: Mapped[int | None] = col(BigInteger, default=None)
    state: Mapped[str] = col(String(10), default="live")
    beat_at: Mapped[datetime] = col(default=now, server_default=text("now()"))
    running: Mapped[int] = col(Integer, default=0)
    started_at: Mapped[datetime] = col(default=now, server_default=text("now()"))


class Manifest(NovelOwned, UserOwned, Timestamped, Base):
    """What a model was shown in one call: the parts of its briefing, with the reason for each."""

    __tablename__ = "manifests"

    call_id: Mapped[uuid.UUID] = col(primary_key=True)
    run_id: Mapped[uuid.UUID | None] = col(default=None)
    json: Mapped[dict[str, Any]] = col(data="content", default=dict)


class ManifestItem(Identified, NovelOwned, Base):
    """One row of truth that a call was shown: so that a later change finds what rested on it."""

    __tablename__ = "manifest_items"

    call_id: Mapped[uuid.UUID] = col(ForeignKey("manifests.call_id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = col(String(40))
    item: Mapped[uuid.UUID] = col(index=True)
    rev_from: Mapped[int | None] = col(Integer, default=None)
    kept: Mapped[bool] = col(Boolean, default=True)


class RunMaterial(Identified, NovelOwned, UserOwned, Timestamped, Base):
    """Something large that a step was made of, frozen for every later walk; never changed."""

    __tablename__ = "run_materials"

    run_id: Mapped[uuid.UUID] = col(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = col(String(300))
    json: Mapped[Any] = col(JSONB, data="content")
