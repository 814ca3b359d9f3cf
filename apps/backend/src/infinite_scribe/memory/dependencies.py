"""How a request gets the search of a novel."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from infinite_scribe.memory.search import BookSearch
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.dependencies import HasNovelPermission
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.web.session import Transaction


def searching(
    request: Request,
    scope: Annotated[NovelScope, Depends(HasNovelPermission(NovelPermission.READ))],
    session: Transaction,
) -> BookSearch:
    """Return the search of the novel in the path; its encoder is the process's way to the models."""
    return BookSearch(session, scope, getattr(request.app.state, "models", None))


Searching = Annotated[BookSearch, Depends(searching)]
