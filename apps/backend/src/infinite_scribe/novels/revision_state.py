"""What a novel's rows of truth were at a revision: lifespans, row hashes, sums per table.

A row's hash leaves out revision numbers, row ids and derived columns, so a copy made by a rollback hashes like the
row it copies. Nulls are left out too: a new nullable column changes no old hash.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Table, TextClause, Uuid, and_, bindparam, or_, text
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


def _union(
    classes: Iterable[type[Revisioned]], columns: Callable[[type[Revisioned]], str], where: str
) -> TextClause:
    """Return one statement over the tables of many classes; it holds names of our own columns and nothing else."""
    parts = [
        f"SELECT '{table_of(cls).name}' AS tab, t.id, {columns(cls)} FROM {table_of(cls).name} t "  # noqa: S608
        f"WHERE t.novel_id = :novel AND {where}"
        for cls in classes
    ]
    return text(" UNION ALL ".join(parts)).bindparams(bindparam("novel", type_=Uuid()))


def _digest(cls: type[Revisioned]) -> str:
    """Return the SQL of a row's hash: 32 hexadecimal digits over its canonical JSON."""
    left_out = ", ".join(f"'{name}'" for name in _unhashed(cls))
    return f"md5(jsonb_strip_nulls(to_jsonb(t) - ARRAY[{left_out}])::text) AS digest"


async def changes_of(
    session: AsyncSession, novel_id: UUID, revision: int, classes: Collection[type[Revisioned]]
) -> list[Change]:
    """Return every row that `revision` opened or closed in the tables of `classes`."""
    if not classes:
        return []
    statement = _union(
        classes,
        lambda cls: f"t.rev_from = :revision AS opened, {_digest(cls)}",
        "(t.rev_from = :revision OR t.rev_to = :revision)",
    )
    rows = await session.execute(statement, {"novel": novel_id, "revision": revision})
    return [Change(row.tab, row.id, row.opened, int(row.digest, 16)) for row in rows]


async def difference(
    session: AsyncSession, novel_id: UUID, to: int
) -> tuple[dict[str, list[UUID]], dict[str, list[UUID]]]:
    """Return, per table, the ids that would return and those that would leave if the state were that of `to`."""
    statement = _union(
        truth_classes(),
        lambda _cls: "t.rev_to IS NOT NULL AS returns",
        "((t.rev_from <= :to AND t.rev_to > :to) OR (t.rev_from > :to AND t.rev_to IS NULL))",
    )
    returns: dict[str, list[UUID]] = {}
    leaves: dict[str, list[UUID]] = {}
    for row in await session.execute(statement, {"novel": novel_id, "to": to}):
        (returns if row.returns else leaves).setdefault(row.tab, []).append(row.id)
    return returns, leaves


def add_changes(hashes: dict[str, str], changes: Sequence[Change]) -> dict[str, str]:
    """Return the sums per table after `changes`; tables without live rows are left out."""
    sums = {table: int(digest, 16) for table, digest in hashes.items()}
    for change in changes:
        step = change.digest if change.opened else -change.digest
        sums[change.table] = (sums.get(change.table, 0) + step) % _MODULUS
    return {table: f"{value:032x}" for table, value in sorted(sums.items()) if value}


async def state_hashes(session: AsyncSession, novel_id: UUID, revision: int | None = None) -> dict[str, str]:
    """Recompute the sums per table from the rows that are (or were, at `revision`) live."""
    live = "t.rev_to IS NULL"
    if revision is not None:
        live = "t.rev_from <= :revision AND (t.rev_to IS NULL OR t.rev_to > :revision)"
    statement = _union(truth_classes(), _digest, live)
    given = {"novel": novel_id} | ({} if revision is None else {"revision": revision})
    rows = await session.execute(statement, given)
    return add_changes({}, [Change(row.tab, row.id, True, int(row.digest, 16)) for row in rows])
