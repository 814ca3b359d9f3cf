"""What it would cost to send a call again with changes, before anybody pays."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Literal, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.schemas import ReplayChange, ReplayMessage, ReplayPreview
from infinite_scribe.calls.sending import Change
from infinite_scribe.calls.service import CallService
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.providers.prices import PriceBook
from infinite_scribe.providers.rules import NANO, Role
from infinite_scribe.providers.service import RoleService

OVERHEAD = 4
"""Tokens that each message costs besides its words."""
LEAST = 0.7
"""The part of the earlier answer's length that a new one has at least, as a rule."""


@dataclass(frozen=True)
class Replays:
    """Previews of replays for one user, within the session's scope."""

    session: AsyncSession
    user_id: UUID

    async def preview(self, call_id: UUID, wanted: ReplayChange) -> ReplayPreview:
        """Return the words, the tokens and the price. The most it can cost is what its caps let it answer.

        Raises `CallNotFoundError`, `CallForgottenError`, `ReplayVariablesError`.
        """
        call = await CallService.of(self.session).sent(call_id)
        messages = call.sent.again(Change(wanted.without, wanted.system, wanted.task)).messages()
        schema = call.request.get("output_schema")
        tokens_in = sum(count_tokens(one.text) + OVERHEAD for one in messages)
        tokens_in += count_tokens(json.dumps(schema)) if schema else 0
        most = int(call.request.get("max_tokens") or 0)
        roles = RoleService.of(self.session, self.user_id)
        choice = (
            await roles.resolve(
                cast("Role", call.role), call.novel_id, endpoint_id=wanted.endpoint_id, model=wanted.model
            )
        )[0]
        price = await PriceBook.of(self.session).price(choice.endpoint, choice.model)
        basis: Literal["free", "price_table", "unknown"] = (
            "free" if price.free else "price_table" if price.known else "unknown"
        )
        least = int(call.output_tokens * LEAST)
        return ReplayPreview(
            messages=[ReplayMessage(role=one.role, text=one.text) for one in messages],
            tokens_in=tokens_in,
            tokens_out=call.output_tokens,
            low=round(price.cost(tokens_in, least) / NANO, 6),
            high=math.ceil(price.cost(tokens_in, most) / 1000) / 1_000_000,
            basis=basis,
            model=choice.model,
            provider=choice.endpoint.kind,
        )
