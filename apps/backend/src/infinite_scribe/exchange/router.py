"""Routes of exports and imports."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, File, UploadFile
from fastapi.responses import FileResponse

from infinite_scribe.accounts.dependencies import HasSystemPermission, SystemPermission
from infinite_scribe.exchange.decoding import Decoded, decode
from infinite_scribe.exchange.dependencies import AuthorName, Exporting, ExportsFolder, Importing
from infinite_scribe.exchange.errors import (
    EmptyImportError,
    ExportNotFoundError,
    ImportAppliedError,
    ImportNotFoundError,
    ImportTooLargeError,
    NotATextError,
)
from infinite_scribe.exchange.schemas import ExportCreate, ExportRead, ImportCreate, ImportRead
from infinite_scribe.exchange.service import export_path, read_export
from infinite_scribe.exchange.writers import FORMATS
from infinite_scribe.novels.errors import NotAllowedError, NovelNotFoundError
from infinite_scribe.novels.schemas import NovelRead
from infinite_scribe.novels.service import NovelService
from infinite_scribe.web.problems import problem_responses
from infinite_scribe.web.session import Transaction

router = APIRouter(tags=["exchange"])

_SELF = [Depends(HasSystemPermission(SystemPermission.SELF))]
_IMPORT = problem_responses(NotATextError, EmptyImportError, ImportTooLargeError)


@router.post(
    "/novels/{novel_id}/exports",
    operation_id="create_export",
    status_code=202,
    responses=problem_responses(NovelNotFoundError, NotAllowedError),
)
async def create_export(wanted: ExportCreate, exports: Exporting, author: AuthorName) -> ExportRead:
    """Make a file of the book as it stands."""
    return await exports.make(wanted, author)


@router.get(
    "/exports/{export_id}",
    operation_id="get_export",
    dependencies=_SELF,
    responses=problem_responses(ExportNotFoundError),
)
async def get_export(export_id: UUID, session: Transaction) -> ExportRead:
    return await read_export(session, export_id)


@router.get(
    "/exports/{export_id}/file",
    operation_id="download_export",
    dependencies=_SELF,
    responses=problem_responses(ExportNotFoundError),
)
async def download_export(export_id: UUID, session: Transaction, folder: ExportsFolder) -> FileResponse:
    """The bytes, always as a download and never as a page."""
    export = await read_export(session, export_id)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(export.file_name)}",
        "content-security-policy": "sandbox",
        "cache-control": "private, no-store",
    }
    return FileResponse(
        export_path(folder, export), media_type=FORMATS[export.format].media_type, headers=headers
    )


@router.post("/imports", operation_id="create_import", dependencies=_SELF, status_code=201, responses=_IMPORT)
async def create_import(wanted: ImportCreate, imports: Importing) -> ImportRead:
    """Read a pasted text and show what would become of it."""
    return await imports.read_text(Decoded(wanted.text, "utf-8"), wanted.name)


@router.post(
    "/imports/file",
    operation_id="create_import_from_file",
    dependencies=_SELF,
    status_code=201,
    responses=_IMPORT,
)
async def create_import_from_file(file: Annotated[UploadFile, File()], imports: Importing) -> ImportRead:
    """Read a text or Markdown file and show what would become of it."""
    return await imports.read_text(await asyncio.to_thread(decode, await file.read()), file.filename or "")


@router.get(
    "/imports/{import_id}",
    operation_id="get_import",
    dependencies=_SELF,
    responses=problem_responses(ImportNotFoundError),
)
async def get_import(import_id: UUID, imports: Importing) -> ImportRead:
    return await imports.read(import_id)


@router.post(
    "/imports/{import_id}/apply",
    operation_id="apply_import",
    dependencies=_SELF,
    status_code=201,
    responses=problem_responses(ImportNotFoundError, ImportAppliedError),
)
async def apply_import(import_id: UUID, imports: Importing, session: Transaction) -> NovelRead:
    """Make the text a book."""
    scope = await imports.apply(import_id)
    return await NovelService.of(session, scope).read()
