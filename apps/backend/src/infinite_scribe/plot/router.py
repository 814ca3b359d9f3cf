"""Routes of the plan."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from infinite_scribe.canon.errors import EntryNotFoundError, UnknownPredicateError
from infinite_scribe.novels.errors import NotAllowedError, NovelNotFoundError
from infinite_scribe.plot.branches import (
    BranchCompared,
    BranchDecide,
    BranchDecided,
    BranchList,
    PlanBranches,
)
from infinite_scribe.plot.dependencies import (
    Ledger,
    LedgerToWrite,
    Reading,
    Voice,
    VoiceToWrite,
    Writing,
    WritingScene,
)
from infinite_scribe.plot.errors import (
    BranchDecidedError,
    BranchNotFoundError,
    EmptyWindowError,
    PromiseNotFoundError,
    SampleNotFoundError,
    TooManySamplesError,
)
from infinite_scribe.plot.operations import PlanChanged, PlanEditing, PlanOperations
from infinite_scribe.plot.plan_wire import PlanRead
from infinite_scribe.plot.planning import Planning
from infinite_scribe.plot.promise_schemas import (
    ActsRead,
    PromiseDraft,
    PromiseList,
    PromiseRead,
    PromiseUpdate,
)
from infinite_scribe.plot.schemas import CardRead, CardUpdate, PlanUpdate
from infinite_scribe.plot.voice import SampleAdd, VoiceSamples
from infinite_scribe.structure.errors import ChapterNotFoundError, SceneNotFoundError
from infinite_scribe.web.problems import problem_responses
from infinite_scribe.web.session import Transaction

router = APIRouter(tags=["plan"])


@router.get(
    "/novels/{novel_id}/plan", operation_id="get_plan", responses=problem_responses(NovelNotFoundError)
)
async def get_plan(plan: Reading) -> PlanRead:
    """Concept, style, chapters and scene cards in reading order."""
    return await plan.read()


@router.patch(
    "/novels/{novel_id}/plan",
    operation_id="update_plan",
    responses=problem_responses(
        NovelNotFoundError, NotAllowedError, ChapterNotFoundError, EntryNotFoundError
    ),
)
async def update_plan(wanted: PlanUpdate, plan: Writing) -> PlanRead:
    """Change the plan; all of it is one revision."""
    return await plan.update(wanted)


@router.post(
    "/novels/{novel_id}/plan/operations",
    operation_id="change_plan",
    responses=problem_responses(NovelNotFoundError, NotAllowedError),
)
async def change_plan(wanted: PlanOperations, plan: Writing) -> PlanChanged:
    """Change the plan by operations; each is done or refused by itself, and the linter reads the result."""
    return await PlanEditing.of(plan.session, plan.scope).change(wanted)


@router.get(
    "/novels/{novel_id}/plan/branches",
    operation_id="list_plan_branches",
    responses=problem_responses(NovelNotFoundError),
)
async def list_plan_branches(plan: Reading) -> BranchList:
    """What-if branches that wait for a decision, newest first, each beside the plan as it is."""
    return await PlanBranches.of(plan.session, plan.scope).read()


@router.get(
    "/novels/{novel_id}/plan/branches/{branch_id}",
    operation_id="compare_plan_branch",
    responses=problem_responses(NovelNotFoundError, BranchNotFoundError, BranchDecidedError),
)
async def compare_plan_branch(branch_id: UUID, plan: Reading) -> BranchCompared:
    """What the linter says of the plan, and what it would say after a branch; nothing is changed by asking."""
    return await PlanBranches.of(plan.session, plan.scope).compare(branch_id)


@router.post(
    "/novels/{novel_id}/plan/branches/{branch_id}/decide",
    operation_id="decide_plan_branch",
    responses=problem_responses(NovelNotFoundError, NotAllowedError, BranchNotFoundError, BranchDecidedError),
)
async def decide_plan_branch(branch_id: UUID, wanted: BranchDecide, plan: Writing) -> BranchDecided:
    """Adopt a branch as one revision of the plan, or throw it away."""
    return await PlanBranches.of(plan.session, plan.scope).decide(branch_id, wanted.action)


@router.patch(
    "/scenes/{scene_id}/card",
    operation_id="update_card",
    responses=problem_responses(
        SceneNotFoundError, NotAllowedError, EntryNotFoundError, PromiseNotFoundError, UnknownPredicateError
    ),
)
async def update_card(wanted: CardUpdate, scene: WritingScene, session: Transaction) -> CardRead:
    """Change the card of a scene."""
    return await Planning.of(session, scene.novel).update_card(scene.scene_id, wanted)


@router.get(
    "/novels/{novel_id}/promises",
    operation_id="list_promises",
    responses=problem_responses(NovelNotFoundError),
)
async def list_promises(ledger: Ledger) -> PromiseList:
    """Every promise to the reader with its scenes, and how the ledger stands."""
    return await ledger.read()


@router.post(
    "/novels/{novel_id}/promises",
    operation_id="create_promise",
    status_code=201,
    responses=problem_responses(
        NovelNotFoundError,
        NotAllowedError,
        EmptyWindowError,
        SceneNotFoundError,
        ChapterNotFoundError,
        EntryNotFoundError,
        UnknownPredicateError,
    ),
)
async def create_promise(wanted: PromiseDraft, ledger: LedgerToWrite) -> PromiseRead:
    """Write a promise; its window is a scene, a chapter or a position at each end."""
    return await ledger.create(wanted)


@router.get(
    "/novels/{novel_id}/promises/acts",
    operation_id="list_promise_acts",
    responses=problem_responses(NovelNotFoundError, SceneNotFoundError),
)
async def list_promise_acts(ledger: Ledger, scene_id: Annotated[UUID, Query()]) -> ActsRead:
    """What a scene has to do with the promises of the book: pay, due, remind, hold."""
    return await ledger.acts_read(scene_id)


@router.patch(
    "/novels/{novel_id}/promises/{promise_id}",
    operation_id="update_promise",
    responses=problem_responses(
        NovelNotFoundError,
        NotAllowedError,
        PromiseNotFoundError,
        EmptyWindowError,
        SceneNotFoundError,
        ChapterNotFoundError,
        EntryNotFoundError,
        UnknownPredicateError,
    ),
)
async def update_promise(promise_id: UUID, wanted: PromiseUpdate, ledger: LedgerToWrite) -> PromiseRead:
    """Change a promise. Its status follows from the text; only giving it up is the author's."""
    return await ledger.update(promise_id, wanted)


