"""How a request gets the journal within its own scope: own novels, and own calls without a novel."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from infinite_scribe.accounts.dependencies import CurrentUser
from infinite_scribe.calls.service import CallService
from infinite_scribe.web.session import Transaction


def _calls(_: CurrentUser, session: Transaction) -> CallService:
    return CallService.of(session)


Calls = Annotated[CallService, Depends(_calls)]
