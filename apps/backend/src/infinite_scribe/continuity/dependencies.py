"""How a request gets the continuity of a novel, or the finding of its path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select

from infinite_scribe.accounts.dependencies import CurrentUser
from infinite_scribe.continuity.errors import FindingNotFoundError
from infinite_scribe.continuity.models import Finding
from infinite_scribe.continuity.service import ContinuityService
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.dependencies import HasNovelPermission, NovelPermissionCheck
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.web.session import Transaction


@dataclass(frozen=True)
class FindingScope:
    """A finding with the scope of its novel."""

    finding_id: UUID
    novel: NovelScope


class HasFindingPermission(NovelPermissionCheck):
    """`Depends(HasFindingPermission(WRITE))`: the finding of the path; 404 when it is missing or foreign."""

    async def __call__(self, finding_id: UUID, user: CurrentUser, session: Transaction) -> FindingScope:
        novel_id = await session.scalar(select(Finding.novel_id).where(Finding.id == finding_id))
        if novel_id is None:
            raise FindingNotFoundError
        return FindingScope(finding_id, await require(session, user.user_id, novel_id, self.permission))


def _continuity(permission: NovelPermission) -> Callable[..., ContinuityService]:
    def made(
        *,
        scope: NovelScope = Depends(HasNovelPermission(permission)),  # noqa: B008 - a string could not see `permission`
        session: Transaction,
    ) -> ContinuityService:
        return ContinuityService.of(session, scope)

    return made


Reading = Annotated[ContinuityService, Depends(_continuity(NovelPermission.READ))]
Deciding = Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.WRITE))]
ReadingScope = Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.READ))]
FindingToDecide = Annotated[FindingScope, Depends(HasFindingPermission(NovelPermission.WRITE))]
