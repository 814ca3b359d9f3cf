"""Working on runs: claim, walk the task, and write the one end that fits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import BaseModel

from infinite_scribe.agents.runtime.context import RunContext
from infinite_scribe.agents.runtime.control import Control, Intent
from infinite_scribe.agents.runtime.endings import Endings
from infinite_scribe.agents.runtime.journal import CallJournal
from infinite_scribe.agents.runtime.limits import Limits, limits_of
from infinite_scribe.agents.runtime.listening import Equipment
from infinite_scribe.agents.runtime.models import ModelPort
from infinite_scribe.agents.runtime.prompts import speaking
from infinite_scribe.agents.runtime.registry import Registered, Registry
from infinite_scribe.agents.runtime.speaker import Speaker, Turn
from infinite_scribe.agents.runtime.storage import RunStorage, patiently
from infinite_scribe.core.errors import BugError, DomainError, StoreUnavailableError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.settings import Settings
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.db.sql.outages import passes_by_itself
from infinite_scribe.db.stores import Stores
from infinite_scribe.runs.errors import (
    RunFenced,
    RunIncompatibleError,
    RunParked,
    RunStopped,
    UnknownTaskError,
)
from infinite_scribe.runs.execution import ClaimedRun, Execution
from infinite_scribe.runs.queue import Queue
from infinite_scribe.runs.rules import RunState
from infinite_scribe.runs.schemas.events import RunResumed, RunStarted
from infinite_scribe.runs.stream import LiveStream
from infinite_scribe.runs.waking import deliver

log = get_logger(__name__)

SIGNAL_POLL_SECONDS = 5.0


@dataclass(frozen=True)
class Outfit:
    """What a process needs to work on runs; made once in its composition root."""

    database: Database
    live: LiveStream
    models: ModelPort
    journal: CallJournal
    registry: Registry
    settings: Settings
    executor_id: UUID
    stores: Stores = field(default_factory=Stores)


@dataclass
class Active:
    """A run that this process works on now."""

    run: ClaimedRun
    job_id: int
    control: Control


class Executor:
    """Works on the runs that the queue hands to this process."""

    def __init__(self, outfit: Outfit) -> None:
        self.outfit = outfit
        self.active: dict[UUID, Active] = {}
        self.jobs: set[int] = set()
        self._looks: set[asyncio.Task[None]] = set()

    async def work(self, job_id: int, run_id: UUID, novel_id: UUID, user_id: UUID) -> None:
        """Do one job: look at this run now. Ends when the run has ended, rests, or belongs to somebody else."""
        self.jobs.add(job_id)
        try:
            run = await self._claim(job_id, run_id, novel_id, user_id)
            if run is None:
                log.info("job.outdated", run_id=str(run_id), job=job_id)
                return
            active = self.active[run_id] = Active(run, job_id, Control())
            try:
                await self._carry(active)
            except RunFenced:
                log.warning("executor.fenced", run_id=str(run_id), epoch=run.epoch)
            finally:
                if self.active.get(run_id) is active:
                    del self.active[run_id]
        finally:
            self.jobs.discard(job_id)

    def poke(self, run_id: UUID) -> None:
        """Something about this run may have changed: look at its row."""
        active = self.active.get(run_id)
        if active is not None:
            task = asyncio.ensure_future(self._look(active))
            self._looks.add(task)
            task.add_done_callback(self._looks.discard)

    async def watch(self) -> None:
        """Poll the signals of all active runs, for the day a NOTIFY gets lost."""
        while True:
            await asyncio.sleep(SIGNAL_POLL_SECONDS)
            for run_id in list(self.active):
                self.poke(run_id)

    async def hand_over(self, *, seconds: float = 2.0) -> None:
        """Stop all work and give the runs back to the queue, so that another process goes on at once."""
        leaving = list(self.active.values())
        for active in leaving:
            active.control.want(Intent.LEAVE)
        for _ in range(int(seconds / 0.05)):
            if not self.active:
                break
            await asyncio.sleep(0.05)
        for active in leaving:
            try:
                await asyncio.wait_for(self._give_back(active), seconds)
            except (RunFenced, Exception) as error:  # noqa: BLE001 - leaving must not fail; the reaper takes the rest
                log.info("run.not_handed_over", run_id=str(active.run.id), error=type(error).__name__)

    async def _claim(self, job_id: int, run_id: UUID, novel_id: UUID, user_id: UUID) -> ClaimedRun | None:
        async def once(_: bool) -> ClaimedRun | None:
            scope = RowScope(user_id=user_id, novel_id=novel_id)
            async with self.outfit.database.transaction(scope) as session:
                return await Execution(session).claim(run_id, user_id, job_id, self.outfit.executor_id)

        return await patiently(once)

    async def _carry(self, active: Active) -> None:
        run = active.run
        speaker = Speaker(run.identity, run.epoch, self.outfit.live, self.outfit.database)
        storage = RunStorage(self.outfit.database, run, speaker)
        endings = Endings(storage, speaker, active.control)
        try:
            registered = self._registered(run.task)
            await self._announce(run, storage, registered)
            await self._look(active)
            await self._walk(active, registered, speaker, endings)
        except RunFenced:
            # A cancel moves the run out of `running` under its executor, who then still owns its end.
            if not await self._is_cancelling(run):
                raise
            await endings.cancelled()
        except (RunParked, asyncio.CancelledError):
            raise
        except DomainError as error:
            await endings.failed(error)

    def _registered(self, task: str) -> Registered:
        found = self.outfit.registry.tasks.get(task)
        if found is None:
            raise UnknownTaskError(task=task)
        return found

    async def _announce(self, run: ClaimedRun, storage: RunStorage, registered: Registered) -> None:
        goal = registered.spec.goal_key
        first = RunStarted(task=run.task, goal=goal, estimate=run.estimate)
        said = first if run.epoch == 1 else RunResumed(task=run.task, goal=goal)

        async def tell(_: Execution, turn: Turn) -> None:
            turn.say(said)

        await storage.commit(tell)

    async def _walk(self, active: Active, registered: Registered, speaker: Speaker, endings: Endings) -> None:
        """Walk the task until it ends or rests; a steer `now` lets it start its current step over."""
        while True:
            context = self._context(active.run, registered, speaker, active.control)
            try:
                result = await self._body(active, registered, context)
            except RunParked:
                return
            except (RunStopped, asyncio.CancelledError):
                if active.control.intent is Intent.START_OVER:
                    active.run = await self._start_over(active.run)
                    active.control.intent = Intent.NONE
                    continue
                await self._stop(active.control, endings)
                return
            except DomainError as error:
                await endings.failed(error, context.spending)
                return
            except Exception as error:
                if passes_by_itself(error):
                    log.warning("run.store_away", run_id=str(active.run.id), error=type(error).__name__)
                    await endings.failed(StoreUnavailableError(), context.spending)
                    return
                log.exception("run.crashed", run_id=str(active.run.id), task=active.run.task, exc_info=error)
                await endings.failed(
                    BugError("The run failed through a fault of the program."), context.spending
                )
                return
            await endings.completed(result, context.spending)
            return

    async def _body(self, active: Active, registered: Registered, context: RunContext) -> BaseModel:
        try:
            given = registered.spec.input_model.model_validate(active.run.input)
        except ValueError as error:
            raise RunIncompatibleError(step="input") from error
        context.limits = await self._limits(active.run, registered)
        work = asyncio.ensure_future(_awaited(registered, context, given))
        active.control.holds(work)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            # Either the work was cancelled by its control, or this job by the worker, which is stopping.
            if not work.done():
                active.control.want(Intent.LEAVE)
                await asyncio.wait({work}, timeout=10)
            raise

    async def _limits(self, run: ClaimedRun, registered: Registered) -> Limits:
        """Return what the task's model was found to be able to do; what is asked in this life goes by it."""
        role = registered.spec.role or registered.spec.agent

        async def once(_: bool) -> Limits:
            scope = RowScope(user_id=run.user_id, novel_id=run.novel_id)
            async with self.outfit.database.transaction(scope) as session:
                return await limits_of(session, run, role)

        return await patiently(once)

    def _context(
        self, run: ClaimedRun, registered: Registered, speaker: Speaker, control: Control
    ) -> RunContext:
        storage = RunStorage(self.outfit.database, run, speaker)
        equipment = Equipment(self.outfit.models, storage, speaker, control)
        extra = {name: item.spec for name, item in self.outfit.registry.tasks.items()}
        return RunContext(
            run,
            registered.spec,
            equipment,
            journal=self.outfit.journal,
            settings=self.outfit.settings,
            extra_tasks=extra,
        )

    async def _start_over(self, run: ClaimedRun) -> ClaimedRun:
        async with self.outfit.database.transaction(
            RowScope(user_id=run.user_id, novel_id=run.novel_id)
        ) as session:
            return await Execution(session).start_over(run)

    async def _stop(self, control: Control, endings: Endings) -> None:
        if control.intent is Intent.CANCEL:
            await endings.cancelled()
        elif control.intent in {Intent.PAUSE, Intent.PAUSE_NOW}:
            await endings.paused(control.reason)

    async def _look(self, active: Active) -> None:
        run = active.run
        try:
            async with self.outfit.database.transaction(
                RowScope(user_id=run.user_id, novel_id=run.novel_id)
            ) as session:
                execution = Execution(session)
                found = await execution.signal_of(run)
                urgent = await execution.has_urgent_steer(run)
        except Exception as error:  # noqa: BLE001 - the loop outlives any failure
            log.warning("run.not_seen", run_id=str(run.id), error=type(error).__name__)
            return
        if found is not None:
            active.control.see(*found, urgent_steer=urgent)

    async def _is_cancelling(self, run: ClaimedRun) -> bool:
        async with self.outfit.database.transaction(
            RowScope(user_id=run.user_id, novel_id=run.novel_id)
        ) as session:
            found = await Execution(session).signal_of(run)
        return found is not None and found[0] is RunState.CANCELLING

    async def _give_back(self, active: Active) -> None:
        run = active.run
        async with self.outfit.database.transaction(
            RowScope(user_id=run.user_id, novel_id=run.novel_id)
        ) as session:
            row = await Execution(session).hand_over(run)
            await Queue(session).drop(row.job_id)
            row.executor_id = None
            await deliver(session, row)


async def _awaited(registered: Registered, context: RunContext, given: BaseModel) -> BaseModel:
    with speaking(await context.wordings()):
        return await registered.body(context, given)
