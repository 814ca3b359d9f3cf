"""Revisions of a novel, for every row of truth of every feature.

A change closes the live row and inserts the next one in one transaction that holds the novel. Rolling back is a
new revision whose live rows equal those of an old one; nothing is ever taken out of history.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, insert, literal, null, select, update
from sqlalchemy import inspect as mapper_of
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.core.errors import BugError
from infinite_scribe.db.sql.base import Base, Revisioned
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.errors import NovelInTrashError, NovelNotFoundError, UnknownRevisionError
from infinite_scribe.novels.models import Novel, NovelRevision
from infinite_scribe.novels.revision_state import (
    Change,
    add_changes,
    alive,
    changes_of,
    difference,
    state_hashes,
    table_of,
    truth_classes,
)
from infinite_scribe.novels.rules import RevisionKind

__all__ = [
    "AGENTS",
    "BY",
    "PART",
    "OpenRevision",
    "Revisions",
    "RollbackPreview",
    "alive",
    "lock_novel",
    "state_hashes",
]

R = TypeVar("R", bound=Revisioned)

BY, AGENTS, PART = "by", "agent", "part"
"""Members of a summary: whose text a checkpoint holds when nobody wrote it but agents; which run below the one that
the revision names made it."""
_OF_THE_ROW = frozenset({"row_id", "rev_from", "rev_to", "created_at"})


async def lock_novel(session: AsyncSession, novel_id: UUID) -> Novel:
    """Hold the novel until the transaction ends; the first lock of every writer, so that none can wait in a circle.

    Inserts of rows that refer to the novel are not held up. Raises `NovelNotFoundError`.
    """
    novel = await session.scalar(
        select(Novel)
        .where(Novel.id == novel_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if novel is None:
        raise NovelNotFoundError
    return novel


@dataclass
class OpenRevision:
    """A revision being written. Only rows written through it belong to it."""

    session: AsyncSession
    novel: Novel
    number: int
    summary: dict[str, Any] = field(default_factory=dict)
    touched: set[type[Revisioned]] = field(default_factory=set)

    async def insert(self, *rows: R) -> None:
        """Make rows of truth live from this revision on."""
        for row in rows:
            row.novel_id, row.rev_from, row.rev_to = self.novel.id, self.number, None
            self.touched.add(type(row))
        self.session.add_all(rows)
        await self.session.flush()

    async def replace(self, row: R, **changes: Any) -> R:
        """Close the live `row` and return its successor with `changes`; the row itself if nothing differs."""
        if all(getattr(row, name) == value for name, value in changes.items()):
            return row
        self.touched.add(type(row))
        if row.rev_from == self.number:
            for name, value in changes.items():
                setattr(row, name, value)
            await self.session.flush()
            return row
        kept = {attr.key: getattr(row, attr.key) for attr in mapper_of(type(row)).column_attrs}
        await self._close(row)
        successor = type(row)(**{key: kept[key] for key in kept.keys() - _OF_THE_ROW} | changes)
        await self.insert(successor)
        return successor

    async def retire(self, row: Revisioned) -> None:
        """Close the live `row`; it stays in history."""
        self.touched.add(type(row))
        if row.rev_from == self.number:
            await self.session.delete(row)
            await self.session.flush()
            return
        await self._close(row)

    async def _close(self, row: Revisioned) -> None:
        cls = type(row)
        await self.session.flush()
        closed = await self.session.execute(
            update(cls)
            .where(cls.row_id == row.row_id, alive(cls))
            .values(rev_to=self.number)
            .returning(cls.row_id)
            .execution_options(synchronize_session=False)
        )
        if closed.first() is None:
            # Writers hold the novel and read live rows afterwards, so a closed row here was read too early.
            raise BugError("A row was changed that was no longer live.")
        self.session.expunge(row)


@dataclass(frozen=True)
class RollbackPreview:
    """What going back to a revision would do: ids per table that return, that leave, and edits it would hide."""

    revision: int
    returns: dict[str, list[UUID]]
    leaves: dict[str, list[UUID]]
    hides: list[NovelRevision]


@dataclass(frozen=True)
class Revisions:
    """Opens revisions of one novel, rolls back, and reverts what a run did."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Revisions:
        """Return the revisions of the scope's novel."""
        return cls(session, scope)

    @asynccontextmanager
    async def open(
        self,
        kind: RevisionKind,
        *,
        run_id: UUID | None = None,
        label: str | None = None,
        rolled_back_to: int | None = None,
        actor: UUID | None = None,
    ) -> AsyncIterator[OpenRevision]:
        """Hold the novel and open its next revision; leaving the block writes it.

        `actor` is whose change it is where it is not the scope's user's. A block that changed no row makes no revision. Raises `NovelNotFoundError`, `NovelInTrashError`.
        """
        novel = await lock_novel(self.session, self.scope.novel_id)
        if novel.deleted_at is not None:
            raise NovelInTrashError
        opened = OpenRevision(self.session, novel, novel.revision + 1)
        yield opened
        await self.session.flush()
        changes = await changes_of(self.session, novel.id, opened.number, opened.touched)
        if not changes and rolled_back_to is None:
            return
        tables = _by_table(changes)
        summary: dict[str, Any] = {**opened.summary, "tables": {
            table: {name: len(ids) for name, ids in sides.items()} for table, sides in tables.items()
        }}  # fmt: skip
        if label is not None:
            summary["label"] = label
        self.session.add(
            NovelRevision(
                novel_id=novel.id,
                revision=opened.number,
                kind=kind.value,
                parent=novel.revision,
                rolled_back_to=rolled_back_to,
                actor=actor or self.scope.user_id,
                run_id=run_id,
                summary=summary,
                hashes=add_changes(await self._hashes(novel.revision), changes),
            )
        )
        novel.revision, novel.updated_at = opened.number, now()
        payload = {
            "kind": kind.value,
            "run_id": str(run_id) if run_id else None,
            "rolled_back_to": rolled_back_to,
            "tables": tables,
        }
        await outbox.publish(self.session, novel.id, opened.number, "novel.revised", payload)

    async def _hashes(self, revision: int) -> dict[str, str]:
        found = await self.session.scalar(
            select(NovelRevision.hashes).where(
                NovelRevision.novel_id == self.scope.novel_id, NovelRevision.revision == revision
            )
        )
        return found or {}

    async def history(self, *, before: int | None = None, limit: int = 50) -> list[NovelRevision]:
        """Return revisions, newest first, below `before`."""
        wanted = select(NovelRevision).where(NovelRevision.novel_id == self.scope.novel_id)
        if before is not None:
            wanted = wanted.where(NovelRevision.revision < before)
        return list(await self.session.scalars(wanted.order_by(NovelRevision.revision.desc()).limit(limit)))

    async def of_kind(self, kind: RevisionKind, among: Collection[int]) -> set[int]:
        """Return those of the revisions `among` that are of a kind."""
        found = await self.session.scalars(
            select(NovelRevision.revision).where(
                NovelRevision.novel_id == self.scope.novel_id,
                NovelRevision.revision.in_(among),
                NovelRevision.kind == kind.value,
            )
        )
        return set(found)

    async def preview(self, to: int) -> RollbackPreview:
        """Return what `rollback(to)` would do now. Raises `UnknownRevisionError`."""
        await self._known(to, await self._current())
        returns, leaves = await difference(self.session, self.scope.novel_id, to)
        hidden = await self.session.scalars(
            select(NovelRevision)
            .where(
                NovelRevision.novel_id == self.scope.novel_id,
                NovelRevision.revision > to,
                NovelRevision.run_id.is_(None),
                NovelRevision.summary[BY].astext.is_distinct_from(AGENTS),
            )
            .order_by(NovelRevision.revision.desc())
        )
        return RollbackPreview(to, returns, leaves, list(hidden))

    async def rollback(self, to: int) -> int:
        """Make the live rows equal to those at revision `to`; return the number of the new revision.

        Raises `UnknownRevisionError` when `to` never was or is the present revision.
        """
        novel = await lock_novel(self.session, self.scope.novel_id)
        await self._known(to, novel.revision)
        async with self.open(RevisionKind.ROLLBACK, rolled_back_to=to) as revision:
            returns, leaves = await difference(self.session, self.scope.novel_id, to)
            classes = [cls for cls in truth_classes() if table_of(cls).name in returns.keys() | leaves.keys()]
            for cls in classes:
                await self.session.execute(
                    update(cls)
                    .where(*self._absent_then(cls, to))
                    .values(rev_to=revision.number)
                    .execution_options(synchronize_session=False)
                )
            for cls in classes:
                await self.copy_rows(cls, revision.number, *self._absent_now(cls, to))
            revision.touched.update(classes)
            self.forget_rows()
            await self.mark_undone(revision.number, list(range(to + 1, revision.number)))
            return revision.number

    def _absent_then(self, cls: type[Revisioned], to: int) -> tuple[Any, ...]:
        return cls.novel_id == self.scope.novel_id, alive(cls), cls.rev_from > to

    def _absent_now(self, cls: type[Revisioned], to: int) -> tuple[Any, ...]:
        return cls.novel_id == self.scope.novel_id, alive(cls, to), cls.rev_to.is_not(None)

    async def copy_rows(self, cls: type[Revisioned], number: int, *which: Any) -> None:
        """Make copies of the rows that `which` names live from revision `number` on."""
        table = table_of(cls)
        fresh = {
            "row_id": func.gen_random_uuid(),
            "rev_from": literal(number),
            "rev_to": null(),
            "created_at": literal(now()),
        }
        names = [column.name for column in table.columns]
        rows = select(*(fresh.get(name, table.c[name]) for name in names)).where(*which)
        await self.session.execute(insert(table).from_select(names, rows))

    def forget_rows(self) -> None:
        """Drop loaded rows of truth from the session: set-based statements went past them."""
        for row in list(self.session.sync_session.identity_map.values()):
            if isinstance(row, Revisioned):
                self.session.expunge(row)

    async def mark_undone(self, number: int, revisions: list[int]) -> None:
        """Mark decided items (tables with `decided_revision` and `undone_by`) whose effect is gone."""
        for mapper in Base.registry.mappers:
            table = mapper.local_table
            columns = table.c
            if {"novel_id", "decided_revision", "undone_by"} <= set(columns.keys()) and revisions:
                await self.session.execute(
                    update(mapper.class_)
                    .where(
                        columns.novel_id == self.scope.novel_id,
                        columns.decided_revision.in_(revisions),
                        columns.undone_by.is_(None),
                    )
                    .values(undone_by=number)
                    .execution_options(synchronize_session=False)
                )

    async def _current(self) -> int:
        found = await self.session.scalar(select(Novel.revision).where(Novel.id == self.scope.novel_id))
        if found is None:
            raise NovelNotFoundError
        return found

    async def _known(self, to: int, current: int) -> None:
        if not 0 < to < current:
            raise UnknownRevisionError(revision=to, current=current)


def _by_table(changes: list[Change]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for change in changes:
        sides = found.setdefault(change.table, {"opened": [], "closed": []})
        sides["opened" if change.opened else "closed"].append(str(change.id))
    return found
