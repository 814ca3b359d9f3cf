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
from infinite_scribe.calls.service import CallService, SentCall
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.providers.errors import PrivateModeError
from infinite_scribe.providers.payers import as_payer
from infinite_scribe.providers.prices import PriceBook
from infinite_scribe.providers.rules import NANO, Role
from infinite_scribe.providers.service import RoleService

Basis = Literal["free", "price_table", "unknown", "private"]
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
        shown = [ReplayMessage(role=one.role, text=one.text) for one in messages]
        low, high, basis, model, provider = await self._price(
            call, wanted, tokens_in, int(call.request.get("max_tokens") or 0)
        )
        return ReplayPreview(
            messages=shown, tokens_in=tokens_in, tokens_out=call.output_tokens, low=low, high=high, basis=basis,
            model=model, provider=provider,
        )  # fmt: skip

    async def _price(
        self, call: SentCall, wanted: ReplayChange, tokens_in: int, most: int
    ) -> tuple[float, float, Basis, str, str]:
        """Return the least and the most it costs, what that goes by, model and provider."""
        async with as_payer(self.session, self.user_id, call.novel_id) as payer:
            try:
                found = await RoleService.of(self.session, payer).resolve(
                    cast("Role", call.role), call.novel_id, endpoint_id=wanted.endpoint_id, model=wanted.model
                )
            except PrivateModeError as refused:
                return 0.0, 0.0, "private", str(refused.params["model"]), str(refused.params["provider"])
            choice = found[0]
            price = await PriceBook.of(self.session).price(choice.endpoint, choice.model)
        basis: Basis = "free" if price.free else "price_table" if price.known else "unknown"
        low = price.cost(tokens_in, int(call.output_tokens * LEAST)) / NANO
        high = math.ceil(price.cost(tokens_in, most) / 1000) / 1_000_000
        return round(low, 6), high, basis, choice.model, choice.endpoint.kind
