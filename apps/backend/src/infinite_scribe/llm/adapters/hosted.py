"""The hosted providers behind a late import, each by its own wire.

Their SDKs take a second and some 40 MB; a studio that writes with the storyteller never needs them. The import runs
in a thread, so the streams of others go on meanwhile.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import httpx2

from infinite_scribe.llm.adapters.base import Dial, Finished, Offered, TextPiece

if TYPE_CHECKING:
    from infinite_scribe.llm.adapters.streaming import Prepared

_FOLDER = "infinite_scribe.llm.adapters"
THINKING_ROOM = 4_096
"""Tokens for thoughts that cannot be turned off; at the least effort most stay far below."""
_THINKERS = frozenset({"anthropic", "google", "mistral", "openai", "groq", "deepseek", "openrouter"})
_OWN_WIRE = frozenset({"anthropic", "google", "mistral"})


class Family(Protocol):
    """A module of this folder that speaks one wire."""

    def prepared(self, http: httpx2.AsyncClient, dial: Dial) -> Prepared:
        """Return a request, ready to be sent."""
        ...

    def always_thinks(self, kind: str, model: str) -> bool:
        """Say whether a model thinks before it answers, however it is asked."""
        ...

    async def list_models(
        self, http: httpx2.AsyncClient, kind: str, base_url: str, key: str | None
    ) -> Sequence[Offered]:
        """Return the models that a provider offers. Raises `ProviderError`."""
        ...


@dataclass(frozen=True)
class HostedAdapter:
    """Every provider but the storyteller."""

    http: httpx2.AsyncClient

    async def stream(self, dial: Dial) -> AsyncIterator[TextPiece | Finished]:
        """Stream one answer. Raises `ProviderError` in our words; a cut stream simply ends."""
        family = await _family(dial.endpoint.kind)
        from infinite_scribe.llm.adapters.streaming import stream

        async with aclosing(stream(family.prepared(self.http, dial))) as events:  # type: ignore[type-var]
            async for event in events:
                yield event


async def thinking_room(kind: str, model: str) -> int:
    """Return how many tokens a model gets for its thoughts besides those of its answer; 0 where it need not think."""
    if kind not in _THINKERS:
        return 0
    return THINKING_ROOM if (await _family(kind)).always_thinks(kind, model) else 0


async def list_models(
    http: httpx2.AsyncClient, kind: str, base_url: str, key: str | None
) -> Sequence[Offered]:
    """Return the models that a provider offers. Raises `ProviderError`."""
    return await (await _family(kind)).list_models(http, kind, base_url, key)


async def embed_texts(
    http: httpx2.AsyncClient, kind: str, base_url: str, key: str | None, model: str, texts: list[str]
) -> list[list[float]]:
    """Return one vector per text, in order. Raises `ProviderError`."""
    await _family("openai")
    from infinite_scribe.llm.adapters import openai

    return await openai.embed_texts(http, kind, base_url, key, model, texts)


async def _family(kind: str) -> Family:
    name = kind if kind in _OWN_WIRE else "openai"
    module = await asyncio.to_thread(importlib.import_module, f"{_FOLDER}.{name}")
    return cast("Family", module)
