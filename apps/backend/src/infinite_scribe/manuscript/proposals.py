"""Agents' text beside the document: drafts into empty scenes, stored proposals, decisions away from an editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import child_id, new_id
from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.drafts import DraftBlock, lay_out
from infinite_scribe.manuscript.errors import (
    ProposalDecidedError,
    ProposalLostPlaceError,
    ProposalNotFoundError,
    SceneDeletedError,
)
from infinite_scribe.manuscript.models import Decision, Proposal, SceneLive
from infinite_scribe.manuscript.offsets import utf16_length
from infinite_scribe.manuscript.placing import LostPlaceError, apply_proposal
from infinite_scribe.manuscript.saving import check_document
from infinite_scribe.manuscript.schemas import ProposalDecided, ProposalRead
from infinite_scribe.manuscript.writing import Source, Writing
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import PART, Revisions, lock_novel
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.structure.errors import SceneNotFoundError
from infinite_scribe.structure.rules import Status


@dataclass(frozen=True)
class Placed:
    """What became of a draft: a version in the document, or a proposal because the scene was not empty."""

    scene_id: UUID
    version: int | None
    version_id: UUID | None
    proposal_id: UUID | None
    novel_revision: int
    words: int

    def as_json(self) -> dict[str, Any]:
        """Return the result for a remembered step."""
        return {
            "scene_id": str(self.scene_id),
            "version": self.version,
            "version_id": str(self.version_id) if self.version_id else None,
            "proposal_id": str(self.proposal_id) if self.proposal_id else None,
            "novel_revision": self.novel_revision,
            "words": self.words,
        }


@dataclass(frozen=True)
class ProposalDraft:
    """What an agent hands over as a proposal; `variants` are `{id, blocks, words, complete}`."""

    scene_id: UUID
    kind: str
    variants: list[dict[str, Any]]
    anchor: dict[str, Any] | None = None
    base_version: int | None = None
    instruction: str | None = None
    agent: str = "writer"
    model: str = ""
    demo: bool = False
    run_id: UUID | None = None
    calls: Sequence[str] = ()
    usage: dict[str, Any] | None = None
    status: str = "open"
    id: UUID | None = None


@dataclass(frozen=True)
class Proposals:
    """Text of agents for one novel."""

    session: AsyncSession
    scope: NovelScope
    writing: Writing

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Proposals:
        """Return the proposals of the scope's novel."""
        return cls(session, scope, Writing.of(session, scope))

    async def place_draft(
        self,
        scene_id: UUID,
        blocks: Sequence[DraftBlock],
        *,
        run_id: UUID,
        path: str,
        try_: int = 1,
        call_id: UUID | None = None,
        demo: bool = False,
        root_run_id: UUID | None = None,
        agent: str = "writer",
        model: str = "",
        hold: bool = False,
    ) -> Placed:
        """Put a draft into a scene that is empty now, as one version and one revision; else store a proposal.

        `hold` leaves out the revision: the text waits on the page for `AgentText.accept`.

        Whether the scene is empty is decided under its lock, so an author's first keystroke wins. The same run, path
        and try give the same version or proposal at each replay. Raises `SceneNotFoundError`, `SceneDeletedError`,
        `InvalidTextError`.
        """
        await lock_novel(self.session, self.scope.novel_id)
        live = await self._live(scene_id)
        fixed = child_id(run_id, f"{path}#{try_}")
        if (known := await self._replayed(scene_id, fixed)) is not None:
            return known
        before = await self.writing.rows.version(live.version_id)
        assert before is not None
        if not doc.is_empty(before.json):
            return await self._instead(live, before.json, blocks, fixed, run_id, call_id, demo, agent, model)
        document = lay_out(before.json, blocks)
        check_document(document, scene_id)
        await self.writing.checkpoint(label="before-ai")
        source = Source("agent", "draft", run_id, call_id, demo)
        version = await self.writing.write(live, document, source, version_id=fixed)
        if hold:
            novel = await get_novel(self.session, self.scope.novel_id)
            return Placed(scene_id, version.number, version.id, None, novel.revision, version.words)
        revisions = Revisions.of(self.session, self.scope)
        async with revisions.open(
            RevisionKind.ACCEPT, run_id=root_run_id or run_id, label="agent-draft"
        ) as revision:
            await self.writing.structure.update_scene(revision, scene_id, status=Status.DRAFTED.value)
            await self.writing.align_heads(revision)
            revision.summary[PART] = str(run_id)
            number = revision.number
        return Placed(scene_id, version.number, version.id, None, number, version.words)

    async def _replayed(self, scene_id: UUID, fixed: UUID) -> Placed | None:
        novel = await get_novel(self.session, self.scope.novel_id)
        version = await self.writing.rows.version(fixed)
        if version is not None:
            return Placed(scene_id, version.number, version.id, None, novel.revision, version.words)
        proposal = await self.writing.rows.proposal(fixed)
        if proposal is not None:
            words = int(proposal.variants[0].get("words", 0))
            return Placed(scene_id, None, None, proposal.id, novel.revision, words)
        return None

    async def _instead(
        self,
        live: SceneLive,
        document: doc.Json,
        blocks: Sequence[DraftBlock],
        fixed: UUID,
        run_id: UUID,
        call_id: UUID | None,
        demo: bool,
        agent: str,
        model: str,
    ) -> Placed:
        """Store the draft as a proposal at the end of what the author wrote meanwhile."""
        novel = await get_novel(self.session, self.scope.novel_id)
        last = list(doc.prose_blocks(document))[-1:]
        nodes = [block.node for block in blocks]
        words = doc.count(doc.prose({"content": nodes}), novel.language).words
        draft = ProposalDraft(
            scene_id=live.scene_id,
            kind="insert",
            variants=[{"id": "1", "blocks": nodes, "words": words, "complete": True}],
            anchor=end_anchor(last[0]) if last else None,
            base_version=live.version,
            agent=agent,
            model=model,
            demo=demo,
            run_id=run_id,
            calls=[str(call_id)] if call_id else [],
            id=fixed,
        )
        proposal = await self.store(draft)
        return Placed(live.scene_id, None, None, proposal.id, novel.revision, words)

    async def store(self, draft: ProposalDraft) -> ProposalRead:
        """Store a proposal, or bring one with the same id up to date while nobody has decided it.

        Raises `SceneNotFoundError`, `InvalidTextError`, `InvalidDocumentError`.
        """
        await lock_novel(self.session, self.scope.novel_id)
        live = await self._live(draft.scene_id)
        for variant in draft.variants:
            if variant["blocks"]:
                check_document(doc.scene_document(draft.scene_id, variant["blocks"]), draft.scene_id)
        known = await self.writing.rows.proposal(draft.id, lock=True) if draft.id else None
        if known is not None and known.status not in {"streaming", "open"}:
            return ProposalRead.model_validate(known)
        proposal = known or Proposal(
            id=draft.id or new_id(), novel_id=self.scope.novel_id, scene_id=draft.scene_id
        )
        proposal.kind, proposal.status = draft.kind, draft.status
        proposal.variants, proposal.anchor = draft.variants, draft.anchor
        proposal.base_version = draft.base_version if draft.base_version is not None else live.version
        proposal.instruction, proposal.agent, proposal.model = draft.instruction, draft.agent, draft.model
        proposal.demo, proposal.run_id = draft.demo, draft.run_id
        proposal.calls, proposal.usage = list(draft.calls), draft.usage or {}
        self.session.add(proposal)
        await self.session.flush()
        novel = await get_novel(self.session, self.scope.novel_id)
        payload = {
            "proposal_id": str(proposal.id),
            "scene_id": str(draft.scene_id),
            "status": proposal.status,
        }
        await outbox.publish(self.session, novel.id, novel.revision, "proposal.stored", payload)
        return ProposalRead.model_validate(proposal)

    async def search(self, scene_id: UUID | None, status: str | None, limit: int = 200) -> list[ProposalRead]:
        """Return proposals, newest first."""
        found = await self.writing.rows.proposals(scene_id, status, limit)
        return [ProposalRead.model_validate(row) for row in found]

    async def read(self, proposal_id: UUID) -> ProposalRead:
        """Return one proposal. Raises `ProposalNotFoundError`."""
        found = await self.writing.rows.proposal(proposal_id)
        if found is None:
            raise ProposalNotFoundError
        return ProposalRead.model_validate(found)

    async def decide(self, proposal_id: UUID, action: str, variant: str | None = None) -> ProposalDecided:
        """Accept a whole proposal into its scene, or reject it, where no editor has the scene open.

        Raises `ProposalNotFoundError`, `ProposalDecidedError`, `ProposalLostPlaceError`, `SceneDeletedError`.
        """
        await lock_novel(self.session, self.scope.novel_id)
        proposal = await self.writing.rows.proposal(proposal_id, lock=True)
        if proposal is None:
            raise ProposalNotFoundError
        if proposal.status not in {"open", "partly"}:
            raise ProposalDecidedError(proposal_id=str(proposal.id), decision={"status": proposal.status})
        live = await self._live(proposal.scene_id)
        revision = None
        if action == "accept":
            revision = await self._accept(proposal, live, variant)
        proposal.status = "accepted" if action == "accept" else "rejected"
        proposal.open_hunks, proposal.decided_by, proposal.decided_at = 0, self.scope.user_id, now()
        proposal.decided_revision = revision
        self.session.add(
            Decision(
                novel_id=self.scope.novel_id,
                proposal_id=proposal.id,
                scene_id=proposal.scene_id,
                variant=variant,
                action=action,
                user_id=self.scope.user_id,
                version=live.version,
                revision=revision,
            )
        )
        await self.session.flush()
        novel = await get_novel(self.session, self.scope.novel_id)
        return ProposalDecided(
            proposal=ProposalRead.model_validate(proposal),
            version=live.version,
            novel_revision=novel.revision,
        )

    async def _accept(self, proposal: Proposal, live: SceneLive, variant: str | None) -> int:
        chosen = next((item for item in proposal.variants if variant is None or item["id"] == variant), None)
        before = await self.writing.rows.version(live.version_id)
        if chosen is None or before is None:
            raise ProposalNotFoundError
        try:
            document = apply_proposal(
                before.json, proposal.kind, proposal.anchor, chosen["blocks"], joins=bool(chosen.get("joins"))
            )
        except LostPlaceError as error:
            raise ProposalLostPlaceError from error
        check_document(document, proposal.scene_id)
        await self.writing.checkpoint(label="before-ai")
        call_id = UUID(proposal.calls[0]) if proposal.calls else None
        await self.writing.write(
            live, document, Source("you", "accept", proposal.run_id, call_id, proposal.demo)
        )
        return await self.writing.checkpoint(RevisionKind.ACCEPT, run_id=proposal.run_id)

    async def _live(self, scene_id: UUID) -> SceneLive:
        live = await self.writing.rows.live(scene_id, lock=True)
        if live is None:
            raise SceneNotFoundError
        if not await self.writing.structure.has_scene(scene_id):
            raise SceneDeletedError
        return live


def end_anchor(block: doc.Block) -> dict[str, Any]:
    """Return the anchor behind a block of prose."""
    point = {"pid": block.pid, "off": utf16_length(block.text)}
    return {
        "from": point,
        "to": point,
        "quote": "",
        "quote_hash": "",
        "prefix": block.text[-40:],
        "suffix": "",
    }
