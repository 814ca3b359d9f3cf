"""The inbox of the world: suggestions wait here, and nothing becomes canon without a decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.errors import EntryNotFoundError, ItemAlreadyDecidedError
from infinite_scribe.canon.models import CanonItem
from infinite_scribe.canon.repository import CanonRepository
from infinite_scribe.canon.schemas import CanonItemRead, EntityDraft, FactInput, RuleDraft
from infinite_scribe.canon.service import CanonService
from infinite_scribe.core.clock import now
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision
from infinite_scribe.structure.anchors import Timeline

ItemKind = Literal["entity", "alias", "fact", "rule"]


@dataclass(frozen=True)
class CanonInbox:
    """Suggestions about the world of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: CanonRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> CanonInbox:
        """Return the inbox of the scope's novel."""
        return cls(session, scope, CanonRepository(session, scope.novel_id))

    async def propose(
        self,
        kind: ItemKind,
        payload: Mapping[str, Any],
        *,
        evidence: list[dict[str, Any]] | None = None,
        clash: list[dict[str, Any]] | None = None,
        scene_id: UUID | None = None,
        run_id: UUID | None = None,
    ) -> UUID:
        """Put a suggestion into the inbox and return its id; its payload must be a valid draft of its kind."""
        _draft(kind, payload)
        item = CanonItem(
            novel_id=self.scope.novel_id,
            kind=kind,
            payload=dict(payload),
            evidence=evidence or [],
            clash=clash or [],
            scene_id=scene_id,
            run_id=run_id,
        )
        self.session.add(item)
        await self.session.flush()
        return item.id

    async def items(self, status: str | None = "open") -> list[CanonItemRead]:
        """Return suggestions of a status, oldest first."""
        return [CanonItemRead.model_validate(item) for item in await self.rows.items(status)]

    async def decide(
        self,
        revision: OpenRevision,
        ids: Collection[UUID],
        *,
        accept: bool,
        by: Literal["author", "rule"] = "author",
        timeline: Timeline | None = None,
        language: str = "en",
    ) -> list[CanonItemRead]:
        """Accept or reject suggestions; accepted ones become canon in the open revision.

        Raises `EntryNotFoundError`, `ItemAlreadyDecidedError` and what writing a fact or an entry raises.
        """
        found = await self.rows.items(None, ids)
        if {item.id for item in found} != set(ids):
            raise EntryNotFoundError
        for item in found:
            if item.status != "open":
                raise ItemAlreadyDecidedError(item_id=str(item.id), status=item.status)
            if accept:
                item.result_id = await self._write(revision, item, timeline, language)
            item.status = "accepted" if accept else "rejected"
            item.decided_by, item.decided_at = by, now()
            item.decided_revision = revision.number if accept else None
        await self.session.flush()
        return [CanonItemRead.model_validate(item) for item in found]

    async def _write(
        self, revision: OpenRevision, item: CanonItem, timeline: Timeline | None, language: str
    ) -> UUID | None:
        canon = CanonService.of(self.session, self.scope)
        draft = _draft(item.kind, item.payload)
        if isinstance(draft, EntityDraft):
            return await canon.add_entity(revision, draft, language)
        if isinstance(draft, FactInput):
            return await canon.state_fact(revision, draft, timeline)
        if isinstance(draft, RuleDraft):
            return await canon.add_rule(revision, draft)
        entity_id = UUID(str(item.payload["entity_id"]))
        await canon.add_alias(revision, entity_id, str(item.payload["text"]), language=language)
        return entity_id


def _draft(kind: str, payload: Mapping[str, Any]) -> EntityDraft | FactInput | RuleDraft | None:
    """Return the payload as a draft of its kind; None for an alias."""
    if kind == "entity":
        return EntityDraft.model_validate(payload)
    if kind == "fact":
        return FactInput.model_validate(payload)
    if kind == "rule":
        return RuleDraft.model_validate(payload)
    return None
