"""What a run will probably use, from the table of tasks and the prices of the models that the roles point to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.providers.prices import PriceBook
from infinite_scribe.providers.service import RoleService
from infinite_scribe.runs.admission import validated
from infinite_scribe.runs.errors import UnknownTaskError
from infinite_scribe.runs.schemas.tasks import TASKS
from infinite_scribe.runs.schemas.wire import EstimateRead

NANO = 1_000_000_000
LOW, HIGH = 0.7, 1.5
"""The usual spread of a task around its budget: repairs and long answers weigh more than short ones."""


@dataclass(frozen=True)
class Estimates:
    """Estimates for one user, within the session's scope."""

    session: AsyncSession
    user_id: UUID

    async def estimate(self, task: str, given: dict[str, Any], novel_id: UUID | None = None) -> EstimateRead:
        """Return tokens and dollars. Demo and local models are free; an unknown price is said, never guessed.

        Raises `UnknownTaskError` and `InvalidInputError`.
        """
        spec = TASKS.get(task)
        if spec is None:
            raise UnknownTaskError(task=task)
        units = spec.units(spec.input_model.model_validate(validated(spec, given)))
        roles, prices = RoleService.of(self.session, self.user_id), PriceBook.of(self.session)
        tokens_in = tokens_out = nanousd = 0
        unknown, free = False, True
        for share in spec.budget:
            into, out = share.input_tokens * units, share.output_tokens * units
            choice = (await roles.resolve(share.role, novel_id))[0]
            price = await prices.price(choice.endpoint, choice.model)
            tokens_in, tokens_out = tokens_in + into, tokens_out + out
            nanousd += price.cost(into, out)
            unknown, free = unknown or not price.known, free and price.free
        return EstimateRead(
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            low=round(nanousd * LOW / NANO, 6),
            high=math.ceil(nanousd * HIGH / 1000) / 1_000_000,
            basis="free" if free else "unknown" if unknown else "price_table",
            words=spec.words * units,
        )