@router.delete(
    "/novels/{novel_id}/promises/{promise_id}",
    operation_id="delete_promise",
    status_code=204,
    responses=problem_responses(NovelNotFoundError, NotAllowedError, PromiseNotFoundError),
)
async def delete_promise(promise_id: UUID, ledger: LedgerToWrite) -> None:
    """Take a promise out of the plan."""
    await ledger.remove(promise_id)


@router.get(
    "/novels/{novel_id}/voice",
    operation_id="get_voice",
    responses=problem_responses(NovelNotFoundError),
)
async def get_voice(voice: Voice) -> VoiceSamples:
    """Samples of the author's hand, and what was measured on them."""
    return await voice.read()


@router.post(
    "/novels/{novel_id}/voice",
    operation_id="add_voice_sample",
    status_code=201,
    responses=problem_responses(NovelNotFoundError, NotAllowedError, TooManySamplesError),
)
async def add_voice_sample(wanted: SampleAdd, voice: VoiceToWrite) -> VoiceSamples:
    """Keep a passage whose voice is to be followed; a long one is kept as several."""
    return await voice.add(wanted)


@router.delete(
    "/novels/{novel_id}/voice/{sample_id}",
    operation_id="delete_voice_sample",
    status_code=204,
    responses=problem_responses(NovelNotFoundError, NotAllowedError, SampleNotFoundError),
)
async def delete_voice_sample(sample_id: UUID, voice: VoiceToWrite) -> None:
    """Take a sample away."""
    await voice.remove(sample_id)
