"""What each model call was shown, by row of truth: the receipt of a call and the read set behind a text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import child_id
from infinite_scribe.runs.models import Manifest, ManifestItem


async def keep_manifest(
    session: AsyncSession,
    call_id: UUID,
    manifest: Mapping[str, Any],
    *,
    novel_id: UUID,
    user_id: UUID,
    run_id: UUID | None,
) -> None:
    """Keep the manifest of a call, in the transaction that remembers its answer; a repetition changes nothing."""
    head = {
        "call_id": call_id,
        "novel_id": novel_id,
        "user_id": user_id,
        "run_id": run_id,
        "json": dict(manifest),
    }
    made = await session.execute(
        insert(Manifest).values(head).on_conflict_do_nothing().returning(Manifest.call_id)
    )
    if made.first() is None:
        return
    rows = [
        {
            "id": child_id(call_id, f"{row['kind']}:{item}"), "novel_id": novel_id, "call_id": call_id,
            "kind": str(row["kind"])[:40], "item": item, "rev_from": row.get("rev_from"), "kept": bool(row["kept"]),
        }
        for row in [*manifest.get("items", []), *manifest.get("dropped", [])]
        if (item := _id(row.get("id"))) is not None
    ]  # fmt: skip
    unique = {row["id"]: row for row in reversed(rows)}
    if unique:
        await session.execute(insert(ManifestItem).values(list(unique.values())).on_conflict_do_nothing())


async def calls_shown(
    session: AsyncSession, novel_id: UUID, items: Collection[UUID]
) -> dict[UUID, set[UUID]]:
    """Return, for each of these rows, the calls of a novel whose prompt held it."""
    rows = await session.execute(
        select(ManifestItem.item, ManifestItem.call_id).where(
            ManifestItem.novel_id == novel_id, ManifestItem.item.in_(items), ManifestItem.kept.is_(True)
        )
    )
    found: dict[UUID, set[UUID]] = {item: set() for item in items}
    for row in rows:
        found[row.item].add(row.call_id)
    return found


def _id(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
