"""What a process holds of a book as long as the book's revision is the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, text
from sqlalchemy.ext.asyncio import AsyncSession

_AT = text(
    "SELECT revision, pg_current_xact_id_if_assigned() IS NULL AS reads_only FROM novels WHERE id = :novel"
)

Key = tuple[UUID, int]
T = TypeVar("T")


@dataclass(frozen=True)
class PerRevision(Generic[T]):
    """Values of books by novel and revision, at most `most` in a database; the one asked longest ago goes first.

    A transaction that writes reads its own. The revision comes through row-level security, which hides other people's
    books here as well.
    """

    most: int
    _held: WeakKeyDictionary[Engine, OrderedDict[Key, T]] = field(default_factory=WeakKeyDictionary)

    async def get(
        self, session: AsyncSession, novel_id: UUID, read: Callable[[], Awaitable[tuple[int, T] | None]]
    ) -> T | None:
        """Return a book's value, by `read` (with the revision that it read) where it is not held."""
        at = (await session.execute(_AT, {"novel": novel_id})).one_or_none()
        if at is None:
            return None
        bind = session.get_bind()
        held = self._held.setdefault(bind if isinstance(bind, Engine) else bind.engine, OrderedDict())
        key = (novel_id, at.revision)
        if at.reads_only and key in held:
            held.move_to_end(key)
            return held[key]
        found = await read()
        if found is None:
            return None
        revision, value = found
        if at.reads_only:
            held[novel_id, revision] = value
            while len(held) > self.most:
                held.popitem(last=False)
        return value
