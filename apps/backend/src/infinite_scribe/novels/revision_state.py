"""What a novel's rows of truth were at a revision: lifespans, row hashes, sums per table.

A row's hash leaves out revision numbers, row ids and derived columns, so a copy made by a rollback hashes like the
row it copies. Nulls are left out too: a new nullable column changes no old hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Text, and_, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.db.sql.base import Anchored, Base, Revisioned

_MODULUS = 1 << 128
_NEVER_HASHED = ("row_id", "novel_id", "rev_from", "rev_to", "created_at")
_ANCHOR_COLUMNS = ("from_tick", "from_block", "to_tick", "to_block", "certainty_of_time")


@dataclass(frozen=True)
class Change:
    """One row that a revision opened or closed."""

    table: str
    id: UUID
    opened: bool
    digest: int


def truth_classes() -> list[type[Revisioned]]:
    """Return every mapped class of rows of truth, whatever feature it belongs to, ordered by table."""
    found = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Revisioned)]
    return sorted(found, key=lambda cls: str(table_of(cls).name))


def table_of(cls: type[Revisioned]) -> Table:
    """Return the table of a mapped class."""
    table = cls.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)
    return table


def alive(cls: type[Revisioned], revision: int | None = None) -> ColumnElement[bool]:
    """Return the condition for rows that are live now, or were live at `revision`."""
    if revision is None:
        return cls.rev_to.is_(None)
    return and_(
        cls.rev_from <= revision,
        or_(cls.rev_to.is_(None), cls.rev_to > revision),
    )


def _unhashed(cls: type[Revisioned]) -> tuple[str, ...]:
    anchored = _ANCHOR_COLUMNS if issubclass(cls, Anchored) else ()
    return (*_NEVER_HASHED, *anchored, *sorted(getattr(cls, "__derived__", ())))


def row_digest(cls: type[Revisioned]) -> ColumnElement[str]:
    """Return the SQL expression of a row's hash: 32 hexadecimal digits over its canonical JSON."""
    table = table_of(cls)
    whole = func.to_jsonb(table.table_valued())
    kept = whole.op("-")(cast(array(_unhashed(cls)), ARRAY(Text)))
    return func.md5(cast(func.jsonb_strip_nulls(kept), Text))


async def changes_of(
    session: AsyncSession, novel_id: UUID, revision: int, classes: Iterable[type[Revisioned]]
) -> list[Change]:
    """Return every row that `revision` opened or closed in the tables of `classes`."""
    found: list[Change] = []
    for cls in classes:
        table = table_of(cls)
        rows = await session.execute(
            select(
                table.c.id, (table.c.rev_from == revision).label("opened"), row_digest(cls).label("digest")
            ).where(
                table.c.novel_id == novel_id, or_(table.c.rev_from == revision, table.c.rev_to == revision)
            )
        )
        found.extend(Change(table.name, row.id, row.opened, int(row.digest, 16)) for row in rows)
    return found


def add_changes(hashes: dict[str, str], changes: Sequence[Change]) -> dict[str, str]:
    """Return the sums per table after `changes`; tables without live rows are left out."""
    sums = {table: int(digest, 16) for table, digest in hashes.items()}
    for change in changes:
        step = change.digest if change.opened else -change.digest
        sums[change.table] = (sums.get(change.table, 0) + step) % _MODULUS
    return {table: f"{value:032x}" for table, value in sorted(sums.items()) if value}


async def state_hashes(session: AsyncSession, novel_id: UUID, revision: int | None = None) -> dict[str, str]:
    """Recompute the sums per table from the rows that are (or were, at `revision`) live."""
    found: list[Change] = []
    for cls in truth_classes():
        table = table_of(cls)
        rows = await session.execute(
            select(table.c.id, literal(True), row_digest(cls)).where(
                table.c.novel_id == novel_id, alive(cls, revision)
            )
        )
        found.extend(Change(table.name, row[0], True, int(row[2], 16)) for row in rows)
    return add_changes({}, found)
