"""Requests for model calls, and users to make them."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import text

from infinite_scribe.calls.models import LlmCall
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.model_client.schemas import CallRequest, Message
from infinite_scribe.providers.rules import DEMO_ENDPOINT_ID, DEMO_MODEL


async def make_user(owner: Database) -> UUID:
    """Insert a user."""
    user_id = new_id()
    async with owner.transaction() as session:
        await session.execute(
            text("INSERT INTO users (id, name, name_norm, kind) VALUES (:id, :name, :name, 'member')"),
            {"id": user_id, "name": f"user-{user_id}"},
        )
    return user_id


async def make_call(owner: Database, user_id: UUID, **values: Any) -> UUID:
    """Insert a finished call that stands in the journal of `user_id`, outside any book."""
    row = LlmCall(
        **{"id": new_id(), "call_key": secrets.token_bytes(32), "user_id": user_id, "path": "light",
           "task": "writer.rewrite", "agent": "writer", "role": "writer", "endpoint_id": DEMO_ENDPOINT_ID,
           "provider": "demo", "model": DEMO_MODEL, "request_sha256": secrets.token_bytes(32), "state": "done",
           "request": {"messages": [{"role": "user", "text": "Go on."}]}, "max_tokens": 100,
           "manifest": [], "usage": {"input_tokens": 3, "output_tokens": 5}, "response": {"text": "It rained."},
           **values}
    )  # fmt: skip
    async with owner.transaction() as session:
        session.add(row)
    return row.id


def a_request(user_id: UUID, **values: Any) -> CallRequest:
    """Return a light request for prose."""
    wanted: dict[str, Any] = {
        "light_key": secrets.token_hex(8),
        "path": "light",
        "task": "writer.rewrite",
        "agent": "writer",
        "role": "writer",
        "messages": [Message(role="system", text="You write."), Message(role="user", text="Go on.")],
        "data": {"language": "en"},
        "max_tokens": 3000,
        "user_id": user_id,
    }
    return CallRequest(**{**wanted, **values})
