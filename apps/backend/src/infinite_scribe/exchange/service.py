"""Files out of books, and books out of files."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.language import language as language_rules
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import allow_pause
from infinite_scribe.exchange.book import Book, Chapter, blocks_of
from infinite_scribe.exchange.decoding import Decoded
from infinite_scribe.exchange.errors import (
    EmptyImportError,
    ExportFailedError,
    ExportNotFoundError,
    ImportAppliedError,
    ImportNotFoundError,
    ImportTooLargeError,
)
from infinite_scribe.exchange.models import Export, Import
from infinite_scribe.exchange.rules import TextBook, language_of, safe_file_name, split_text
from infinite_scribe.exchange.schemas import ExportCreate, ExportRead, ImportRead
from infinite_scribe.exchange.writers import FORMATS
from infinite_scribe.manuscript.document import paragraph
from infinite_scribe.manuscript.service import Books, ChapterText, ManuscriptService, SceneText, Source
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.schemas import NovelCreate
from infinite_scribe.novels.service import NovelService, Shelf
from infinite_scribe.structure.service import StructureService
from infinite_scribe.web.problems import problem_document

log = get_logger(__name__)

IMPORT_DAYS = 7
MOST_CHARACTERS = 12_000_000
MOST_CHAPTERS = 5_000
MOST_SCENES = 20_000
WORK_SECONDS = 180
"""Longest that reading or rendering a book may take while its transaction waits."""
MARKDOWN_ENDINGS = (".md", ".markdown")


@dataclass(frozen=True)
class ExportService:
    """Files of one novel. Bytes lie in `folder`, one file per export, named by its id."""

    session: AsyncSession
    scope: NovelScope
    folder: Path
    hours: int

    async def make(self, wanted: ExportCreate, author: str) -> ExportRead:
        """Render the book as it stands; a failure is kept in the answer and leaves no file."""
        form = FORMATS[wanted.format]
        book = await self._book(author)
        row = Export(
            id=new_id(),
            novel_id=self.scope.novel_id,
            user_id=self.scope.user_id,
            format=wanted.format,
            options=wanted.options,
            state="ready",
            file_name=safe_file_name(book.title, form.suffix),
            bytes=0,
            problem=None,
            created_at=now(),
            expires_at=now() + timedelta(hours=self.hours),
        )
        await allow_pause(self.session, WORK_SECONDS)
        try:
            data = await asyncio.to_thread(form.write, book)
            await asyncio.to_thread(_store, self.folder, row.id, data)
            row.bytes = len(data)
        except Exception as error:
            log.exception("export.failed", format=wanted.format, novel_id=str(self.scope.novel_id))
            failed = error if isinstance(error, DomainError) else ExportFailedError()
            row.state, row.problem = "failed", problem_document(failed)
        self.session.add(row)
        await self.session.flush()
        return ExportRead.model_validate(row)

    async def _book(self, author: str) -> Book:
        novel = await NovelService.of(self.session, self.scope).read()
        tree = await StructureService.of(self.session, self.scope).tree()
        content = await ManuscriptService.of(self.session, self.scope).content()
        documents = {scene.scene_id: scene.json_ for scene in content.scenes}
        chapters = []
        for node in tree.chapters():
            scenes = [blocks_of(documents[scene.id]) for scene in node.scenes if scene.id in documents]
            if any(scenes):
                chapters.append(Chapter(node.title, node.number, tuple(scene for scene in scenes if scene)))
        return Book(
            novel.title,
            author,
            "zh" if novel.language.startswith("zh") else "en",
            str(novel.id),
            tuple(chapters),
        )


async def read_export(session: AsyncSession, export_id: UUID) -> ExportRead:
    """Return an export of the signed-in user. Raises `ExportNotFoundError`, also when it has expired."""
    row = await session.get(Export, export_id)
    if row is None or row.expires_at < now():
        raise ExportNotFoundError
    return ExportRead.model_validate(row)


def export_path(folder: Path, export: ExportRead) -> Path:
    """Return the file of a ready export. Raises `ExportNotFoundError` when it is gone."""
    path = folder / str(export.id)
    if export.state != "ready" or not path.is_file():
        raise ExportNotFoundError
    return path


def _store(folder: Path, export_id: UUID, data: bytes) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / f".{export_id}"
    fresh.write_bytes(data)
    fresh.replace(folder / str(export_id))


@dataclass(frozen=True)
class ImportService:
    """Texts of one user on their way to a book."""

    session: AsyncSession
    user_id: UUID

    async def read_text(self, decoded: Decoded, name: str) -> ImportRead:
        """Keep a text and return what would become of it. Raises `EmptyImportError`, `ImportTooLargeError`."""
        if len(decoded.text) > MOST_CHARACTERS:
            raise ImportTooLargeError
        markdown = name.casefold().endswith(MARKDOWN_ENDINGS) or decoded.text.lstrip().startswith("# ")
        await allow_pause(self.session, WORK_SECONDS)
        preview = await asyncio.to_thread(_study, decoded, name, markdown=markdown)
        await self.session.execute(delete(Import).where(Import.expires_at < now()))
        row = Import(
            user_id=self.user_id,
            name=name[:200].replace("\x00", "\ufffd"),
            text=decoded.text.replace("\x00", "\ufffd"),
            encoding=decoded.encoding[:20],
            markdown=markdown,
            preview=preview,
            expires_at=now() + timedelta(days=IMPORT_DAYS),
            created_at=now(),
        )
        self.session.add(row)
        await self.session.flush()
        return _import_read(row)

    async def read(self, import_id: UUID) -> ImportRead:
        """Return an import of this user. Raises `ImportNotFoundError`."""
        return _import_read(await self._row(import_id))

    async def apply(self, import_id: UUID) -> NovelScope:
        """Make the text a book of its own; return its scope. Raises `ImportNotFoundError`, `ImportAppliedError`."""
        row = await self._row(import_id)
        if row.novel_id is not None:
            raise ImportAppliedError(novel_id=str(row.novel_id))
        await allow_pause(self.session, WORK_SECONDS)
        chapters = await asyncio.to_thread(_chapters, row.text, row.name, markdown=row.markdown)
        language = row.preview["language"]
        title = row.preview["title"] or ("未命名" if language == "zh" else "Untitled")
        wanted = NovelCreate(idea="", language=language, length="novel", pov="close_third", title=title)
        books = Books.of(self.session, Shelf(self.session, self.user_id))
        scope = await books.create_with_text(wanted, chapters, Source("import", "import"))
        row.novel_id = scope.novel_id
        return scope

    async def _row(self, import_id: UUID) -> Import:
        row = await self.session.scalar(select(Import).where(Import.id == import_id).with_for_update())
        if row is None or row.expires_at < now():
            raise ImportNotFoundError
        return row


def _study(decoded: Decoded, name: str, *, markdown: bool) -> dict[str, object]:
    """Return the preview of a text. Takes seconds for a long one. Raises `EmptyImportError`, `ImportTooLargeError`."""
    found = split_text(decoded.text, name, markdown=markdown)
    scenes = sum(len(chapter.scenes) for chapter in found.chapters)
    if not any(scene for chapter in found.chapters for scene in chapter.scenes):
        raise EmptyImportError
    if len(found.chapters) > MOST_CHAPTERS or scenes > MOST_SCENES:
        raise ImportTooLargeError(chapters=len(found.chapters), scenes=scenes)
    return _preview(found, decoded)


def _chapters(text: str, name: str, *, markdown: bool) -> list[ChapterText]:
    found = split_text(text, name, markdown=markdown)
    return [
        ChapterText(chapter.title, [SceneText([paragraph(one) for one in scene]) for scene in chapter.scenes])
        for chapter in found.chapters
    ]


def _preview(found: TextBook, decoded: Decoded) -> dict[str, object]:
    code = language_of(decoded.text)
    count = language_rules(code).count
    return {
        "title": found.title,
        "language": code,
        "encoding": decoded.encoding,
        "chapters": [
            {
                "title": chapter.title,
                "words": sum(count(text) for scene in chapter.scenes for text in scene),
                "scenes": len(chapter.scenes),
            }
            for chapter in found.chapters
        ],
    }


def _import_read(row: Import) -> ImportRead:
    return ImportRead.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "words": sum(chapter["words"] for chapter in row.preview["chapters"]),
            "preview": row.preview,
            "novel_id": row.novel_id,
            "created_at": row.created_at,
        }
    )
