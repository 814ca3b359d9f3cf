"""Bringing an index of passages to what passages and cached vectors say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.memory.passage_index import (
    PassageContents,
    PassageIndex,
    PassageVector,
    by_statement,
    digest_of,
    unit,
)
from infinite_scribe.novels.access import NovelScope

PART = 500
_SCENES = text("SELECT DISTINCT scene_id FROM passages WHERE novel_id = :novel ORDER BY scene_id")
_EXPECTED = text(
    "SELECT p.id, p.scene_id, p.pov_id, p.entity_ids, v.model, v.vector "
    "FROM passages p JOIN vectors v ON v.novel_id = p.novel_id AND v.text_hash = p.text_hash "
    "WHERE p.novel_id = :novel AND p.scene_id = ANY(CAST(:scenes AS uuid[])) ORDER BY v.model, p.id"
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

    async def expected(self, scenes: Collection[UUID]) -> list[Expected]:
        """Return what the index must hold of some scenes."""
        return [
            Expected(
                row.model,
                PassageVector(
                    row.id,
                    np.frombuffer(row.vector, "<f4"),
                    row.scene_id,
                    row.pov_id,
                    tuple(UUID(one) for one in row.entity_ids),
                ),
            )
            for row in await self.session.execute(
                _EXPECTED, {"novel": self.scope.novel_id, "scenes": sorted(scenes)}
            )
        ]

    async def contents(self) -> PassageContents:
        """Return what the index holds when it holds the whole novel."""
        whole = PassageContents({})
        async for wanted in self._everything():
            whole.rows.update(contents(wanted).rows)
        return whole

    async def _everything(self) -> AsyncIterator[list[Expected]]:
        """Yield what the index must hold, by as many scenes as one statement reads."""
        scenes = (await self.session.scalars(_SCENES, {"novel": self.scope.novel_id})).all()
        for some in by_statement(scenes):
            yield await self.expected(some)

    async def take(self, scenes: Collection[UUID]) -> int:
        """Bring some scenes up to date; return how many vectors were written or forgotten."""
        written = 0
        for some in by_statement(sorted(scenes)):
            written += await self._bring(await self.expected(some), await self.index.dump(some))
        return written

    async def rebuild(self, tell: Callable[[int], None] = lambda _count: None) -> int:
        """Forget everything and feed it anew; `tell` hears how many were written since it was last told."""
        await self.index.clear()
        written = 0
        async for wanted in self._everything():
            written += await self._bring(wanted, PassageContents({}), tell)
        return written

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
        {_key(row): (row.passage.scene_id, digest_of(unit(row.passage.vector))) for row in wanted}
    )


def _key(row: Expected) -> tuple[UUID, str]:
    return row.passage.passage_id, row.model
