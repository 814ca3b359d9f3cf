"""Making a book that can be written in at once: empty, from an import, or the written sample."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.schemas import EntityDraft, SheetDraft
from infinite_scribe.canon.service import CanonService
from infinite_scribe.core.ids import new_id
from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.saving import check_document
from infinite_scribe.manuscript.writing import Source, Writing
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import OpenRevision, Revisions
from infinite_scribe.novels.rules import RevisionKind
from infinite_scribe.novels.schemas import NovelCreate
from infinite_scribe.novels.service import Shelf
from infinite_scribe.structure.rules import Status


@dataclass(frozen=True)
class SceneText:
    """A scene to be made: blocks of the document schema, or none for an empty page."""

    blocks: list[doc.Json] = field(default_factory=list)
    title: str = ""


@dataclass(frozen=True)
class ChapterText:
    """A chapter to be made, with its scenes in order."""

    title: str
    scenes: Sequence[SceneText]
    one_line: str = ""


@dataclass(frozen=True)
class Books:
    """Makes books for one user."""

    session: AsyncSession
    shelf: Shelf

    @classmethod
    def of(cls, session: AsyncSession, shelf: Shelf) -> Books:
        """Return the maker of books for the shelf's user."""
        return cls(session, shelf)

    async def create(self, wanted: NovelCreate) -> NovelScope:
        """Make a novel with its first part, chapter and scene; return its scope."""
        scope = await self.shelf.create(wanted)
        writing = Writing.of(self.session, scope)
        async with Revisions.of(self.session, scope).open(
            RevisionKind.GENESIS, label="book-created"
        ) as revision:
            await writing.structure.start(revision)
            await writing.structure.resolve_times()
            await writing.start_scenes()
            await writing.align_heads(revision)
        return scope

    async def create_with_text(
        self,
        wanted: NovelCreate,
        chapters: Sequence[ChapterText],
        source: Source,
        status: Status = Status.DRAFTED,
    ) -> NovelScope:
        """Make a novel whose chapters are written; return its scope.

        Raises `InvalidDocumentError`, `InvalidTextError`, `SceneTooLargeError`; then nothing is made.
        """
        scope = await self.shelf.create(wanted)
        writing = Writing.of(self.session, scope)
        async with Revisions.of(self.session, scope).open(
            RevisionKind.GENESIS, label="book-created"
        ) as revision:
            await write_chapters(writing, revision, chapters, source, status)
        return scope

    async def create_sample(self, language: str) -> NovelScope:
        """Put the written sample of a language on the shelf; return its scope."""
        sample = read_sample(language)
        about = {name: sample[name] for name in ("title", "idea", "length", "pov", "tone")}
        chapters = [
            ChapterText(chapter["title"], [SceneText(_sample_blocks(chapter))], chapter["one_line"])
            for chapter in sample["chapters"]
        ]
        wanted = NovelCreate(language=sample["language"], **about)
        scope = await self.shelf.create(wanted)
        writing = Writing.of(self.session, scope)
        async with Revisions.of(self.session, scope).open(RevisionKind.GENESIS, label="sample") as revision:
            await write_cast(self.session, scope, revision, sample)
            await write_chapters(writing, revision, chapters, Source("you", "sample"), Status.ACCEPTED)
        return scope


async def write_chapters(
    writing: Writing, revision: OpenRevision, chapters: Sequence[ChapterText], source: Source, status: Status
) -> list[UUID]:
    """Append chapters with their text in an open revision; return the ids of their scenes.

    A chapter without scenes gets an empty page. Raises `InvalidDocumentError`, `InvalidTextError`.
    """
    structure = writing.structure
    part_id = (await structure.last_part()) or await structure.add_part(revision, "")
    documents: dict[UUID, doc.Json] = {}
    for chapter in chapters:
        filled = Status.IDEA if not any(scene.blocks for scene in chapter.scenes) else status
        chapter_id = await structure.add_chapter(
            revision, part_id, title=chapter.title[:300], one_line=chapter.one_line, status=filled.value
        )
        for scene in chapter.scenes or [SceneText()]:
            state = status if scene.blocks else Status.IDEA
            scene_id = await structure.add_scene(
                revision, chapter_id, title=scene.title[:300], status=state.value
            )
            documents[scene_id] = doc.scene_document(scene_id, list(scene.blocks))
            check_document(documents[scene_id], scene_id)
    await structure.resolve_times()
    await writing.start_scenes(documents, source)
    await writing.align_heads(revision)
    return list(documents)


@cache
def read_sample(language: str) -> dict[str, Any]:
    """Return the written sample of a language as it is packaged."""
    name = "zh" if language == "zh" else "en"
    text = (
        resources.files("infinite_scribe.manuscript").joinpath("samples", f"{name}.json").read_text("utf-8")
    )
    found: dict[str, Any] = json.loads(text)
    return found


def _sample_blocks(chapter: dict[str, Any]) -> list[doc.Json]:
    """Return beats, each followed by the paragraphs that tell it."""
    blocks: list[doc.Json] = []
    for beat in chapter["beats"]:
        told = [doc.paragraph(text) for text in beat["paragraphs"]]
        covers = [node["attrs"]["pid"] for node in told]
        blocks.append(doc.beat_node(beat["beat"], str(new_id()), covers))
        blocks.extend(told)
    return blocks


async def write_cast(
    session: AsyncSession, scope: NovelScope, revision: OpenRevision, sample: dict[str, Any]
) -> None:
    """Make the people and places of a sample known to the world."""
    canon = CanonService.of(session, scope)
    for person in sample["cast"]:
        entry = EntityDraft(kind="character", name=person["name"], summary=person["line"], importance=4)
        entity_id = await canon.add_entity(revision, entry, sample["language"])
        await canon.write_sheet(revision, entity_id, SheetDraft(**person["sheet"]))
    for place in sample["places"]:
        entry = EntityDraft(kind="place", name=place["name"], summary=place["line"], importance=3)
        await canon.add_entity(revision, entry, sample["language"])
