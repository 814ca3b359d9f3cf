"""Rows of accounts."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.accounts.models import EmailToken, Session, User
from infinite_scribe.accounts.rules import UserKind, normalise_name
from infinite_scribe.core.clock import now


async def make_user(session: AsyncSession, name: str | None = None, **values: Any) -> User:
    """A member without a password, unless `values` say otherwise. Needs a session in the auth or owner scope."""
    shown = name or f"Author {secrets.token_hex(4)}"
    columns = {"name": shown, "name_norm": normalise_name(shown), "kind": UserKind.MEMBER.value, **values}
    user = User(**columns)
    session.add(user)
    await session.flush()
    return user


async def make_session(session: AsyncSession, user_id: UUID, **values: Any) -> Session:
    """A living session."""
    columns = {
        "sid": UUID(bytes=secrets.token_bytes(16)),
        "user_id": user_id,
        "secret_sealed": secrets.token_bytes(60),
        "idle_expires_at": now() + timedelta(days=14),
        "absolute_expires_at": now() + timedelta(days=30),
        **values,
    }
    row = Session(**columns)
    session.add(row)
    await session.flush()
    return row


async def make_reset_token(session: AsyncSession, user_id: UUID, **values: Any) -> str:
    """A link's secret; the row holds its hash."""
    token = secrets.token_urlsafe(32)
    columns = {
        "user_id": user_id,
        "kind": "reset",
        "token_sha256": hashlib.sha256(token.encode()).digest(),
        "expires_at": now() + timedelta(minutes=10),
        **values,
    }
    session.add(EmailToken(**columns))
    await session.flush()
    return token
