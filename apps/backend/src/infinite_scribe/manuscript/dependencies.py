"""How a request gets the text of the novel, chapter or scene of its path."""
# Annotations are evaluated here at once: those of closures name the permission of the closure.

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.accounts.dependencies import CurrentUser
from infinite_scribe.manuscript.books import Books
from infinite_scribe.manuscript.errors import ProposalNotFoundError, VersionNeededError
from infinite_scribe.manuscript.models import Proposal
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.dependencies import HasNovelPermission, NovelPermissionCheck, shelf
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.novels.service import Shelf
from infinite_scribe.structure.dependencies import (
    ChapterScope,
    HasChapterPermission,
    HasScenePermission,
    SceneScope,
)
from infinite_scribe.web.idempotency import StoredAnswer, body_hash, remember
from infinite_scribe.web.session import Transaction


@dataclass(frozen=True)
class SceneText:
    """A scene of the path with the text of its novel."""

    scene_id: UUID
    manuscript: ManuscriptService


@dataclass(frozen=True)
class ChapterText:
    """A chapter of the path with the text of its novel."""

    chapter_id: UUID
    manuscript: ManuscriptService


@dataclass(frozen=True)
class ProposalScope:
    """A proposal of the path with the text of its novel."""

    proposal_id: UUID
    manuscript: ManuscriptService


class HasProposalPermission(NovelPermissionCheck):
    """`Depends(HasProposalPermission(READ))`: the proposal of the path; 404 when it is missing or foreign."""

    async def __call__(self, proposal_id: UUID, user: CurrentUser, session: Transaction) -> ProposalScope:
        novel_id = await session.scalar(select(Proposal.novel_id).where(Proposal.id == proposal_id))
        if novel_id is None:
            raise ProposalNotFoundError
        scope = await require(session, user.user_id, novel_id, self.permission)
        return ProposalScope(proposal_id, ManuscriptService.of(session, scope))


def _text(permission: NovelPermission) -> Callable[..., ManuscriptService]:
    def made(
        *,
        scope: NovelScope = Depends(HasNovelPermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
    ) -> ManuscriptService:
        return ManuscriptService.of(session, scope)

    return made


def _scene(permission: NovelPermission) -> Callable[..., SceneText]:
    def made(
        *,
        scene: SceneScope = Depends(HasScenePermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
    ) -> SceneText:
        return SceneText(scene.scene_id, ManuscriptService.of(session, scene.novel))

    return made


def _chapter(permission: NovelPermission) -> Callable[..., ChapterText]:
    def made(
        *,
        chapter: ChapterScope = Depends(HasChapterPermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
    ) -> ChapterText:
        return ChapterText(chapter.chapter_id, ManuscriptService.of(session, chapter.novel))

    return made


def books(session: Transaction, on: Annotated[Shelf, Depends(shelf)]) -> Books:
    """Return the maker of books for the signed-in user."""
    return Books.of(session, on)


def base_version(if_match: Annotated[str | None, Header()] = None) -> int:
    """Return the version that `If-Match` names, with or without quotes. Raises `VersionNeededError`."""
    given = (if_match or "").strip().removeprefix("W/").strip('"')
    if not given.isascii() or not given.isdecimal() or len(given) > 9:
        raise VersionNeededError
    return int(given)


Work = Callable[[], Awaitable[BaseModel]]


@dataclass(frozen=True)
class Once:
    """Does a request's work once per `Idempotency-Key`: a repetition gets the stored answer."""

    request: Request
    session: AsyncSession
    user_id: UUID
    key: str | None

    async def answer(self, status: int, work: Work) -> JSONResponse:
        """Return the answer to `work`, or the one that was given before.

        Raises what `work` raises (then nothing is remembered), `IdempotencyMismatchError`, `IdempotencyBusyError`.
        """
        if self.key is None:
            return JSONResponse(_body(await work()), status)
        hashed = body_hash(await self.request.body())
        path = self.request.url.path
        place = await remember(self.session, self.user_id, self.key, self.request.method, path, hashed)
        if isinstance(place, StoredAnswer):
            return JSONResponse(place.body, place.status)
        body = _body(await work())
        await place.keep(status, body)
        return JSONResponse(body, status)


def _body(answer: BaseModel) -> dict[str, Any]:
    return answer.model_dump(mode="json", by_alias=True)


def once(
    request: Request,
    user: CurrentUser,
    session: Transaction,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Once:
    """Return what remembers the answer of this request."""
    return Once(request, session, user.user_id, idempotency_key)


OnceOnly = Annotated[Once, Depends(once)]
MyBooks = Annotated[Books, Depends(books)]
BaseVersion = Annotated[int, Depends(base_version)]
ReadingText = Annotated[ManuscriptService, Depends(_text(NovelPermission.READ))]
WritingText = Annotated[ManuscriptService, Depends(_text(NovelPermission.WRITE))]
ManagingText = Annotated[ManuscriptService, Depends(_text(NovelPermission.MANAGE))]
ReadingScene = Annotated[SceneText, Depends(_scene(NovelPermission.READ))]
WritingScene = Annotated[SceneText, Depends(_scene(NovelPermission.WRITE))]
ReadingChapter = Annotated[ChapterText, Depends(_chapter(NovelPermission.READ))]
ReadingProposal = Annotated[ProposalScope, Depends(HasProposalPermission(NovelPermission.READ))]
DecidingProposal = Annotated[ProposalScope, Depends(HasProposalPermission(NovelPermission.WRITE))]
