"""How a request gets the services of files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from infinite_scribe.accounts.dependencies import CurrentUser
from infinite_scribe.accounts.profile import Profile
from infinite_scribe.core.settings import Settings
from infinite_scribe.exchange.service import ExportService, ImportService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.dependencies import HasNovelPermission
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.web.session import Transaction


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


ProcessSettings = Annotated[Settings, Depends(settings_of)]


def exports_folder(settings: ProcessSettings) -> Path:
    """Return the folder of finished files."""
    return settings.data_dir / "exports"


ExportsFolder = Annotated[Path, Depends(exports_folder)]


def exporting(
    scope: Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.EXPORT))],
    session: Transaction,
    settings: ProcessSettings,
    folder: ExportsFolder,
) -> ExportService:
    return ExportService(session, scope, folder, settings.retention.export_hours)


def importing(user: CurrentUser, session: Transaction) -> ImportService:
    return ImportService(session, user.user_id)


async def author_name(user: CurrentUser, session: Transaction) -> str:
    """Return the name that a file shows as its author: the profile's, and none for a guest."""
    me = await Profile.of(session, user.user_id, user.session_id).read()
    return "" if me.kind == "guest" else me.name


AuthorName = Annotated[str, Depends(author_name)]
Exporting = Annotated[ExportService, Depends(exporting)]
Importing = Annotated[ImportService, Depends(importing)]
