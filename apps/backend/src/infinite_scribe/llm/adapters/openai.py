"""Everything that speaks the OpenAI wire, through pydantic-ai's model and our guarded client."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
from openai import AsyncOpenAI, OpenAIError
from pydantic_ai.direct import model_request_stream
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError, UnexpectedModelBehavior, UserError
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters, StreamedResponse
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider

from infinite_scribe.llm.adapters.base import Dial, Finished, TextPiece
from infinite_scribe.llm.adapters.failures import from_provider
from infinite_scribe.model_client.schemas import Message

_KEYLESS = "none"
_IN_WORDS = {
    "en": "Answer with one JSON object that fits this JSON Schema, and nothing else",
    "zh": "请只用一个符合以下 JSON Schema 的 JSON 对象回答，不要输出其他内容",
}


@dataclass(frozen=True)
class OpenAIAdapter:
    """Chat completions. The path of the base URL is kept as typed; the SDK never retries."""

    http: httpx2.AsyncClient

    async def stream(self, dial: Dial) -> AsyncIterator[TextPiece | Finished]:
        """Stream one answer. Raises `ProviderError` in our words; a cut stream simply ends."""
        model = self._model(dial)
        try:
            async with model_request_stream(
                model,
                _messages(dial),
                model_settings=_settings(dial),
                model_request_parameters=_parameters(dial),
            ) as answer:
                async for event in answer:
                    if piece := _piece(event):
                        yield TextPiece(piece)
                if end := _finished(answer):
                    yield end
        except (
            ModelHTTPError,
            ModelAPIError,
            UnexpectedModelBehavior,
            OpenAIError,
            httpx2.HTTPError,
        ) as error:
            raise from_provider(error) from error

    def _model(self, dial: Dial) -> OpenAIChatModel:
        client = AsyncOpenAI(
            api_key=dial.api_key.get_secret_value() if dial.api_key else _KEYLESS,
            base_url=chat_url(dial.endpoint.kind, dial.endpoint.base_url),
            http_client=self.http,
            max_retries=0,
            timeout=httpx2.Timeout(None, connect=dial.connect_seconds),
        )
        profile = OpenAIModelProfile(
            supports_json_schema_output=True,
            supports_json_object_output=dial.rung == "json",
            default_structured_output_mode="native",
            ignore_streamed_leading_whitespace=False,
            openai_supports_strict_tool_definition=False,
            openai_chat_supports_max_completion_tokens=dial.endpoint.kind == "openai",
        )
        return OpenAIChatModel(dial.model, provider=OpenAIProvider(openai_client=client), profile=profile)


def chat_url(kind: str, base_url: str) -> str:
    """Return the base of the OpenAI wire: as typed, but for Ollama, whose native address people know."""
    plain = base_url.rstrip("/")
    return f"{plain}/v1" if kind == "ollama" and not plain.endswith("/v1") else plain


def _settings(dial: Dial) -> OpenAIChatModelSettings:
    settings = OpenAIChatModelSettings(max_tokens=dial.max_tokens, seed=dial.seed & 0x7FFFFFFF)
    if dial.temperature is not None:
        settings["temperature"] = dial.temperature
    return settings


def _parameters(dial: Dial) -> ModelRequestParameters:
    if dial.rung == "native" and dial.schema is not None:
        answer = OutputObjectDefinition(json_schema=dial.schema, name="answer", strict=False)
        return ModelRequestParameters(output_mode="native", output_object=answer, allow_text_output=True)
    if dial.rung == "json":
        return ModelRequestParameters(output_mode="prompted", allow_text_output=True)
    return ModelRequestParameters(output_mode="text", allow_text_output=True)


def _messages(dial: Dial) -> list[ModelMessage]:
    turns = list(dial.messages)
    if dial.rung in {"json", "fenced"} and dial.schema is not None:
        turns.append(Message(role="user", text=_schema_in_words(dial)))
    found: list[ModelMessage] = []
    for turn in turns:
        if turn.role == "assistant":
            found.append(ModelResponse(parts=[TextPart(turn.text)]))
        else:
            part = SystemPromptPart(turn.text) if turn.role == "system" else UserPromptPart(turn.text)
            found.append(ModelRequest(parts=[part]))
    if dial.prefill:
        found.append(ModelResponse(parts=[TextPart(dial.prefill)]))
    return found


def _schema_in_words(dial: Dial) -> str:
    order = _IN_WORDS.get(dial.language, _IN_WORDS["en"])
    fence = "```json\n…\n```" if dial.rung == "fenced" else ""
    return f"{order}:\n{json.dumps(dial.schema, ensure_ascii=False)}\n{fence}".strip()


def _piece(event: Any) -> str:
    if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
        return event.part.content
    if isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
        return event.delta.content_delta
    return ""


def _finished(answer: StreamedResponse) -> Finished | None:
    reason = answer.finish_reason
    if reason is None:
        return None
    usage = answer.usage() if callable(answer.usage) else answer.usage
    known = bool(usage.input_tokens or usage.output_tokens)
    return Finished(
        reason="length" if reason == "length" else "refused" if reason == "content_filter" else "stop",
        input_tokens=usage.input_tokens if known else None,
        output_tokens=usage.output_tokens if known else None,
        response_id=answer.provider_response_id,
    )


async def list_models(http: httpx2.AsyncClient, kind: str, base_url: str, key: str | None) -> Sequence[str]:
    """Return the names of the models that a provider offers. Raises `ProviderError`."""
    client = AsyncOpenAI(
        api_key=key or _KEYLESS, base_url=chat_url(kind, base_url), http_client=http, max_retries=0
    )
    try:
        found = await client.models.list(timeout=15)
        return sorted({str(model.id) for model in found.data or []})
    except (OpenAIError, httpx2.HTTPError, UserError, ValueError, TypeError) as error:
        raise from_provider(error) from error


async def embed_texts(
    http: httpx2.AsyncClient, kind: str, base_url: str, key: str | None, model: str, texts: list[str]
) -> list[list[float]]:
    """Return one vector per text, in order. Raises `ProviderError`."""
    client = AsyncOpenAI(
        api_key=key or _KEYLESS, base_url=chat_url(kind, base_url), http_client=http, max_retries=0
    )
    try:
        found = await client.embeddings.create(model=model, input=texts, encoding_format="float")
    except (OpenAIError, httpx2.HTTPError) as error:
        raise from_provider(error) from error
    return [list(row.embedding) for row in sorted(found.data, key=lambda row: row.index)]
