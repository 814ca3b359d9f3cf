"""Routes of what the book remembers of its own text."""

from __future__ import annotations

from fastapi import APIRouter

from infinite_scribe.canon.errors import MomentInvalidError
from infinite_scribe.memory.dependencies import Searches
from infinite_scribe.memory.search import SearchAnswer, SearchQuery
from infinite_scribe.novels.errors import NovelNotFoundError
from infinite_scribe.web.problems import problem_responses

router = APIRouter(tags=["search"])


@router.post(
    "/novels/{novel_id}/search",
    operation_id="search_novel",
    responses=problem_responses(NovelNotFoundError, MomentInvalidError),
)
async def search_novel(asked: SearchQuery, book: Searches) -> SearchAnswer:
    """Find places by words, meaning and names, up to a moment of reading."""
    return await book.find(asked)
