"""How a request gets the canon of a novel."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from infinite_scribe.canon.service import CanonService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.dependencies import HasNovelPermission
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.web.session import Transaction


def reading(
    scope: Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.READ))], session: Transaction
) -> CanonService:
    """Return the canon of the novel in the path."""
    return CanonService.of(session, scope)


Reading = Annotated[CanonService, Depends(reading)]
