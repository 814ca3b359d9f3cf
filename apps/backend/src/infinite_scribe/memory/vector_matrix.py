"""The vectors of a novel, held in this process in blocks of scenes, so that many questions cost one multiplication.

At each use the database is asked which scenes were written since, a question that costs as much as its answer; only
those are read anew. Row-level security judges that question like any other, so a caller who may not see the novel
gets no vectors. What the asking transaction wrote itself is read and not held, for it may still be rolled back.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Row, text
from sqlalchemy.ext.asyncio import AsyncSession
from threadpoolctl import threadpool_limits

from infinite_scribe.memory.passage_index import (
    LEAST,
    NEAR,
    SLACK,
    Floats,
    by_statement,
    scored,
    unit,
)

MOST_BYTES = 96 * 1024 * 1024
"""Vectors that a process holds. The novel asked longest ago goes first; what has no room is read at each question."""

threadpool_limits(limits=1, user_api="blas")
"""Multiplications of this size end before a second thread has woken, which then spins on a core that others need."""
TOGETHER = 256
"""Scenes in a block: each block costs a multiplication when it is asked, and a copy when one of its scenes changes."""
_NO_ROWS = slice(0)
_HEADER = 4
"""Bytes before the numbers in pgvector's wire form."""
_WRITTEN = text(
    "SELECT seen.horizon, w.scene_id, w.written_by, coalesce(w.written_by = seen.own, false) AS is_own "
    "FROM (SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS horizon, "
    "CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) AS beyond, "
    "CAST(CAST(pg_current_xact_id_if_assigned() AS text) AS bigint) AS own "
    "WHERE EXISTS (SELECT FROM passage_vectors_written WHERE novel_id = :novel)) seen "
    "LEFT JOIN passage_vectors_written w ON w.novel_id = :novel AND w.written_by >= CAST(:since AS bigint) "
    "AND (w.written_by < seen.beyond OR w.written_by = seen.own OR CAST(:since AS bigint) = 0)"
)
"""What was written since. A writer beyond the snapshot is of the cluster that a copy was made from: once read, no news."""
_VECTORS = text(
    "SELECT scene_id, passage_id, vector_send(embedding) AS sent FROM passage_vectors "
    "WHERE novel_id = :novel AND scene_id = ANY(CAST(:scenes AS uuid[])) "
    "AND model = :model AND dimensions = :dimensions"
)

