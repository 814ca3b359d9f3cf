"""What a call costs: the user's own price, else the operator's, else the price list that comes with the package."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

import genai_prices
from genai_prices import Usage
from genai_prices.types import PriceCalculation
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.providers.repository import ProvidersRepository
from infinite_scribe.providers.rules import HOSTED, NANO, nanousd, price_of
from infinite_scribe.providers.service import EndpointFacts

LIST_VERSION = f"genai-prices {genai_prices.__version__}"
FREE_VERSION = "free"
# Where we mark an opening for the prompt cache, writing it there is billed above the plain price.
WRITES_CACHE = frozenset({"anthropic", "openrouter"})


@dataclass(frozen=True)
class Price:
    """The price of one model. `known` is false where no list has it: then nothing is guessed and it counts 0."""

    endpoint: EndpointFacts
    model: str
    known: bool
    version: str
    rates: tuple[int, int] | None = None

    def cost(self, input_tokens: int, output_tokens: int, cached: tuple[int, int] = (0, 0)) -> int:
        """Return nano-dollars for so many tokens, rounded up; tiers of the price list are honoured.

        `cached`: how much of the input was read from and written to the provider's prompt cache. A price of one's
        own knows no such discount.
        """
        if self.rates is not None:
            return price_of(input_tokens, output_tokens, *self.rates)
        if not self.known or (input_tokens == 0 and output_tokens == 0):
            return 0
        return _listed(self.endpoint, self.model, input_tokens, output_tokens, cached) or 0

    def worst(self, input_tokens: int, output_tokens: int) -> int:
        """Return the most that so many tokens can cost: writing all of the input to a prompt cache may cost extra."""
        plain = self.cost(input_tokens, output_tokens)
        if self.endpoint.kind not in WRITES_CACHE:
            return plain
        return max(plain, self.cost(input_tokens, output_tokens, (0, input_tokens)))

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


def listed_context(endpoint: EndpointFacts, model: str) -> int | None:
    """Return how long a text the model reads by the price list that comes with the package; None when unknown."""
    found = _calculated(endpoint, model, Usage(input_tokens=1))
    return None if found is None else found.model.context_window


def _listed(
    endpoint: EndpointFacts,
    model: str,
    input_tokens: int,
    output_tokens: int,
    cached: tuple[int, int] = (0, 0),
) -> int | None:
    usage = Usage(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cache_read_tokens=cached[0],
        cache_write_tokens=cached[1],
    )
    found = _calculated(endpoint, model, usage)
    return None if found is None else nanousd(Decimal(found.total_price))


def _calculated(endpoint: EndpointFacts, model: str, usage: Usage) -> PriceCalculation | None:
    hosted = HOSTED.get(endpoint.kind)
    try:
        if hosted is not None:
            return genai_prices.calc_price(usage, model, provider_id=hosted.prices)
        return genai_prices.calc_price(usage, model, provider_api_url=endpoint.base_url)
    except (LookupError, ValueError):
        return None
