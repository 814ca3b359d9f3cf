"""Routes of the text: books, order, scenes, versions, proposals, rollback."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from infinite_scribe.accounts.dependencies import HasSystemPermission, SystemPermission
from infinite_scribe.calls.errors import CallNotFoundError
from infinite_scribe.manuscript import errors
from infinite_scribe.manuscript.dependencies import (
    BaseVersion,
    DecidingProposal,
    ManagingText,
    MyBooks,
    OnceOnly,
    ReadingChapter,
    ReadingProposal,
    ReadingScene,
    ReadingText,
    WritingScene,
    WritingText,
)
from infinite_scribe.manuscript.schemas import (
    CallPlaceRead,
    ContentRead,
    ContentWrite,
    ProposalDecide,
    ProposalDecided,
    ProposalRead,
    ProposalStatus,
    RestoreVersion,
    RollbackRead,
    RollbackWrite,
    SavedContent,
    SnapshotCreate,
    TreeRead,
    VersionContent,
    VersionRead,
)
from infinite_scribe.manuscript.service import Save
from infinite_scribe.novels.errors import (
    NotAllowedError,
    NovelInTrashError,
    NovelNotFoundError,
    UnknownRevisionError,
)
from infinite_scribe.novels.schemas import NovelCreate, NovelRead, SampleCreate
from infinite_scribe.novels.service import NovelService
from infinite_scribe.structure.errors import (
    IdTakenError,
    LockedElementError,
    StructureChangedError,
    StructureOperationError,
)
from infinite_scribe.structure.schemas import StructureChange, StructureChanged
from infinite_scribe.web.idempotency import (
    IdempotencyBusyError,
    IdempotencyKeyError,
    IdempotencyMismatchError,
)
from infinite_scribe.web.problems import problem_responses
from infinite_scribe.web.schemas import Page

router = APIRouter(tags=["manuscript"])

_SELF = [Depends(HasSystemPermission(SystemPermission.SELF))]
_ONCE = (IdempotencyBusyError, IdempotencyKeyError, IdempotencyMismatchError)
_READ = problem_responses(NovelNotFoundError)
_BOOK = problem_responses(*_ONCE)
_ORDER = problem_responses(
    NovelNotFoundError,
    NotAllowedError,
    NovelInTrashError,
    StructureChangedError,
    StructureOperationError,
    LockedElementError,
    IdTakenError,
    errors.SceneTooLargeError,
    *_ONCE,
)
_SAVE = problem_responses(
    NovelNotFoundError,
    NotAllowedError,
    NovelInTrashError,
    errors.ContentChangedError,
    errors.VersionNeededError,
    errors.InvalidTextError,
    errors.InvalidDocumentError,
    errors.NewerSchemaError,
    errors.SceneTooLargeError,
    errors.ProposalDecidedError,
    *_ONCE,
)
_CHANGE = problem_responses(NovelNotFoundError, NotAllowedError, NovelInTrashError)
_DECIDE = problem_responses(
    NovelNotFoundError,
    NotAllowedError,
    NovelInTrashError,
    errors.ProposalDecidedError,
    errors.ProposalLostPlaceError,
    errors.SceneDeletedError,
)
_ROLLBACK = problem_responses(NovelNotFoundError, NotAllowedError, NovelInTrashError, UnknownRevisionError)


@router.post(
    "/novels",
    operation_id="create_novel",
    status_code=201,
    response_model=NovelRead,
    dependencies=_SELF,
    responses=_BOOK,
)
async def create_novel(wanted: NovelCreate, books: MyBooks, once: OnceOnly) -> JSONResponse:
    """Make a book with its first part, chapter and scene, ready to be written in."""

    async def work() -> NovelRead:
        return await NovelService.of(books.session, await books.create(wanted)).read()

    return await once.answer(201, work)


@router.post(
    "/novels/sample",
    operation_id="create_sample_novel",
    status_code=201,
    response_model=NovelRead,
    dependencies=_SELF,
    responses=_BOOK,
)
async def create_sample_novel(wanted: SampleCreate, books: MyBooks, once: OnceOnly) -> JSONResponse:
    """Put the written sample on the shelf."""

    async def work() -> NovelRead:
        return await NovelService.of(books.session, await books.create_sample(wanted.language)).read()

    return await once.answer(201, work)


@router.get("/novels/{novel_id}/tree", operation_id="get_tree", responses=_READ)
async def get_tree(manuscript: ReadingText) -> TreeRead:
    """The binder: parts, chapters, scenes with words and status."""
    return await manuscript.tree()


@router.post(
    "/novels/{novel_id}/structure",
    operation_id="change_structure",
    response_model=StructureChanged,
    responses=_ORDER,
)
async def change_structure(change: StructureChange, manuscript: WritingText, once: OnceOnly) -> JSONResponse:
    """Change the order; the answer holds the operations that undo it."""

    async def work() -> StructureChanged:
        return await manuscript.reordering.change(change.base_version, change.ops)

    return await once.answer(200, work)


@router.get("/chapters/{chapter_id}/content", operation_id="get_chapter_content", responses=_READ)
async def get_chapter_content(chapter: ReadingChapter) -> ContentRead:
    return await chapter.manuscript.chapter_content(chapter.chapter_id)


@router.get("/novels/{novel_id}/content", operation_id="get_novel_content", responses=_READ)
async def get_novel_content(
    manuscript: ReadingText, chapters: Annotated[list[UUID] | None, Query(max_length=500)] = None
) -> ContentRead:
    """The text of the given chapters, or of the whole book."""
    return await manuscript.content(chapters)


@router.put(
    "/scenes/{scene_id}/content", operation_id="save_scene", response_model=SavedContent, responses=_SAVE
)
async def save_scene(
    scene: WritingScene, base: BaseVersion, content: ContentWrite, once: OnceOnly
) -> JSONResponse:
    """Save a scene; answered after the commit. `If-Match` carries the version that the text is based on."""

    async def work() -> SavedContent:
        save = Save(scene.scene_id, base, content.json_, content.decisions, content.leaving)
        return await scene.manuscript.saving.save(save)

    return await once.answer(200, work)


@router.get("/scenes/{scene_id}/versions", operation_id="list_versions", responses=_READ)
async def list_versions(
    scene: ReadingScene,
    cursor: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Page[VersionRead]:
    """The history of a scene, newest first."""
    return await scene.manuscript.history.versions(scene.scene_id, cursor, limit)


@router.get("/scenes/{scene_id}/versions/{version_id}", operation_id="get_version", responses=_READ)
async def get_version(scene: ReadingScene, version_id: UUID) -> VersionContent:
    return await scene.manuscript.history.version(scene.scene_id, version_id)


@router.post("/scenes/{scene_id}/versions", operation_id="name_version", status_code=201, responses=_CHANGE)
async def name_version(scene: WritingScene, wanted: SnapshotCreate) -> VersionRead:
    """Give the present state of a scene a name."""
    return await scene.manuscript.history.name(scene.scene_id, wanted.label)


@router.post("/scenes/{scene_id}/restore", operation_id="restore_version", responses=_CHANGE)
async def restore_version(scene: WritingScene, wanted: RestoreVersion) -> SavedContent:
    """Make an old version the text again; what stood there stays in the history."""
    return await scene.manuscript.history.restore(scene.scene_id, wanted.version_id)


@router.get("/novels/{novel_id}/proposals", operation_id="list_proposals", responses=_READ)
async def list_proposals(
    manuscript: ReadingText, scene: UUID | None = None, status: ProposalStatus | None = None
) -> Page[ProposalRead]:
    """Text of agents beside the document, newest first."""
    return Page(items=await manuscript.proposals.search(scene, status))


@router.get("/proposals/{proposal_id}", operation_id="get_proposal", responses=_READ)
async def get_proposal(proposal: ReadingProposal) -> ProposalRead:
    return await proposal.manuscript.proposals.read(proposal.proposal_id)


@router.post("/proposals/{proposal_id}/decide", operation_id="decide_proposal", responses=_DECIDE)
async def decide_proposal(proposal: DecidingProposal, wanted: ProposalDecide) -> ProposalDecided:
    """Accept or reject a whole proposal where no editor has its scene open."""
    return await proposal.manuscript.proposals.decide(proposal.proposal_id, wanted.action, wanted.variant)


@router.get(
    "/novels/{novel_id}/calls/{call_id}/place",
    operation_id="get_call_place",
    responses=problem_responses(NovelNotFoundError, CallNotFoundError),
)
async def get_call_place(call_id: UUID, manuscript: ReadingText) -> CallPlaceRead:
    """Where another answer to a call would be offered; asked before the call is sent again."""
    return CallPlaceRead(scene_id=await manuscript.place_of_call(call_id))


@router.post("/novels/{novel_id}/rollback", operation_id="roll_back_novel", responses=_ROLLBACK)
async def roll_back_novel(
    wanted: RollbackWrite, manuscript: ManagingText, preview: bool = False
) -> RollbackRead:
    """Go back to a revision, as a new revision; or see first what that brings and hides."""
    if preview or wanted.preview:
        return await manuscript.history.preview_rollback(wanted.revision)
    return await manuscript.history.rollback(wanted.revision)
