"""Routes of findings and of the inbox."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from infinite_scribe.canon.dependencies import AsOf, ClockQuery, RevisionQuery
from infinite_scribe.canon.errors import EntryNotFoundError, MomentInvalidError
from infinite_scribe.canon.inbox import ItemKind
from infinite_scribe.canon.schemas import EntityKind
from infinite_scribe.canon.story_wire import MatrixRead
from infinite_scribe.continuity import codex, inbox, knowing
from infinite_scribe.continuity.dependencies import Deciding, FindingToDecide, Reading, ReadingScope
from infinite_scribe.continuity.errors import FindingDecidedError, FindingNotFoundError
from infinite_scribe.continuity.inbox_schemas import InboxDecide, InboxDecided, InboxRead
from infinite_scribe.continuity.prose import ProseFigures, ProseRead
from infinite_scribe.continuity.ripple import Ripple
from infinite_scribe.continuity.ripple_schemas import RippleAsk, RippleClear, RippleCleared, RippleRead
from infinite_scribe.continuity.schemas import (
    FindingList,
    FindingRead,
    FindingResolve,
)
from infinite_scribe.continuity.service import ContinuityService
from infinite_scribe.novels.errors import NotAllowedError, NovelInTrashError, NovelNotFoundError
from infinite_scribe.structure.errors import ChapterNotFoundError
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
    "/novels/{novel_id}/inbox",
    operation_id="list_inbox",
    responses=problem_responses(NovelNotFoundError, EntryNotFoundError),
)
async def list_inbox(
    scope: ReadingScope,
    session: Transaction,
    kind: ItemKind | None = None,
    status: Literal["open", "accepted", "rejected", "all"] = "open",
    scene: UUID | None = None,
    after: UUID | None = None,
) -> InboxRead:
    """Suggestions for the world, with what speaks against them."""
    return await inbox.waiting(session, scope, status, kind, scene, after)


@router.post(
    "/novels/{novel_id}/inbox/decide",
    operation_id="decide_inbox",
    responses=problem_responses(NovelNotFoundError, NotAllowedError, NovelInTrashError, EntryNotFoundError),
)
async def decide_inbox(wanted: InboxDecide, scope: Deciding, session: Transaction) -> InboxDecided:
    """Accept, edit or reject suggestions in bulk; a refused one stops no other."""
    return await inbox.decide(session, scope, wanted)


@router.get(
    "/novels/{novel_id}/review/style",
    operation_id="get_prose_figures",
    responses=problem_responses(NovelNotFoundError, ChapterNotFoundError),
)
async def get_prose_figures(chapter: UUID, scope: ReadingScope, session: Transaction) -> ProseRead:
    """Figures about a chapter's prose, and where it repeats itself."""
    return await ProseFigures.of(session, scope).chapter(chapter)


@router.get(
    "/novels/{novel_id}/knowledge",
    operation_id="get_knowledge",
    responses=problem_responses(NovelNotFoundError, MomentInvalidError),
)
async def get_knowledge(
    scope: ReadingScope,
    session: Transaction,
    as_of: AsOf = "end",
    clock: ClockQuery = "story",
    revision: RevisionQuery = None,
) -> MatrixRead:
    """Who knows which secret, characters and reader alike."""
    return await knowing.matrix(session, scope, as_of, clock, revision)


@router.get(
    "/novels/{novel_id}/entries",
    operation_id="list_entries",
    responses=problem_responses(NovelNotFoundError, MomentInvalidError),
)
async def list_entries(
    scope: ReadingScope,
    session: Transaction,
    kind: EntityKind | None = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    as_of: AsOf = "end",
    clock: ClockQuery = "story",
) -> codex.CodexList:
    """People, places and things, most important first."""
    return await codex.entries(session, scope, kind, q, as_of, clock)


@router.get(
    "/novels/{novel_id}/entries/{entry_id}",
    operation_id="get_entry",
    responses=problem_responses(NovelNotFoundError, EntryNotFoundError, MomentInvalidError),
)
async def get_entry(
    entry_id: UUID,
    scope: ReadingScope,
    session: Transaction,
    as_of: AsOf = "end",
    clock: ClockQuery = "story",
    revision: RevisionQuery = None,
) -> codex.EntryPage:
    """A page of the codex as of a moment."""
    return await codex.page(session, scope, entry_id, as_of, clock, revision)


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
