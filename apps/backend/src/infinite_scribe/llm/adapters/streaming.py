"""One answer through pydantic-ai, whatever the provider: words in, pieces and one honest end out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import httpx2
from pydantic_ai.direct import model_request_stream
from pydantic_ai.exceptions import AgentRunError, UserError
from pydantic_ai.messages import (
    CachePoint,
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from infinite_scribe.llm.adapters.base import Dial, Finished, TextPiece
from infinite_scribe.llm.adapters.failures import from_provider
from infinite_scribe.llm.adapters.forms import on_the_wire
from infinite_scribe.llm.errors import BusyProviderError
from infinite_scribe.model_client.schemas import Message

KEYLESS = "none"
ANSWER = "answer"
LONGEST_SECONDS = 900
_ENDS: dict[str | None, Literal["stop", "length"]] = {"stop": "stop", "length": "length", "tool_call": "stop"}
_IN_WORDS = {
    "en": "Answer with one JSON object that fits this JSON Schema, and nothing else",
    "zh": "请只用一个符合以下 JSON Schema 的 JSON 对象回答，不要输出其他内容",
}


@dataclass(frozen=True)
class Prepared:
    """One request, ready to be sent; `errors` are what the provider's SDK raises beside pydantic-ai's own."""

    model: Model
    messages: list[ModelMessage]
    settings: ModelSettings
    parameters: ModelRequestParameters
    errors: tuple[type[Exception], ...]

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """Everything that is the provider's fault or the way's to it; what else is raised is ours."""
        return (AgentRunError, UserError, httpx2.HTTPError, ValueError, *self.errors)


async def stream(request: Prepared) -> AsyncIterator[TextPiece | Finished]:
    """Send a request. Raises `ProviderError` in our words; a cut stream simply ends.

    What breaks behind the finish reason (a line that hangs up early, a bill that cannot be read) breaks no answer.
    """
    answer: StreamedResponse | None = None
    try:
        async with model_request_stream(
            request.model,
            request.messages,
            model_settings=request.settings,
            model_request_parameters=request.parameters,
        ) as answer:
            async for event in answer:
                if piece := _piece(event):
                    yield TextPiece(piece)
            if end := _finished(answer):
                yield end
    except request.failures as error:
        if answer is None or answer.finish_reason not in _ENDS:
            raise from_provider(error) from error
        yield Finished(_ENDS[answer.finish_reason], response_id=answer.provider_response_id)


def thinks_always(profile: ModelProfile | None) -> bool:
    """Say whether the thoughts of a model with this profile cannot be turned off."""
    return bool(profile and profile.get("thinking_always_enabled", False))


def settings_of(dial: Dial) -> ModelSettings:
    """Return what every provider is told; each leaves out what it does not know.

    The words of an answer are what is paid for and counted: models that can think first are asked to do it as little
    as they can. `llm` retries by itself, so no SDK does.
    """
    settings = ModelSettings(
        max_tokens=dial.max_tokens,
        seed=dial.seed & 0x7FFFFFFF,
        thinking=False,
        framing_announcement="never",
        max_retries=0,
    )
    if dial.temperature is not None:
        settings["temperature"] = dial.temperature
    return settings


def parameters_of(dial: Dial, *, strict: bool | None = None) -> ModelRequestParameters:
    """Return how the answer is to be formed, by the provider's own schema mode, its JSON mode, or not at all."""
    if dial.rung == "native" and dial.schema is not None:
        form = OutputObjectDefinition(json_schema=on_the_wire(dial.schema), name=ANSWER, strict=strict)
        return ModelRequestParameters(output_mode="native", output_object=form, allow_text_output=True)
    if dial.rung == "json":
        return ModelRequestParameters(output_mode="prompted", allow_text_output=True)
    return ModelRequestParameters(output_mode="text", allow_text_output=True)


