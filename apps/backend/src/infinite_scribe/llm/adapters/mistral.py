"""Mistral through its own wire, by pydantic-ai's model and our guarded client."""

from __future__ import annotations

from collections.abc import Sequence

import httpx2
from mistralai.client import Mistral
from mistralai.client.errors import MistralError
from pydantic_ai.models.mistral import MistralModel
from pydantic_ai.providers.mistral import MistralProvider

from infinite_scribe.llm.adapters.base import Dial, Offered
from infinite_scribe.llm.adapters.failures import from_provider
from infinite_scribe.llm.adapters.streaming import (
    KEYLESS,
    LONGEST_SECONDS,
    Prepared,
    by_tool,
    messages_of,
    settings_of,
    thinks_always,
)


def prepared(http: httpx2.AsyncClient, dial: Dial) -> Prepared:
    """Return a request for a chat. pydantic-ai has no schema mode here: a typed answer is a tool that must be called."""
    key = dial.api_key.get_secret_value() if dial.api_key else None
    client = _client(http, dial.endpoint.base_url, key)
    model = MistralModel(dial.model, provider=MistralProvider(mistral_client=client))
    plain = settings_of(dial)
    plain["timeout"] = float(LONGEST_SECONDS)
    settings, parameters = by_tool(dial, plain)
    return Prepared(model, messages_of(dial), settings, parameters, (MistralError,))


def always_thinks(_kind: str, model: str) -> bool:
    """Say whether a model thinks before it answers, however it is asked."""
    return thinks_always(MistralProvider.model_profile(model))


def _client(http: httpx2.AsyncClient, base_url: str, key: str | None) -> Mistral:
    root = base_url.rstrip("/").removesuffix("/v1")
    return Mistral(api_key=key or KEYLESS, server_url=root, async_client=http)


async def list_models(
    http: httpx2.AsyncClient, _kind: str, base_url: str, key: str | None
) -> Sequence[Offered]:
    """Return the models that chat. Raises `ProviderError`."""
    client = _client(http, base_url, key)
    found: dict[str, int | None] = {}
    try:
        answer = await client.models.list_async(retries=None, timeout_ms=15_000)
        for model in answer.data or []:
            capabilities = getattr(model, "capabilities", None)
            if getattr(capabilities, "completion_chat", True):
                found[str(getattr(model, "id", ""))] = getattr(model, "max_context_length", None)
    except (MistralError, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
        raise from_provider(error) from error
    return [Offered(name, found[name]) for name in sorted(found) if name]
