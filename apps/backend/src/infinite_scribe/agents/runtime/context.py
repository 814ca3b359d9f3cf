"""What a task's function holds in its hands: its run, its steps, its models, its voice.

A task is a plain `async` function that is walked again from its start in each life of the run. Whatever it wants
to remember, it does through a *step* with a stable path (`scene1/draft`): a finished step is not done again, its
recorded output is returned. Between steps there is no clock, no random number and no fresh reading of the stores.

    @task("writer.draft_scene")
    async def draft_scene(ctx: RunContext, given: DraftSceneInput) -> TaskResult:
        async with ctx.step("draft", agent="writer", title_key="runs.step.draft"):
            briefing = await ctx.read("draft/briefing", lambda session: brief(session, given.scene))
            steers = await ctx.steers()
            answer = await ctx.call("draft/text", request(briefing, steers), TextTarget(scene_id=given.scene))
            saved = await ctx.write("draft/save", lambda session: save(session, given.scene, answer))
        return TaskResult(versions=[saved["version"]], words=saved["words"])
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.agents.runtime.asking import Asker
from infinite_scribe.agents.runtime.journal import CallJournal
from infinite_scribe.agents.runtime.limits import UNKNOWN, Limits
from infinite_scribe.agents.runtime.listening import Equipment
from infinite_scribe.agents.runtime.prompts import Prompt, keep_wordings
from infinite_scribe.agents.runtime.questions import Trouble, models_to_offer, question_of
from infinite_scribe.agents.runtime.requests import (
    CallResult,
    Decision,
    KeepPartial,
    ModelRequest,
    TextTarget,
)
from infinite_scribe.agents.runtime.speaker import Turn
from infinite_scribe.core import clock
from infinite_scribe.core.settings import Settings
from infinite_scribe.runs.children import Children, ChildState, ChildWanted
from infinite_scribe.runs.errors import (
    ChildFailedError,
    DeadlineError,
    RunParked,
    RunStopped,
    RunTooLongError,
    UnknownTaskError,
)
from infinite_scribe.runs.execution import CHILDREN_GATE, ClaimedRun, Execution, StepEntry, StepRecord
from infinite_scribe.runs.materials import keep_material, read_material
from infinite_scribe.runs.rules import PauseReason, RunState, StepKind
from infinite_scribe.runs.schemas.events import (
    OutputKind,
    Payload,
    RunPaused,
    RunWaiting,
    SteerApplied,
    StepCompleted,
    StepOutput,
    StepProgress,
    StepStarted,
)
from infinite_scribe.runs.schemas.tasks import TASKS, TaskSpec

StepBody = Callable[[AsyncSession], Awaitable[Any]]
Options = Sequence[dict[str, Any]]

__all__ = ["Decision", "RunContext", "StepBody"]


_inside: ContextVar[str | None] = ContextVar("inside", default=None)


class RunContext:
    """One life of one run. Made by the executor; see the module's first lines for its use."""

    limits: Limits = UNKNOWN

    def __init__(
        self,
        run: ClaimedRun,
        spec: TaskSpec,
        equipment: Equipment,
        *,
        journal: CallJournal,
        settings: Settings,
        extra_tasks: dict[str, TaskSpec] | None = None,
    ) -> None:
        self.run = run
        self.settings = settings
        self.models = equipment.models
        self._storage = equipment.storage
        self._control = equipment.control
        self._tasks = {**TASKS, **(extra_tasks or {})}
        self.may_leave = bool(run.input.get("leave"))
        self._counts: dict[str, int] = {}
        self._asker = Asker(
            run,
            equipment,
            journal=journal,
            spec=spec,
            calls=settings.llm.answer_calls,
            ask_author=self._trouble,
            storyteller=settings.demo.enabled,
        )

    @property
    def spending(self) -> Any:
        """Tokens and money of the run so far, as the wire shows them (`UsageRead`)."""
        return self._asker.spending.read()

    async def wordings(self) -> dict[str, Prompt]:
        """Return the author's own wordings of the agent's prompts, as they were when this attempt began."""
        return await self._storage.commit(lambda execution, _: keep_wordings(execution.session, self.run))

    async def read(self, path: str, body: StepBody) -> Any:
        """Read something once. `body` gets a session in the run's scope and returns JSON of at most 64 KB."""
        return await self._once(path, StepKind.READ, body)

    async def write(self, path: str, body: StepBody, *, tell: Sequence[Payload] = ()) -> Any:
        """Do something once: the effect of `body`, the memory of it and what it tells are one transaction.

        `body` may run again after a lost connection, so it does nothing outside its session, and it uses no other
        method of this context.
        """
        return await self._once(path, StepKind.WRITE, body, tell)

    async def material(self, path: str, body: StepBody) -> Any:
        """Freeze something large that prompts are made of; every later walk gets the same bytes.

        `body` returns JSON of any size. It is kept beside the steps, since it may hold the author's text.
        """

        async def keep(session: AsyncSession) -> dict[str, str]:
            return {"material": str(await keep_material(session, self.run, path, await body(session)))}

        kept = await self._once(path, StepKind.READ, keep)
        return await self._storage.look(lambda session: read_material(session, UUID(kept["material"])))

    async def call(
        self,
        path: str,
        request: ModelRequest,
        target: TextTarget | None = None,
        *,
        keep_partial: KeepPartial | None = None,
    ) -> CallResult:
        """Ask a model once. Text streams to `target`; a typed answer is validated and repaired.

        `keep_partial` saves what had arrived when the call is cancelled or fails. What cannot be repaired is put to
        the author. Raises `CallFailedError` (the model's problem), `BadAnswerError` and `UnusableTextError` (on the
        author's word, or where nobody can be asked) and `ModelsUnavailableError`; the executor turns those that pass
        by themselves into a pause.
        """
        self._boundary(path)
        return await self._asker.ask(path, request, target, keep_partial, inside=_inside.get())

    async def child(self, path: str, task: str, given: dict[str, Any]) -> dict[str, Any]:
        """Let a task be done as a run of its own and return its result; this run rests meanwhile.

        Raises `ChildFailedError` with the child's problem.
        """
        return (await self.children([(path, task, given)]))[0]

    async def children(self, wanted: Sequence[tuple[str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
        """Let several tasks be done side by side: `(path, task, input)` each. Results in the same order."""
        asked = []
        for path, task, given in wanted:
            self._boundary(path)
            spec = self._tasks.get(task)
            if spec is None or spec.light:
                raise UnknownTaskError(task=task)
            asked.append(ChildWanted(path, spec, given))
        while missing := [child for child in asked if child.path not in self.run.steps]:
            await self._advance_children(missing)
        return [self.run.steps[child.path].output for child in asked]

    async def gate(
        self, name: str, question: str, options: Options, default: str, *, ask: bool | None = None
    ) -> str:
        """Ask the author, unless the run was told to decide by itself; return the id of the chosen option.

        The run's `gates[name]`: `auto` (also when unset) takes `default`, `ask` waits for as long as it takes.
        `ask` decides for conditions that only the task can judge (costs, contradictions).
        """
        return (await self.decide(name, question, options, default, ask=ask)).id

    async def decide(
        self, name: str, question: str, options: Options, default: str, *, ask: bool | None = None,
        shown: dict[str, Any] | None = None,
    ) -> Decision:  # fmt: skip
        """Ask like `gate`, and return the words that came with the choice too; `shown` is seen beside the question."""
        path = self._numbered(f"gate:{name}")
        self._boundary(path)
        recorded = self.run.steps.get(path)
        if recorded is None and not (self.run.gates.get(name) == "ask" if ask is None else ask):

            async def take(_: AsyncSession) -> dict[str, str]:
                return {"decision": default}

            return Decision(str((await self._once(path, StepKind.GATE, take))["decision"]))
        return await self._decided_at(path, name, question, options, {**(shown or {}), "default": default})

    async def _decided_at(
        self, path: str, name: str, question: str, options: Options, shown: dict[str, Any]
    ) -> Decision:
        """Return the author's answer to the question of a path; rest until it is there."""
        recorded = self.run.steps.get(path)
        if recorded is not None:
            return Decision(str(recorded.output["decision"]), recorded.output.get("text"))
        gate = {**shown, "name": name, "path": path, "question": question, "options": list(options)}

        async def park(execution: Execution, turn: Turn) -> None:
            state = await execution.park_at_gate(self.run, gate)
            turn.say(_parked(state, RunWaiting(gate=name, question=question, options=list(options))))

        await self._storage.commit(park, fenced=False)
        raise RunParked

    async def _trouble(self, path: str, trouble: Trouble) -> Decision:
        """Put to the author what no model could do."""
        if path in self.run.steps:
            return await self._decided_at(path, trouble.kind, "", [], {})
        self._boundary(path)
        others = await self._storage.look(
            lambda session: models_to_offer(session, self.run.payer_id, self.run.novel_id)
        )
        may = {"storyteller": self.settings.demo.enabled, "may_leave": self.may_leave}
        asked = question_of(trouble, others, self.run.language, **may)
        return await self._decided_at(path, asked.name, asked.text, asked.options, asked.shown)

    async def steers(self) -> list[str]:
        """Return what the author asked for since the last time, to be put into the next prompt."""
        path = self._numbered(f"{_inside.get() or ''}/steers")
        self._boundary(path)
        recorded = self.run.steps.get(path)
        if recorded is not None:
            wanted = list(recorded.output["steers"])
            return await self._storage.look(lambda session: Execution(session).steer_texts(wanted))

        async def take(execution: Execution, turn: Turn) -> list[str]:
            again = await execution.recorded(self.run, path)
            if again is not None:
                self.run.steps[path] = again
                return await execution.steer_texts(list(again.output["steers"]))
            self.run.steps[path], texts = await execution.take_steers(self.run, path)
            turn.say(*(SteerApplied(text=text, at_step=_inside.get()) for text in texts))
            return texts

        return await self._storage.commit(take)

    @asynccontextmanager
    async def step(
        self,
        path: str,
        *,
        agent: str | None = None,
        title_key: str,
        total: int | None = None,
        of: int | None = None,
    ) -> AsyncIterator[None]:
        """Name a stretch of work for the author. Silent when it was finished in an earlier life."""
        done = path in self.run.steps
        who, parent, attempt = agent or self.run.agent, _inside.get(), self.run.attempt
        if not done:
            self._boundary(path)
            await self.say(
                StepStarted(step=path, parent=parent, agent=who, title_key=title_key, attempt=attempt, total=total, of=of)
            )  # fmt: skip
        token = _inside.set(path)
        try:
            yield
        finally:
            _inside.reset(token)
        if not done:
            completed = StepCompleted(step=path, agent=who, title_key=title_key, attempt=attempt)
            await self._remember(StepEntry(path, StepKind.WRITE, title_key, {}), [completed])

    async def output(self, kind: OutputKind, index: int, value: dict[str, Any]) -> None:
        """Show a structured result of the work under way; said once, also when the run is walked again."""
        path = f"{_inside.get() or ''}/output:{kind}:{index}"
        if path not in self.run.steps:
            said = [StepOutput(step=_inside.get(), kind=kind, index=index, value=value)]
            await self._remember(StepEntry(path, StepKind.WRITE, "output", {}), said)

    async def progress(self, done: int, total: int | None = None) -> None:
        """Tell how far the current step is."""
        await self.say(StepProgress(step=_inside.get() or "", done=done, total=total))

    async def say(self, *payloads: Payload) -> None:
        """Tell events of the run; they are stored, then streamed. Told again when the run is walked again."""

        async def tell(_: Execution, turn: Turn) -> None:
            turn.say(*payloads)

        await self._storage.commit(tell)

    async def _once(self, path: str, kind: StepKind, body: StepBody, tell: Sequence[Payload] = ()) -> Any:
        self._boundary(path)
        recorded = self.run.steps.get(path)
        if recorded is not None:
            return recorded.output

        async def work(execution: Execution, turn: Turn) -> StepRecord:
            again = await execution.recorded(self.run, path)
            if again is not None:
                return again
            output = await body(execution.session)
            turn.say(*tell)
            return await execution.record(self.run, StepEntry(path, kind, "", output))

        self.run.steps[path] = await self._storage.commit(work)
        return self.run.steps[path].output

    async def _remember(self, entry: StepEntry, said: Sequence[Payload]) -> None:
        async def work(execution: Execution, turn: Turn) -> StepRecord:
            again = await execution.recorded(self.run, entry.path)
            if again is None:
                turn.say(*said)
            return again or await execution.record(self.run, entry)

        self.run.steps[entry.path] = await self._storage.commit(work)

    async def _advance_children(self, missing: Sequence[ChildWanted]) -> None:
        """Make the missing children, take in those that have ended, and rest for the others."""

        async def advance(execution: Execution, turn: Turn) -> list[ChildState]:
            children = Children(execution.session, self.run)
            states = [await children.ensure(child) for child in missing]
            for child, state in zip(missing, states, strict=True):
                turn.pass_on(state.said)
                self._tell_child(child, state, turn)
                if state.state is RunState.COMPLETED:
                    entry = StepEntry(child.path, StepKind.CHILD, child.spec.name, state.result or {})
                    await execution.record(self.run, entry)
            return states

        states = await self._storage.commit(advance)
        for child, state in zip(missing, states, strict=True):
            if state.state is RunState.COMPLETED:
                self.run.steps[child.path] = StepRecord(
                    child.path, StepKind.CHILD, self.run.attempt, state.result or {}
                )
        open_ids = [state.id for state in states if state.state not in _ENDED]
        failed = [state for state in states if state.state in {RunState.FAILED, RunState.CANCELLED}]
        if open_ids:
            await self._rest_for(open_ids)
        elif failed:
            raise ChildFailedError.of(
                failed[0].error or {"code": "cancelled", "kind": "CONFLICT", "title": "Cancelled"}
            )

    async def _rest_for(self, children: Sequence[Any]) -> None:
        async def park(execution: Execution, turn: Turn) -> RunState | None:
            state = await execution.park_for_children(self.run, children)
            if state is not None:
                turn.say(_parked(state, RunWaiting(gate=CHILDREN_GATE)))
            return state

        if await self._storage.commit(park, fenced=False) is not None:
            raise RunParked

    def _tell_child(self, child: ChildWanted, state: ChildState, turn: Turn) -> None:
        members = {"step": child.path, "agent": child.spec.agent, "title_key": child.spec.goal_key}
        if state.fresh:
            attempt = self.run.attempt
            turn.say(StepStarted(**members, parent=_inside.get(), attempt=attempt, child_run=state.id))
        elif state.state is RunState.COMPLETED:
            turn.say(StepCompleted(**members, attempt=self.run.attempt))

    def _boundary(self, path: str) -> None:
        """Between two steps: stop if the author wants it, and respect the limits."""
        if self._control.is_set:
            raise RunStopped
        if path in self.run.steps:
            return
        if len(self.run.steps) >= self.settings.runs.max_steps:
            raise RunTooLongError
        if self.run.deadline_at is not None and clock.now() > self.run.deadline_at:
            raise DeadlineError

    def _numbered(self, name: str) -> str:
        self._counts[name] = self._counts.get(name, 0) + 1
        return f"{name}:{self._counts[name]}".lstrip("/")


_ENDED = frozenset({RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED})


def _parked(state: RunState, waiting: RunWaiting) -> RunWaiting | RunPaused:
    """What to say about a rest: the question, or that a pause came first."""
    return waiting if state is RunState.WAITING else RunPaused(reason=PauseReason.AUTHOR.value)
