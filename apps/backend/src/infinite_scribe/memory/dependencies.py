"""How a request gets the search of a novel."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from infinite_scribe.accounts.dependencies import CurrentUser
from infinite_scribe.memory.search import BookSearch
from infinite_scribe.novels.dependencies import NovelPermissionCheck
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.web.session import database_of


class SearchesNovel(NovelPermissionCheck):
    """The search of the novel in the path. It proves the right to read itself, in transactions of its own.

    The transaction of a request would be open while a model is asked.
    """

    async def __call__(self, request: Request, novel_id: UUID, user: CurrentUser) -> BookSearch:
        """Return the search; its encoder is the process's way to the models."""
        models = getattr(request.app.state, "models", None)
        return BookSearch(database_of(request), user.user_id, novel_id, models)


Searches = Annotated[BookSearch, Depends(SearchesNovel(NovelPermission.READ))]
