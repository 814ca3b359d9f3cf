"""Routes of the shelf and of one novel. A book is made together with its first scene, see `manuscript`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from infinite_scribe.accounts.dependencies import HasSystemPermission, SystemPermission
from infinite_scribe.core.errors import InvalidError
from infinite_scribe.novels.dependencies import Owning, Reading, Writing, shelf
from infinite_scribe.novels.errors import NotAllowedError, NovelNotFoundError, NovelNotInTrashError
from infinite_scribe.novels.schemas import NovelRead, NovelUpdate, RevisionRead
from infinite_scribe.novels.service import Shelf
from infinite_scribe.web.problems import problem_responses
from infinite_scribe.web.schemas import Page

router = APIRouter(tags=["novels"])

_SELF = [Depends(HasSystemPermission(SystemPermission.SELF))]
_READ = problem_responses(NovelNotFoundError)
_CHANGE = problem_responses(NovelNotFoundError, NotAllowedError)

MyShelf = Annotated[Shelf, Depends(shelf)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get(
    "/novels", operation_id="list_novels", dependencies=_SELF, responses=problem_responses(InvalidError)
)
async def list_novels(books: MyShelf, cursor: str | None = None, limit: Limit = 50) -> Page[NovelRead]:
    """The living books, last edited first."""
    return await books.living(cursor, limit)


@router.get(
    "/novels/trash",
    operation_id="list_trashed_novels",
    dependencies=_SELF,
    responses=problem_responses(InvalidError),
)
async def list_trashed_novels(
    books: MyShelf, cursor: str | None = None, limit: Limit = 50
) -> Page[NovelRead]:
    return await books.trash(cursor, limit)


@router.get("/novels/{novel_id}", operation_id="get_novel", responses=_READ)
async def get_novel(novel: Reading) -> NovelRead:
    return await novel.read()


@router.patch("/novels/{novel_id}", operation_id="update_novel", responses=_CHANGE)
async def update_novel(wanted: NovelUpdate, novel: Writing) -> NovelRead:
    return await novel.update(wanted)


@router.delete("/novels/{novel_id}", operation_id="trash_novel", status_code=204, responses=_CHANGE)
async def trash_novel(novel: Owning) -> None:
    """Move the book to the trash."""
    await novel.move_to_trash()


@router.post("/novels/{novel_id}/restore", operation_id="restore_novel", responses=_CHANGE)
async def restore_novel(novel: Owning) -> NovelRead:
    return await novel.restore()


@router.delete(
    "/novels/{novel_id}/forever",
    operation_id="delete_novel_forever",
    status_code=204,
    responses=problem_responses(NovelNotFoundError, NotAllowedError, NovelNotInTrashError),
)
async def delete_novel_forever(novel: Owning) -> None:
    """Erase a book that lies in the trash."""
    await novel.delete_forever()


@router.get("/novels/{novel_id}/revisions", operation_id="list_revisions", responses=_READ)
async def list_revisions(
    novel: Reading, cursor: Annotated[int | None, Query(ge=1)] = None, limit: Limit = 50
) -> Page[RevisionRead]:
    """What changed, newest first."""
    return await novel.revisions(cursor, limit)