def by_tool(dial: Dial, settings: ModelSettings) -> tuple[ModelSettings, ModelRequestParameters]:
    """Ask for a typed answer as the one tool that must be called: for models that have tools but no schema mode."""
    if dial.rung != "native" or dial.schema is None:
        return settings, parameters_of(dial)
    tool = ToolDefinition(
        name=ANSWER,
        parameters_json_schema=on_the_wire(dial.schema),
        description="The answer in its asked form.",
    )
    forced = ModelSettings(**settings)
    forced["tool_choice"] = [ANSWER]
    return forced, ModelRequestParameters(function_tools=[tool], output_mode="text", allow_text_output=True)


def messages_of(dial: Dial, *, cache_point: bool = False) -> list[ModelMessage]:
    """Return the conversation. With `cache_point` the stable opening stands in a block of its own, marked."""
    found: list[ModelMessage] = []
    parts: list[ModelRequestPart] = []
    opening = dial.opening_chars if cache_point else 0
    for turn in _turns(dial):
        if turn.role == "assistant":
            if parts:
                found.append(ModelRequest(parts=parts))
                parts = []
            found.append(ModelResponse(parts=[TextPart(turn.text)]))
        elif turn.role == "system":
            parts.append(SystemPromptPart(turn.text))
        else:
            parts.append(_user_part(turn.text, opening))
            opening = 0
    if parts:
        found.append(ModelRequest(parts=parts))
    if dial.prefill:
        found.append(ModelResponse(parts=[TextPart(dial.prefill)]))
    return found


def _user_part(text: str, opening: int) -> UserPromptPart:
    if 0 < opening < len(text):
        return UserPromptPart([text[:opening], CachePoint(), text[opening:]])
    return UserPromptPart(text)


def _turns(dial: Dial) -> Sequence[Message]:
    """Return the turns; the schema in words joins the last one, since many chat templates want turns to alternate."""
    turns = list(dial.messages)
    if dial.rung not in {"json", "fenced"} or dial.schema is None:
        return turns
    words = _schema_in_words(dial)
    if turns and turns[-1].role == "user":
        return [*turns[:-1], Message(role="user", text=f"{turns[-1].text}\n\n{words}")]
    return [*turns, Message(role="user", text=words)]


def _schema_in_words(dial: Dial) -> str:
    order = _IN_WORDS.get(dial.language, _IN_WORDS["en"])
    fence = "```json\n…\n```" if dial.rung == "fenced" else ""
    return f"{order}:\n{json.dumps(on_the_wire(dial.schema), ensure_ascii=False)}\n{fence}".strip()


def _piece(event: Any) -> str:
    if isinstance(event, PartStartEvent):
        if isinstance(event.part, TextPart):
            return event.part.content
        return _arguments(event.part.args) if isinstance(event.part, ToolCallPart) else ""
    if isinstance(event, PartDeltaEvent):
        if isinstance(event.delta, TextPartDelta):
            return event.delta.content_delta
        return _arguments(event.delta.args_delta) if isinstance(event.delta, ToolCallPartDelta) else ""
    return ""


def _arguments(found: object) -> str:
    """A called tool's arguments are the typed answer; they come as growing text or as one object."""
    if isinstance(found, dict):
        return json.dumps(found, ensure_ascii=False) if found else ""
    return found if isinstance(found, str) else ""


def _finished(answer: StreamedResponse) -> Finished | None:
    reason = answer.finish_reason
    told = (answer.provider_details or {}).get("finish_reason")
    if reason == "error":
        raise BusyProviderError(raw=str(told)[:200])
    if answer.state == "suspended" or (reason is None and told is None):
        return None
    usage = answer.usage() if callable(answer.usage) else answer.usage
    known = bool(usage.input_tokens or usage.output_tokens)
    return Finished(
        reason="length" if reason == "length" else "refused" if reason == "content_filter" else "stop",
        input_tokens=usage.input_tokens if known else None,
        output_tokens=usage.output_tokens if known else None,
        response_id=answer.provider_response_id,
        cached_tokens=usage.cache_read_tokens if known else 0,
        cache_write_tokens=usage.cache_write_tokens if known else 0,
        thought_tokens=usage.output_reasoning_tokens if known else 0,
    )
