"""What a call costs: the user's own price, else the operator's, else the price list that comes with the package."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

import genai_prices
from genai_prices import Usage
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.providers.repository import ProvidersRepository
from infinite_scribe.providers.rules import HOSTED, NANO, nanousd, price_of
from infinite_scribe.providers.service import EndpointFacts

LIST_VERSION = f"genai-prices {genai_prices.__version__}"
FREE_VERSION = "free"


@dataclass(frozen=True)
class Price:
    """The price of one model. `known` is false where no list has it: then nothing is guessed and it counts 0."""

    endpoint: EndpointFacts
    model: str
    known: bool
    version: str
    rates: tuple[int, int] | None = None

    def cost(self, input_tokens: int, output_tokens: int) -> int:
        """Return nano-dollars for so many tokens, rounded up; tiers of the price list are honoured."""
        if self.rates is not None:
            return price_of(input_tokens, output_tokens, *self.rates)
        if not self.known or (input_tokens == 0 and output_tokens == 0):
            return 0
        return _listed(self.endpoint, self.model, input_tokens, output_tokens) or 0

    @property
    def free(self) -> bool:
        return self.rates == (0, 0)


@dataclass(frozen=True)
class PriceBook:
    """Finds prices within the session's scope."""

    repository: ProvidersRepository

    @classmethod
    def of(cls, session: AsyncSession) -> Self:
        return cls(ProvidersRepository(session))

    async def price(self, endpoint: EndpointFacts, model: str) -> Price:
        """Return the price of a model. The demo and local models are free; a `priced` scenario is not."""
        override = await self.repository.price_override(endpoint.id, model)
        if override is not None:
            rates = (override.input_nanousd, override.output_nanousd)
            return Price(endpoint, model, True, f"override {override.id}", rates)
        if endpoint.demo and model == "demo/priced":
            return Price(endpoint, model, True, "scenario", (NANO, 5 * NANO))
        if endpoint.demo or endpoint.local:
            return Price(endpoint, model, True, FREE_VERSION, (0, 0))
        known = _listed(endpoint, model, 1000, 1000) is not None
        return Price(endpoint, model, known, LIST_VERSION if known else "unknown")


def list_rates(endpoint: EndpointFacts, model: str) -> tuple[float, float] | None:
    """Return dollars per million tokens (input, output) of the price list, for showing; None when unknown."""
    one = _listed(endpoint, model, 1_000, 0)
    other = _listed(endpoint, model, 0, 1_000)
    return None if one is None or other is None else (one * 1_000 / NANO, other * 1_000 / NANO)


def _listed(endpoint: EndpointFacts, model: str, input_tokens: int, output_tokens: int) -> int | None:
    hosted = HOSTED.get(endpoint.kind)
    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
    try:
        if hosted is not None:
            found = genai_prices.calc_price(usage, model, provider_id=hosted.prices)
        else:
            found = genai_prices.calc_price(usage, model, provider_api_url=endpoint.base_url)
    except (LookupError, ValueError):
        return None
    return nanousd(Decimal(found.total_price))
