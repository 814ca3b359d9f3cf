"""What every task of the table really asks of a model, with the storyteller's answer, over a small book.

A task is walked as a run walks it, by the same code and on a real database, but in one transaction and without queue and
journal: what it asks is noted, and answered at once.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from factories.loop import StoryModels
from factories.runs import Desk
from infinite_scribe.agents.runtime.context import StepBody
from infinite_scribe.agents.runtime.executor import Outfit
from infinite_scribe.agents.runtime.light import LightContext, LightEvent
from infinite_scribe.agents.runtime.prompts import speaking
from infinite_scribe.agents.runtime.registry import REGISTRY
from infinite_scribe.agents.runtime.rehearsal import Rehearsal
from infinite_scribe.agents.runtime.requests import CallResult, KeepPartial, ModelRequest, TextTarget
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import allow_pause
from infinite_scribe.llm.demo.storyteller import answer as told
from infinite_scribe.model_client.schemas import Message, TokenUsage
from infinite_scribe.runs.events import RunIdentity
from infinite_scribe.runs.execution import ClaimedRun
from infinite_scribe.runs.models import Run
from infinite_scribe.runs.rules import Signal
from infinite_scribe.runs.schemas.tasks import TASKS
from infinite_scribe.runs.service import RUN_ACTIONS

SEED = 7


@dataclass(frozen=True)
class Question:
    """One question of a task. `form` None: the answer is prose. `words` is the answer as a model would send it."""

    task: str
    prompt: str
    messages: tuple[Message, ...]
    form: type[BaseModel] | None
    words: str
    max_tokens: int
    data: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        """What a question is told apart by: who asks, in which words, in which form."""
        return self.task, self.prompt, self.form.__name__ if self.form is not None else "prose"

    @property
    def schema(self) -> dict[str, Any] | None:
        return self.form.model_json_schema() if self.form is not None else None

    def request(self) -> dict[str, Any]:
        """Return what it says to `llm`."""
        return {
            "task": self.task, "agent": self.task.partition(".")[0], "messages": list(self.messages),
            "data": dict(self.data), "output_schema": self.schema, "max_tokens": self.max_tokens, "opening_chars": 0,
        }  # fmt: skip


@dataclass
class Notes:
    """The questions so far, the first of each kind."""

    found: dict[tuple[str, str, str], Question] = field(default_factory=dict)

    def take(self, task: str, request: ModelRequest) -> Question:
        """Note a question with its answer."""
        form = request.output
        schema = form.model_json_schema() if form is not None else None
        asks = str(request.data.get("task") or task)
        made = told(asks, dict(request.data), schema, SEED, str(request.data.get("language", "en")))
        words = (made.text or "") if made.output is None else sound(request, dict(made.output))
        assert words.strip(), f"the storyteller says nothing to {asks}"
        prompt = request.prompt_name.rpartition(".")[0]
        one = Question(task, prompt, tuple(request.messages), form, words, request.max_tokens, request.data)
        self.found.setdefault(one.key, one)
        return one


def sound(request: ModelRequest, output: dict[str, Any]) -> str:
    """Return an answer as it is sent, without the items that a run would leave out: those its check complains of."""
    form, whole = request.output, dict(output)
    if form is None or request.check is None:
        return json.dumps(whole, ensure_ascii=False)
    for name, items in output.items():
        for item in items if isinstance(items, list) else []:
            wrong = len(request.check(form.model_validate(whole)))
            rest = {**whole, name: [one for one in whole[name] if one is not item]}
            if wrong and rest[name] and len(request.check(form.model_validate(rest))) < wrong:
                whole = rest
    return json.dumps(whole, ensure_ascii=False)


class Walk(Rehearsal):
    """A walk of a task that gets its answers at once, and whose children are walked in its own transaction."""

    def __init__(self, run: ClaimedRun, session: AsyncSession, outfit: Outfit, notes: Notes) -> None:
        super().__init__(run, session, outfit)
        self._outfit, self._notes = outfit, notes

    @override
    async def material(self, path: str, body: StepBody) -> Any:
        return json.loads(json.dumps(await body(self._session)))

    @override
    async def call(
        self,
        path: str,
        request: ModelRequest,
        target: TextTarget | None = None,
        *,
        keep_partial: KeepPartial | None = None,
    ) -> CallResult:
        one = self._notes.take(self.run.task, request)
        output = one.form.model_validate_json(one.words) if one.form is not None else None
        return CallResult(
            call_id=new_id(), text=one.words, output=output, usage=TokenUsage(input_tokens=10, output_tokens=5),
            cost_nanousd=0, model="demo/storyteller", demo=True, finish_reason="stop",
        )  # fmt: skip

    @override
    async def children(self, wanted: Sequence[tuple[str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
        results = []
        for _, task, given in wanted:
            run = _run(self.run.user_id, self.run.novel_id, task, given, self.run)
            results.append(await _walked(self._outfit, self._session, run, self._notes))
        return results


async def _walked(outfit: Outfit, session: AsyncSession, run: ClaimedRun, notes: Notes) -> dict[str, Any]:
    registered = REGISTRY.tasks[run.task]
    given = registered.spec.input_model.model_validate(run.input)
    await session.execute(pg_insert(Run).values(**_row(run)).on_conflict_do_nothing())
    with speaking({}):
        result = await registered.body(Walk(run, session, outfit, notes), given)
    shaped = registered.spec.result_model.model_validate(result.model_dump())
    assert shaped.has_product(), f"{run.task} made nothing"  # type: ignore[attr-defined]
    return shaped.model_dump(mode="json")


def _row(run: ClaimedRun) -> dict[str, Any]:
    """Return the row of a run that no executor may take: what it writes is looked up by its family."""
    held = run.identity
    return {
        "id": held.id, "novel_id": held.novel_id, "user_id": held.user_id, "root_id": held.root_id, "agent": held.agent,
        "payer_id": run.payer_id, "parent_id": run.parent_id, "task": run.task, "input": run.input, "seed": run.seed,
        "state": "completed", "protocol": 1, "idempotency_key": str(held.id), "request_sha256": "",
    }  # fmt: skip


def claimed(desk: Desk, task: str, given: Mapping[str, Any], run: UUID | None = None) -> ClaimedRun:
    """Return a run of a desk's book as an executor holds it."""
    return _run(desk.user_id, desk.novel_id, task, given, None, run)


