"""Tables of the HTTP kit: remembered answers and the public keys of our own processes."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Base, col


class IdempotencyKey(Base):
    """The answer to a request that may be sent twice; inserted in the transaction of the work itself."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_expires_at", "expires_at"),)

    user_id: Mapped[uuid.UUID] = col(primary_key=True)
    key: Mapped[str] = col(String(64), primary_key=True)
    method: Mapped[str] = col(String(8))
    path: Mapped[str] = col(String(512))
    body_sha256: Mapped[bytes] = col(LargeBinary)
    state: Mapped[str] = col(String(8), default="running", server_default="running")
    status: Mapped[int | None] = col(Integer, default=None)
    body: Mapped[dict[str, Any] | None] = col(data="content", default=None)
    created_at: Mapped[datetime] = col(server_default=text("now()"))
    expires_at: Mapped[datetime] = col(server_default=text("now() + interval '24 hours'"))


class ServiceKey(Base):
    """The public half of one process's Ed25519 pair; the private half never leaves its memory."""

    __tablename__ = "service_keys"

    kid: Mapped[str] = col(String(64), primary_key=True)
    service: Mapped[str] = col(String(32), index=True)
    instance: Mapped[str] = col(String(64))
    public_key: Mapped[bytes] = col(LargeBinary)
    not_before: Mapped[datetime] = col(server_default=text("now()"))
    expires_at: Mapped[datetime] = col()
    revoked_at: Mapped[datetime | None] = col(default=None)
