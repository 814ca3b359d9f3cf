"""Routes of the codex."""

from __future__ import annotations

from fastapi import APIRouter

from infinite_scribe.canon.dependencies import Reading
from infinite_scribe.canon.schemas import EntryList
from infinite_scribe.novels.errors import NovelNotFoundError
from infinite_scribe.web.problems import problem_responses

router = APIRouter(tags=["codex"])


@router.get(
    "/novels/{novel_id}/entries", operation_id="list_entries", responses=problem_responses(NovelNotFoundError)
)
async def list_entries(canon: Reading) -> EntryList:
    """People, places and things, most important first."""
    return EntryList(items=await canon.entries())