Key = tuple[UUID, str, int]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Vectors of some scenes; row `n` belongs to passage `ids[n]`, and `rows` says which rows a scene has."""

    ids: Sequence[UUID]
    vectors: Floats
    rows: Mapping[UUID, slice]

    @classmethod
    def of(cls, parts: Mapping[UUID, tuple[Sequence[UUID], Floats]], dimensions: int) -> Block:
        """Put the passages of some scenes side by side."""
        ids: list[UUID] = []
        rows: dict[UUID, slice] = {}
        for scene, (passages, _) in parts.items():
            rows[scene] = slice(len(ids), len(ids) + len(passages))
            ids += passages
        vectors = [found for _, found in parts.values()]
        return cls(ids, np.concatenate([np.zeros((0, dimensions), np.float32), *vectors]), rows)

    def parts(self) -> dict[UUID, tuple[Sequence[UUID], Floats]]:
        """Return passages and vectors of each scene."""
        return {scene: (self.ids[rows], self.vectors[rows]) for scene, rows in self.rows.items()}

    def within(
        self, scenes: AbstractSet[UUID] | None, passages: Collection[UUID] | None, without: AbstractSet[UUID]
    ) -> Places:
        """Return the rows of some scenes and passages, of all where nothing is said."""
        chosen = np.ones(len(self.ids), bool)
        for scene in without if scenes is None else self.rows.keys() - scenes | without:
            chosen[self.rows.get(scene, _NO_ROWS)] = False
        if passages is not None:
            chosen &= np.fromiter((one in passages for one in self.ids), bool, len(self.ids))
        return np.flatnonzero(chosen)


@dataclass
class Held:
    """What a process holds of one model of one novel. `written` names the writer of each scene as it was last read."""

    since: int = 0
    written: dict[UUID, int] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def bytes(self) -> int:
        """Bytes of the vectors held."""
        return sum(one.vectors.nbytes for one in self.blocks)

    @property
    def loose(self) -> set[UUID]:
        """Scenes for which there was no room."""
        return set(self.written).difference(*(one.rows for one in self.blocks))

    def forget(self) -> None:
        """Hold nothing: the transactions are those of another cluster now, into which the books were copied."""
        self.since = 0
        self.written.clear()
        self.blocks.clear()

    def keep(self, fresh: Block, room: int) -> None:
        """Take over scenes that were read, in the place where each stood; the rest stay loose when there is no room."""
        parts = fresh.parts()
        for number, block in enumerate(self.blocks):
            mine = {one: parts.pop(one) for one in block.rows if one in parts}
            if mine:
                self.blocks[number] = Block.of(block.parts() | mine, block.vectors.shape[1])
        last = self.blocks[-1] if self.blocks else None
        left = Block.of(parts, fresh.vectors.shape[1])
        if not parts or self.bytes + left.vectors.nbytes > room:
            return
        if last is not None and len(last.rows) + len(parts) <= TOGETHER:
            self.blocks[-1] = Block.of(last.parts() | parts, left.vectors.shape[1])
        else:
            self.blocks.append(left)


_HELD: WeakKeyDictionary[Engine, OrderedDict[Key, Held]] = WeakKeyDictionary()


class Nearest:
    """The nearest passages to some questions, gathered block by block."""

    def __init__(self, asked: Sequence[Sequence[float]], k: int) -> None:
        self.asked, self.k = asked, k
        self.units = np.stack([unit(one) for one in asked]).T
        self.blocks: list[Block] = []
        self.rows: list[Places] = []
        self.near: list[Floats] = []

    def add(self, block: Block, rows: Places) -> None:
        """Measure how near some rows of a block are."""
        if len(rows):
            self.blocks.append(block)
            self.rows.append(rows)
            near = block.vectors @ self.units
            self.near.append(near if len(rows) == len(near) else near[rows])

    def _edge(self, column: Floats) -> float:
        """Return how near one must be; those that rounding might have moved over the edge come in as well."""
        edge = max(0, len(column) - self.k - SLACK)
        ordered = np.sort(np.partition(column, edge)[edge:])
        return min(float(ordered[0]), float(ordered[-min(self.k, len(ordered))]) - NEAR)

    def answers(self, least: float) -> list[list[tuple[UUID, float]]]:
        """Return the `k` nearest of each question, scored as every adapter scores them, none below `least`."""
        if not self.blocks:
            return [[] for _ in self.asked]
        near = np.concatenate(self.near)
        starts = np.cumsum([0, *(len(rows) for rows in self.rows)])
        answers = []
        for number, vector in enumerate(self.asked):
            column = near[:, number]
            best = np.flatnonzero(column >= self._edge(column))
            parts = np.searchsorted(starts, best, side="right") - 1
            places = [
                (part, self.rows[part][at - starts[part]]) for at, part in zip(best, parts, strict=True)
            ]
            held = ((self.blocks[part].ids[row], self.blocks[part].vectors[row]) for part, row in places)
            answers.append(scored(vector, held, self.k, least))
        return answers


@dataclass(frozen=True)
class VectorMatrix:
    """The vectors of one model of one novel as a transaction sees them."""

    session: AsyncSession
    novel_id: UUID
    model: str
    dimensions: int

    async def nearest(
        self,
        asked: Sequence[Sequence[float]],
        k: int,
        *,
        scenes: Collection[UUID] | None = None,
        passages: Collection[UUID] | None = None,
    ) -> Callable[[], list[list[tuple[UUID, float]]]]:
        """Return what finds the `k` nearest passages to each vector, of some scenes and passages where they are given.

        The database is read before this returns; what is returned only computes, and may do so in another thread.
        """
        wanted = None if scenes is None else set(scenes)
        allowed = None if passages is None else set(passages)
        blocks, unheld = await self._blocks()
        rest = unheld if wanted is None else unheld & wanted
        loose = [await self._read(some) for some in by_statement(sorted(rest))]

        def find() -> list[list[tuple[UUID, float]]]:
            best = Nearest(asked, k)
            for block in blocks:
                best.add(block, block.within(wanted, allowed, unheld))
            for block in loose:
                best.add(block, block.within(None, allowed, frozenset()))
            return best.answers(LEAST.get(self.model, -1.0))

        return find

    async def _blocks(self) -> tuple[list[Block], set[UUID]]:
        """Return the blocks held, brought up to date, and the scenes that are not held."""
        held = self._held()
        async with held.lock:
            rows = await self._written(held.since)
            if rows and rows[0].horizon < held.since:
                held.forget()
                rows = await self._written(held.since)
            if not rows:
                return [], set()
            own = {row.scene_id for row in rows if row.is_own}
            news = {
                row.scene_id: row.written_by
                for row in rows
                if row.scene_id and not row.is_own and held.written.get(row.scene_id) != row.written_by
            }
            for some in by_statement(sorted(news)):
                fresh = await self._read(some)
                self._make_room(fresh.vectors.nbytes)
                held.written.update({one: news[one] for one in some})
                held.keep(fresh, MOST_BYTES)
            held.since = rows[0].horizon
            return list(held.blocks), own | held.loose

    async def _written(self, since: int) -> Sequence[Row[Any]]:
        """Return the scenes whose vectors were written since a transaction, and up to which all have ended."""
        return (await self.session.execute(_WRITTEN, {"novel": self.novel_id, "since": since})).all()

    def _held(self) -> Held:
        bind = self.session.get_bind()
        every = _HELD.setdefault(bind if isinstance(bind, Engine) else bind.engine, OrderedDict())
        key = (self.novel_id, self.model, self.dimensions)
        held = every.setdefault(key, Held())
        every.move_to_end(key)
        return held

    def _make_room(self, needed: int) -> None:
        """Forget the novels asked longest ago until so many bytes more have room; this one stays."""
        bind = self.session.get_bind()
        every = _HELD[bind if isinstance(bind, Engine) else bind.engine]
        mine = (self.novel_id, self.model, self.dimensions)
        for key in list(every):
            if sum(one.bytes for one in every.values()) + needed <= MOST_BYTES:
                return
            if key != mine:
                del every[key]

    async def _read(self, scenes: Sequence[UUID]) -> Block:
        """Read the vectors of some scenes in one statement. A scene without any is in the block, too."""
        asked = {
            "novel": self.novel_id,
            "model": self.model,
            "dimensions": self.dimensions,
            "scenes": list(scenes),
        }
        ids: dict[UUID, list[UUID]] = {one: [] for one in scenes}
        sent: dict[UUID, list[bytes]] = {one: [] for one in scenes}
        for row in (await self.session.execute(_VECTORS, asked)).all():
            ids[row.scene_id].append(row.passage_id)
            sent[row.scene_id].append(row.sent[_HEADER:])
        parts = {
            one: (
                ids[one],
                np.frombuffer(b"".join(sent[one]), ">f4").astype(np.float32).reshape(-1, self.dimensions),
            )
            for one in scenes
        }
        return Block.of(parts, self.dimensions)
