"""Runs that the platform starts by itself after a change: in the payer's name, outside the limit of running roots."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import new_id
from infinite_scribe.runs.admission import Admission, NewRun, fingerprint, validated
from infinite_scribe.runs.schemas.tasks import TASKS

ACTIONS = ("read", "write")


async def start_follow_up(
    session: AsyncSession,
    novel_id: UUID,
    user_id: UUID,
    task: str,
    given: dict[str, Any],
    *,
    key: str,
    cause_run_id: UUID | None = None,
) -> UUID | None:
    """Start a follow-up once per `key`; None when it was started before, or its target is being worked on.

    Joins the caller's transaction, whose scope holds the user and the novel.
    """
    spec = TASKS[task]
    admission = Admission(session)
    terms = await admission.terms(novel_id, user_id)
    if terms is None or terms.in_trash or await admission.by_key(user_id, key) is not None:
        return None
    wanted = validated(spec, given)
    row, _ = await admission.insert(
        NewRun(
            id=new_id(),
            user_id=user_id,
            novel_id=novel_id,
            payer_id=terms.payer_id,
            actions=ACTIONS,
            spec=spec,
            input=wanted,
            language=terms.language,
            idempotency_key=key,
            request_sha256=fingerprint(novel=novel_id, task=task, input=wanted),
            cause_run_id=cause_run_id,
        )
    )
    return row.id if row is not None else None
