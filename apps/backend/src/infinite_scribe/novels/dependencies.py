"""How a request gets the scope of the novel in its path, and the services of novels."""
# Annotations are evaluated here at once: those of closures name the permission of the closure.

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.accounts.dependencies import CurrentUser, RouteAccess
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.novels.service import NovelService, Shelf
from infinite_scribe.web.session import Transaction


class NovelPermissionCheck(RouteAccess):
    """What every dependency that guards a novel's route is; the test of the route table looks for it."""

    def __init__(self, permission: NovelPermission) -> None:
        self.permission = permission


class HasNovelPermission(NovelPermissionCheck):
    """`Depends(HasNovelPermission(WRITE))`: the scope on the novel `novel_id` of the path.

    404 when it is missing or foreign, 403 `not-allowed` when the role does not reach.
    """

    async def __call__(self, novel_id: UUID, user: CurrentUser, session: Transaction) -> NovelScope:
        return await require(session, user.user_id, novel_id, self.permission)


class LiveRuns(Protocol):
    """What the shelf shows of runs; the process's `main.py` puts one at `app.state.live_runs`."""

    async def __call__(self, session: AsyncSession, novel_ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        """Return the brief of the latest living run per novel."""


def live_runs(request: Request) -> LiveRuns | None:
    """Return the reader of living runs where the process has one."""
    found: LiveRuns | None = getattr(request.app.state, "live_runs", None)
    return found


def shelf(
    user: CurrentUser, session: Transaction, runs: Annotated[LiveRuns | None, Depends(live_runs)]
) -> Shelf:
    """Return the novels that the signed-in user may see."""
    return Shelf(session, user.user_id, runs)


def _novel_service(permission: NovelPermission) -> Callable[..., NovelService]:
    def made(
        *,
        scope: NovelScope = Depends(HasNovelPermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
        runs: Annotated[LiveRuns | None, Depends(live_runs)],
    ) -> NovelService:
        return NovelService(session, scope, Shelf(session, scope.user_id, runs))

    return made


Reading = Annotated[NovelService, Depends(_novel_service(NovelPermission.READ))]
Writing = Annotated[NovelService, Depends(_novel_service(NovelPermission.WRITE))]
Owning = Annotated[NovelService, Depends(_novel_service(NovelPermission.OWN))]
