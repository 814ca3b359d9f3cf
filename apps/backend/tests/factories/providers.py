"""Rows of providers: endpoints, roles, caps, prices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.providers.models import Budget, Endpoint, ModelProfile, ModelRole, PriceOverride
from infinite_scribe.providers.rules import period_start


async def make_endpoint(owner: Database, user_id: UUID | None, base_url: str, **values: Any) -> UUID:
    """Insert an OpenAI-compatible endpoint, local by default."""
    row = Endpoint(
        **{"id": new_id(), "user_id": user_id, "kind": "openai_compatible", "label": "fake", "base_url": base_url,
           "local": True, "enabled": True, "models": [], "profile": {}, "key_version": 0, **values}
    )  # fmt: skip
    async with owner.transaction() as session:
        session.add(row)
    return row.id


async def choose_model(
    owner: Database, user_id: UUID, role: str, endpoint_id: UUID, model: str, *, position: int = 0
) -> None:
    """Give a role a model, the first one by default."""
    row = ModelRole(user_id=user_id, role=role, position=position, endpoint_id=endpoint_id, model=model)
    async with owner.transaction() as session:
        session.add(row)


async def know_model(owner: Database, user_id: UUID, endpoint_id: UUID, model: str, **profile: Any) -> None:
    """Insert what tests and use found out about a model."""
    async with owner.transaction() as session:
        session.add(
            ModelProfile(id=new_id(), user_id=user_id, endpoint_id=endpoint_id, model=model, profile=profile)
        )


async def make_cap(owner: Database, user_id: UUID, **values: Any) -> UUID:
    """Insert a cap of the user's day."""
    row = Budget(
        **{"id": new_id(), "user_id": user_id, "scope_kind": "user", "scope_id": user_id, "period": "day",
           "period_start": period_start(values.get("period", "day"), now()), "cap_nanousd": None, "cap_tokens": None, **values}
    )  # fmt: skip
    async with owner.transaction() as session:
        session.add(row)
    return row.id


async def make_price(
    owner: Database, user_id: UUID, model: str, input_nanousd: int, output_nanousd: int
) -> None:
    """Insert a price in nano-dollars per million tokens."""
    async with owner.transaction() as session:
        session.add(
            PriceOverride(
                user_id=user_id,
                endpoint_id=None,
                model=model,
                input_nanousd=input_nanousd,
                output_nanousd=output_nanousd,
            )
        )
