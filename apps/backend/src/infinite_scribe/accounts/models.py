"""Tables of accounts. Every row that belongs to somebody is behind row-level security; see revision 0002."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Base, Identified, Timestamped, UserOwned, col


class User(Base, Identified, Timestamped):
    """Somebody who writes here. A guest has no password; signing in takes the name or the address."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("name_norm"), UniqueConstraint("email_norm"))

    name_norm: Mapped[str] = col(String(160), data="pii")
    name: Mapped[str] = col(String(160), data="pii")
    email: Mapped[str | None] = col(String(320), data="pii", default=None)
    email_norm: Mapped[str | None] = col(String(320), data="pii", default=None)
    email_verified_at: Mapped[datetime | None] = col(default=None)
    locale: Mapped[str] = col(String(16), default="en", server_default="en")
    kind: Mapped[str] = col(String(8))
    password_phc: Mapped[str | None] = col(String(256), data="secret", default=None)
    password_changed_at: Mapped[datetime | None] = col(default=None)
    token_epoch: Mapped[int] = col(Integer, default=0, server_default="0")
    status: Mapped[str] = col(String(10), default="active", server_default="active")
    delete_after: Mapped[datetime | None] = col(default=None)
    last_login_at: Mapped[datetime | None] = col(default=None)
    preferences: Mapped[dict[str, Any]] = col(data="pii", default=dict, server_default=text("'{}'::jsonb"))


class Session(Base):
    """The truth about one sign-in. Nothing leaves ``revoked``."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_live", "user_id", postgresql_where=text("revoked_at IS NULL")),)

    sid: Mapped[uuid.UUID] = col(primary_key=True)
    user_id: Mapped[uuid.UUID] = col(ForeignKey("users.id", ondelete="CASCADE"))
    secret_sealed: Mapped[bytes] = col(LargeBinary, data="secret")
    counter: Mapped[int] = col(Integer, default=0, server_default="0")
    remember: Mapped[bool] = col(default=False, server_default=text("false"))
    rotated_at: Mapped[datetime] = col(server_default=text("now()"))
    created_at: Mapped[datetime] = col(server_default=text("now()"))
    last_seen_at: Mapped[datetime] = col(server_default=text("now()"))
    idle_expires_at: Mapped[datetime] = col()
    absolute_expires_at: Mapped[datetime] = col()
    aal: Mapped[int] = col(SmallInteger, default=1, server_default="1")
    amr: Mapped[list[str]] = col(default=list, server_default=text("'[]'::jsonb"))
    auth_at: Mapped[datetime] = col(server_default=text("now()"))
    device: Mapped[dict[str, Any]] = col(data="pii", default=dict, server_default=text("'{}'::jsonb"))
    ip_net: Mapped[str] = col(String(50), data="pii", default="", server_default="")
    revoked_at: Mapped[datetime | None] = col(default=None)
    revoke_reason: Mapped[str | None] = col(String(16), default=None)


class EmailToken(Base, Identified, UserOwned, Timestamped):
    """A single-use secret that was mailed or printed; only its SHA-256 is kept."""

    __tablename__ = "email_tokens"
    __table_args__ = (UniqueConstraint("token_sha256"),)

    kind: Mapped[str] = col(String(12))
    token_sha256: Mapped[bytes] = col(LargeBinary, data="secret")
    payload: Mapped[dict[str, Any]] = col(data="pii", default=dict, server_default=text("'{}'::jsonb"))
    expires_at: Mapped[datetime] = col()
    used_at: Mapped[datetime | None] = col(default=None)
    ip_net: Mapped[str] = col(String(50), data="pii", default="", server_default="")


class KnownDevice(Base, Identified, UserOwned, Timestamped):
    """A browser that has signed in fully before; it has a guess budget of its own."""

    __tablename__ = "known_devices"
    __table_args__ = (UniqueConstraint("secret_sha256"),)

    secret_sha256: Mapped[bytes] = col(LargeBinary, data="secret")
    label: Mapped[str] = col(String(80), data="pii", default="", server_default="")
    last_seen_at: Mapped[datetime] = col(server_default=text("now()"))
    expires_at: Mapped[datetime] = col()


class GuessCounter(Base):
    """How often somebody tried. In PostgreSQL on purpose: the budget must not depend on Redis."""

    __tablename__ = "guess_counters"

    kind: Mapped[str] = col(String(16), primary_key=True)
    subject: Mapped[str] = col(String(160), primary_key=True, data="pii")
    window_start: Mapped[datetime] = col(server_default=text("now()"))
    count: Mapped[int] = col(Integer, default=0, server_default="0")
    next_allowed_at: Mapped[datetime] = col(server_default=text("now()"))


class SigningKey(Base):
    """One Ed25519 pair of the access tokens; the private half is sealed under the signing key of the installation."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = col(String(43), primary_key=True)
    public_jwk: Mapped[dict[str, Any]] = col()
    private_sealed: Mapped[bytes] = col(LargeBinary, data="secret")
    kek_id: Mapped[str] = col(String(16))
    not_before: Mapped[datetime] = col()
    sign_until: Mapped[datetime] = col()
    verify_until: Mapped[datetime] = col()
    state: Mapped[str] = col(String(8))


class AuditEvent(Base, Identified):
    """What happened to an account and who did it. Rows are only ever added; no content, no secrets."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_user_id_at", "user_id", "at"),)

    user_id: Mapped[uuid.UUID] = col(ForeignKey("users.id", ondelete="CASCADE"))
    at: Mapped[datetime] = col(server_default=text("now()"))
    actor_kind: Mapped[str] = col(String(8), default="user", server_default="user")
    sid: Mapped[uuid.UUID | None] = col(default=None)
    ip_net: Mapped[str] = col(String(50), data="pii", default="", server_default="")
    action: Mapped[str] = col(String(40))
    outcome: Mapped[str] = col(String(8), default="ok", server_default="ok")
    reason: Mapped[str | None] = col(String(40), default=None)
    request_id: Mapped[str | None] = col(String(64), default=None)
