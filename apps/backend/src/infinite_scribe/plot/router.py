"""Routes of the plan."""

from __future__ import annotations

from fastapi import APIRouter

from infinite_scribe.novels.errors import NotAllowedError, NovelNotFoundError
from infinite_scribe.plot.dependencies import Reading, Writing, WritingScene
from infinite_scribe.plot.planning import Planning
from infinite_scribe.plot.schemas import CardRead, CardUpdate, PlanRead, PlanUpdate
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
    responses=problem_responses(NovelNotFoundError, NotAllowedError, ChapterNotFoundError),
)
async def update_plan(wanted: PlanUpdate, plan: Writing) -> PlanRead:
    """Change the plan; all of it is one revision."""
    return await plan.update(wanted)


@router.patch(
    "/scenes/{scene_id}/card",
    operation_id="update_card",
    responses=problem_responses(SceneNotFoundError, NotAllowedError),
)
async def update_card(wanted: CardUpdate, scene: WritingScene, session: Transaction) -> CardRead:
    """Change the card of a scene."""
    return await Planning.of(session, scene.novel).update_card(scene.scene_id, wanted)
