"""Kinds of providers, their fixed addresses, periods of caps, and money as whole nano-dollars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Literal
from uuid import UUID

DEMO_ENDPOINT_ID = UUID("00000000-0000-7000-8000-00000000d3e0")
DEMO_MODEL = "demo/storyteller"
BUILT_IN_EMBEDDING = "builtin/use-multilingual-v3"
NANO = 1_000_000_000

Kind = Literal[
    "demo",
    "ollama",
    "openai_compatible",
    "openai",
    "anthropic",
    "google",
    "mistral",
    "groq",
    "deepseek",
    "openrouter",
]
Role = Literal["worldsmith", "director", "writer", "editor", "librarian", "quick", "embedding"]
ROLES: tuple[Role, ...] = ("worldsmith", "director", "writer", "editor", "librarian", "quick", "embedding")
ScopeKind = Literal["run", "novel", "user", "operator"]
Period = Literal["total", "day", "month"]


@dataclass(frozen=True)
class Hosted:
    """A provider with an address of its own; `prices` is its name in the price list."""

    base_url: str
    prices: str
    label: str


HOSTED: dict[str, Hosted] = {
    "openai": Hosted("https://api.openai.com/v1", "openai", "OpenAI"),
    "anthropic": Hosted("https://api.anthropic.com", "anthropic", "Anthropic"),
    "google": Hosted("https://generativelanguage.googleapis.com", "google", "Gemini"),
    "mistral": Hosted("https://api.mistral.ai", "mistral", "Mistral"),
    "groq": Hosted("https://api.groq.com/openai/v1", "groq", "Groq"),
    "deepseek": Hosted("https://api.deepseek.com/v1", "deepseek", "DeepSeek"),
    "openrouter": Hosted("https://openrouter.ai/api/v1", "openrouter", "OpenRouter"),
}


def relayed(model: str) -> bool:
    """Say whether a local server only passes a model on: Ollama's tags `cloud` and `…-cloud` name models elsewhere."""
    return model.rstrip().casefold().endswith((":cloud", "-cloud"))


def period_start(period: Period, at: datetime) -> date:
    """Return the first day of the period that `at` lies in; the whole life of a thing starts at the epoch."""
    if period == "day":
        return at.date()
    return at.date().replace(day=1) if period == "month" else date(1970, 1, 1)


def nanousd(dollars: Decimal) -> int:
    """Return whole nano-dollars, rounded up: a call never costs less than it did."""
    return int((dollars * NANO).to_integral_value(rounding=ROUND_CEILING))


def dollars(amount_nanousd: int) -> float:
    """Return nano-dollars as dollars, for showing only."""
    return amount_nanousd / NANO


def price_of(input_tokens: int, output_tokens: int, input_rate: int, output_rate: int) -> int:
    """Return the price in nano-dollars at rates in nano-dollars per million tokens, rounded up."""
    return -(-(input_tokens * input_rate + output_tokens * output_rate) // 1_000_000)
