"""What the model of a task was found to be able to do: how much it reads, and how many things it says at once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.briefing.rules import room_left
from infinite_scribe.providers.capabilities import context_of, items_of
from infinite_scribe.providers.errors import EndpointNotFoundError, PrivateModeError
from infinite_scribe.providers.payers import as_payer
from infinite_scribe.providers.rules import Role
from infinite_scribe.providers.service import EndpointService, RoleService
from infinite_scribe.runs.execution import ClaimedRun


@dataclass(frozen=True)
class Limits:
    """`room`: tokens of a briefing, `items`: entries of a list, `context`: tokens of question and answer together;
    None: nothing is known to limit them.
    """

    room: int | None = None
    items: int | None = None
    context: int | None = None

    def at_most(self, wanted: int) -> int:
        """Return how many items to ask for at once."""
        return wanted if self.items is None else max(1, min(wanted, self.items))


UNKNOWN = Limits()


async def limits_of(session: AsyncSession, run: ClaimedRun, role: Role) -> Limits:
    """Return the limits of the model that a run asks first in a role. Whoever pays chose it."""
    named = run.model_override or {}
    endpoint = UUID(str(named["endpoint_id"])) if named.get("endpoint_id") else None
    async with as_payer(session, run.user_id, run.novel_id) as payer:
        try:
            roles = RoleService.of(session, payer)
            first = (await roles.resolve(role, run.novel_id, endpoint_id=endpoint, model=named.get("model")))[
                0
            ]
        except (EndpointNotFoundError, PrivateModeError):
            return UNKNOWN
        profile = await EndpointService.of(session, payer).model_profile(first.endpoint.id, first.model)
    context = context_of(profile, local=first.endpoint.local)
    return Limits(None if context is None else room_left(context), items_of(profile), context)
