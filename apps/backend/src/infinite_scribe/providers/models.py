"""Tables of endpoints, sealed keys, roles, prices and budgets."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped

from infinite_scribe.db.sql.base import Base, Identified, Timestamped, UserOwned, col


class Endpoint(Identified, Timestamped, Base):
    """A place that answers model calls. `user_id` null: the operator's, open to everybody (the demo is one)."""

    __tablename__ = "endpoints"

    user_id: Mapped[uuid.UUID | None] = col(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = col(String(32))
    label: Mapped[str] = col(String(120), data="content")
    base_url: Mapped[str] = col(String(2000), data="content", default="", server_default="")
    local: Mapped[bool] = col(default=False, server_default=text("false"))
    enabled: Mapped[bool] = col(default=True, server_default=text("true"))
    models: Mapped[list[str]] = col(JSONB, default=list, server_default=text("'[]'::jsonb"))
    profile: Mapped[dict[str, Any]] = col(JSONB, default=dict, server_default=text("'{}'::jsonb"))
    key_last4: Mapped[str | None] = col(String(4), data="secret")
    key_version: Mapped[int] = col(Integer, default=0, server_default=text("0"))


class ProviderKey(UserOwned, Base):
    """One version of a sealed key. Readable by `is_llm` alone."""

    __tablename__ = "provider_keys"

    endpoint_id: Mapped[uuid.UUID] = col(ForeignKey("endpoints.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = col(Integer, primary_key=True)
    dek_id: Mapped[uuid.UUID] = col(ForeignKey("data_keys.id", ondelete="CASCADE"))
    nonce: Mapped[bytes] = col(LargeBinary, data="secret")
    ciphertext: Mapped[bytes] = col(LargeBinary, data="secret")
    last4: Mapped[str] = col(String(4), data="secret")
    created_at: Mapped[datetime] = col(server_default=text("now()"))
    revoked_at: Mapped[datetime | None] = col()


class DataKey(Identified, UserOwned, Timestamped, Base):
    """A user's own data key, wrapped by the provider KEK. Deleting it makes every key of the user unreadable."""

    __tablename__ = "data_keys"

    kek_id: Mapped[str] = col(String(32))
    nonce: Mapped[bytes] = col(LargeBinary, data="secret")
    wrapped: Mapped[bytes] = col(LargeBinary, data="secret")


class ModelRole(Identified, UserOwned, Base):
    """One place in the fallback order of a role; `novel_id` null: for all books of the user."""

    __tablename__ = "model_roles"
    __table_args__ = (
        UniqueConstraint(
            "user_id",
            "novel_id",
            "role",
            "position",
            name="uq_model_roles_place",
            postgresql_nulls_not_distinct=True,
        ),
    )

    novel_id: Mapped[uuid.UUID | None] = col(ForeignKey("novels.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = col(String(20))
    position: Mapped[int] = col(Integer)
    endpoint_id: Mapped[uuid.UUID] = col(ForeignKey("endpoints.id", ondelete="CASCADE"))
    model: Mapped[str] = col(String(200))


class PrivateMode(Identified, Timestamped, Base):
    """A row says: on. Of a user for all of their books, or of one book for everybody who works on it."""

    __tablename__ = "private_modes"
    __table_args__ = (
        UniqueConstraint(
            "user_id", "novel_id", name="uq_private_modes_place", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("(user_id IS NULL) <> (novel_id IS NULL)", name="of_one"),
    )

    user_id: Mapped[uuid.UUID | None] = col(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    novel_id: Mapped[uuid.UUID | None] = col(ForeignKey("novels.id", ondelete="CASCADE"), index=True)


class PriceOverride(Identified, Timestamped, Base):
    """A price that the operator (`user_id` null) or the user knows better; nano-dollars per million tokens."""

    __tablename__ = "price_overrides"
    __table_args__ = (
        UniqueConstraint(
            "user_id",
            "endpoint_id",
            "model",
            name="uq_price_overrides_model",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("input_nanousd >= 0 AND output_nanousd >= 0", name="not_negative"),
    )

    user_id: Mapped[uuid.UUID | None] = col(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    endpoint_id: Mapped[uuid.UUID | None] = col(ForeignKey("endpoints.id", ondelete="CASCADE"))
    model: Mapped[str] = col(String(200))
    input_nanousd: Mapped[int] = col(BigInteger)
    output_nanousd: Mapped[int] = col(BigInteger)


class Budget(Identified, Base):
    """One cap in one period, and what was spent and is held under it. A null cap only counts."""

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("scope_kind", "scope_id", "period", "period_start", name="uq_budgets_scope"),
        CheckConstraint(
            "spent_nanousd >= 0 AND reserved_nanousd >= 0 AND spent_tokens >= 0 AND reserved_tokens >= 0",
            name="not_negative",
        ),
    )

    user_id: Mapped[uuid.UUID | None] = col(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    scope_kind: Mapped[str] = col(String(10))
    scope_id: Mapped[uuid.UUID] = col()
    period: Mapped[str] = col(String(5))
    period_start: Mapped[date] = col(Date)
    cap_nanousd: Mapped[int | None] = col(BigInteger)
    cap_tokens: Mapped[int | None] = col(BigInteger)
    spent_nanousd: Mapped[int] = col(BigInteger, default=0, server_default=text("0"))
    reserved_nanousd: Mapped[int] = col(BigInteger, default=0, server_default=text("0"))
    spent_tokens: Mapped[int] = col(BigInteger, default=0, server_default=text("0"))
    reserved_tokens: Mapped[int] = col(BigInteger, default=0, server_default=text("0"))
    warned_at: Mapped[datetime | None] = col()


class ModelProfile(Identified, Base):
    """What a test found out about one model: start rung, tier, speed. `user_id` null: of an operator's endpoint."""

    __tablename__ = "model_profiles"
    __table_args__ = (Index("uq_model_profiles_model", "endpoint_id", "model", unique=True),)

    user_id: Mapped[uuid.UUID | None] = col(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    endpoint_id: Mapped[uuid.UUID] = col(ForeignKey("endpoints.id", ondelete="CASCADE"))
    model: Mapped[str] = col(String(200))
    profile: Mapped[dict[str, Any]] = col(JSONB, default=dict, server_default=text("'{}'::jsonb"))
    probed_at: Mapped[datetime] = col(server_default=text("now()"))
