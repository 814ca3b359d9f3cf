"""Runs of words by scene, kept as hashes: what a book has said before in the same words."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.manuscript.models import NgramRow
from infinite_scribe.novels.access import NovelScope

SIZES = (4, 5, 6)
ROWS_AT_ONCE = 4_000

_UNIT = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")


@dataclass(frozen=True)
class Ngrams:
    """The index of one novel."""

    session: AsyncSession
    scope: NovelScope

    async def index(self, scene_id: UUID, text: str) -> int:
        """Replace what is kept of a scene by the runs of 4 to 6 words of `text`; return how many there are."""
        await self.drop(scene_id)
        counts = Counter((size, fingerprint(run)) for size, run in runs(text))
        rows = [
            {"novel_id": self.scope.novel_id, "scene_id": scene_id, "n": size, "hash": mark, "count": count}
            for (size, mark), count in sorted(counts.items())
        ]
        for start in range(0, len(rows), ROWS_AT_ONCE):
            await self.session.execute(insert(NgramRow), rows[start : start + ROWS_AT_ONCE])
        return len(rows)

    async def drop(self, scene_id: UUID) -> None:
        """Forget a scene."""
        await self.session.execute(
            delete(NgramRow).where(NgramRow.novel_id == self.scope.novel_id, NgramRow.scene_id == scene_id)
        )

    async def repeated(self, text: str, among: Collection[UUID], size: int = 5) -> list[str]:
        """Return the runs of `size` words in a text that other scenes hold too, in the order of the text."""
        wanted = {fingerprint(run): run for found, run in runs(text) if found == size}
        known = await self.session.scalars(
            select(NgramRow.hash)
            .where(
                NgramRow.novel_id == self.scope.novel_id,
                NgramRow.n == size,
                NgramRow.scene_id.in_(among),
                NgramRow.hash.in_(wanted),
            )
            .distinct()
        )
        there = set(known)
        return [run for mark, run in wanted.items() if mark in there]


def runs(text: str) -> Iterator[tuple[int, str]]:
    """Yield every run of 4 to 6 words with its size; in Chinese a character counts as a word. None crosses a line."""
    for line in text.splitlines():
        units = _UNIT.findall(unicodedata.normalize("NFKC", line).casefold())
        for size in SIZES:
            for at in range(len(units) - size + 1):
                yield size, " ".join(units[at : at + size])


def fingerprint(run: str) -> int:
    """Return the signed 64-bit hash under which a run is kept."""
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big", signed=True)
