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


@dataclass(frozen=True)
class Dial:
    """One request to a provider. `prefill` is the text the answer has already."""

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


@dataclass(frozen=True)
class TextPiece:
    """New text of the answer."""

    text: str


@dataclass(frozen=True)
class Finished:
    """The provider's own end of the answer; usage is None where it reported none."""

    reason: Literal["stop", "length", "refused"]
    input_tokens: int | None = None
    output_tokens: int | None = None
    response_id: str | None = None


class Adapter(Protocol):
    """A family of providers. Streams pieces and one `Finished`; raises `llm.errors.ProviderError`.

    An end of the stream without `Finished` means the connection was cut.
    """

    def stream(self, dial: Dial) -> AsyncIterator[TextPiece | Finished]:
        """Send one request and yield what comes back. Closing the iterator closes the connection."""
        ...
