"""What every provider looks like from inside `llm`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pydantic import SecretStr

from infinite_scribe.model_client.schemas import Message
from infinite_scribe.providers.service import EndpointFacts

# How a typed answer is asked for: the provider's own schema mode, its JSON mode, or words and a fence.
Rung = Literal["text", "native", "json", "fenced"]
LADDER: tuple[Rung, ...] = ("native", "json", "fenced")
# Where a provider lacks a rung, asking for it would only buy its refusal.
_LADDERS: dict[str, tuple[Rung, ...]] = {
    "anthropic": ("native", "fenced"),
    "mistral": ("native", "fenced"),
    "deepseek": ("json", "fenced"),
}


def ladder_of(kind: str) -> tuple[Rung, ...]:
    """Return the ways of asking this kind of provider for a typed answer, the strictest first."""
    return _LADDERS.get(kind, LADDER)


def rung_below(kind: str, rung: Rung) -> Rung | None:
    """Return the next looser way of asking, or None on the last one."""
    ladder = ladder_of(kind)
    if rung not in ladder:
        return ladder[-1] if rung in LADDER else None
    at = ladder.index(rung) + 1
    return ladder[at] if at < len(ladder) else None


@dataclass(frozen=True)
class Dial:
    """One request to a provider.

    `prefill` is the text the answer has already. `opening_chars`: how much of the first user message, counted from
    its beginning, stays the same in the calls that follow; providers keep it ready at a tenth of the price.
    """

    endpoint: EndpointFacts
    model: str
    messages: list[Message]
    max_tokens: int
    rung: Rung = "text"
    schema: dict[str, Any] | None = None
    prefill: str = ""
    temperature: float | None = None
    seed: int = 0
    task: str = ""
    language: str = "en"
    data: dict[str, Any] = field(default_factory=dict)
    api_key: SecretStr | None = None
    connect_seconds: float = 5
    opening_chars: int = 0


@dataclass(frozen=True)
class TextPiece:
    """New text of the answer."""

    text: str


@dataclass(frozen=True)
class Finished:
    """The provider's own end of the answer; usage is None where it reported none.

    `cached_tokens` were read from its prompt cache and `cache_write_tokens` written to it; both are part of
    `input_tokens`. `thought_tokens` are the part of `output_tokens` that is not text of the answer.
    """

    reason: Literal["stop", "length", "refused"]
    input_tokens: int | None = None
    output_tokens: int | None = None
    response_id: str | None = None
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    thought_tokens: int = 0


@dataclass(frozen=True)
class Offered:
    """A model in a provider's list, with the length it reads where the list says so."""

    name: str
    context_tokens: int | None = None


class Adapter(Protocol):
    """A family of providers. Streams pieces and one `Finished`; raises `llm.errors.ProviderError`.

    An end of the stream without `Finished` means the connection was cut.
    """

    def stream(self, dial: Dial) -> AsyncIterator[TextPiece | Finished]:
        """Send one request and yield what comes back. Closing the iterator closes the connection."""
        ...
