"""Gemini through Google's own wire, by pydantic-ai's model and our guarded client."""

from __future__ import annotations

from collections.abc import Sequence

import httpx2
from google.genai.client import Client
from google.genai.errors import APIError, UnknownApiResponseError
from google.genai.types import HttpOptions, HttpRetryOptions
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.providers.google import GoogleProvider

from infinite_scribe.llm.adapters.base import Dial, Offered
from infinite_scribe.llm.adapters.failures import from_provider
from infinite_scribe.llm.adapters.streaming import (
    KEYLESS,
    LONGEST_SECONDS,
    Prepared,
    messages_of,
    parameters_of,
    settings_of,
    thinks_always,
)

_VERSION = "v1beta"
_ERRORS = (APIError, UnknownApiResponseError)


def prepared(http: httpx2.AsyncClient, dial: Dial) -> Prepared:
    """Return a request for streamed content. Gemini keeps repeated openings ready by itself."""
    key = dial.api_key.get_secret_value() if dial.api_key else None
    client = _client(http, dial.endpoint.base_url, key, LONGEST_SECONDS)
    model = GoogleModel(dial.model, provider=GoogleProvider(client=client))
    return Prepared(model, messages_of(dial), settings_of(dial), parameters_of(dial), _ERRORS)


def always_thinks(_kind: str, model: str) -> bool:
    """Say whether a model thinks before it answers, however it is asked."""
    return thinks_always(GoogleProvider.model_profile(model))


def _client(http: httpx2.AsyncClient, base_url: str, key: str | None, seconds: float) -> Client:
    root = base_url.rstrip("/").removesuffix("/openai").removesuffix(f"/{_VERSION}")
    options = HttpOptions(
        base_url=root,
        api_version=_VERSION,
        httpx_async_client=http,
        timeout=int(seconds * 1000),
        retry_options=HttpRetryOptions(attempts=1),
    )
    return Client(vertexai=False, api_key=key or KEYLESS, http_options=options)


async def list_models(
    http: httpx2.AsyncClient, _kind: str, base_url: str, key: str | None
) -> Sequence[Offered]:
    """Return the models that write text. Raises `ProviderError`."""
    client = _client(http, base_url, key, 15)
    found: dict[str, int | None] = {}
    try:
        async for model in await client.aio.models.list(config={"page_size": 200}):
            actions = model.supported_actions
            if model.name and (actions is None or "generateContent" in actions):
                found[model.name.removeprefix("models/")] = model.input_token_limit
    except (*_ERRORS, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
        raise from_provider(error) from error
    return [Offered(name, found[name]) for name in sorted(found)]
