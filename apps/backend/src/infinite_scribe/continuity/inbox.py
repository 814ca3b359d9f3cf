"""The inbox as the author sees it: suggestions in words, what speaks against them, and deciding many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.canon.registry import choice_label, find
from infinite_scribe.canon.schemas import CanonItemRead
from infinite_scribe.canon.service import CanonService
from infinite_scribe.canon.wire import FactView
from infinite_scribe.continuity.inbox_schemas import (
    InboxClash,
    InboxDecide,
    InboxDecided,
    InboxDone,
    InboxItem,
    InboxRead,
    InboxRefused,
    InboxScene,
)
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.structure.service import StructureService

PAGE = 100


async def waiting(
    session: AsyncSession,
    scope: NovelScope,
    status: str = "open",
    kind: str | None = None,
    scene_id: UUID | None = None,
    after: UUID | None = None,
) -> InboxRead:
    """Return what waits for a decision, `PAGE` at a time; `after` is the last id that was seen."""
    inbox, canon = CanonInbox.of(session, scope), CanonService.of(session, scope)
    found = await inbox.items(None if status == "all" else status, kind, scene_id)
    start = next((at + 1 for at, item in enumerate(found) if item.id == after), 0)
    page = found[start : start + PAGE]
    names = {entity.id: entity.name for entity in (await canon.world()).entities}
    scenes = {one.id: one.title for one in (await StructureService.of(session, scope).tree()).scenes()}
    novel = await get_novel(session, scope.novel_id)
    clashes = {item.id: await _clashing(inbox, item) for item in page}
    facts = await canon.fact_views({one for ids in clashes.values() for one in ids})
    items = [_item(item, clashes[item.id], facts, names, scenes, novel.language) for item in page]
    more = start + PAGE < len(found)
    return InboxRead(items=items, next=str(page[-1].id) if more else None)


async def _clashing(inbox: CanonInbox, item: CanonItemRead) -> list[UUID]:
    """Return the facts that speak against a suggestion: as they were found, and as they stand now."""
    known = [UUID(str(one["fact_id"])) for one in item.clash if one.get("fact_id")]
    return list(dict.fromkeys([*known, *([] if known else await inbox.clashes(item))]))


def _item(
    item: CanonItemRead,
    clashing: list[UUID],
    facts: Mapping[UUID, FactView],
    names: Mapping[UUID, str],
    scenes: Mapping[UUID, str],
    language: str,
) -> InboxItem:
    known = {"id", "kind", "payload", "evidence", "run_id", "status", "decided_by", "undone_by", "created_at"}
    scene = None
    if item.scene_id is not None and item.scene_id in scenes:
        scene = InboxScene(id=item.scene_id, title=scenes[item.scene_id])
    return InboxItem(
        **item.model_dump(include=known),
        text=said(item.kind, item.payload, names, language),
        clash=[InboxClash(fact_id=one, text=facts[one].text) for one in clashing if one in facts],
        disputed=item.is_dispute,
        scene=scene,
    )


def said(kind: str, payload: Mapping[str, Any], names: Mapping[UUID, str], language: str) -> str:
    """Say a suggestion in one line of the author's language."""

    def name(key: str) -> str:
        given = payload.get(key)
        try:
            return names.get(UUID(str(given)), "") if given else ""
        except ValueError:
            return str(given)

    if kind == "fact":
        key = str(payload.get("predicate", ""))
        predicate = find(key)
        label = predicate.label(language) if predicate else key
        value = name("object_id") or choice_label(key, str(payload.get("text") or ""), language)
        if payload.get("number") is not None:
            value = f"{payload['number']:g} {payload.get('unit') or ''}".strip()
        return f"{name('subject_id')} · {label}: {value}".strip(" ·")
    if kind == "alias":
        return f"{name('entity_id')} = {payload.get('text', '')}"
    if kind == "merge":
        return f"{name('entity_id')} → {name('into')}"
    if kind == "belief":
        return f"{name('knower') or payload.get('knower', '')}: {payload.get('stance', '')}"
    for key in ("name", "statement", "title", "mode"):
        if payload.get(key):
            return str(payload[key])
    return kind


async def decide(session: AsyncSession, scope: NovelScope, wanted: InboxDecide) -> InboxDecided:
    """Accept or reject suggestions; what is accepted becomes canon in one revision, clashes are checked again.

    Raises `EntryNotFoundError` for an id that is not in the inbox.
    """
    inbox = CanonInbox.of(session, scope)
    novel = await get_novel(session, scope.novel_id)
    async with Revisions.of(session, scope).open(RevisionKind.ACCEPT) as revision:
        await StructureService.of(session, scope).resolve_times()
        items, refused = await inbox.decide_each(
            revision, wanted.ids, accept=wanted.action == "accept", language=novel.language, edit=wanted.edit
        )
    after = await get_novel(session, scope.novel_id)
    return InboxDecided(
        done=[InboxDone(id=item.id, result_id=item.result_id) for item in items],
        refused=[InboxRefused(id=one.id, problem=one.error.to_problem()) for one in refused],
        revision=after.revision,
        items=items,
        novel_revision=after.revision,
    )
