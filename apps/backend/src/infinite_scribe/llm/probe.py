"""Tests a provider as an author would: does it answer, stream, keep a form, remember, and how fast."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from uuid import UUID

import httpx2

from infinite_scribe.core import clock
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.llm.adapters.base import LADDER, Adapter, Dial, Finished, Rung, TextPiece
from infinite_scribe.llm.adapters.hosted import list_models
from infinite_scribe.llm.errors import BadStructureError, NoOutputError, ProviderError
from infinite_scribe.llm.keys import KeyStore
from infinite_scribe.model_client.reader import read_object
from infinite_scribe.model_client.schemas import Message, ProbeCheck, ProbeLine, ProbeReport
from infinite_scribe.providers.rules import DEMO_MODEL
from infinite_scribe.providers.service import EndpointFacts, EndpointService

_CALL_SECONDS = 60
_NOT_THERE = 404
_NO_LIST = "No list of models under this address; it often ends with /v1"
_NEEDLE = "The password of the lighthouse is CORMORANT-41."
_HAY = "The tide came in and went out again, and the gulls kept the roofs. "
_HAY_LINES = 400
_SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string"}, "number": {"type": "integer"}},
    "required": ["colour", "number"],
    "additionalProperties": False,
}


@dataclass
class _Findings:
    lines: list[ProbeLine] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    profile: dict[str, object] = field(default_factory=dict)

    def say(self, check: ProbeCheck, ok: bool, detail: str, raw: object = None) -> None:
        self.lines.append(
            ProbeLine(check=check, ok=ok, detail=detail, raw=None if raw is None else str(raw)[:500])
        )


@dataclass(frozen=True)
class Prober:
    """Runs the checks one after the other; a provider that cannot be reached is asked nothing more."""

    database: Database
    keys: KeyStore
    http: httpx2.AsyncClient
    adapter_of: Callable[[str], Adapter]

    async def probe(self, endpoint_id: UUID, user_id: UUID, model: str | None) -> ProbeReport:
        """Test an endpoint, remember what was found, and say it line by line."""
        scope = RowScope(user_id=user_id)
        async with self.database.transaction(scope) as session:
            endpoint = await EndpointService.of(session, user_id).facts(endpoint_id)
        found = _Findings()
        if await self._list(endpoint, user_id, found):
            chosen = model or next(iter(found.models or endpoint.models), None)
            if chosen is None:
                found.say("stream", False, "The provider lists no model; type a model name to test it")
            else:
                await self._ask(endpoint, user_id, chosen, found)
                async with self.database.transaction(scope) as session:
                    service = EndpointService.of(session, user_id)
                    if found.profile and endpoint.user_id == user_id:
                        await service.note_profile(endpoint_id, chosen, found.profile)
                    if found.models and endpoint.user_id == user_id:
                        await service.note_models(endpoint_id, found.models)
        return ProbeReport(lines=found.lines, models=found.models)

    async def _list(self, endpoint: EndpointFacts, user_id: UUID, found: _Findings) -> bool:
        if endpoint.demo:
            found.models = [DEMO_MODEL]
            found.say("reach", True, "Built in")
            found.say("list", True, "1 model")
            return True
        try:
            key = await self.keys.open(endpoint, user_id)
            plain = key.get_secret_value() if key else None
            found.models = list(await list_models(self.http, endpoint.kind, endpoint.base_url, plain))
        except ProviderError as error:
            status = error.params.get("status")
            # An answer of any kind means that the place was reached.
            found.say(
                "reach",
                status is not None,
                error.title if status is None else "Reached",
                error.params.get("raw"),
            )
            found.say(
                "list", False, _NO_LIST if status == _NOT_THERE else error.title, error.params.get("raw")
            )
            return status not in {None, 401, 403}
        found.say("reach", True, "Reached")
        found.say("list", bool(found.models), f"{len(found.models)} models")
        return True

    async def _ask(self, endpoint: EndpointFacts, user_id: UUID, model: str, found: _Findings) -> None:
        async def stream() -> None:
            began = clock.monotonic()
            text, pieces, end = await self._call(
                endpoint, user_id, model, "Count from one to sixty in words.", 300
            )
            seconds = max(clock.monotonic() - began, 0.001)
            found.profile["streams"] = pieces > 1
            found.profile["usage"] = end.output_tokens is not None
            found.profile["tokens_per_second"] = round(count_tokens(text) / seconds, 1)
            found.say(
                "stream",
                pieces > 1,
                "Streams" if pieces > 1 else "Answers in one piece; text appears at the end",
            )

        async def context() -> None:
            question = (
                f"{_HAY * (_HAY_LINES // 2)}{_NEEDLE} {_HAY * (_HAY_LINES // 2)}\nWhat is the password?"
            )
            text, _, _ = await self._call(endpoint, user_id, model, question, 60)
            tokens = count_tokens(question)
            seen = "CORMORANT" in text.upper()
            found.profile["context_tokens"] = tokens if seen else 2_000
            found.say(
                "context",
                seen,
                f"Reads {tokens} tokens" if seen else "Loses the middle of a long text",
                None if seen else text,
            )

        if endpoint.demo:
            for check in ("stream", "structure", "context", "speed"):
                found.say(check, True, "Built in")
            return
        if not await self._guarded("stream", stream, found):
            return
        await self._structure(endpoint, user_id, model, found)
        await self._guarded("context", context, found)
        speed = found.profile.get("tokens_per_second", 0)
        found.say("speed", True, f"{speed} tokens a second")

    async def _structure(self, endpoint: EndpointFacts, user_id: UUID, model: str, found: _Findings) -> None:
        question = "Name a colour and a number between 1 and 9, as JSON with the members colour and number."
        raw: object = None
        for rung in LADDER:
            try:
                text, _, _ = await self._call(endpoint, user_id, model, question, 200, rung)
            except BadStructureError as error:
                raw = error.params.get("raw")
                continue
            except ProviderError as error:
                found.say("structure", False, error.title, error.params.get("raw"))
                return
            answer = read_object(text, _SCHEMA)
            if answer is not None and {"colour", "number"} <= set(answer):
                found.profile["rung"] = rung
                words = {
                    "native": "Keeps a JSON schema",
                    "json": "Has a JSON mode",
                    "fenced": "No structured output: we ask in words",
                }
                found.say("structure", True, words[rung], raw)
                return
            raw = text
        found.say("structure", False, "No structured output: we will use repair prompts", raw)
        found.profile["rung"] = "fenced"

    async def _guarded(self, check: ProbeCheck, act: Callable[[], Awaitable[None]], found: _Findings) -> bool:
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                await act()
        except ProviderError as error:
            found.say(check, False, error.title, error.params.get("raw"))
            return False
        except TimeoutError:
            found.say(check, False, f"No answer within {_CALL_SECONDS} seconds")
            return False
        return True

    async def _call(
        self,
        endpoint: EndpointFacts,
        user_id: UUID,
        model: str,
        question: str,
        max_tokens: int,
        rung: Rung = "text",
    ) -> tuple[str, int, Finished]:
        dial = Dial(
            endpoint=endpoint,
            model=model,
            messages=[Message(role="user", text=question)],
            max_tokens=max_tokens,
            rung=rung,
            schema=_SCHEMA if rung != "text" else None,
            task="probe",
            api_key=await self.keys.open(endpoint, user_id),
        )
        text, pieces, end = "", 0, None
        async with aclosing(self.adapter_of(endpoint.kind).stream(dial)) as events:  # type: ignore[type-var]
            async for event in events:
                if isinstance(event, TextPiece):
                    text += event.text
                    pieces += 1
                else:
                    end = event
        if end is None or not text:
            raise NoOutputError
        return text, pieces, end
