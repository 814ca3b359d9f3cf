"""Bringing a run into the world: once per key, once per target, with its job in the same commit."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core import clock
from infinite_scribe.core.errors import FieldError
from infinite_scribe.runs.errors import InvalidInputError
from infinite_scribe.runs.events import EventLog, Spoken
from infinite_scribe.runs.execution import identity_of
from infinite_scribe.runs.models import Run
from infinite_scribe.runs.queue import Queue
from infinite_scribe.runs.rules import ACTIVE, Cursor, RunState
from infinite_scribe.runs.schemas.events import RunQueued
from infinite_scribe.runs.schemas.tasks import TaskSpec
from infinite_scribe.runs.waking import deliver, newest_protocol

_ONE_START_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('runs:' || :user, 0))")
_TERMS = text("SELECT payer_id, language, in_trash, active_roots FROM run_terms(:novel, :user)")


@dataclass(frozen=True)
class Terms:
    """Who pays for a novel's runs, in which language it is written, and how busy its author's agents are."""

    payer_id: UUID
    language: str
    in_trash: bool
    active_roots: int


@dataclass(frozen=True)
class NewRun:
    """A run that is about to be admitted; its input has been validated."""

    id: UUID
    user_id: UUID
    novel_id: UUID
    payer_id: UUID
    actions: tuple[str, ...]
    spec: TaskSpec
    input: dict[str, Any]
    language: str
    idempotency_key: str
    seed: int | None = None
    request_sha256: str = ""
    gates: dict[str, str] = field(default_factory=dict)
    model_override: dict[str, Any] | None = None
    cap_nanousd: int | None = None
    cap_tokens: int | None = None
    estimate: dict[str, Any] | None = None
    root_id: UUID | None = None
    parent_id: UUID | None = None
    parent_step: str | None = None
    cause_run_id: UUID | None = None
    depth: int = 0
    attempt: int = 1
    deadline_at: datetime | None = None
    trace_parent: str | None = None


def validated(spec: TaskSpec, given: dict[str, Any]) -> dict[str, Any]:
    """Return `given` in the form of the task's input. Raises `InvalidInputError` with a pointer per fault."""
    try:
        return spec.input_model.model_validate(given).model_dump(mode="json", exclude_none=True)
    except ValidationError as error:
        found = [
            FieldError(
                "/input/" + "/".join(str(part) for part in item["loc"]), str(item["type"]), str(item["msg"])
            )
            for item in error.errors(include_input=False, include_url=False)
        ]
        raise InvalidInputError(errors=found) from error


def fingerprint(**members: Any) -> str:
    """Return the hash under which two requests are the same request."""
    return hashlib.sha256(json.dumps(members, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Admission:
    """Admits runs inside the caller's transaction, whose scope holds user and novel."""

    session: AsyncSession

    async def terms(self, novel_id: UUID, user_id: UUID) -> Terms | None:
        """Return the terms of a novel; None when it does not exist. One start of a user at a time from here on."""
        await self.session.execute(_ONE_START_AT_A_TIME, {"user": str(user_id)})
        row = (await self.session.execute(_TERMS, {"novel": novel_id, "user": user_id})).one_or_none()
        return None if row is None else Terms(row.payer_id, row.language, row.in_trash, row.active_roots)

    async def by_key(self, user_id: UUID, key: str) -> Run | None:
        """Return the run that this key has started."""
        statement = select(Run).where(Run.user_id == user_id, Run.idempotency_key == key)
        return (await self.session.scalars(statement)).one_or_none()

    async def active_at(self, novel_id: UUID, target_key: str | None) -> Run | None:
        """Return the run that works on a target now."""
        statement = select(Run).where(
            Run.novel_id == novel_id, Run.target_key == target_key, Run.state.in_(ACTIVE)
        )
        return (await self.session.scalars(statement)).first()

    async def insert(self, new: NewRun) -> tuple[Run | None, list[Spoken]]:
        """Insert run, job and first event. `(None, [])`: the key or the target is taken, nothing was written."""
        given = new.spec.input_model.model_validate(new.input)
        values = {
            "id": new.id, "user_id": new.user_id, "novel_id": new.novel_id, "payer_id": new.payer_id,
            "actions": list(new.actions), "cause_run_id": new.cause_run_id, "root_id": new.root_id or new.id,
            "parent_id": new.parent_id, "parent_step": new.parent_step, "depth": new.depth,
            "interactive": new.spec.interactive,
            "agent": new.spec.agent, "task": new.spec.name, "input": new.input, "language": new.language,
            "seed": secrets.randbits(62) if new.seed is None else new.seed, "target_key": new.spec.target(given),
            "idempotency_key": new.idempotency_key, "request_sha256": new.request_sha256,
            "gates": new.gates, "model_override": new.model_override, "state": RunState.QUEUED.value,
            "protocol": await newest_protocol(self.session, new.spec.agent), "attempt": new.attempt,
            "cap_nanousd": new.cap_nanousd, "cap_tokens": new.cap_tokens, "estimate": new.estimate,
            "deadline_at": new.deadline_at, "trace_parent": new.trace_parent,
            "created_at": clock.now(), "queued_at": clock.now(),
        }  # fmt: skip
        statement = pg_insert(Run).values(**values).on_conflict_do_nothing().returning(Run)
        row = (await self.session.scalars(statement)).one_or_none()
        if row is None:
            return None, []
        await deliver(self.session, row)
        place = await Queue(self.session).place_of(row.job_id)
        queued = RunQueued(task=row.task, goal=new.spec.goal_key, place=place, estimate=new.estimate)
        said = [Spoken.of(identity_of(row), Cursor(0, 1), queued)]
        await EventLog(self.session).store(said)
        return row, said
