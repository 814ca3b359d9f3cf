"""Routes of story time. The order itself is changed together with the text, see `manuscript`."""

from __future__ import annotations

from fastapi import APIRouter

from infinite_scribe.novels.errors import NotAllowedError, NovelInTrashError, NovelNotFoundError
from infinite_scribe.novels.schemas import Place
from infinite_scribe.structure.dependencies import Reading, Writing
from infinite_scribe.structure.errors import SceneNotFoundError
from infinite_scribe.structure.schemas import CalendarRead, CalendarUpdate, TimelineRead, TimelineUpdate
from infinite_scribe.web.problems import problem_responses

router = APIRouter(tags=["structure"])

_READ = problem_responses(NovelNotFoundError)
_PLACE = problem_responses(NovelNotFoundError, SceneNotFoundError)
_WRITE = problem_responses(NovelNotFoundError, SceneNotFoundError, NotAllowedError, NovelInTrashError)


@router.get("/novels/{novel_id}/timeline", operation_id="get_timeline", responses=_READ)
async def get_timeline(structure: Reading) -> TimelineRead:
    """Story time of every scene, in reading order."""
    return await structure.timeline()


@router.patch("/novels/{novel_id}/timeline", operation_id="date_scenes", responses=_WRITE)
async def date_scenes(change: TimelineUpdate, structure: Writing) -> TimelineRead:
    """Set or take away the dates of scenes."""
    return await structure.date_scenes(change.scenes)


@router.get("/novels/{novel_id}/calendar", operation_id="get_calendar", responses=_READ)
async def get_calendar(structure: Reading) -> CalendarRead:
    return await structure.calendar()


@router.put("/novels/{novel_id}/calendar", operation_id="set_calendar", responses=_WRITE)
async def set_calendar(wanted: CalendarUpdate, structure: Writing) -> CalendarRead:
    return await structure.set_calendar(wanted)


@router.put("/novels/{novel_id}/place", operation_id="remember_place", status_code=204, responses=_PLACE)
async def remember_place(place: Place, structure: Reading) -> None:
    """Remember where the author stands."""
    await structure.remember_place(place)
