"""Models that misbehave on purpose, so that every path of a call can be walked without a key or a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.llm.adapters.base import Adapter, Dial, Finished, TextPiece
from infinite_scribe.llm.errors import AuthError, RateLimitError

_SLOW_TOKENS_PER_SECOND = 5
_DROP_AFTER_CHARS = 400
_REFUSAL = "I cannot help with that request."
_SENTENCE = "Lamp {n} burned on the sill, and street {n} kept its own counsel. "


@dataclass(frozen=True)
class ScenarioAdapter:
    """`demo/<scenario>`: the storyteller's answer, spoilt in one known way."""

    storyteller: Adapter

    async def stream(self, dial: Dial) -> AsyncIterator[TextPiece | Finished]:
        """Play the scenario named by the model. Raises `RateLimitError` and `AuthError` where it says so."""
        scenario = dial.model.removeprefix("demo/")
        if scenario == "401":
            raise AuthError(raw="scenario", status=401)
        if scenario == "429":
            raise RateLimitError(raw="scenario", status=429, retry_after=600)
        if scenario == "empty":
            yield Finished("stop", input_tokens=_counted(dial), output_tokens=0)
        elif scenario == "refuse":
            async for event in _say(dial, _REFUSAL):
                yield event
        elif scenario == "long":
            async for event in _say(dial, "".join(_SENTENCE.format(n=n) for n in range(dial.max_tokens))):
                yield event
        elif scenario == "bad-json":
            async for event in _say(
                dial, "Here you are, I hope it pleases: title = The Lamp; beats = one, two"
            ):
                yield event
        else:
            async for event in self._spoilt(dial, scenario):
                yield event

    async def _spoilt(self, dial: Dial, scenario: str) -> AsyncIterator[TextPiece | Finished]:
        said = len(dial.prefill)
        async for event in self.storyteller.stream(dial):
            if isinstance(event, TextPiece):
                said += len(event.text)
                if scenario == "slow":
                    await asyncio.sleep(max(1, count_tokens(event.text)) / _SLOW_TOKENS_PER_SECOND)
            yield event
            if scenario == "drop" and not dial.prefill and said >= _DROP_AFTER_CHARS:
                return


async def _say(dial: Dial, text: str) -> AsyncIterator[TextPiece | Finished]:
    spoken = 0
    for start in range(0, len(text), 40):
        piece = text[start : start + 40]
        spoken += count_tokens(piece)
        yield TextPiece(piece)
        if spoken >= dial.max_tokens:
            yield Finished("length", input_tokens=_counted(dial), output_tokens=spoken)
            return
        await asyncio.sleep(0)
    yield Finished("stop", input_tokens=_counted(dial), output_tokens=spoken)


def _counted(dial: Dial) -> int:
    return sum(count_tokens(message.text) + 4 for message in dial.messages)
