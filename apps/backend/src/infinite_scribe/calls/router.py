"""Receipts of model calls."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends

from infinite_scribe.accounts.dependencies import HasSystemPermission, SystemPermission
from infinite_scribe.calls.dependencies import Calls
from infinite_scribe.calls.errors import CallNotFoundError
from infinite_scribe.calls.schemas import CallRead
from infinite_scribe.web.problems import problem_responses

router = APIRouter(tags=["receipts"], dependencies=[Depends(HasSystemPermission(SystemPermission.SELF))])


@router.get("/calls/{call_id}", operation_id="get_call", responses=problem_responses(CallNotFoundError))
async def get_call(call_id: UUID, calls: Calls) -> CallRead:
    """What was sent and what came back; row-level security answers nothing about other people's books."""
    return await calls.receipt(call_id)
