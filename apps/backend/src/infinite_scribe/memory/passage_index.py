"""The port to search by meaning: nearest passages of one novel.

An adapter is built for one scope and can answer for no other novel. Vectors of different models never mix: each
call names its model. Vectors are kept at unit length in 32-bit floats; scores are cosine similarity, computed here
from the kept vectors in the same way for every adapter, and ties go by id, so that adapters agree.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from infinite_scribe.core.errors import UnavailableError

Floats = NDArray[np.float32]
SLACK = 8
"""Candidates that an adapter fetches beyond `k`, so that rounding inside a store cannot move the last place."""
NEAR = 1e-5
"""Scores closer than this may stand in any order inside a store."""
LEAST = {"built-in:512": 0.02}
"""How near a passage must be to be an answer, by model: the highest floor that left recall@8 by meaning as it is on
seven novels of the harness in both languages. It takes little, since some setups are hardly nearer than chance. A model
that nobody measured has none."""
CLEAR = {"built-in:512": 0.12}
"""How near the best passage must be when the book holds none of the question's words: of what unrelated questions
find, less than a tenth is as near."""
SCENES = 64
"""Scenes whose vectors one statement reads; it must stay far below the limit of a statement on a busy machine."""


class PassagesUnavailableError(UnavailableError):
    """The index of passages does not answer now. Search goes on by words; the feed tries again."""

    code = "passages-unavailable"
    title = "The search by meaning does not answer"


@dataclass(frozen=True)
class PassageVector:
    """The vector of a stored passage, with what queries may narrow by."""

    passage_id: UUID
    vector: Sequence[float] | Floats
    scene_id: UUID | None = None
    pov_id: UUID | None = None
    entity_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class PassageContents:
    """Everything an index holds of one novel: `(passage, model)` → scene and digest of the vector."""

    rows: dict[tuple[UUID, str], tuple[UUID | None, str]]

    def lines(self) -> dict[tuple[UUID, str], str]:
        """Return each entry in its canonical form."""
        return {key: f"{key[0]} {key[1]} {scene} {digest}" for key, (scene, digest) in self.rows.items()}

    def checksum(self) -> str:
        """Return the SHA-256 of the canonical lines in the order of passage and model."""
        digest = hashlib.sha256()
        for _, line in sorted(self.lines().items()):
            digest.update(line.encode())
            digest.update(b"\n")
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.rows)


def unit(vector: Sequence[float] | Floats) -> Floats:
    """Return a vector at unit length as 32-bit floats; a zero vector stays zero."""
    found = np.asarray(vector, dtype=np.float64)
    length = float(np.linalg.norm(found))
    return (found / length if length > 0 else found).astype(np.float32)


def digest_of(vector: Floats) -> str:
    """Return the SHA-256 of a kept vector, its numbers in network byte order, as every adapter must name it."""
    return hashlib.sha256(np.asarray(vector, dtype=">f4").tobytes()).hexdigest()


def by_statement(scenes: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Yield scenes by as many as one statement reads."""
    for start in range(0, len(scenes), SCENES):
        yield scenes[start : start + SCENES]


def scored(
    query: Sequence[float],
    found: Iterable[tuple[UUID, Sequence[float] | Floats]],
    k: int,
    least: float = -1.0,
) -> list[tuple[UUID, float]]:
    """Return the `k` nearest of some candidates that are at least as near as `least`, nearest first, ties by id."""
    wanted = unit(query).astype(np.float64)
    scores = [
        (one, round(float(np.dot(np.asarray(vector, dtype=np.float32).astype(np.float64), wanted)), 6))
        for one, vector in found
    ]
    near = [item for item in scores if item[1] >= least]
    return sorted(near, key=lambda item: (-item[1], item[0]))[:k]


Answers = list[list[tuple[UUID, float]]]
"""Passages with their scores for each of several vectors."""


class PassageIndex(Protocol):
    """Nearest passages by meaning. Every method raises `PassagesUnavailableError` when the store is away."""

    async def put(self, model: str, passages: Sequence[PassageVector]) -> None:
        """Store vectors; one that is there is replaced."""
        ...

    async def drop(self, scene_id: UUID) -> None:
        """Forget the vectors of a scene's passages, of every model."""
        ...

    async def forget(self, passages: Collection[UUID]) -> None:
        """Forget the vectors of some passages, of every model."""
        ...

    async def query(
        self,
        model: str,
        vector: Sequence[float],
        *,
        scenes: Collection[UUID] | None = None,
        pov_id: UUID | None = None,
        entities: Collection[UUID] | None = None,
        k: int = 20,
    ) -> list[tuple[UUID, float]]:
        """Return the `k` nearest passages with their similarity, nearest first, none below the model's `LEAST`.

        `scenes` narrows to some scenes (what lies before a reading index is said this way, so that a moved scene
        needs no new feed), `pov_id` to a viewpoint, `entities` to passages with at least one of them.
        """
        ...

    async def begin(
        self,
        model: str,
        vectors: Sequence[Sequence[float]],
        *,
        scenes: Collection[UUID] | None = None,
        k: int = 20,
    ) -> asyncio.Future[Answers]:
        """Begin to find what `query` returns for each of several vectors, at the cost of little more than one.

        The session is free again when this returns; the answer comes while it is asked something else.
        """
        ...

    async def dump(self, scenes: Collection[UUID] | None = None) -> PassageContents:
        """Return what is held, of all scenes or of some."""
        ...

    async def checksum(self) -> str:
        """Return the checksum of everything held (`PassageContents.checksum`)."""
        ...

    async def clear(self) -> None:
        """Forget the novel."""
        ...
