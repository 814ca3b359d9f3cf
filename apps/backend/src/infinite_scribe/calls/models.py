"""Tables of the call journal. Requests and answers are content and are kept for `llm.journal_days`."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped
from sqlalchemy.types import Uuid

from infinite_scribe.db.sql.base import Base, Identified, Timestamped, col

OPEN_STATES = "state IN ('intended', 'dialled', 'streaming', 'cut')"


class LlmCall(Identified, Timestamped, Base):
    """One slot and the one answer that was bought for it, over all its dials."""

    __tablename__ = "llm_calls"
    __table_args__ = (
        Index("ix_llm_calls_open", "owner", postgresql_where=text(OPEN_STATES)),
        Index("ix_llm_calls_user", "user_id", "created_at"),
        CheckConstraint(
            "state IN ('intended', 'dialled', 'streaming', 'cut', 'done', 'failed', 'cancelled')",
            name="state",
        ),
    )

    call_key: Mapped[bytes] = col(LargeBinary, unique=True)
    user_id: Mapped[uuid.UUID] = col(ForeignKey("users.id", ondelete="CASCADE"))
    novel_id: Mapped[uuid.UUID | None] = col(ForeignKey("novels.id", ondelete="CASCADE"), index=True)
    run_id: Mapped[uuid.UUID | None] = col(index=True)
    path: Mapped[str] = col(String(300))
    try_: Mapped[int] = col("try", Integer, default=1)
    no: Mapped[int] = col(Integer, default=1)
    task: Mapped[str] = col(String(80))
    agent: Mapped[str] = col(String(40))
    role: Mapped[str] = col(String(20))
    endpoint_id: Mapped[uuid.UUID] = col()
    provider: Mapped[str] = col(String(32))
    model: Mapped[str] = col(String(200))
    request_sha256: Mapped[bytes] = col(LargeBinary)
    request: Mapped[dict[str, Any] | None] = col(JSONB, data="content")
    prompt_name: Mapped[str] = col(String(120), default="")
    prompt_version: Mapped[str] = col(String(80), default="")
    manifest: Mapped[list[dict[str, Any]]] = col(
        JSONB, data="content", default=list, server_default=text("'[]'::jsonb")
    )
    state: Mapped[str] = col(String(10), default="intended")
    owner: Mapped[uuid.UUID | None] = col()
    dial_no: Mapped[int] = col(Integer, default=0, server_default=text("0"))
    continuations: Mapped[int] = col(Integer, default=0, server_default=text("0"))
    max_tokens: Mapped[int] = col(Integer)
    clipped: Mapped[bool] = col(default=False, server_default=text("false"))
    input_tokens_counted: Mapped[int] = col(Integer, default=0, server_default=text("0"))
    reservation_id: Mapped[uuid.UUID | None] = col()
    usage: Mapped[dict[str, Any]] = col(JSONB, default=dict, server_default=text("'{}'::jsonb"))
    usage_source: Mapped[str | None] = col(String(10))
    cost_nanousd: Mapped[int] = col(BigInteger, default=0, server_default=text("0"))
    price_version: Mapped[str | None] = col(String(80))
    finish_reason: Mapped[str | None] = col(String(20))
    provider_response_id: Mapped[str | None] = col(String(200))
    seams: Mapped[list[Any]] = col(JSONB, default=list, server_default=text("'[]'::jsonb"))
    response: Mapped[dict[str, Any] | None] = col(JSONB, data="content")
    error: Mapped[dict[str, Any] | None] = col(JSONB)
    dialled_at: Mapped[datetime | None] = col()
    first_token_at: Mapped[datetime | None] = col()
    last_append_at: Mapped[datetime | None] = col()
    finished_at: Mapped[datetime | None] = col()


class LlmChunk(Base):
    """Streamed text that has reached the disk; merged into `llm_calls.response` when the call ends."""

    __tablename__ = "llm_chunks"

    call_id: Mapped[uuid.UUID] = col(ForeignKey("llm_calls.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = col(Integer, primary_key=True)
    novel_id: Mapped[uuid.UUID | None] = col(ForeignKey("novels.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[uuid.UUID] = col(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    dial_no: Mapped[int] = col(Integer)
    offset: Mapped[int] = col(Integer)
    payload: Mapped[str] = col(Text, data="content")
    at: Mapped[datetime] = col(server_default=text("now()"))


class Reservation(Identified, Timestamped, Base):
    """The worst case of one dial, held under every cap that applies until it is settled."""

    __tablename__ = "reservations"
    __table_args__ = (
        Index("ix_reservations_held", "call_id", postgresql_where=text("state = 'held'")),
        CheckConstraint("state IN ('held', 'settled', 'released', 'estimated')", name="state"),
    )

    novel_id: Mapped[uuid.UUID | None] = col(index=True)
    user_id: Mapped[uuid.UUID] = col(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    call_id: Mapped[uuid.UUID] = col()
    dial_no: Mapped[int] = col(Integer)
    budget_ids: Mapped[list[uuid.UUID]] = col(ARRAY(Uuid(as_uuid=True)))
    nanousd: Mapped[int] = col(BigInteger)
    tokens: Mapped[int] = col(BigInteger)
    state: Mapped[str] = col(String(10), default="held")
    settled_at: Mapped[datetime | None] = col()


class LedgerEntry(Identified, Base):
    """Money and tokens that were spent. Append-only; the sum equals what the budgets say was spent."""

    __tablename__ = "ledger"
    __table_args__ = (CheckConstraint("kind IN ('call', 'wasted', 'correction')", name="kind"),)

    at: Mapped[datetime] = col(server_default=text("now()"), index=True)
    call_id: Mapped[uuid.UUID | None] = col(index=True)
    run_id: Mapped[uuid.UUID | None] = col(index=True)
    novel_id: Mapped[uuid.UUID | None] = col(index=True)
    user_id: Mapped[uuid.UUID] = col(data="pii", index=True)
    kind: Mapped[str] = col(String(10))
    usage: Mapped[dict[str, Any]] = col(JSONB, server_default=text("'{}'::jsonb"), default=dict)
    nanousd: Mapped[int] = col(BigInteger)
    price_version: Mapped[str | None] = col(String(80))