def _run(
    user: UUID,
    novel: UUID,
    task: str,
    given: Mapping[str, Any],
    above: ClaimedRun | None,
    run: UUID | None = None,
) -> ClaimedRun:
    run_id = run or new_id()
    root = above.root_id if above is not None else run_id
    return ClaimedRun(
        identity=RunIdentity(run_id, novel, user, root, TASKS[task].agent), payer_id=user, actions=RUN_ACTIONS,
        parent_id=above.id if above is not None else None, depth=0, task=task, input=dict(given), language="en",
        seed=SEED, gates={}, model_override=None, cap_nanousd=None, estimate=None, epoch=1, attempt=1,
        signal=Signal.NONE, deadline_at=None, trace_parent=None,
    )  # fmt: skip


class Walks(Protocol):
    """Does tasks over the book of a desk, and notes what they asked."""

    @property
    def desk(self) -> Desk:
        """The book's desk."""
        ...

    @property
    def notes(self) -> Notes:
        """What was asked."""
        ...

    def at(self, desk: Desk) -> Walks:
        """Return who does the same over another book."""
        ...

    async def walk(
        self, task: str, *, run: UUID | None = None, override: dict[str, Any] | None = None, **given: Any
    ) -> dict[str, Any]:
        """Do a task; return its result. `run` is who a round of a conversation waits for."""
        ...

    async def light(self, task: str, **given: Any) -> None:
        """Ask a light task."""
        ...


@dataclass(frozen=True)
class Walker:
    """Walks tasks over the book of a desk."""

    desk: Desk
    notes: Notes

    def at(self, desk: Desk) -> Walker:
        """Return who walks over another book with the same notes."""
        return Walker(desk, self.notes)

    @property
    def _outfit(self) -> Outfit:
        models, desk = StoryModels(), self.desk
        return Outfit(desk.db.agent, desk.live, models, models, REGISTRY, desk.settings, executor_id=new_id())

    async def walk(
        self, task: str, *, run: UUID | None = None, override: dict[str, Any] | None = None, **given: Any
    ) -> dict[str, Any]:
        """Walk a task to its end and keep what it wrote; return its result."""
        desk = self.desk
        root = replace(claimed(desk, task, given, run), model_override=override)
        async with desk.db.agent.transaction(desk.scope) as session:
            await allow_pause(session, 60)
            return await _walked(self._outfit, session, root, self.notes)

    async def light(self, task: str, **given: Any) -> None:
        """Ask a light task."""
        registered, desk = REGISTRY.lights[task], self.desk
        context = _Noting(
            registered.spec, "key", desk.user_id, None, "en", StoryModels(), desk.db.agent, desk.settings
        )
        context.notes = self.notes
        with speaking({}):
            async for _ in registered.body(context, registered.spec.input_model.model_validate(given)):
                pass


class _Noting(LightContext):
    """A light context that only notes what is asked."""

    notes: Notes

    @override
    async def ask(self, request: ModelRequest) -> AsyncIterator[LightEvent]:
        self.notes.take(self.spec.name, request)
        yield LightEvent("done")
