"""Routes of findings and of the inbox."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from infinite_scribe.canon.errors import AliasTakenError, EntryNotFoundError, ItemAlreadyDecidedError
from infinite_scribe.continuity import inbox
from infinite_scribe.continuity.dependencies import Deciding, FindingToDecide, Reading, ReadingScope
from infinite_scribe.continuity.errors import FindingDecidedError, FindingNotFoundError
from infinite_scribe.continuity.ripple import Ripple
from infinite_scribe.continuity.ripple_schemas import RippleAsk, RippleClear, RippleCleared, RippleRead
from infinite_scribe.continuity.schemas import (
    FindingList,
    FindingRead,
    FindingResolve,
    InboxDecide,
    InboxDecided,
    InboxRead,
)
from infinite_scribe.continuity.service import ContinuityService
from infinite_scribe.novels.errors import NotAllowedError, NovelNotFoundError
from infinite_scribe.web.problems import problem_responses
from infinite_scribe.web.session import Transaction

router = APIRouter(tags=["review"])


@router.get(
    "/novels/{novel_id}/findings",
    operation_id="list_findings",
    responses=problem_responses(NovelNotFoundError),
)
async def list_findings(
    continuity: Reading, status: str | None = "open", scene: UUID | None = None
) -> FindingList:
    """Contradictions with both sides, and what could not be judged."""
    return await continuity.findings(status, scene)


@router.post(
    "/findings/{finding_id}/resolve",
    operation_id="resolve_finding",
    responses=problem_responses(FindingNotFoundError, FindingDecidedError, NotAllowedError),
)
async def resolve_finding(
    wanted: FindingResolve, finding: FindingToDecide, session: Transaction
) -> FindingRead:
    """The author's word about a finding."""
    return await ContinuityService.of(session, finding.novel).resolve(finding.finding_id, wanted)


@router.get(
    "/novels/{novel_id}/inbox", operation_id="list_inbox", responses=problem_responses(NovelNotFoundError)
)
async def list_inbox(scope: ReadingScope, session: Transaction) -> InboxRead:
    """Suggestions for the world that wait."""
    return await inbox.waiting(session, scope)


@router.post(
    "/novels/{novel_id}/inbox/decide",
    operation_id="decide_inbox",
    responses=problem_responses(
        NovelNotFoundError, NotAllowedError, EntryNotFoundError, ItemAlreadyDecidedError, AliasTakenError
    ),
)
async def decide_inbox(wanted: InboxDecide, scope: Deciding, session: Transaction) -> InboxDecided:
    """Accept or reject suggestions in bulk."""
    return await inbox.decide(session, scope, wanted)


@router.post(
    "/novels/{novel_id}/ripple",
    operation_id="preview_ripple",
    responses=problem_responses(NovelNotFoundError, EntryNotFoundError),
)
async def preview_ripple(wanted: RippleAsk, scope: ReadingScope, session: Transaction) -> RippleRead:
    """What a change of a fact touches; nothing is changed by asking."""
    return await Ripple.of(session, scope).preview(wanted.fact_id)


@router.post(
    "/novels/{novel_id}/ripple/clear",
    operation_id="clear_ripple",
    responses=problem_responses(NovelNotFoundError, NotAllowedError),
)
async def clear_ripple(wanted: RippleClear, scope: Deciding, session: Transaction) -> RippleCleared:
    """The author's word that something is still fine."""
    return await Ripple.of(session, scope).clear(wanted)
