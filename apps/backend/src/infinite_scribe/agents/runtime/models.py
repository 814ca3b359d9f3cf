"""The port to the models: what the runtime needs of `model_client.ModelClient`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol
from uuid import UUID

from infinite_scribe.model_client.schemas import CallEvent, CallRequest, Embeddings


class ModelPort(Protocol):
    """Streams a call and stops one. The same slot asked again is never paid again."""

    def stream(self, request: CallRequest) -> AsyncIterator[CallEvent]:
        """Make, join, replay or continue the call of this slot."""
        ...

    async def cancel(
        self,
        call_id: UUID,
        *,
        user_id: UUID,
        novel_id: UUID | None = None,
        run_id: UUID | None = None,
        pause: bool = False,
    ) -> None:
        """Stop paying for a call; `pause` keeps it continuable."""
        ...

    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        """Turn texts into vectors of one model."""
        ...
