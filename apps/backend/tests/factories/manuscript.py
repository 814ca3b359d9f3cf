"""Books with text, as the gateway makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from factories.novels import make_user
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.manuscript.document import paragraph, scene_document
from infinite_scribe.manuscript.service import Books, ManuscriptService
from infinite_scribe.novels.access import NovelScope, require, scope_for_run
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.novels.schemas import NovelCreate
from infinite_scribe.novels.service import Shelf
from servers.databases import TestDatabase


@dataclass(frozen=True)
class Book:
    """A novel with one part, chapter and scene, and its owner."""

    novel_id: UUID
    user_id: UUID
    part_id: UUID
    chapter_id: UUID
    scene_id: UUID


async def make_book(db: TestDatabase, language: str = "en", user_id: UUID | None = None) -> Book:
    """Make a book that can be written in."""
    owner = user_id or await make_user(db.owner)
    async with db.api.transaction(RowScope(user_id=owner)) as session:
        wanted = NovelCreate(idea="A town that sells weather.", language=language)
        scope = await Books.of(session, Shelf(session, owner)).create(wanted)
        tree = await ManuscriptService.of(session, scope).tree()
    part = tree.parts[0]
    chapter = part.chapters[0]
    return Book(scope.novel_id, owner, part.id, chapter.id, chapter.scenes[0].id)


async def open_text(session: AsyncSession, book: Book) -> ManuscriptService:
    """Return the text of a book for its owner, in an open transaction of the gateway."""
    scope = await require(session, book.user_id, book.novel_id, NovelPermission.OWN)
    return ManuscriptService.of(session, scope)


def owner_rows(book: Book) -> RowScope:
    """Return the rows that the owner's request sees."""
    return RowScope(user_id=book.user_id)


def run_rows(book: Book) -> RowScope:
    """Return the rows that a run on the book sees."""
    return RowScope(user_id=book.user_id, novel_id=book.novel_id)


def run_scope(book: Book) -> NovelScope:
    """Return the scope of a run on the book."""
    return scope_for_run(book.user_id, book.novel_id, ["read", "write", "run"])


def page(scene_id: UUID, *texts: str, pids: list[str] | None = None) -> dict[str, Any]:
    """Return a scene document with one paragraph per text; pids default to p0, p1, …"""
    names = pids or [f"p{n}" for n in range(len(texts))]
    return scene_document(scene_id, [paragraph(text, pid) for text, pid in zip(texts, names, strict=True)])


async def words_of(api: Database, book: Book) -> int:
    """Return the word count of the shelf."""
    async with api.transaction(owner_rows(book)) as session:
        return (await Shelf(session, book.user_id).living()).items[0].words
