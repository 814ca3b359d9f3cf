"""Deciding what waits in the inbox, as one revision."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.continuity.schemas import InboxDecide, InboxDecided, InboxRead
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.structure.service import StructureService


async def waiting(session: AsyncSession, scope: NovelScope) -> InboxRead:
    """Return what waits for a decision."""
    return InboxRead(items=await CanonInbox.of(session, scope).items("open"))


async def decide(session: AsyncSession, scope: NovelScope, wanted: InboxDecide) -> InboxDecided:
    """Accept or reject suggestions; what is accepted becomes canon in one revision.

    Raises `EntryNotFoundError`, `ItemAlreadyDecidedError`, and what writing a fact or an entry raises.
    """
    inbox, accept = CanonInbox.of(session, scope), wanted.action == "accept"
    novel = await get_novel(session, scope.novel_id)
    async with Revisions.of(session, scope).open(RevisionKind.ACCEPT) as revision:
        timeline = await StructureService.of(session, scope).resolve_times()
        items = await inbox.decide(
            revision, wanted.ids, accept=accept, timeline=timeline, language=novel.language
        )
    after = await get_novel(session, scope.novel_id)
    return InboxDecided(items=items, novel_revision=after.revision)
