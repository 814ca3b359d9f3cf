"""How a request gets the journal within its own scope: own novels, and own calls without a novel."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from infinite_scribe.accounts.dependencies import CurrentUser
from infinite_scribe.calls.replaying import Replays
from infinite_scribe.calls.service import CallService
from infinite_scribe.web.session import Transaction


def _calls(_: CurrentUser, session: Transaction) -> CallService:
    return CallService.of(session)


def _replays(user: CurrentUser, session: Transaction) -> Replays:
    return Replays(session, user.user_id)


Calls = Annotated[CallService, Depends(_calls)]
TheReplays = Annotated[Replays, Depends(_replays)]
