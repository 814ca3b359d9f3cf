"""What a run will probably use, from the table of tasks and the prices of the models that would be paid for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.providers.errors import PrivateModeError
from infinite_scribe.providers.payers import as_payer
from infinite_scribe.providers.prices import PriceBook
from infinite_scribe.providers.service import RoleService
from infinite_scribe.runs.admission import validated
from infinite_scribe.runs.errors import UnknownTaskError
from infinite_scribe.runs.schemas.tasks import TASKS, Share
from infinite_scribe.runs.schemas.wire import Basis, EstimateRead, ModelOverride

NANO = 1_000_000_000
LOW, HIGH = 0.7, 1.5
"""The usual spread of a task around its budget: repairs and long answers weigh more than short ones."""


@dataclass(frozen=True)
class Estimates:
    """Estimates for one user, within the session's scope. `usual_drafts` are made of a scene when none are wished."""

    session: AsyncSession
    user_id: UUID
    usual_drafts: int = 1

    async def estimate(
        self,
        task: str,
        given: dict[str, Any],
        novel_id: UUID | None = None,
        override: ModelOverride | None = None,
    ) -> EstimateRead:
        """Return tokens and dollars, with the models and prices of who pays for the novel.

        Demo and local models are free; an unknown price is said, never guessed; what private mode refuses is said too.
        Raises `UnknownTaskError`, `InvalidInputError`, and `EndpointNotFoundError` for an override that is not there.
        """
        spec = TASKS.get(task)
        if spec is None:
            raise UnknownTaskError(task=task)
        wish = spec.input_model.model_validate(validated(spec, given))
        if getattr(wish, "drafts", self.usual_drafts) is None:
            wish = wish.model_copy(update={"drafts": self.usual_drafts})
        units = spec.units(wish)
        shares = (*spec.budget, *spec.wished(wish))
        tokens_in = sum(share.input_tokens for share in shares) * units
        tokens_out = sum(share.output_tokens for share in shares) * units
        async with as_payer(self.session, self.user_id, novel_id) as payer:
            nanousd, basis = await self._price(shares, units, payer, novel_id, override)
        return EstimateRead(
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            low=round(nanousd * LOW / NANO, 6),
            high=math.ceil(nanousd * HIGH / 1000) / 1_000_000,
            basis=basis,
            words=spec.words * units,
        )

    async def _price(
        self,
        shares: Sequence[Share],
        units: int,
        payer: UUID,
        novel_id: UUID | None,
        override: ModelOverride | None,
    ) -> tuple[int, Basis]:
        """Return what all shares cost in billionths of a dollar, and what that goes by."""
        roles, prices = RoleService.of(self.session, payer), PriceBook.of(self.session)
        nanousd, known, free = 0, True, True
        endpoint, model = (override.endpoint_id, override.model) if override is not None else (None, None)
        for share in shares:
            try:
                choice = (await roles.resolve(share.role, novel_id, endpoint_id=endpoint, model=model))[0]
            except PrivateModeError:
                return 0, "private"
            price = await prices.price(choice.endpoint, choice.model)
            nanousd += price.cost(share.input_tokens * units, share.output_tokens * units)
            known, free = known and price.known, free and price.free
        return nanousd, "free" if free else "price_table" if known else "unknown"
