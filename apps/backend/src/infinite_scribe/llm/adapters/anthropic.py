"""Claude through Anthropic's own wire, by pydantic-ai's model and our guarded client."""

from __future__ import annotations

from collections.abc import Sequence

import httpx2
from anthropic import AnthropicError, AsyncAnthropic
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.providers.anthropic import AnthropicProvider

from infinite_scribe.llm.adapters.base import Dial, Offered
from infinite_scribe.llm.adapters.failures import from_provider
from infinite_scribe.llm.adapters.streaming import (
    KEYLESS,
    Prepared,
    by_tool,
    messages_of,
    parameters_of,
    settings_of,
    thinks_always,
)

_LISTED = 200


def prepared(http: httpx2.AsyncClient, dial: Dial) -> Prepared:
    """Return a request for a message, with a cache breakpoint behind the stable opening."""
    key = dial.api_key.get_secret_value() if dial.api_key else None
    client = _client(http, dial.endpoint.base_url, key, dial.connect_seconds)
    model = AnthropicModel(dial.model, provider=AnthropicProvider(anthropic_client=client))
    settings = settings_of(dial)
    del settings["seed"]
    if dial.temperature is not None:
        settings["temperature"] = min(dial.temperature, 1.0)
    if model.profile.get("anthropic_disallows_sampling_settings", False):
        settings.pop("temperature", None)
    parameters = parameters_of(dial)
    if not model.profile.get("supports_json_schema_output", False):
        settings, parameters = by_tool(dial, settings)
    return Prepared(model, messages_of(dial, cache_point=True), settings, parameters, (AnthropicError,))


def always_thinks(_kind: str, model: str) -> bool:
    """Say whether a model thinks before it answers, however it is asked."""
    return thinks_always(AnthropicProvider.model_profile(model))


def _client(
    http: httpx2.AsyncClient, base_url: str, key: str | None, connect_seconds: float = 5
) -> AsyncAnthropic:
    return AsyncAnthropic(
        api_key=key or KEYLESS,
        base_url=base_url.rstrip("/").removesuffix("/v1"),
        http_client=http,
        max_retries=0,
        timeout=httpx2.Timeout(None, connect=connect_seconds),
    )


async def list_models(
    http: httpx2.AsyncClient, _kind: str, base_url: str, key: str | None
) -> Sequence[Offered]:
    """Return the models that the key may use. Raises `ProviderError`."""
    client = _client(http, base_url, key)
    try:
        page = await client.models.list(limit=_LISTED, timeout=15)
        found = {str(model.id): model for model in page.data or []}
    except (AnthropicError, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
        raise from_provider(error) from error
    return [Offered(name, _context(found[name])) for name in sorted(found)]


def _context(model: object) -> int | None:
    found = getattr(model, "max_input_tokens", None)
    return found if isinstance(found, int) and found > 0 else None
