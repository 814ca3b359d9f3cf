"""Every model that a user can choose, with its price where one is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.settings import Settings
from infinite_scribe.providers.prices import PriceBook, list_rates
from infinite_scribe.providers.rules import DEMO_MODEL, dollars
from infinite_scribe.providers.schemas import ModelList, ModelRead
from infinite_scribe.providers.service import EndpointFacts, EndpointService

SCENARIOS = (
    "slow", "drop", "empty", "bad-json", "429", "401", "refuse", "long", "priced", "scripted:weak",
    "scripted:stubborn",
)  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """The models of all enabled endpoints within the session's scope."""

    endpoints: EndpointService
    prices: PriceBook
    settings: Settings

    @classmethod
    def of(cls, session: AsyncSession, user_id: UUID, settings: Settings) -> Self:
        return cls(EndpointService.of(session, user_id), PriceBook.of(session), settings)

    async def models(self) -> ModelList:
        """Return the models in the order of the endpoints, the demo first."""
        found: list[ModelRead] = []
        for shown in await self.endpoints.list_endpoints():
            if not shown.enabled:
                continue
            endpoint = await self.endpoints.facts(shown.id)
            found += [await self._read(endpoint, model) for model in self._names(endpoint)]
        return ModelList(items=found)

    def _names(self, endpoint: EndpointFacts) -> tuple[str, ...]:
        if not endpoint.demo:
            return endpoint.models
        scenarios = SCENARIOS if self.settings.demo.scenarios else ()
        return (DEMO_MODEL, *(f"demo/{name}" for name in scenarios))

    async def _read(self, endpoint: EndpointFacts, model: str) -> ModelRead:
        price = await self.prices.price(endpoint, model)
        rates: tuple[float, float] | None = None
        if price.rates is not None:
            rates = (dollars(price.rates[0]), dollars(price.rates[1]))
        elif price.known:
            rates = list_rates(endpoint, model)
        return ModelRead(
            endpoint_id=endpoint.id,
            provider=endpoint.kind,
            provider_label=endpoint.label,
            model=model,
            local=endpoint.local,
            demo=endpoint.demo,
            input_usd=rates[0] if rates else None,
            output_usd=rates[1] if rates else None,
        )
