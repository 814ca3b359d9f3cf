"""The demo storyteller as a provider: same request, same stream, same bill as a hosted model, at no price."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.llm.adapters.base import Dial, Finished, TextPiece
from infinite_scribe.llm.demo.wishes import CannotFollow
from infinite_scribe.llm.errors import BadRequestError, DemoCannotFollowError
from infinite_scribe.model_client.lines import write_lines

STORYTELLER = "demo/storyteller"
_PIECE = re.compile(r"\s*[^\s\u3000-\u9fff\uff00-\uffef]+|\s*[\u3000-\u9fff\uff00-\uffef]|\s+")
_BEAT_SECONDS = 0.02


class DemoAnswer(Protocol):
    """What the storyteller gives: prose, or an object for a typed task."""

    @property
    def text(self) -> str | None: ...

    @property
    def output(self) -> dict[str, Any] | None: ...


Answer = Callable[[str, dict[str, Any], dict[str, Any] | None, int, str], DemoAnswer]


@dataclass(frozen=True)
class DemoAdapter:
    """Streams the storyteller's answer at a set speed; goes on exactly behind `prefill`."""

    answer: Answer
    tokens_per_second: int

    async def stream(self, dial: Dial) -> AsyncIterator[TextPiece | Finished]:
        """Compose in a thread, then stream.

        Raises `BadRequestError` for a task it has no words for, `DemoCannotFollowError` for an instruction.
        """
        full = await asyncio.to_thread(self._compose, dial)
        text = full.removeprefix(dial.prefill)
        pieces = _PIECE.findall(text)
        loop = asyncio.get_running_loop()
        begun, spoken, sent = loop.time(), 0, 0
        while sent < len(pieces) and spoken < dial.max_tokens:
            due = max(1, int((loop.time() - begun + _BEAT_SECONDS) * self.tokens_per_second))
            batch: list[str] = []
            while sent < len(pieces) and spoken < min(due, dial.max_tokens):
                batch.append(pieces[sent])
                spoken += max(1, count_tokens(pieces[sent]))
                sent += 1
            if batch:
                yield TextPiece("".join(batch))
            await asyncio.sleep(_BEAT_SECONDS)
        counted = sum(count_tokens(message.text) + 4 for message in dial.messages)
        reason: Literal["stop", "length"] = "stop" if sent == len(pieces) else "length"
        output = count_tokens("".join(pieces[:sent]))
        yield Finished(reason, input_tokens=counted + count_tokens(dial.prefill), output_tokens=output)

    def _compose(self, dial: Dial) -> str:
        try:
            found = self.answer(
                str(dial.data.get("task") or dial.task), dial.data, dial.schema, dial.seed, dial.language
            )
        except CannotFollow as error:
            raise DemoCannotFollowError(asked=error.asked) from error
        except (KeyError, LookupError, ValueError) as error:
            raise BadRequestError("The demo storyteller does not know this task", task=dial.task) from error
        if found.output is None:
            return found.text or ""
        if is_lite(dial) and dial.schema is not None:
            return write_lines(found.output, dial.schema)
        return json.dumps(found.output, ensure_ascii=False)


def is_lite(dial: Dial) -> bool:
    """Whether a typed answer is asked for in plain lines."""
    return dial.schema is not None and dial.rung == "text"
