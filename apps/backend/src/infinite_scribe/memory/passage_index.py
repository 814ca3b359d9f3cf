"""The port to search by meaning: nearest passages of one novel.

An adapter is built for one scope and can answer for no other novel. Vectors of different models never mix: each
call names its model. Scores are cosine similarity; ties go by id, so that adapters agree.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class PassageVector:
    """The vector of a stored passage."""

    passage_id: UUID
    vector: Sequence[float]


class PassageIndex(Protocol):
    """Nearest passages by meaning."""

    async def put(self, model: str, passages: Sequence[PassageVector]) -> None:
        """Store vectors; one that is there is replaced."""
        ...

    async def drop(self, scene_id: UUID) -> None:
        """Forget the vectors of a scene's passages, of every model."""
        ...

    async def query(
        self, model: str, vector: Sequence[float], *, scenes: Collection[UUID] | None = None, k: int = 20
    ) -> list[tuple[UUID, float]]:
        """Return the `k` nearest passages with their similarity, nearest first; `scenes` narrows to some scenes."""
        ...
