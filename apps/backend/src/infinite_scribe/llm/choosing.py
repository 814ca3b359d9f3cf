"""Which model answers a call: the first of its role, and the next one when a provider fails before it gave text."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.journal import CallJournal, JournalCall
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.llm.errors import NoFurtherModelError
from infinite_scribe.model_client.schemas import CallRequest
from infinite_scribe.providers.service import ModelChoice, RoleService

# What the author can mend; then the same slot may be dialled again, if no text was bought.
MENDABLE = frozenset(
    {
        "budget-reached", "price-unknown", "llm-auth", "llm-quota", "llm-model-unknown", "endpoint-refused",
        "key-unreadable", "private-mode",
    }
)  # fmt: skip
# What lies with the provider: another one may well answer.
PASSED_ON = frozenset(
    {
        "llm-auth", "llm-quota", "llm-rate-limited", "llm-timeout", "llm-cut", "llm-bad-structure",
        "llm-context-too-long", "llm-model-unknown", "endpoint-refused", "key-unreadable",
    }
)  # fmt: skip


async def choices(session: AsyncSession, request: CallRequest, user_id: UUID) -> list[ModelChoice]:
    """Return the models that may answer a request, in the author's order; never empty.

    Raises `NoFurtherModelError` when a further one is wanted than the author named.
    """
    found = await RoleService.of(session, user_id).resolve(
        request.role, request.novel_id, endpoint_id=request.endpoint_id, model=request.model
    )
    wanted = found[request.fallback or 0 :]
    if not wanted:
        raise NoFurtherModelError
    return wanted


async def following(session: AsyncSession, call: JournalCall, request: CallRequest) -> ModelChoice | None:
    """Return the model to try after the call's present one; None when the author named no further one."""
    found = await choices(session, request, call.user_id)
    known = [(choice.endpoint.id, choice.model) for choice in found]
    present = (call.endpoint_id, call.model)
    after = known.index(present) + 1 if present in known else len(known)
    return found[after] if after < len(found) else None


async def reopened(database: Database, call: JournalCall, request: CallRequest, scope: RowScope) -> bool:
    """Make a failed call dialable again, from the first model on, for one who asks anew."""
    problem = call.error or {}
    mendable = problem.get("code") in MENDABLE or bool(problem.get("retryable"))
    if call.state != "failed" or not mendable or (call.response or {}).get("text"):
        return False
    async with database.transaction(scope) as session:
        first = (await choices(session, request, call.user_id))[0]
        return await CallJournal.of(session).reopen(call, first.key)
