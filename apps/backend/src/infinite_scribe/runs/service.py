"""Runs as the author sees them: starting, looking, steering, stopping, going on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.service import usage_of_runs
from infinite_scribe.core import clock
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.settings import Settings
from infinite_scribe.novels.service import get_novel
from infinite_scribe.runs.admission import Admission, NewRun, fingerprint, validated
from infinite_scribe.runs.errors import (
    IdeaMissingError,
    IdempotencyMismatchError,
    RunAlreadyActiveError,
    RunNotFoundError,
    RunStateError,
    TooManyRunsError,
    UnknownGateError,
    UnknownTaskError,
)
from infinite_scribe.runs.events import EventLog, RunIdentity, Spoken
from infinite_scribe.runs.execution import CHILDREN_GATE, identity_of
from infinite_scribe.runs.gates import check_gates
from infinite_scribe.runs.models import Run, RunSteer
from infinite_scribe.runs.queue import Queue
from infinite_scribe.runs.reading import run_read, steps_read
from infinite_scribe.runs.repository import RunsRepository
from infinite_scribe.runs.retrying import Retrying
from infinite_scribe.runs.rules import (
    ENDED,
    Cursor,
    Effect,
    PauseReason,
    RunState,
    Signal,
    Verb,
    reaction,
)
from infinite_scribe.runs.schemas.events import (
    Payload,
    RunCancelled,
    RunPaused,
    RunQueued,
    SteerAccepted,
)
from infinite_scribe.runs.schemas.tasks import TASKS, TaskSpec
from infinite_scribe.runs.schemas.wire import (
    AnswerAsk,
    RetryAsk,
    RunRead,
    RunStart,
    SteerAsk,
    StepRead,
)
from infinite_scribe.runs.waking import enqueue

NANO = 1_000_000_000
RUN_ACTIONS = ("read", "comment", "write", "run")
_NOTIFY = text("SELECT pg_notify('run_signal', :run)")


@dataclass(frozen=True)
class RunService:
    """Use cases on runs, in the caller's transaction and scope.

    `said` collects events that must be published to the live stream after the commit.
    """

    session: AsyncSession
    user_id: UUID
    tasks: dict[str, TaskSpec] = field(default_factory=lambda: TASKS)
    said: list[Spoken] = field(default_factory=list)

    @classmethod
    def of(cls, session: AsyncSession, user_id: UUID, tasks: dict[str, TaskSpec] | None = None) -> Self:
        """Return the service of one user; what may be seen follows from the session's scope."""
        return cls(session, user_id, TASKS if tasks is None else tasks)

    # -- agent side: these enqueue -------------------------------------------------------------

    async def start(
        self, novel_id: UUID, ask: RunStart, settings: Settings, *, trace_parent: str | None = None
    ) -> tuple[RunRead, bool]:
        """Start a run; the same key gives the same run for ever. The flag says whether it is fresh.

        Raises `IdempotencyMismatchError`, `RunAlreadyActiveError`, `TooManyRunsError`, `UnknownTaskError`,
        `InvalidInputError` and `RunNotFoundError` (no such novel).
        """
        spec = self.tasks.get(ask.task)
        if spec is None or spec.light or not spec.startable:
            raise UnknownTaskError(task=ask.task)
        given = validated(spec, ask.input)
        check_gates(ask.gates)
        asked = fingerprint(novel=novel_id, task=ask.task, input=given, gates=ask.gates, rest=_rest_of(ask))
        admission = Admission(self.session)
        terms = await admission.terms(novel_id, self.user_id)
        known = await admission.by_key(self.user_id, ask.idempotency_key)
        if known is not None:
            if known.request_sha256 != asked:
                raise IdempotencyMismatchError
            return await self.read(known.id), False
        if terms is None or terms.in_trash:
            raise RunNotFoundError
        if (
            spec.needs_idea
            and not (given.get("idea") or (await get_novel(self.session, novel_id)).idea).strip()
        ):
            raise IdeaMissingError
        if terms.active_roots >= settings.runs.per_user and not spec.interactive:
            raise TooManyRunsError(retry_after=10, limit=settings.runs.per_user)
        new = NewRun(
            id=new_id(), user_id=self.user_id, novel_id=novel_id, payer_id=terms.payer_id, actions=RUN_ACTIONS,
            spec=spec, input=given, language=terms.language, idempotency_key=ask.idempotency_key,
            request_sha256=asked, gates=dict(ask.gates), trace_parent=trace_parent,
            model_override=ask.model_override.model_dump(mode="json") if ask.model_override else None,
            cap_nanousd=round(ask.cap.usd * NANO) if ask.cap and ask.cap.usd else None,
            cap_tokens=ask.cap.tokens if ask.cap else None,
            deadline_at=clock.now() + timedelta(hours=spec.deadline_hours or settings.runs.deadline_hours),
        )  # fmt: skip
        row, said = await admission.insert(new)
        if row is None:
            holder = await admission.active_at(novel_id, spec.target(spec.input_model.model_validate(given)))
            raise RunAlreadyActiveError(run=str(holder.id) if holder else None)
        self.said.extend(said)
        return await self.read(row.id), True

    async def resume(self, run_id: UUID) -> RunRead:
        """Let everything of the family that rests by a pause go on. Raises `RunNotFoundError`, `RunStateError`."""
        asked, family = await self._family(run_id)
        if reaction(Verb.RESUME, RunState(asked.state)).effect is Effect.REFUSED:
            raise RunStateError(state=asked.state)
        _give_time(family)
        for row in family:
            if row.state == RunState.PAUSED:
                await self._requeue(row)
        return await self.read(run_id)

    async def answer(self, run_id: UUID, ask: AnswerAsk) -> RunRead:
        """Answer the question a run, or a run below it, waits for; it goes on.

        Raises `UnknownGateError`, `RunStateError`.
        """
        asked, family = await self._family(run_id)
        row = _asking(asked, family, ask.gate)
        _give_time(family)
        gate = row.gate or {}
        effect = reaction(Verb.ANSWER, RunState(row.state)).effect
        if effect is Effect.REFUSED:
            raise RunStateError(state=row.state)
        allowed = {str(option.get("id")) for option in gate.get("options") or []}
        if gate.get("name") != ask.gate or not gate.get("path") or (allowed and ask.decision not in allowed):
            raise UnknownGateError(gate=gate.get("name"), options=sorted(allowed))
        await RunsRepository(self.session).record_decision(row, str(gate["path"]), ask.decision, ask.text)
        if effect is Effect.ENQUEUE:
            await self._requeue(row)
        return await self.read(run_id)

    async def retry(self, run_id: UUID, ask: RetryAsk) -> RunRead:
        """Try a run again from a step; finished steps before it are kept. Ended runs open again, on request only.

        A run below another is tried again within it. Raises `RunStateError`, `RunAlreadyActiveError` (something
        else works there now) and `RunEffectStandsError` (what would be done again stands in the book).
        """
        row, family = await self._family(run_id)
        retrying = Retrying(self.session, family, lambda one: self._at_once(one, Verb.CANCEL))
        above = await retrying.open(row, ask.from_step)
        for one in (row, *above):
            spec = self.tasks.get(one.task)
            hours = spec.deadline_hours if spec is not None else None
            one.deadline_at = clock.now() + (timedelta(hours=hours) if hours else LEAST_TIME)
        if ask.model_override is not None:
            row.model_override = ask.model_override.model_dump(mode="json")
        for one in reversed(above):
            await self._say(one, RunQueued(task=one.task, goal=self._goal(one)))
        await self._requeue(row)
        return await self.read(run_id)

    # -- gateway side: these only write --------------------------------------------------------

    async def pause(self, run_id: UUID, *, now: bool = False) -> RunRead:
        """Let the whole family rest: at the end of the sentence, or at once. Raises `RunStateError`."""
        return await self._command(run_id, Verb.PAUSE, Signal.PAUSE_NOW if now else Signal.PAUSE)

    async def cancel(self, run_id: UUID) -> RunRead:
        """Stop the whole family for good; text that had arrived is kept. Raises `RunStateError`."""
        return await self._command(run_id, Verb.CANCEL, Signal.CANCEL)

    async def steer(self, run_id: UUID, ask: SteerAsk) -> RunRead:
        """Give the run a sentence for its next step, or for the current one. Raises `RunStateError`."""
        asked, family = await self._family(run_id)
        if RunState(asked.state) not in _STEERABLE:
            raise RunStateError(state=asked.state)
        self.session.add(
            RunSteer(
                run_id=asked.root_id, novel_id=asked.novel_id, user_id=self.user_id, text=ask.text, when=ask.when,
                created_at=clock.now(),
            )
        )  # fmt: skip
        await self.session.flush()
        for row in family:
            if row.state == RunState.RUNNING:
                await self.session.execute(_NOTIFY, {"run": str(row.id)})
        if asked.state != RunState.RUNNING:
            await self._say(asked, SteerAccepted(text=ask.text))
        return await self.read(run_id)

    # -- reading ------------------------------------------------------------------------------

    async def place(self, run_id: UUID) -> RunIdentity | None:
        """Return where a run belongs; None when it is missing or foreign."""
        row = await RunsRepository(self.session).by_id(run_id)
        return None if row is None else identity_of(row)

    async def read(self, run_id: UUID) -> RunRead:
        """Return a run. Raises `RunNotFoundError`."""
        row = await self._row(run_id)
        rungs, dropped = await RunsRepository(self.session).answers_of(row)
        return (await self._reads([row]))[0].model_copy(update={"rungs": rungs, "dropped": dropped})

    async def family_ids(self, run_id: UUID) -> list[UUID]:
        """Return the ids of a run's whole family. Raises `RunNotFoundError`."""
        root = (await self._row(run_id)).root_id
        return (await RunsRepository(self.session).families([root])).get(root, [root])

    async def settled_family(self, run_id: UUID) -> list[UUID]:
        """Return a run and all runs below it. Raises `RunNotFoundError`, `RunStateError` while one is at work."""
        asked = await self._row(run_id)
        rows = {row.id: row for row in await RunsRepository(self.session).lock_family(asked.root_id)}
        family = [row.id for row in rows.values() if _is_below(row, run_id, rows)]
        at_work = [rows[one].state for one in family if RunState(rows[one].state) not in ENDED]
        if at_work:
            raise RunStateError(state=at_work[0])
        return family

    async def list_runs(
        self,
        *,
        novel_id: UUID | None = None,
        states: Sequence[RunState] = (),
        before: UUID | None = None,
        limit: int = 50,
    ) -> list[RunRead]:
        """Return root runs, newest first."""
        rows = await RunsRepository(self.session).roots(novel_id, states, before, limit)
        return await self._reads(rows)

    async def live_runs_of(self, novel_ids: Sequence[UUID]) -> dict[UUID, RunRead]:
        """Return the newest root run that has not ended, per novel that has one."""
        rows = await RunsRepository(self.session).newest_roots(novel_ids, tuple(_STEERABLE))
        return {read.novel_id: read for read in await self._reads(rows)} if rows else {}

    async def steps(self, run_id: UUID) -> list[StepRead]:
        """Return the steps of a run in the order they began. Raises `RunNotFoundError`."""
        row = await self._row(run_id)
        events, steps = await RunsRepository(self.session).step_rows(row.id)
        return steps_read(events, steps)

    async def _command(self, run_id: UUID, verb: Verb, signal: Signal) -> RunRead:
        asked, family = await self._family(run_id)
        if reaction(verb, RunState(asked.state)).effect is Effect.REFUSED:
            raise RunStateError(state=asked.state)
        for row in family:
            found = reaction(verb, RunState(row.state))
            if found.effect is Effect.AT_ONCE:
                await self._at_once(row, verb)
            elif found.effect is Effect.SIGNAL and found.state is not None:
                row.signal, row.state = signal, found.state
                await self.session.flush()
                await Queue(self.session).abort(row.job_id)
                await self.session.execute(_NOTIFY, {"run": str(row.id)})
        return await self.read(run_id)

    async def _at_once(self, row: Run, verb: Verb) -> None:
        await Queue(self.session).drop(row.job_id)
        row.signal, row.executor_id = Signal.NONE, None
        payload: Payload
        if verb is Verb.CANCEL:
            row.state, row.gate, row.finished_at = RunState.CANCELLED, None, clock.now()
            payload = RunCancelled(usage=(await self._reads([row]))[0].usage)
        else:
            row.gate = {"name": "pause", **(row.gate or {}), "reason": PauseReason.AUTHOR.value}
            row.state = RunState.PAUSED
            payload = RunPaused(reason=PauseReason.AUTHOR.value)
        await self._say(row, payload)

    async def _requeue(self, row: Run) -> None:
        row.gate, row.error = None, None
        await enqueue(self.session, row)
        place = await Queue(self.session).place_of(row.job_id)
        await self._say(row, RunQueued(task=row.task, goal=self._goal(row), place=place))

    async def _say(self, row: Run, payload: Payload) -> None:
        """Say an event for a run that rests; the caller holds its row locked, so the number is free."""
        log = EventLog(self.session)
        await self.session.flush()
        spoken = Spoken.of(
            identity_of(row), Cursor(row.epoch, await log.last(row.id, row.epoch) + 1), payload
        )
        await log.store([spoken])
        self.said.append(spoken)

    async def _row(self, run_id: UUID) -> Run:
        row = await RunsRepository(self.session).by_id(run_id)
        if row is None:
            raise RunNotFoundError
        return row

    async def _family(self, run_id: UUID) -> tuple[Run, list[Run]]:
        """Return the run and its family, all locked, parents first: the order in which everybody locks."""
        found = await self._row(run_id)
        family = await RunsRepository(self.session).lock_family(found.root_id)
        return next(row for row in family if row.id == run_id), family

    def _goal(self, row: Run) -> str:
        spec = self.tasks.get(row.task)
        return spec.goal_key if spec is not None else row.task

    async def _reads(self, rows: Sequence[Run]) -> list[RunRead]:
        repository = RunsRepository(self.session)
        families = await repository.families([row.root_id for row in rows if row.id == row.root_id])
        members = {row.id: families.get(row.id, [row.id]) for row in rows}
        usage = await usage_of_runs(self.session, [one for ids in members.values() for one in ids])
        queue = Queue(self.session)
        return [
            run_read(
                row,
                self._goal(row),
                [usage[one] for one in members[row.id]],
                await queue.place_of(row.job_id) if row.state == RunState.QUEUED else None,
                await self._question(row),
            )
            for row in rows
        ]

    async def _question(self, row: Run) -> dict[str, Any] | None:
        """Return what a run asks; one that waits for a run below it asks that run's question, with its id as `run`."""
        if (row.gate or {}).get("name") != CHILDREN_GATE:
            return row.gate
        family = await RunsRepository(self.session).asking_below(row.root_id)
        below = next((one for one in family if one.parent_id is not None and one.gate), None)
        return row.gate if below is None else {**(below.gate or {}), "run": str(below.id)}


