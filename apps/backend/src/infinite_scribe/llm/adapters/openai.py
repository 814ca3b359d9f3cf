"""Everything that speaks the OpenAI wire, through pydantic-ai's models and our guarded client.

Groq is one of them: its own SDK is built on the older HTTP library, which our guard of outbound connections
cannot stand in, and its wire is this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import httpx2
from openai import AsyncOpenAI, OpenAIError
from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.profiles import ModelProfile, merge_profile
from pydantic_ai.profiles.groq import groq_model_profile
from pydantic_ai.profiles.openai import OpenAIModelProfile, openai_model_profile
from pydantic_ai.providers.deepseek import DeepSeekProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openrouter import OpenRouterProvider

from infinite_scribe.llm.adapters.base import Dial, Offered
from infinite_scribe.llm.adapters.failures import from_provider
from infinite_scribe.llm.adapters.streaming import (
    KEYLESS,
    Prepared,
    messages_of,
    parameters_of,
    settings_of,
    thinks_always,
)
from infinite_scribe.llm.errors import BadRequestError

_NO_EMBEDDINGS = frozenset({"anthropic", "groq", "deepseek"})


def prepared(http: httpx2.AsyncClient, dial: Dial) -> Prepared:
    """Return a request for chat completions. The path of the base URL is kept as typed."""
    key = dial.api_key.get_secret_value() if dial.api_key else None
    client = _client(http, openai_url(dial.endpoint.kind, dial.endpoint.base_url), key, dial.connect_seconds)
    marked = dial.endpoint.kind == "openrouter" and dial.model.startswith(("anthropic/", "google/"))
    return Prepared(
        _model(client, dial),
        messages_of(dial, cache_point=marked),
        settings_of(dial),
        parameters_of(dial, strict=False),
        (OpenAIError,),
    )


_PROFILES: dict[str, Callable[[str], ModelProfile | None]] = {
    "openai": openai_model_profile,
    "groq": groq_model_profile,
    "deepseek": DeepSeekProvider.model_profile,
    "openrouter": OpenRouterProvider.model_profile,
}


def always_thinks(kind: str, model: str) -> bool:
    """Say whether a model thinks before it answers, however it is asked."""
    known = _PROFILES.get(kind)
    return known is not None and thinks_always(known(model))


def _client(http: httpx2.AsyncClient, url: str, key: str | None, connect_seconds: float = 5) -> AsyncOpenAI:
    return AsyncOpenAI(
        api_key=key or KEYLESS,
        base_url=url,
        http_client=http,
        max_retries=0,
        timeout=httpx2.Timeout(None, connect=connect_seconds),
    )


def _model(client: AsyncOpenAI, dial: Dial) -> Model:
    kind = dial.endpoint.kind
    ours = OpenAIModelProfile(
        supports_json_schema_output=True,
        supports_json_object_output=dial.rung == "json",
        default_structured_output_mode="native",
        ignore_streamed_leading_whitespace=False,
        openai_supports_strict_tool_definition=False,
        openai_chat_supports_max_completion_tokens=kind == "openai",
        # A stream that ends politely and without a reason is cut, never finished.
        openai_chat_streaming_requires_finish_reason=True,
    )
    if kind == "openrouter":
        profile = merge_profile(OpenRouterProvider.model_profile(dial.model), ours)
        return OpenRouterModel(dial.model, provider=OpenRouterProvider(openai_client=client), profile=profile)
    if kind == "deepseek":
        profile = merge_profile(DeepSeekProvider.model_profile(dial.model), ours)
        return OpenAIChatModel(dial.model, provider=DeepSeekProvider(openai_client=client), profile=profile)
    base = openai_model_profile(dial.model) if kind == "openai" else None
    return OpenAIChatModel(
        dial.model, provider=OpenAIProvider(openai_client=client), profile=merge_profile(base, ours)
    )


def openai_url(kind: str, base_url: str) -> str:
    """Return the base of the OpenAI wire: as typed, but where a kind keeps it below the address people know."""
    plain = base_url.rstrip("/")
    below = {"ollama": "/v1", "mistral": "/v1", "google": "/v1beta/openai"}.get(kind, "")
    return plain if plain.endswith(below) else f"{plain}{below}"


async def list_models(
    http: httpx2.AsyncClient, kind: str, base_url: str, key: str | None
) -> Sequence[Offered]:
    """Return the models that a provider offers. Raises `ProviderError`."""
    client = _client(http, openai_url(kind, base_url), key)
    try:
        found = await client.models.list(timeout=15)
        names = {str(model.id): model for model in found.data or []}
    except (OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
        raise from_provider(error) from error
    return [Offered(name, _context(names[name].model_extra or {})) for name in sorted(names)]


def _context(said: dict[str, object]) -> int | None:
    """Read how long a text a model takes, by the names that OpenRouter, Groq, vLLM and LM Studio give it."""
    for name in ("context_length", "context_window", "max_model_len", "max_context_length"):
        found = said.get(name)
        if isinstance(found, int) and found > 0:
            return found
    return None


async def embed_texts(
    http: httpx2.AsyncClient, kind: str, base_url: str, key: str | None, model: str, texts: list[str]
) -> list[list[float]]:
    """Return one vector per text, in order. Raises `ProviderError`."""
    if kind in _NO_EMBEDDINGS:
        raise BadRequestError("This provider has no embeddings; choose another one for them", provider=kind)
    client = _client(http, openai_url(kind, base_url), key)
    try:
        found = await client.embeddings.create(model=model, input=texts, encoding_format="float")
    except (OpenAIError, httpx2.HTTPError) as error:
        raise from_provider(error) from error
    return [list(row.embedding) for row in sorted(found.data, key=lambda row: row.index)]
