"""Bringing an index of passages to what passages and cached vectors say."""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.memory.passage_index import PassageContents, PassageIndex, PassageVector, unit
from infinite_scribe.novels.access import NovelScope

PART = 500
_EXPECTED = text(
    "SELECT p.id, p.scene_id, p.pov_id, p.entity_ids, v.model, v.dimensions, v.vector "
    "FROM passages p JOIN vectors v ON v.novel_id = p.novel_id AND v.text_hash = p.text_hash "
    "WHERE p.novel_id = :novel AND (CAST(:scenes AS uuid[]) IS NULL OR p.scene_id = ANY(CAST(:scenes AS uuid[]))) "
    "ORDER BY v.model, p.id"
)


async def _at_once() -> None:
    """Do not pause between parts."""


@dataclass(frozen=True)
class Expected:
    """A vector that an index must hold."""

    model: str
    passage: PassageVector


@dataclass(frozen=True)
class PassageFeed:
    """Feeds one novel. `breathe` is called between parts, so that nothing stands still for long."""

    session: AsyncSession
    scope: NovelScope
    index: PassageIndex
    breathe: Callable[[], Awaitable[object]] = _at_once

    async def expected(self, scenes: Collection[UUID] | None = None) -> list[Expected]:
        """Return what the index must hold of some scenes, or of all."""
        asked: dict[str, Any] = {
            "novel": self.scope.novel_id,
            "scenes": None if scenes is None else sorted(scenes),
        }
        return [
            Expected(
                row.model,
                PassageVector(
                    row.id,
                    struct.unpack(f"<{row.dimensions}f", row.vector),
                    row.scene_id,
                    row.pov_id,
                    tuple(UUID(one) for one in row.entity_ids),
                ),
            )
            for row in await self.session.execute(_EXPECTED, asked)
        ]

    async def take(self, scenes: Collection[UUID]) -> int:
        """Bring some scenes up to date; return how many vectors were written or forgotten."""
        return await self._bring(await self.expected(scenes), await self.index.dump(scenes))

    async def reconcile(self) -> int:
        """Compare everything and write what differs; return how many vectors were written or forgotten."""
        return await self._bring(await self.expected(), await self.index.dump())

    async def rebuild(self, tell: Callable[[int], None] = lambda _count: None) -> int:
        """Forget everything and feed it anew; `tell` hears how many were written since it was last told."""
        await self.index.clear()
        return await self._bring(await self.expected(), PassageContents({}), tell)

    async def _bring(
        self,
        wanted: list[Expected],
        held: PassageContents,
        tell: Callable[[int], None] = lambda _count: None,
    ) -> int:
        lines, kept = contents(wanted).lines(), held.lines()
        gone = {one for one, _ in kept.keys() - lines.keys()}
        if gone:
            await self.index.forget(gone)
            wanted_again = [row for row in wanted if row.passage.passage_id in gone]
        else:
            wanted_again = []
        differing = [row for row in wanted if kept.get(_key(row)) != lines[_key(row)]]
        fresh = {_key(row): row for row in (*differing, *wanted_again)}
        for model, rows in groupby(sorted(fresh.values(), key=lambda row: row.model), lambda row: row.model):
            every = [row.passage for row in rows]
            for at in range(0, len(every), PART):
                await self.breathe()
                await self.index.put(model, every[at : at + PART])
                tell(len(every[at : at + PART]))
        return len(fresh) + len(gone)


def contents(wanted: Collection[Expected]) -> PassageContents:
    """Return what an index holds when it holds this."""
    return PassageContents(
        {
            _key(row): (row.passage.scene_id, unit(row.passage.vector).astype("<f4").tobytes())
            for row in wanted
        }
    )


def _key(row: Expected) -> tuple[UUID, str]:
    return row.passage.passage_id, row.model
