"""What a locked stage writes into plan and style, within an open revision: arcs, names, words, exemplars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, alive
from infinite_scribe.plot.models import Exemplar, GlossaryTerm, NameList, Promise
from infinite_scribe.plot.repository import PlotRepository

_ARC = (
    "title",
    "opens_question",
    "closes_question",
    "value_from",
    "value_to",
    "span_from",
    "span_to",
    "ordinal",
    "locked",
)
_PROMISE = ("kind", "statement", "weight", "earliest", "latest", "locked")


@dataclass(frozen=True)
class PlotBible:
    """Writes and changes what a plan was made of."""

    session: AsyncSession
    scope: NovelScope
    revision: OpenRevision
    rows: PlotRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope, revision: OpenRevision) -> PlotBible:
        """Return the plan of the scope's novel for one open revision."""
        return cls(session, scope, revision, PlotRepository(session, scope.novel_id))

    async def arcs(self) -> dict[UUID, dict[str, Any]]:
        """Return the arcs by id."""
        return {row.id: {name: getattr(row, name) for name in _ARC} for row in await self.rows.arcs()}

    async def change_arc(self, arc_id: UUID, changes: Mapping[str, Any]) -> None:
        """Change members of an arc."""
        row = next((one for one in await self.rows.arcs() if one.id == arc_id), None)
        if row is not None:
            await self.revision.replace(row, **changes)

    async def promises(self) -> dict[UUID, dict[str, Any]]:
        """Return the promises by id."""
        return {row.id: {name: getattr(row, name) for name in _PROMISE} for row in await self.rows.promises()}

    async def change_promise(self, promise_id: UUID, changes: Mapping[str, Any]) -> None:
        """Change members of a promise."""
        row: Promise | None = await self.rows.promise(promise_id)
        if row is not None:
            await self.revision.replace(row, **changes)

    async def names(self) -> dict[str, tuple[UUID, list[str]]]:
        """Return the lists of names that may still be given, by kind of thing: id and names."""
        rows = await self.session.scalars(
            select(NameList).where(NameList.novel_id == self.scope.novel_id, alive(NameList))
        )
        return {row.kind: (row.id, row.names) for row in rows}

    async def write_names(self, kind: str, names: Sequence[str]) -> UUID:
        """Write or replace a list of names and return its id."""
        row = await self.session.scalar(
            select(NameList).where(
                NameList.novel_id == self.scope.novel_id, NameList.kind == kind, alive(NameList)
            )
        )
        if row is not None:
            return (await self.revision.replace(row, names=list(names))).id
        fresh = NameList(kind=kind, names=list(names))
        await self.revision.insert(fresh)
        return fresh.id

    async def terms(self) -> dict[UUID, dict[str, Any]]:
        """Return the words of the book by id."""
        rows = await self.session.scalars(
            select(GlossaryTerm).where(GlossaryTerm.novel_id == self.scope.novel_id, alive(GlossaryTerm))
        )
        return {row.id: {"term": row.term, "meaning": row.meaning} for row in rows}

    async def write_term(self, term_id: UUID | None, values: Mapping[str, Any], ordinal: int) -> UUID:
        """Write a word of the book, or change one, and return its id."""
        row = None
        if term_id is not None:
            row = await self.session.scalar(
                select(GlossaryTerm).where(
                    GlossaryTerm.novel_id == self.scope.novel_id,
                    GlossaryTerm.id == term_id,
                    alive(GlossaryTerm),
                )
            )
        if row is not None:
            return (await self.revision.replace(row, **values)).id
        fresh = GlossaryTerm(ordinal=ordinal, **values)
        await self.revision.insert(fresh)
        return fresh.id

    async def add_exemplar(self, text: str, ordinal: int) -> UUID | None:
        """Write a passage whose voice is to be followed; None when it stands there already."""
        if any(row.text == text for row in await self.rows.exemplars()):
            return None
        row = Exemplar(text=text, note="", ordinal=ordinal)
        await self.revision.insert(row)
        return row.id
