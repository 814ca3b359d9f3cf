"""What an agent would read, before anything is paid for."""

from __future__ import annotations

from fastapi import APIRouter

from infinite_scribe.briefing.dependencies import Previewing
from infinite_scribe.briefing.errors import BriefingTooLargeError
from infinite_scribe.briefing.schemas import Preview, PreviewInput
from infinite_scribe.novels.errors import NotAllowedError, NovelNotFoundError
from infinite_scribe.structure.errors import SceneNotFoundError
from infinite_scribe.web.problems import problem_responses

router = APIRouter(tags=["runs"])


@router.post(
    "/novels/{novel_id}/context/preview",
    operation_id="preview_context",
    responses=problem_responses(
        NovelNotFoundError, NotAllowedError, SceneNotFoundError, BriefingTooLargeError
    ),
)
async def preview_context(wanted: PreviewInput, previews: Previewing) -> Preview:
    """The prompt of a task without a call: parts with reasons, what is withheld, tokens and price."""
    return await previews.make(wanted)
