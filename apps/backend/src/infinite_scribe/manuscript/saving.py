"""Saving a scene: version check, new version, decisions and revision in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.errors import (
    ContentChangedError,
    ProposalDecidedError,
    ProposalNotFoundError,
    SceneTooLargeError,
)
from infinite_scribe.manuscript.models import Decision, Proposal, SceneLive, SceneVersion
from infinite_scribe.manuscript.schema import check_scene
from infinite_scribe.manuscript.schemas import BeatOut, CountsRead, DecisionWrite, SavedContent
from infinite_scribe.manuscript.writing import Source, Writing
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.errors import NovelInTrashError
from infinite_scribe.novels.revisions import Revisions, lock_novel
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.structure.errors import SceneNotFoundError
from infinite_scribe.structure.schemas import StructureOp

SCENE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Save:
    """One scene as an editor sends it; `base_version` is what the author saw when the typing began."""

    scene_id: UUID
    base_version: int
    document: doc.Json
    decisions: Sequence[DecisionWrite] = ()
    leaving: bool = False


@dataclass(frozen=True)
class Saving:
    """Takes saves of one novel."""

    session: AsyncSession
    scope: NovelScope
    writing: Writing

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Saving:
        """Return the saving of the scope's novel."""
        return cls(session, scope, Writing.of(session, scope))

    async def save(self, save: Save) -> SavedContent:
        """Store a scene; the caller's commit makes it durable.

        Raises `InvalidTextError`, `InvalidDocumentError`, `NewerSchemaError`, `SceneTooLargeError`,
        `SceneNotFoundError`, `NovelInTrashError`, `ContentChangedError` (412, with the present text),
        `ProposalNotFoundError`, `ProposalDecidedError`.
        """
        check_document(save.document, save.scene_id)
        novel = await lock_novel(self.session, self.scope.novel_id)
        if novel.deleted_at is not None:
            raise NovelInTrashError
        live = await self.writing.rows.live(save.scene_id, lock=True)
        if live is None:
            raise SceneNotFoundError
        before = await self.writing.rows.version(live.version_id)
        assert before is not None
        if live.version != save.base_version:
            current = {"version": live.version, "novel_revision": novel.revision, "json": before.json}
            raise ContentChangedError(current=current)
        await self.revive(save.scene_id)
        changes_text = any(decision.action in {"accept", "reopen"} for decision in save.decisions)
        if changes_text:
            await self.writing.checkpoint(label="before-ai")
        version = before
        if save.document != before.json:
            version = await self.writing.write(
                live, save.document, Source("you", "accept" if changes_text else "save")
            )
        decided = await self._decide(save, version.number)
        await self._revise(live, save, changes_text, decided)
        self.session.add_all(decision for _, decision in decided)
        await self.session.flush()
        return await self.answer(version)

    async def revive(self, scene_id: UUID) -> None:
        """Bring back a scene that was deleted elsewhere while it was edited here: no word is dropped."""
        structure = self.writing.structure
        if await structure.has_scene(scene_id):
            return
        async with Revisions.of(self.session, self.scope).open(
            RevisionKind.EDIT, label="scene-restored"
        ) as revision:
            await structure.apply(revision, [StructureOp(op="restore", kind="scene", id=scene_id)])
            await self.writing.align_heads(revision)
        await self.writing.count_words()

    async def _decide(self, save: Save, version: int) -> list[tuple[Proposal, Decision]]:
        found = []
        for wanted in save.decisions:
            proposal = await self.writing.rows.proposal(wanted.proposal_id, lock=True)
            if proposal is None or proposal.scene_id != save.scene_id:
                raise ProposalNotFoundError
            await self._still_open(proposal, wanted)
            decision = Decision(
                novel_id=self.scope.novel_id,
                proposal_id=proposal.id,
                scene_id=save.scene_id,
                variant=wanted.variant,
                hunks=wanted.hunks,
                action=wanted.action,
                open_hunks=wanted.left,
                user_id=self.scope.user_id,
                version=version,
            )
            proposal.status = _status_after(wanted)
            proposal.open_hunks = wanted.left
            proposal.decided_by, proposal.decided_at = self.scope.user_id, now()
            proposal.undone_by = None
            found.append((proposal, decision))
        await self.session.flush()
        return found

    async def _still_open(self, proposal: Proposal, wanted: DecisionWrite) -> None:
        if proposal.status in {"open", "partly"} or wanted.action == "reopen":
            return
        last = await self.writing.rows.last_decision(proposal.id)
        decision = {"status": proposal.status, "action": last.action if last else None}
        raise ProposalDecidedError(proposal_id=str(proposal.id), decision=decision)

    async def _revise(
        self, live: SceneLive, save: Save, changes_text: bool, decided: Sequence[tuple[Proposal, Decision]]
    ) -> None:
        """Make the novel's revision where one is due, and tell the decisions which it is."""
        if not (changes_text or save.leaving or Writing.is_due([live])):
            return
        kind = RevisionKind.ACCEPT if changes_text else RevisionKind.CHECKPOINT
        run_id = next((proposal.run_id for proposal, _ in decided if proposal.run_id), None)
        revision = await self.writing.checkpoint(kind, run_id=run_id if changes_text else None)
        for proposal, decision in decided:
            decision.revision = revision
            proposal.decided_revision = revision if decision.action != "reopen" else None

    async def answer(self, version: SceneVersion) -> SavedContent:
        novel = await get_novel(self.session, self.scope.novel_id)
        return SavedContent(
            version=version.number,
            novel_revision=novel.revision,
            counts=CountsRead(words=version.words, characters=version.characters),
            beats=[
                BeatOut(id=b.id, pid=b.pid, text=b.text, covers=b.covers) for b in doc.beats(version.json)
            ],
        )


def check_document(document: doc.Json, scene_id: UUID) -> None:
    """Raise unless `document` is a scene of ours of at most 2 MB."""
    check_scene(document, str(scene_id))
    size = len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
    if size > SCENE_BYTES:
        raise SceneTooLargeError(bytes=size, most=SCENE_BYTES)


def _status_after(wanted: DecisionWrite) -> str:
    if wanted.action == "reopen":
        return "open"
    if wanted.left:
        return "partly"
    return "accepted" if wanted.action == "accept" else "rejected"
