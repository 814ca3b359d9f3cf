"""The hosted providers behind a late import.

Their SDKs take a second and some 40 MB; a studio that writes with the storyteller never needs them. The import runs
in a thread, so the streams of others go on meanwhile.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import httpx2

from infinite_scribe.llm.adapters.base import Dial, Finished, TextPiece

_MODULE = "infinite_scribe.llm.adapters.openai"


@dataclass(frozen=True)
class HostedAdapter:
    """Everything that speaks the OpenAI wire; the same promises as `openai.OpenAIAdapter`."""

    http: httpx2.AsyncClient

    async def stream(self, dial: Dial) -> AsyncIterator[TextPiece | Finished]:
        """Stream one answer. Raises `ProviderError` in our words; a cut stream simply ends."""
        await _loaded()
        from infinite_scribe.llm.adapters.openai import OpenAIAdapter

        async with aclosing(OpenAIAdapter(self.http).stream(dial)) as events:  # type: ignore[type-var]
            async for event in events:
                yield event


async def list_models(http: httpx2.AsyncClient, kind: str, base_url: str, key: str | None) -> Sequence[str]:
    """Return the names of the models that a provider offers. Raises `ProviderError`."""
    await _loaded()
    from infinite_scribe.llm.adapters import openai

    return await openai.list_models(http, kind, base_url, key)


async def embed_texts(
    http: httpx2.AsyncClient, kind: str, base_url: str, key: str | None, model: str, texts: list[str]
) -> list[list[float]]:
    """Return one vector per text, in order. Raises `ProviderError`."""
    await _loaded()
    from infinite_scribe.llm.adapters import openai

    return await openai.embed_texts(http, kind, base_url, key, model, texts)


async def _loaded() -> None:
    await asyncio.to_thread(importlib.import_module, _MODULE)
