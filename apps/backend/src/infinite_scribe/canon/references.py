"""Ids that a request names: each must be of something in this novel, and a refusal says which member is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.models import Assertion, Entity, Ruling, StoryEvent
from infinite_scribe.canon.refusals import named_nothing, unknown_predicate
from infinite_scribe.canon.registry import INVERSES, find
from infinite_scribe.db.sql.base import Revisioned
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import alive

_GONE = frozenset({"merged", "retired", "rejected", "retconned", "cancelled"})
EVENT = "event:"


@dataclass(frozen=True)
class References:
    """Looks up what requests about one novel name. Members are JSON pointers into the request."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> References:
        """Return the references of the scope's novel."""
        return cls(session, scope)

    async def entries(self, named: Mapping[str, UUID | None]) -> None:
        """Refuse what is no entry of the novel. Raises `EntryNotFoundError`."""
        await self._all(named, Entity)

    async def things(self, named: Mapping[str, UUID | None]) -> None:
        """Refuse what is neither an entry nor an event of the novel. Raises `EntryNotFoundError`."""
        await self._all(named, Entity, StoryEvent)

    async def events(self, named: Mapping[str, UUID | None]) -> None:
        """Refuse what is no event of the novel. Raises `EntryNotFoundError`."""
        await self._all(named, StoryEvent)

    async def facts(self, named: Mapping[str, UUID | None]) -> None:
        """Refuse what is no fact of the novel. Raises `EntryNotFoundError`."""
        await self._all(named, Assertion)

    async def rulings(self, named: Mapping[str, UUID | None]) -> None:
        """Refuse what is no ruling of the novel. Raises `EntryNotFoundError`."""
        await self._all(named, Ruling)

    async def patterns(self, named: Mapping[str, Mapping[str, Any]]) -> None:
        """Refuse patterns `{s, p, o}` that name nothing in the novel, or a fact that the registry does not know.

        Raises `EntryNotFoundError`, `UnknownPredicateError`.
        """
        for pattern in named.values():
            key = str(pattern.get("p", ""))
            if find(key) is None and key not in INVERSES and not key.startswith(EVENT):
                raise unknown_predicate(key)
        await self.things(
            {
                f"{pointer}/{end}": one
                for pointer, pattern in named.items()
                for end in ("s", "o")
                if (one := id_in(pattern.get(end))) is not None
            }
        )

    async def _all(self, named: Mapping[str, UUID | None], *classes: type[Revisioned]) -> None:
        wanted = {pointer: one for pointer, one in named.items() if one is not None}
        known: set[UUID] = set()
        for cls in classes if wanted else ():
            columns = (cls.id, cls.status) if hasattr(cls, "status") else (cls.id,)
            rows = await self.session.execute(
                select(*columns).where(
                    cls.novel_id == self.scope.novel_id, alive(cls), cls.id.in_(set(wanted.values()))
                )
            )
            known |= {row[0] for row in rows if len(row) == 1 or row[1] not in _GONE}
        missing = {pointer: str(one) for pointer, one in wanted.items() if one not in known}
        if missing:
            raise named_nothing(missing)


def id_in(value: object) -> UUID | None:
    """Return a value as an id, or None for a variable, a kind or a word."""
    try:
        return UUID(str(value))
    except ValueError:
        return None


def listed(pointer: str, ids: Iterable[object]) -> dict[str, UUID | None]:
    """Return the members of a list of ids with where they stand. What is no id names nothing."""
    return {f"{pointer}/{at}": id_in(one) or UUID(int=0) for at, one in enumerate(ids)}


def said(pointer: str, patterns: Iterable[Any]) -> dict[str, Mapping[str, Any]]:
    """Return patterns with where they stand; of `{open}` and `{close}` the pattern inside."""
    found: dict[str, Mapping[str, Any]] = {}
    for at, one in enumerate(patterns):
        given: Mapping[str, Any] = one if isinstance(one, Mapping) else one.model_dump(exclude_none=True)
        inner = {name: given[name] for name in ("open", "close") if given.get(name)}
        found |= {f"{pointer}/{at}/{name}": pattern for name, pattern in inner.items()} or {
            f"{pointer}/{at}": given
        }
    return found
