"""Models that misbehave on purpose, so that every path of a call can be walked without a key or a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.llm.adapters.base import Adapter, Dial, Finished, TextPiece
from infinite_scribe.llm.adapters.demo import is_lite
from infinite_scribe.llm.demo.chance import Chance
from infinite_scribe.llm.demo.weak import PROSE_SHARE, SHARE, broken, broken_prose, hopeless
from infinite_scribe.llm.errors import AuthError, RateLimitError
from infinite_scribe.model_client.reader import read_object

log = get_logger(__name__)

WEAK, STUBBORN = "scripted:weak", "scripted:stubborn"
"""One breaks some of its answers, each in another way; of the other's nothing can ever be used."""
_MOST_TOKENS = 200_000
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
        elif scenario in {WEAK, STUBBORN}:
            async for event in _say(dial, await self._weakly(dial, scenario)):
                yield event
        else:
            async for event in self._spoilt(dial, scenario):
                yield event

    async def _weakly(self, dial: Dial, scenario: str) -> str:
        """Return the storyteller's answer, broken in some of the cases; of a stubborn model, in all.

        What is drawn follows from the words that were sent, so that a repair draws anew and a replay draws the same.
        """
        whole = replace(dial, prefill="", max_tokens=_MOST_TOKENS)
        text = "".join(
            [one.text async for one in self.storyteller.stream(whole) if isinstance(one, TextPiece)]
        )
        words = [message.text for message in dial.messages]
        chance = Chance(scenario, dial.task, dial.seed, dial.rung, words)
        language = "zh" if dial.language.startswith("zh") else "en"
        if dial.schema is None:
            spoil = scenario == STUBBORN or chance.happens(PROSE_SHARE)
            return broken_prose(text, chance, language, stubborn=scenario == STUBBORN) if spoil else text
        if scenario == WEAK and not chance.happens(SHARE):
            return text
        answer = read_object(text, dial.schema) or {}
        if scenario == STUBBORN:
            return hopeless(answer, dial.schema, chance, language)
        name, said = broken(answer, dial.schema, chance, language)
        log.info("scenario.broken", way=name, task=dial.task, lite=is_lite(dial))
        return said

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
