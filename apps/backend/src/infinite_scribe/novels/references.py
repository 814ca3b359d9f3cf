"""Letting every row of truth that refers to one thing refer to another, whatever feature the row belongs to.

Ids are unique over all tables, so what equals the old id refers to it: in a column, or anywhere inside a document.
A class says by `__one_per__` which columns may stand once, and by `__members_by__` which member names the element of
a list; a row or an element that would be there twice leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from infinite_scribe.db.sql.base import Revisioned
from infinite_scribe.novels.revision_state import alive, table_of, truth_classes
from infinite_scribe.novels.revisions import OpenRevision

_OWN = frozenset({"row_id", "id", "novel_id"})


async def repoint(revision: OpenRevision, old: UUID, new: UUID) -> None:
    """Let every live row that refers to `old` refer to `new` from this revision on."""
    for cls in truth_classes():
        columns = [one for one in table_of(cls).columns if one.name not in _OWN]
        ids = [one.name for one in columns if isinstance(one.type, Uuid)]
        documents = [one.name for one in columns if isinstance(one.type, JSONB)]
        for row in await _referring(revision, cls, ids, documents, old):
            changes = {name: new for name in ids if getattr(row, name) == old}
            changes |= _documents(row, documents, old, new)
            if await _is_there(revision, row, changes):
                await revision.retire(row)
            else:
                await revision.replace(row, **changes)


async def _referring(
    revision: OpenRevision, cls: type[Revisioned], ids: list[str], documents: list[str], old: UUID
) -> list[Revisioned]:
    named = [getattr(cls, name) == old for name in ids]
    named += [cast(getattr(cls, name), Text).contains(str(old)) for name in documents]
    if not named:
        return []
    query = select(cls).where(cls.novel_id == revision.novel.id, alive(cls), cls.id != old, or_(*named))
    return list(await revision.session.scalars(query.order_by(cls.id)))


def _documents(row: Revisioned, names: list[str], old: UUID, new: UUID) -> dict[str, Any]:
    by_member: Mapping[str, str] = getattr(type(row), "__members_by__", {})
    found = {}
    for name in names:
        held = getattr(row, name)
        said = replaced(held, str(old), str(new))
        member = by_member.get(name)
        if member is not None and said != held:
            there = {one[member] for one in held}
            said = [
                one
                for one, was in zip(said, held, strict=True)
                if one[member] == was[member] or one[member] not in there
            ]
        if said != held:
            found[name] = said
    return found


def replaced(held: Any, old: str, new: str) -> Any:
    """Return a document with `new` for `old`; a list of plain values that held both holds `new` once."""
    if isinstance(held, dict):
        return {replaced(key, old, new): replaced(one, old, new) for key, one in held.items()}
    if isinstance(held, list):
        if old in held and new in held:
            held = [one for one in held if one != old]
        return [replaced(one, old, new) for one in held]
    return new if held == old else held


async def _is_there(revision: OpenRevision, row: Revisioned, changes: Mapping[str, Any]) -> bool:
    """Whether another live row says already what this one would say."""
    cls = type(row)
    alone: tuple[str, ...] = getattr(cls, "__one_per__", ())
    if not alone or not changes.keys() & set(alone):
        return False
    same = [_equals(getattr(cls, name), changes.get(name, getattr(row, name))) for name in alone]
    query = select(cls.id).where(cls.novel_id == revision.novel.id, alive(cls), cls.id != row.id, *same)
    return await revision.session.scalar(query.limit(1)) is not None


def _equals(column: InstrumentedAttribute[Any], value: Any) -> ColumnElement[bool]:
    """Return the condition that a column holds a value; an empty document is SQL's null or that of JSON."""
    if not isinstance(column.type, JSONB):
        same: ColumnElement[bool] = column == value
        return same
    held = func.coalesce(column, literal(JSONB.NULL, JSONB))
    return held == literal(JSONB.NULL if value is None else value, JSONB)
