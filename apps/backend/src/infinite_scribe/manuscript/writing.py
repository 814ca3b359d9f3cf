"""The one way text is written: new immutable versions, the live pointer, heads at revisions.

Everything here runs in a transaction that holds the novel (`lock_novel`) and then the scene, in this order, so that
writers never wait in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.models import SceneHead, SceneLive, SceneVersion
from infinite_scribe.manuscript.repository import TextRows
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import AGENTS, BY, OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.schemas import BeatMirror
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.rules import Status
from infinite_scribe.structure.schemas import SceneNode
from infinite_scribe.structure.service import StructureService

CHECKPOINT_MINUTES = 10
CHECKPOINT_WORDS = 250

_BEFORE_TEXT = frozenset({Status.IDEA, Status.OUTLINED, Status.CARDED})


@dataclass(frozen=True)
class Source:
    """Who wrote a version: `author` is you, agent, import, restore or merge; `kind` says on what occasion."""

    author: str
    kind: str
    run_id: UUID | None = None
    call_id: UUID | None = None
    demo: bool = False


@dataclass(frozen=True)
class Writing:
    """Writes text of one novel."""

    session: AsyncSession
    scope: NovelScope
    rows: TextRows
    structure: StructureService

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Writing:
        """Return the writing of the scope's novel."""
        return cls(session, scope, TextRows(session, scope.novel_id), StructureService.of(session, scope))

    async def write(
        self, live: SceneLive, document: doc.Json, source: Source, *, version_id: UUID | None = None
    ) -> SceneVersion:
        """Add a version and move the live pointer to it; `live` is locked by the caller. Makes no revision."""
        novel = await get_novel(self.session, self.scope.novel_id)
        before = await self.rows.version(live.version_id)
        assert before is not None
        number = await self.rows.last_number(live.scene_id) + 1
        version = self._version(live.scene_id, number, document, source, novel.language, version_id)
        self.session.add(version)
        await self.session.flush()
        live.changed_words += doc.changed_words(before.json, document, novel.language)
        novel.words += version.words - live.words
        live.version, live.version_id, live.words = number, version.id, version.words
        live.updated_at = novel.updated_at = now()
        live.dirty_since = live.dirty_since or now()
        await self.session.flush()
        await self.after_text(live.scene_id, before.json, document)
        payload = {"scene_id": str(live.scene_id), "version": number, "author": source.author}
        await outbox.publish(self.session, self.scope.novel_id, novel.revision, "scene.saved", payload)
        return version

    def _version(
        self,
        scene_id: UUID,
        number: int,
        document: doc.Json,
        source: Source,
        language: str,
        version_id: UUID | None,
    ) -> SceneVersion:
        text = doc.prose(document)
        counts = doc.count(text, language)
        return SceneVersion(
            id=version_id or new_id(),
            novel_id=self.scope.novel_id,
            scene_id=scene_id,
            number=number,
            json=document,
            text=text,
            text_hash=doc.text_hash(text),
            words=counts.words,
            characters=counts.characters,
            author=source.author,
            kind=source.kind,
            author_id=self.scope.user_id,
            run_id=source.run_id,
            call_id=source.call_id,
            demo=source.demo,
        )

    async def after_text(self, scene_id: UUID, before: doc.Json | None, document: doc.Json) -> None:
        """Keep what is derived from a document: paragraphs for anchors, the plan's mirror of beats."""
        pids = doc.block_pids(document)
        if before is None or pids != doc.block_pids(before):
            await self.structure.set_blocks(scene_id, pids)
        found = doc.beats(document)
        if found == (doc.beats(before) if before is not None else []):
            return
        plot = PlotService.of(self.session, self.scope)
        known = {beat.beat_id: beat for beat in await plot.beats(scene_id)}
        mirror = []
        for beat in found:
            kept: dict[str, Any] = {}
            if beat.id in known:
                kept = known[beat.id].model_dump(
                    include=BeatMirror.model_fields.keys() - {"text", "covers", "beat_id"}
                )
            mirror.append(BeatMirror(beat_id=beat.id, text=beat.text, covers=beat.covers, **kept))
        await plot.mirror_beats(scene_id, mirror)

    async def start_scenes(
        self, documents: dict[UUID, doc.Json] | None = None, source: Source | None = None
    ) -> None:
        """Give every live scene without text its first version: the given document, or an empty page."""
        novel = await get_novel(self.session, self.scope.novel_id)
        known = {live.scene_id for live in await self.rows.all_live()}
        for scene in (await self.structure.tree()).scenes():
            if scene.id in known:
                continue
            document = (documents or {}).get(scene.id) or doc.scene_document(scene.id)
            first = source or Source("you", "start")
            version = self._version(scene.id, 1, document, first, novel.language, None)
            self.session.add(version)
            await self.session.flush()
            self.session.add(
                SceneLive(
                    scene_id=scene.id,
                    novel_id=self.scope.novel_id,
                    version=1,
                    version_id=version.id,
                    words=version.words,
                    dirty_since=now(),
                )
            )
            novel.words += version.words
            await self.session.flush()
            await self.after_text(scene.id, None, document)

    async def align_heads(self, revision: OpenRevision) -> None:
        """Make heads equal the live versions of the live scenes; deleted scenes lose theirs."""
        heads = await self.rows.heads()
        scenes = {scene.id: scene for scene in (await self.structure.tree()).scenes()}
        for live in await self.rows.all_live():
            scene = scenes.get(live.scene_id)
            if scene is None:
                continue
            head = heads.get(live.scene_id)
            if head is None:
                fresh = SceneHead(id=live.scene_id, version=live.version, version_id=live.version_id)
                await revision.insert(fresh)
            elif head.version_id != live.version_id:
                await revision.replace(head, version=live.version, version_id=live.version_id)
            live.dirty_since, live.changed_words = None, 0
            await self._advance(revision, scene, live)
        for scene_id, head in heads.items():
            if scene_id not in scenes:
                await revision.retire(head)
        await self.session.flush()

    async def _advance(self, revision: OpenRevision, scene: SceneNode, live: SceneLive) -> None:
        """A scene with text is at least being drafted."""
        if live.words and scene.status in _BEFORE_TEXT:
            await self.structure.update_scene(revision, scene.id, status=Status.DRAFTING.value)

    async def count_words(self) -> None:
        """Count the novel's words anew from its live scenes; after scenes came or went."""
        novel = await get_novel(self.session, self.scope.novel_id)
        scenes = {scene.id for scene in (await self.structure.tree()).scenes()}
        novel.words = sum(live.words for live in await self.rows.all_live() if live.scene_id in scenes)
        await self.session.flush()

    async def checkpoint(
        self,
        kind: RevisionKind = RevisionKind.CHECKPOINT,
        *,
        label: str | None = None,
        run_id: UUID | None = None,
    ) -> int:
        """Move heads to the live text as one revision, if any text changed; return the novel's revision.

        It is the change of whoever wrote the text; of agents, when nobody else did.
        """
        if await self.rows.all_live(dirty=True):
            writers = await self.rows.writers_since_heads()
            actor = next(iter(writers)) if len(writers) == 1 else None
            async with Revisions.of(self.session, self.scope).open(
                kind, run_id=run_id, label=label, actor=actor
            ) as revision:
                if not writers:
                    revision.summary[BY] = AGENTS
                await self.align_heads(revision)
        return (await get_novel(self.session, self.scope.novel_id)).revision

    @staticmethod
    def is_due(lives: Iterable[SceneLive]) -> bool:
        """Say whether the author's change is worth a checkpoint: 10 minutes or 250 words."""
        oldest = now() - timedelta(minutes=CHECKPOINT_MINUTES)
        return any(
            live.changed_words >= CHECKPOINT_WORDS
            or (live.dirty_since is not None and live.dirty_since <= oldest)
            for live in lives
        )
