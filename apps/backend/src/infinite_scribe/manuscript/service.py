"""What an author and the agents do with the text of a novel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.service import CallService
from infinite_scribe.core.ids import new_id
from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.agent_text import AgentText, TextPatch, Worked
from infinite_scribe.manuscript.books import Books, ChapterText, SceneText, write_chapters
from infinite_scribe.manuscript.call_places import place_of_call
from infinite_scribe.manuscript.drafts import DraftBlock, Origin, blocks_from_text
from infinite_scribe.manuscript.errors import SceneDeletedError
from infinite_scribe.manuscript.history import History
from infinite_scribe.manuscript.models import SceneLive
from infinite_scribe.manuscript.ngrams import Ngrams
from infinite_scribe.manuscript.proposals import Placed, ProposalDraft, Proposals
from infinite_scribe.manuscript.reordering import Reordering
from infinite_scribe.manuscript.saving import Save, Saving
from infinite_scribe.manuscript.schemas import (
    ContentRead,
    SceneContent,
    TreeChapter,
    TreePart,
    TreeRead,
    TreeScene,
)
from infinite_scribe.manuscript.writing import Source, Writing
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, lock_novel
from infinite_scribe.novels.service import get_novel
from infinite_scribe.plot.staleness import StaleMarks
from infinite_scribe.structure.errors import ChapterNotFoundError, SceneNotFoundError
from infinite_scribe.structure.rules import Status
from infinite_scribe.structure.schemas import ChapterNode, SceneNode

__all__ = [
    "AgentText",
    "Books",
    "ChapterText",
    "DraftBlock",
    "ManuscriptService",
    "Origin",
    "Placed",
    "ProposalDraft",
    "Save",
    "SceneState",
    "SceneText",
    "Source",
    "TextPatch",
    "Worked",
    "blocks_from_text",
]


@dataclass(frozen=True)
class SceneState:
    """A scene as it is now. `text` is its prose without beats; `blocks` carry the offsets' text."""

    scene_id: UUID
    version: int
    version_id: UUID
    text: str
    text_hash: str
    words: int
    json: doc.Json
    beats: list[doc.Beat]
    blocks: list[doc.Block]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing but beats stands in the scene."""
        return doc.is_empty(self.json)


@dataclass(frozen=True)
class ManuscriptService:
    """The text of one novel."""

    session: AsyncSession
    scope: NovelScope
    writing: Writing

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> ManuscriptService:
        """Return the text of the scope's novel."""
        return cls(session, scope, Writing.of(session, scope))

    @property
    def saving(self) -> Saving:
        """Saves of an editor."""
        return Saving(self.session, self.scope, self.writing)

    @property
    def history(self) -> History:
        """Versions, restoring, rollback."""
        return History(self.session, self.scope, self.writing)

    @property
    def proposals(self) -> Proposals:
        """Text of agents: `place_draft`, `store`, `decide`."""
        return Proposals(self.session, self.scope, self.writing)

    @property
    def agent_text(self) -> AgentText:
        """Text that a run works at on the page, until somebody accepts it."""
        return AgentText(self.session, self.scope, self.writing)

    @property
    def reordering(self) -> Reordering:
        """Changes of the order."""
        return Reordering(self.session, self.scope, self.writing)

    async def place_of_call(self, call_id: UUID) -> UUID | None:
        """Return the scene where another answer to a call would be offered. Raises `CallNotFoundError`."""
        await CallService.of(self.session).require(call_id)
        place = await place_of_call(self.session, self.scope, call_id)
        return None if place is None else place.scene_id

    @property
    def ngrams(self) -> Ngrams:
        """Runs of words that stand in accepted scenes."""
        return Ngrams(self.session, self.scope)

    async def scene(self, scene_id: UUID) -> SceneState:
        """Return a scene as it is now. Raises `SceneNotFoundError`."""
        return (await self.scenes([scene_id]))[0]

    async def scenes(self, scene_ids: Sequence[UUID] | None = None) -> list[SceneState]:
        """Return scenes as they are now: the given ones in their order, or all in reading order.

        Raises `SceneNotFoundError` when one has no text.
        """
        if scene_ids is None:
            scene_ids = [scene.id for scene in (await self.writing.structure.tree()).scenes()]
        lives = await self.writing.rows.live_of(scene_ids)
        if not set(scene_ids) <= lives.keys():
            raise SceneNotFoundError
        return await self._states([lives[scene_id] for scene_id in scene_ids])

    async def drafted_at(self, scene_id: UUID) -> int:
        """Return the number of the newest version of a scene that an agent drafted whole; 0 when none was."""
        return await self.writing.rows.last_number(scene_id, author="agent")

    async def written(self, scene_ids: Sequence[UUID]) -> dict[UUID, SceneState]:
        """Return those of the scenes in which there is more than beats."""
        lives = await self.writing.rows.live_of(scene_ids)
        return {
            state.scene_id: state for state in await self._states(list(lives.values())) if not state.is_empty
        }

    async def lengths(self, scene_ids: Sequence[UUID]) -> dict[UUID, int]:
        """Return how many words some scenes have now, without their text."""
        return {one: live.words for one, live in (await self.writing.rows.live_of(scene_ids)).items()}

    async def _states(self, wanted: Sequence[SceneLive]) -> list[SceneState]:
        versions = await self.writing.rows.versions_by_id(live.version_id for live in wanted)
        return [
            SceneState(
                scene_id=live.scene_id,
                version=live.version,
                version_id=live.version_id,
                text=version.text,
                text_hash=version.text_hash,
                words=version.words,
                json=version.json,
                beats=doc.beats(version.json),
                blocks=list(doc.prose_blocks(version.json)),
            )
            for live in wanted
            if (version := versions[live.version_id])
        ]

    async def chapter_content(self, chapter_id: UUID) -> ContentRead:
        """Return the text of a chapter. Raises `ChapterNotFoundError`."""
        return await self.content([chapter_id])

    async def content(self, chapter_ids: Sequence[UUID] | None = None) -> ContentRead:
        """Return the text of chapters (all: None) in reading order. Raises `ChapterNotFoundError`."""
        tree = await self.writing.structure.tree()
        chapters = {chapter.id: chapter for chapter in tree.chapters()}
        if chapter_ids is not None and not set(chapter_ids) <= chapters.keys():
            raise ChapterNotFoundError
        wanted = [c for c in tree.chapters() if chapter_ids is None or c.id in set(chapter_ids)]
        states = await self.scenes([scene.id for chapter in wanted for scene in chapter.scenes])
        return ContentRead(
            novel_revision=tree.novel_revision,
            scenes=[SceneContent(scene_id=s.scene_id, version=s.version, json_=s.json) for s in states],
        )

    async def tree(self) -> TreeRead:
        """Return the binder: order, titles, states and word counts."""
        tree = await self.writing.structure.tree()
        lives = {live.scene_id: live for live in await self.writing.rows.all_live()}
        marked = await StaleMarks.of(self.session, self.scope).flags("scene")

        def scene(node: SceneNode) -> TreeScene:
            live = lives.get(node.id)
            stale = node.stale or str(node.id) in marked
            flags = [name for name, holds in (("stale", stale), ("locked", node.locked)) if holds]
            words, version = (live.words, live.version) if live else (0, 0)
            return TreeScene(
                id=node.id, title=node.title, status=node.status, words=words, version=version, flags=flags
            )

        def chapter(node: ChapterNode) -> TreeChapter:
            scenes = [scene(inner) for inner in node.scenes]
            return TreeChapter(
                id=node.id,
                title=node.title,
                number=node.number,
                status=_chapter_status(node),
                words=sum(inner.words for inner in scenes),
                one_line=node.one_line,
                scenes=scenes,
            )

        parts = [
            TreePart(id=part.id, title=part.title, chapters=[chapter(node) for node in part.chapters])
            for part in tree.parts
        ]
        return TreeRead(
            structure_version=tree.structure_version, novel_revision=tree.novel_revision, parts=parts
        )

    async def add_chapter(
        self, revision: OpenRevision, title: str = "", one_line: str = "", **fields: Any
    ) -> tuple[UUID, UUID]:
        """Append a chapter with an empty scene; return both ids."""
        structure = self.writing.structure
        chapter_id = await structure.add_chapter(revision, title=title, one_line=one_line, **fields)
        scene_id = await self.add_scene(revision, chapter_id)
        return chapter_id, scene_id

    async def add_scene(self, revision: OpenRevision, chapter_id: UUID, **fields: Any) -> UUID:
        """Append an empty scene to a chapter; return its id."""
        scene_id = await self.writing.structure.add_scene(revision, chapter_id, **fields)
        await self.writing.structure.resolve_times()
        await self.writing.start_scenes()
        await self.writing.align_heads(revision)
        return scene_id

    async def add_chapters(
        self,
        revision: OpenRevision,
        chapters: Sequence[ChapterText],
        source: Source,
        status: Status = Status.DRAFTED,
    ) -> list[UUID]:
        """Append written chapters; return the ids of their scenes."""
        found = await write_chapters(self.writing, revision, chapters, source, status)
        await self.writing.count_words()
        return found

    async def write_beats(
        self, scene_id: UUID, texts: Sequence[str], *, run_id: UUID | None = None, demo: bool = False
    ) -> list[doc.Beat]:
        """Make `texts` the beats of a scene, before its prose; beats that tell written paragraphs stay.

        Their text is a version of the scene and part of the next revision. Raises `SceneNotFoundError`,
        `SceneDeletedError`.
        """
        await lock_novel(self.session, self.scope.novel_id)
        live = await self.writing.rows.live(scene_id, lock=True)
        if live is None:
            raise SceneNotFoundError
        if not await self.writing.structure.has_scene(scene_id):
            raise SceneDeletedError
        version = await self.writing.rows.version(live.version_id)
        assert version is not None
        kept = [
            node
            for node in version.json["content"]
            if node["type"] != "beat" or (node["attrs"].get("covers") and not doc.is_empty(version.json))
        ]
        fresh = [doc.beat_node(text, str(new_id())) for text in texts if text.strip()]
        document = {**version.json, "content": [*fresh, *kept] if fresh or kept else [doc.paragraph()]}
        await self.writing.write(live, document, Source("agent", "beats", run_id, None, demo))
        return doc.beats(document)

    async def novel_language(self) -> str:
        """Return the language of the book: `en` or `zh`."""
        return (await get_novel(self.session, self.scope.novel_id)).language


def _chapter_status(chapter: ChapterNode) -> str:
    """Return how far a chapter has come: as far as its least written scene, and never behind its own plan."""
    order = list(Status)
    scenes = [order.index(Status(scene.status)) for scene in chapter.scenes]
    own = order.index(Status(chapter.status))
    return order[max(own, min(scenes, default=0))].value
