"""Twelve short questions to a model, and what its answers say about it (story engine §20). Costs at most 6,000 tokens.

A local model costs nothing but time, so it alone is asked to read long texts.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from infinite_scribe.briefing.rules import Tier, room_left, tier_for
from infinite_scribe.core import clock
from infinite_scribe.core.language import language
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.llm.adapters.base import Adapter, Dial, Finished, Rung, TextPiece, ladder_of
from infinite_scribe.llm.adapters.hosted import thinking_room
from infinite_scribe.llm.errors import (
    BadStructureError,
    NoOutputError,
    ProviderError,
    RateLimitError,
)
from infinite_scribe.llm.findings import Findings
from infinite_scribe.llm.job import looks_refused
from infinite_scribe.model_client.reader import read_object
from infinite_scribe.model_client.schemas import Message, ProbeCheck
from infinite_scribe.providers.capabilities import UNPROVEN_TOKENS, context_of
from infinite_scribe.providers.service import EndpointFacts

MOST_CALLS = 12
MOST_TOKENS = 6_000
_CALL_SECONDS = 60
_WORDS = 120
_ITEMS = 12
_READ_ELSEWHERE = (2_400,)
_READ_HERE = (4_000, 8_000, 16_000)
_NEEDLE = "The password of the lighthouse is CORMORANT-41."
_HAY = "The tide came in and went out again, and the gulls kept the roofs. "
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")


def _object(**members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


_COLOUR = _object(colour={"type": "string"}, number={"type": "integer"})
_WHO = _object(who={"type": "string"}, where={"type": "string"})
_HARBOURS = _object(harbours={"type": "array", "items": {"type": "string"}})


@dataclass
class Trials:
    """One model under test. Stops asking when the calls or the tokens are used up."""

    endpoint: EndpointFacts
    model: str
    adapter: Adapter
    key: SecretStr | None
    found: Findings
    calls: int = 0
    tokens: int = 0
    silent: int = 0
    _rung: Rung = field(default="fenced")

    async def run(self) -> None:
        """Ask the questions in order; a model that does not stream a first answer is asked nothing more."""
        if not await self._guarded("stream", self._stream):
            return
        await self._guarded("structure", self._structure)
        await self._guarded("context", self._context)
        speed = self.found.profile.get("tokens_per_second", 0)
        self.found.say("speed", True, "speed", speed=speed)
        await self._together()
        self.found.profile["empty_or_refused"] = self.silent
        profile = {"context_tokens": UNPROVEN_TOKENS, **self.found.profile}
        context = context_of(profile, local=self.endpoint.local)
        self.found.profile["tier"] = (Tier.FULL if context is None else tier_for(room_left(context))).value

    async def _stream(self) -> None:
        began = clock.monotonic()
        text, pieces, end = await self._ask("Count from one to sixty in words.", 300)
        seconds = max(clock.monotonic() - began, 0.001)
        self.found.profile["streams"] = pieces > 1
        self.found.profile["usage"] = end.output_tokens is not None
        self.found.profile["tokens_per_second"] = round(count_tokens(text) / seconds, 1)
        self.found.say("stream", pieces > 1, "streams" if pieces > 1 else "one_piece")

    async def _structure(self) -> None:
        question = "Name a colour and a number between 1 and 9, as JSON with the members colour and number."
        raw: object = None
        ladder = ladder_of(self.endpoint.kind)
        for rung in ladder:
            try:
                text, _, _ = await self._ask(question, 200, rung, _COLOUR)
            except BadStructureError as error:
                raw = error.params.get("raw")
                continue
            answer = read_object(text, _COLOUR)
            if answer is not None and {"colour", "number"} <= set(answer):
                self._rung = self.found.profile["rung"] = rung
                self.found.say("structure", True, rung, raw=raw)
                return
            raw = text
        self._rung = self.found.profile["rung"] = ladder[-1]
        self.found.say("structure", False, "unstructured", raw=raw)

    async def _context(self) -> None:
        declared = self.found.declared.get(self.model)
        read, slow, text, failed = 0, 0, "", False
        for wanted in _READ_HERE if self.endpoint.local else _READ_ELSEWHERE:
            if declared is not None and wanted > declared:
                break
            question = haystack(wanted)
            try:
                text, _, _ = await self._ask(question, 60)
            except (ProviderError, TimeoutError) as error:
                if not read:
                    raise
                failed, slow = True, count_tokens(question) if isinstance(error, TimeoutError) else 0
                break
            if "CORMORANT" not in text.upper():
                failed = True
                break
            read = count_tokens(question)
        trusted = read > 0 and declared is not None and not failed
        self.found.profile["context_at_least"] = read > 0 and declared is None and not failed
        self.found.profile["context_tokens"] = (declared if trusted else read) or UNPROVEN_TOKENS
        if declared is not None:
            self.found.profile["declared_tokens"] = declared
        if not read:
            self.found.say("context", False, "forgets", raw=text)
        elif trusted and declared is not None:
            self.found.say("context", True, "reads_declared", tokens=declared, tested=read)
        elif slow:
            self.found.say("context", True, "reads_slowly", tokens=read, longer=slow, seconds=_CALL_SECONDS)
        else:
            self.found.say("context", True, "reads", tokens=read)

    async def _together(self) -> None:
        """Ask the last four at once where the model is elsewhere: what it refuses shows how many things it does at a time.

        Who takes all four may well take more, and a local model is not tried: then no figure stands, none of before either.
        """
        questions: list[tuple[ProbeCheck, Callable[[], Awaitable[None]]]] = [
            ("english", lambda: self._prose("english")),
            ("chinese", lambda: self._prose("chinese")),
            ("handles", self._handles),
            ("items", self._items),
        ]
        self.found.profile["concurrency"] = None
        waiting = questions
        if not self.endpoint.local:
            ended = await asyncio.gather(*(ask() for _, ask in questions), return_exceptions=True)
            busy = [isinstance(end, RateLimitError) for end in ended]
            if any(busy):
                self.found.profile["concurrency"] = max(1, len(questions) - sum(busy))
            for (check, _), end, was_busy in zip(questions, ended, busy, strict=True):
                if isinstance(end, ProviderError | TimeoutError) and not was_busy:
                    self._failed(check, end)
                elif isinstance(end, BaseException) and not was_busy:
                    raise end
            waiting = [question for question, was_busy in zip(questions, busy, strict=True) if was_busy]
        for check, ask in waiting:
            await self._guarded(check, ask)

    async def _prose(self, check: ProbeCheck) -> None:
        english = check == "english"
        question = (
            f"Write one paragraph of about {_WORDS} words about a harbour at night. Only the paragraph."
            if english
            else f"写一段大约{_WORDS}字的文字，描写夜里的港口。只写这一段。"
        )
        text, _, _ = await self._ask(question, 400)
        if looks_refused(text, None):
            self.silent += 1
            self.found.say(check, False, "no_words", raw=text)
            return
        given = language("en" if english else "zh").count(text)
        own, other = len(_LATIN.findall(text)), len(_HAN.findall(text)) * 4
        if (own < other) == english:
            self.found.profile[check] = False
            self.found.say(check, False, "other_language", raw=text)
            return
        self.found.profile[check] = True
        kept = 0.75 * _WORDS <= given <= 1.25 * _WORDS
        self.found.profile["keeps_length"] = kept and bool(self.found.profile.get("keeps_length", True))
        self.found.say(check, kept, "length_kept" if kept else "length_missed", asked=_WORDS, given=given)

    async def _handles(self) -> None:
        question = (
            "People: C1 Ada, C2 Bo, C3 Cy. Places: P1 the quay, P2 the mill. Bo carries the lamp to the mill. "
            "Who carries it, and where to? Answer as JSON with the members who and where, by their short names."
        )
        text, _, _ = await self._ask(question, 120, self._rung, _WHO)
        answer = read_object(text, _WHO) or {}
        kept = (answer.get("who"), answer.get("where")) == ("C2", "P2")
        self.found.profile["handles"] = kept
        self.found.say(
            "handles", kept, "handles_kept" if kept else "handles_lost", raw=None if kept else text
        )

    async def _items(self) -> None:
        question = f"Name {_ITEMS} harbours of the world, as JSON with the member harbours, a list of {_ITEMS} names."
        text, _, _ = await self._ask(question, 300, self._rung, _HARBOURS)
        named = (read_object(text, _HARBOURS) or {}).get("harbours")
        count = len({str(name) for name in named}) if isinstance(named, list) else 0
        self.found.profile["list_length"] = min(max(count, 1), _ITEMS)
        self.found.say(
            "items",
            count >= _ITEMS,
            "items",
            raw=None if count >= _ITEMS else text,
            count=count,
            asked=_ITEMS,
        )

    async def _guarded(self, check: ProbeCheck, act: Callable[[], Awaitable[None]]) -> bool:
        try:
            await act()
        except (ProviderError, TimeoutError) as error:
            self._failed(check, error)
            return False
        return True

    def _failed(self, check: ProbeCheck, error: ProviderError | TimeoutError) -> None:
        if isinstance(error, TimeoutError):
            self.found.say(check, False, "silent", seconds=_CALL_SECONDS)
        elif isinstance(error, NoOutputError):
            self.silent += 1
            self.found.say(check, False, "no_words")
        else:
            self.found.say(check, False, "failed", raw=error.params.get("raw"), words=error.title)

    async def _ask(
        self, question: str, max_tokens: int, rung: Rung = "text", schema: dict[str, Any] | None = None
    ) -> tuple[str, int, Finished]:
        """Return text, pieces and end of one answer. Raises `ProviderError`, and `TimeoutError` after a minute."""
        if self.calls >= MOST_CALLS or (self.tokens > MOST_TOKENS and not self.endpoint.local):
            raise NoOutputError
        self.calls += 1
        dial = Dial(
            endpoint=self.endpoint,
            model=self.model,
            messages=[Message(role="user", text=question)],
            max_tokens=max_tokens + await thinking_room(self.endpoint.kind, self.model),
            rung=rung,
            schema=schema,
            task="probe",
            api_key=self.key,
        )
        text, pieces, end = "", 0, None
        async with asyncio.timeout(_CALL_SECONDS):
            async with aclosing(self.adapter.stream(dial)) as events:  # type: ignore[type-var]
                async for event in events:
                    if isinstance(event, TextPiece):
                        text += event.text
                        pieces += 1
                    else:
                        end = event
        self.tokens += count_tokens(question) + count_tokens(text)
        if end is None or not text.strip():
            raise NoOutputError
        return text, pieces, end


def haystack(tokens: int) -> str:
    """Return a question with a needle in the middle of about so many tokens."""
    lines = max(2, tokens // count_tokens(_HAY))
    return f"{_HAY * (lines // 2)}{_NEEDLE} {_HAY * (lines - lines // 2)}\nWhat is the password?"
