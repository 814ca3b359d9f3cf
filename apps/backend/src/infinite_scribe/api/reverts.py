"""Taking back what a run changed: a route over runs and text together."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from infinite_scribe.manuscript.history import History
from infinite_scribe.novels.errors import NotAllowedError, NovelInTrashError
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.runs.dependencies import HasRunPermission, RunScope
from infinite_scribe.runs.errors import RunNotFoundError, RunStateError
from infinite_scribe.runs.service import RunService
from infinite_scribe.web.problems import problem_responses
from infinite_scribe.web.schemas import WireOutput
from infinite_scribe.web.session import Transaction

router = APIRouter(tags=["runs"])

_WORDS = {
    "scene_heads": "scenes", "scenes": "scenes", "assertions": "facts", "cards": "cards", "beats": "beats",
    "promises": "promises", "threads": "threads", "entities": "entries", "chapters": "chapters", "parts": "parts",
}  # fmt: skip

RevertingRun = Annotated[RunScope, Depends(HasRunPermission(NovelPermission.MANAGE))]


class RevertRead(WireOutput):
    """What a revert takes back, by kind, and what it leaves because somebody changed it since.

    `revision` is the new revision; null for a preview and where nothing was left to take back.
    """

    preview: bool
    revision: int | None
    returns: dict[str, list[UUID]] = Field(default_factory=dict)
    conflicts: dict[str, list[UUID]] = Field(default_factory=dict)


@router.post(
    "/runs/{run_id}/revert",
    operation_id="revert_run",
    responses=problem_responses(RunNotFoundError, NotAllowedError, RunStateError, NovelInTrashError),
)
async def revert_run(run: RevertingRun, session: Transaction, preview: bool = False) -> RevertRead:
    """Take back what a run and its children changed, as a new revision; what others changed since stays."""
    family = await RunService.of(session, run.novel.user_id).settled_family(run.run_id)
    history = History.of(session, run.novel)
    found = await (history.preview_revert(family) if preview else history.revert_runs(family))
    return RevertRead(
        preview=preview,
        revision=found.revision,
        returns=_by_kind(found.returns),
        conflicts=_by_kind(found.conflicts),
    )


def _by_kind(tables: dict[str, list[UUID]]) -> dict[str, list[UUID]]:
    kinds: dict[str, dict[UUID, None]] = {}
    for table, ids in tables.items():
        kinds.setdefault(_WORDS.get(table, table), {}).update(dict.fromkeys(ids))
    return {kind: list(ids) for kind, ids in sorted(kinds.items())}
