"""Trying again from a step, wherever in a family of runs it stands: what comes after it is taken back, and only that.

A run below is opened again where it stands, so that what it and those above it finished before is not paid twice. The
runs above wait for it, as they did when it was first at work.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.ids import child_id
from infinite_scribe.novels.access import scope_for_run
from infinite_scribe.novels.reverts import Reverts
from infinite_scribe.runs.admission import Admission
from infinite_scribe.runs.errors import RunAlreadyActiveError, RunEffectStandsError, RunStateError
from infinite_scribe.runs.execution import CHILDREN_GATE
from infinite_scribe.runs.models import Run, RunStep
from infinite_scribe.runs.queue import Queue
from infinite_scribe.runs.repository import RunsRepository
from infinite_scribe.runs.rules import AT_WORK, ENDED, RunState, Signal, StepKind, may_retry
from infinite_scribe.runs.standing import effect_of, first_undone, owners, scene_of


@dataclass(frozen=True)
class Retrying:
    """Opens a run of a locked family again. `cancel` ends a run that rests."""

    session: AsyncSession
    family: Sequence[Run]
    cancel: Callable[[Run], Awaitable[None]]

    async def open(self, row: Run, from_step: str | None) -> list[Run]:
        """Take back the step and what came after it, here and above; return the runs above, waiting for this one.

        Raises `RunStateError` (also where the run was itself replaced by a later try), `RunAlreadyActiveError`
        (something else works there now) and `RunEffectStandsError` (what would be done again stands in the book).
        """
        above = self._above(row)
        await self._check(row, above, from_step)
        attempt = max(one.attempt for one in (row, *above)) + 1
        taken = await self._taken(row, above, from_step)
        await self._check_effects(row, above, taken)
        if from_step is not None:
            paths = [step.path for step in taken[row.id]]
            number = first_undone(row.task, from_step, paths)
            of_scenes = zip(taken[row.id], owners(paths), strict=True)
            await self._take_back(row, [step for step, scene in of_scenes if not 0 < scene < number])
            await self._let_go(row, None if taken[row.id] else from_step, since=number)
        below = row
        for one in above:
            if await RunsRepository(self.session).forget(one.id, str(below.parent_step)):
                await self._take_back(one, taken[one.id])
                await self._let_go(one, None, but=below)
            await Queue(self.session).drop(one.job_id)
            one.state, one.signal, one.executor_id = RunState.WAITING, Signal.NONE, None
            one.gate = {"name": CHILDREN_GATE, "children": [str(below.id)]}
            below = one
        for one in (row, *above):
            one.attempt, one.takeovers = attempt, 0
            one.error, one.finished_at, one.result = None, None, None
        await self.session.flush()
        return above

    def _above(self, row: Run) -> list[Run]:
        rows = {one.id: one for one in self.family}
        found, place = list[Run](), row.parent_id
        while place is not None and place in rows:
            found.append(rows[place])
            place = rows[place].parent_id
        return found

    async def _taken(
        self, row: Run, above: Sequence[Run], from_step: str | None
    ) -> dict[UUID, list[RunStep]]:
        """Return the steps that are taken back, by their runs."""
        repository = RunsRepository(self.session)
        taken = {row.id: await repository.behind(row.id, from_step, inside=True) if from_step else []}
        below = row
        for one in above:
            taken[one.id] = await repository.behind(one.id, str(below.parent_step), inside=False)
            below = one
        return taken

    async def _check_effects(
        self, row: Run, above: Sequence[Run], taken: Mapping[UUID, Sequence[RunStep]]
    ) -> None:
        for one in (row, *above):
            outputs = {step.path: step.output for step in taken[one.id]}
            step = effect_of(one.task, outputs, asked=one is row)
            if step is not None and not await self._is_reverted(one):
                raise RunEffectStandsError(step=step)

    async def _is_reverted(self, row: Run) -> bool:
        """Say whether all that a run, or its whole family, changed in the book was taken back."""
        reverts = Reverts.of(self.session, scope_for_run(row.user_id, row.novel_id, row.actions))
        below = self._with_those_below({row.id})
        return any([await reverts.are_done(ids) for ids in (below, {one.id for one in self.family})])

    def _with_those_below(self, tops: set[UUID]) -> set[UUID]:
        found = set(tops)
        for one in self.family:  # parents first
            if one.parent_id in found:
                found.add(one.id)
        return found

    async def _take_back(self, row: Run, steps: Sequence[RunStep]) -> None:
        """Take steps back, with what the runs below that did them took up of the author's words."""
        repository = RunsRepository(self.session)
        paths = {step.path for step in steps if step.kind == StepKind.CHILD}
        children = {one.id for one in self.family if one.parent_id == row.id and one.parent_step in paths}
        await repository.take_back(steps)
        await repository.free_steers((), self._with_those_below(children))

    async def _check(self, row: Run, above: Sequence[Run], from_step: str | None) -> None:
        if not may_retry(RunState(row.state), from_step is not None):
            raise RunStateError(state=row.state)
        if above or from_step is not None:
            at_work = [one.state for one in self.family if one.state in AT_WORK]
            if at_work:
                raise RunStateError(state=at_work[0])
        below = row
        for one in above:
            if below.id != await self._current(one, str(below.parent_step)):
                raise RunStateError(state="replaced")
            below = one
        mine = {one.id for one in self.family}
        for one in (row, *above):
            holder = (
                await Admission(self.session).active_at(one.novel_id, one.target_key)
                if one.target_key
                else None
            )
            if holder is not None and holder.id not in mine:
                raise RunAlreadyActiveError(run=str(holder.id))

    async def _current(self, parent: Run, path: str) -> UUID:
        """Return the id of the run that stands for a step of its parent now."""
        replaced = await RunsRepository(self.session).times_replaced(parent.id, path)
        return child_id(parent.id, path if not replaced else f"{path}#{replaced}")

    async def _let_go(self, parent: Run, only: str | None, *, but: Run | None = None, since: int = 0) -> None:
        """Part with runs whose step never ended: they were asked for by what was taken back.

        With `only` no more than one that rests at that step; one that has ended there is opened again by its parent.
        Those of scenes before `since` stay.
        """
        repository = RunsRepository(self.session)
        for one in self.family:
            path = str(one.parent_step)
            if 0 < scene_of(path) < since:
                continue
            if one.parent_id != parent.id or one is but or await repository.is_recorded(parent.id, path):
                continue
            if one.id != await self._current(parent, path):
                continue
            if only is not None and (path != only or one.state in ENDED):
                continue
            await repository.mark_replaced(parent, path)
            await repository.free_steers((), self._with_those_below({one.id}))
            await self._cancel_below(one)

    async def _cancel_below(self, top: Run) -> None:
        gone = {top.id}
        for one in self.family:  # parents first
            if one.parent_id in gone:
                gone.add(one.id)
            if one.id in gone and one.state not in ENDED:
                await self.cancel(one)
