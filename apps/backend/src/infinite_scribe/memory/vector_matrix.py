"""The vectors of a novel as one matrix in this process, so that many questions cost one multiplication.

What is held is checked against the database at each use by a sum over the rows' versions, which follows row-level
security like any other read: a changed row is fetched anew, a caller who may not see the rows gets an empty matrix.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.memory.passage_index import NEAR, SLACK, Floats, scored, unit

MOST_BYTES = 96 * 1024 * 1024
"""Vectors that a process holds; the novel asked longest ago goes first."""

_HEADER = 4
"""Bytes before the numbers in pgvector's wire form."""
_WHERE = "v.novel_id = :novel AND v.model = :model AND v.dimensions = :dimensions"
_VERSION = "hashtidextended(v.ctid, CAST(CAST(v.xmin AS text) AS bigint))"
_STAMP = text(
    f"SELECT count(*) AS rows, coalesce(bit_xor(uuid_hash_extended(v.passage_id, {_VERSION})), 0) "  # noqa: S608
    f"AS sum FROM passage_vectors v WHERE {_WHERE}"
)
_ROWS = text(
    f"SELECT v.passage_id, {_VERSION} AS version, p.scene_id "  # noqa: S608 - built from constants
    f"FROM passage_vectors v JOIN passages p ON p.id = v.passage_id AND p.novel_id = v.novel_id WHERE {_WHERE}"
)
_VECTORS = text(
    f"SELECT v.passage_id, vector_send(v.embedding) AS sent FROM passage_vectors v WHERE {_WHERE} "  # noqa: S608
    "AND v.passage_id = ANY(CAST(:ids AS uuid[]))"
)

Key = tuple[UUID, str, int]
Stamp = tuple[int, int]


@dataclass(frozen=True)
class Matrix:
    """Vectors of one model of one novel; row `n` belongs to passage `ids[n]` of scene `scenes[numbers[n]]`."""

    stamp: Stamp
    ids: Sequence[UUID]
    versions: Mapping[UUID, tuple[int, int]]
    scenes: Sequence[UUID]
    numbers: NDArray[np.int64]
    vectors: Floats

    def nearest(
        self, asked: Sequence[Sequence[float]], scenes: Collection[UUID] | None, k: int
    ) -> list[list[tuple[UUID, float]]]:
        """Return the `k` nearest passages of some scenes for each vector, scored as every adapter scores them."""
        rows = np.arange(len(self.ids))
        if scenes is not None:
            wanted = set(scenes)
            allowed = np.fromiter((one in wanted for one in self.scenes), bool, len(self.scenes))
            rows = rows[allowed[self.numbers]]
        if not len(rows):
            return [[] for _ in asked]
        near = (self.vectors @ np.stack([unit(one) for one in asked]).T)[rows]
        return [self._best(one, rows, near[:, number], k) for number, one in enumerate(asked)]

    def _best(
        self, vector: Sequence[float], rows: NDArray[np.int64], near: Floats, k: int
    ) -> list[tuple[UUID, float]]:
        """Return the `k` best of some rows; those that rounding might have moved over the edge are scored too."""
        edge = max(0, len(rows) - k - SLACK)
        ordered = np.sort(np.partition(near, edge)[edge:])
        least = min(float(ordered[0]), float(ordered[-min(k, len(ordered))]) - NEAR)
        best = rows[near >= least]
        return scored(vector, ((self.ids[row], self.vectors[row]) for row in best), k)


_HELD: WeakKeyDictionary[Engine, OrderedDict[Key, Matrix]] = WeakKeyDictionary()


async def matrix(session: AsyncSession, novel_id: UUID, model: str, dimensions: int) -> Matrix:
    """Return the vectors of a model as this transaction sees them."""
    key = (novel_id, model, dimensions)
    asked = {"novel": novel_id, "model": model, "dimensions": dimensions}
    engine = session.get_bind()
    held = _HELD.setdefault(engine if isinstance(engine, Engine) else engine.engine, OrderedDict())
    found = (await session.execute(_STAMP, asked)).one()
    stamp = (int(found.rows), int(found.sum))
    known = held.get(key)
    if known is None or known.stamp != stamp:
        known = held[key] = await _read(session, asked, known, stamp)
    held.move_to_end(key)
    while len(held) > 1 and sum(one.vectors.nbytes for one in held.values()) > MOST_BYTES:
        held.popitem(last=False)
    return known


async def _read(
    session: AsyncSession, asked: Mapping[str, object], known: Matrix | None, stamp: Stamp
) -> Matrix:
    """Read the rows of a model; vectors that did not change are taken from what is held."""
    rows = (await session.execute(_ROWS, asked)).all()
    old = known.versions if known is not None else {}
    missing = [row.passage_id for row in rows if old.get(row.passage_id, (None, 0))[0] != row.version]
    sent = {
        row.passage_id: np.frombuffer(row.sent, dtype=">f4", offset=_HEADER)
        for row in (await session.execute(_VECTORS, {**asked, "ids": missing})).all()
    } if missing else {}  # fmt: skip
    vectors = np.zeros((len(rows), int(str(asked["dimensions"]))), dtype=np.float32)
    for number, row in enumerate(rows):
        fresh = sent.get(row.passage_id)
        if fresh is not None:
            vectors[number] = fresh
        elif known is not None:
            vectors[number] = known.vectors[old[row.passage_id][1]]
    scenes = list(dict.fromkeys(row.scene_id for row in rows))
    places = {one: number for number, one in enumerate(scenes)}
    return Matrix(
        stamp,
        [row.passage_id for row in rows],
        {row.passage_id: (row.version, number) for number, row in enumerate(rows)},
        scenes,
        np.array([places[row.scene_id] for row in rows], dtype=np.int64),
        vectors,
    )