_STEERABLE = frozenset({RunState.QUEUED, RunState.RUNNING, RunState.WAITING, RunState.PAUSED})
LEAST_TIME = timedelta(hours=2)
"""What a run has at least after its author let it go on."""


def _give_time(family: Sequence[Run]) -> None:
    """Waiting for the author does not count against a run's deadline."""
    least = clock.now() + LEAST_TIME
    for row in family:
        if RunState(row.state) not in ENDED and row.deadline_at is not None:
            row.deadline_at = max(row.deadline_at, least)


def _asking(asked: Run, family: Sequence[Run], gate: str) -> Run:
    """Return who asks this question: the run itself, or the first below it."""
    rows = {row.id: row for row in family}
    below = (
        row
        for row in family
        if (row.gate or {}).get("path")
        and (row.gate or {}).get("name") == gate
        and _is_below(row, asked.id, rows)
    )
    return next(below, asked)


def _rest_of(ask: RunStart) -> dict[str, Any]:
    return {
        "cap": ask.cap.model_dump() if ask.cap else None,
        "model": ask.model_override.model_dump(mode="json") if ask.model_override else None,
    }


def _is_below(row: Run, top: UUID, rows: Mapping[UUID, Run]) -> bool:
    place: UUID | None = row.id
    while place is not None and place != top:
        place = rows[place].parent_id if place in rows else None
    return place == top
