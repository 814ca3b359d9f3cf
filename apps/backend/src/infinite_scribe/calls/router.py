"""Receipts of model calls, and what it would cost to make one again with changes."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends

from infinite_scribe.accounts.dependencies import HasSystemPermission, SystemPermission
from infinite_scribe.calls.dependencies import Calls, TheReplays
from infinite_scribe.calls.errors import CallForgottenError, CallNotFoundError, ReplayVariablesError
from infinite_scribe.calls.schemas import CallRead, ReplayChange, ReplayPreview
from infinite_scribe.providers.errors import EndpointNotFoundError
from infinite_scribe.web.problems import problem_responses

router = APIRouter(tags=["receipts"], dependencies=[Depends(HasSystemPermission(SystemPermission.SELF))])


@router.get("/calls/{call_id}", operation_id="get_call", responses=problem_responses(CallNotFoundError))
async def get_call(call_id: UUID, calls: Calls) -> CallRead:
    """What was sent and what came back; row-level security answers nothing about other people's books."""
    return await calls.receipt(call_id)


@router.post(
    "/calls/{call_id}/replay/preview",
    operation_id="preview_replay",
    responses=problem_responses(
        CallNotFoundError, CallForgottenError, ReplayVariablesError, EndpointNotFoundError
    ),
)
async def preview_replay(call_id: UUID, wanted: ReplayChange, replays: TheReplays) -> ReplayPreview:
    """What would be sent, and its price; the run `writer.replay` sends it."""
    return await replays.preview(call_id, wanted)
