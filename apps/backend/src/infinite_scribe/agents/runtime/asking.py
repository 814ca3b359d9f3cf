"""One question to a model: asked once, streamed while it is answered, corrected when the answer cannot be used.

A typed answer climbs down the ladder of `climbing`; prose that cannot go on the page is asked for again, each time told
why. What no model could give is put to the author, whose answer goes on in the same place: a run does not die of a bad
answer, and it asks no model for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn
from uuid import UUID

from infinite_scribe.agents.runtime.climbing import Question
from infinite_scribe.agents.runtime.enquiry import Enquiry
from infinite_scribe.agents.runtime.journal import CallJournal
from infinite_scribe.agents.runtime.listening import Equipment, Listening
from infinite_scribe.agents.runtime.outcomes import (
    NANO,
    Answered,
    Spending,
    fingerprint,
    remembered,
    wording,
)
from infinite_scribe.agents.runtime.questions import LEAVE, PROSE, REFUSED, STOP, Trouble
from infinite_scribe.agents.runtime.requests import (
    CallResult,
    Decision,
    KeepPartial,
    ModelRequest,
    PartialText,
    TextTarget,
)
from infinite_scribe.agents.runtime.rounds import Rounds
from infinite_scribe.agents.runtime.speaker import Turn
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.model_client.filling import opening_of
from infinite_scribe.model_client.schemas import CallDone, CallRequest, TokenUsage
from infinite_scribe.runs.errors import (
    BadAnswerError,
    CallFailedError,
    RunIncompatibleError,
    SceneLeftError,
    UnusableTextError,
)
from infinite_scribe.runs.execution import ClaimedRun, Execution, StepEntry, StepRecord
from infinite_scribe.runs.gates import Gate
from infinite_scribe.runs.manifests import keep_manifest
from infinite_scribe.runs.materials import keep_material, read_material
from infinite_scribe.runs.rules import StepKind, seed_below
from infinite_scribe.runs.schemas.events import (
    CallFinished,
    StepRetrying,
    TextSnapshot,
    UsageRead,
    UsageTold,
)
from infinite_scribe.runs.schemas.tasks import TaskSpec

log = get_logger(__name__)

STEP_TRIES = 3
_SEED_STEP = 7_919

AskAuthor = Callable[[str, Trouble], Awaitable[Decision]]
"""Put some trouble to the author, at a path of its own, and wait for the answer."""


class Asker:
    """Asks models for one claimed run. `ask_author` None: trouble ends the run, as in a conversation.

    `storyteller`: the operator lets the built-in storyteller answer.
    """

    def __init__(
        self,
        run: ClaimedRun,
        equipment: Equipment,
        *,
        journal: CallJournal,
        spec: TaskSpec,
        calls: int,
        ask_author: AskAuthor | None = None,
        storyteller: bool,
    ) -> None:
        self.run = run
        self.rounds = Rounds(run, equipment.storage)
        self.spending = Spending()
        self._with = equipment
        self._storage = equipment.storage
        self._speaker = equipment.speaker
        self._control = equipment.control
        self._journal = journal
        self._role = spec.role or "quick"
        self._calls = calls
        self._ask_author = None if run.input.get("round") else ask_author
        self._storyteller = storyteller
        unasked = "ask" if spec.startable and ask_author is not None else "code"
        self._structure = run.gates.get(Gate.STRUCTURE, unasked)
        for record in run.steps.values():
            if record.kind == StepKind.CALL:
                self.spending.add(
                    TokenUsage.model_validate(record.output["usage"]), record.output["cost_nanousd"]
                )

    async def ask(
        self,
        path: str,
        request: ModelRequest,
        target: TextTarget | None,
        keep: KeepPartial | None,
        *,
        inside: str | None = None,
    ) -> CallResult:
        """Return the answer; from the journal when the step is finished. `inside` names the told step around it."""
        recorded = self.run.steps.get(path)
        if recorded is not None:
            return await self._remembered(recorded, request)
        one = Enquiry(self, path, request, target, keep)
        answered = await (one.prose() if request.output is None else one.typed(request.output))
        return await self._finish(one, answered, inside)

    async def _remembered(self, recorded: StepRecord, request: ModelRequest) -> CallResult:
        call_id = UUID(recorded.output["call"])
        made = None
        if material := recorded.output.get("material"):
            made = await self._storage.look(lambda session: read_material(session, UUID(material)))
        answer = await self._storage.look(lambda session: self._journal.answer(session, call_id))
        if answer is None and made is None:
            raise RunIncompatibleError(step=recorded.path)
        text, output = (answer.text, answer.output) if answer is not None else (None, None)
        return remembered(recorded, request, text, output, made)

    async def _finish(self, one: Enquiry, answered: Answered, inside: str | None) -> CallResult:
        done, path, request = answered.done, one.path, one.request
        prompt = request.prompt_name or self.run.task
        outcome = answered.outcome(inside)
        hashed = fingerprint(answered.wire) if answered.wire is not None else None

        async def remember(execution: Execution, turn: Turn) -> StepRecord:
            if one.target is not None:
                await self._speaker.end_text(execution.session)
            found = await execution.recorded(self.run, path)
            if found is not None:
                return found
            if one.target is not None and answered.taken:
                shown = one.target.place(done.call_id if done is not None else None)
                turn.say(TextSnapshot(**shown.model_dump(), text=answered.text))
            if done is not None:
                turn.say(_finished(answered, done))
            turn.say(self._told())
            if request.receipt is not None and answered.wire is not None and done is not None:
                await keep_manifest(
                    execution.session, done.call_id, {**request.receipt, "prompt": wording(answered.wire)},
                    novel_id=self.run.novel_id, user_id=self.run.user_id, run_id=self.run.id,
                )  # fmt: skip
            if answered.made is not None:
                kept = await keep_material(execution.session, self.run, f"{path}/answer", answered.made)
                outcome["material"] = str(kept)
            return await execution.record(self.run, StepEntry(path, StepKind.CALL, prompt, outcome, hashed))

        self.run.steps[path] = await self._storage.commit(remember)
        for call in one.streamed:
            self._speaker.forget_text(call)
        if done is not None and done.finish_reason == "budget":
            self._control.reach_cap()
        return answered.result()

    async def answer(
        self, wire: CallRequest, target: TextTarget | None, keep: KeepPartial | None, spent: Spending
    ) -> CallDone:
        """Make one call; what passes in a moment is tried again. Raises `CallFailedError`."""
        attempt = 0
        while True:
            attempt += 1
            listening = Listening(self._with, wire, target, keep)
            ended = await listening.run()
            for account in (self.spending, spent):
                account.add(ended.usage, ended.cost_nanousd)
            if isinstance(ended, CallDone):
                self._control.partial = None
                return ended
            failed = CallFailedError.of(dict(ended.problem))
            partial = ended.partial or listening.text
            if partial or not ended.problem.get("retryable") or attempt == STEP_TRIES:
                self._control.keep(PartialText(wire.path, ended.call_id, partial), keep)
                raise failed
            await self.say_retry(wire.path, attempt + 1, failed)
            await asyncio.sleep(min(failed.retry_after or 2**attempt, 30))

    async def say_retry(self, path: str, attempt: int, failed: DomainError) -> None:
        """Tell that a call is made again, and why."""

        async def tell(_: Execution, turn: Turn) -> None:
            turn.say(StepRetrying(step=path, attempt=attempt, problem=failed.to_problem()))

        await self._storage.commit(tell)

    async def take_back(self, target: TextTarget) -> None:
        """Take text that cannot be used off the page of whoever reads along."""

        async def tell(_: Execution, turn: Turn) -> None:
            self._speaker.take_back(target, turn)

        await self._storage.commit(tell)

    async def author(self, path: str, trouble: Trouble) -> Decision:
        """Put trouble to the author; where there is none to ask, or on their word, it ends the run."""
        if self._ask_author is None:
            _give_up(path, trouble)
        decision = await self._ask_author(path, trouble)
        if decision.id == STOP:
            _give_up(path, trouble)
        if decision.id == LEAVE:
            raise SceneLeftError(why=str(trouble.kind))
        return decision

    @property
    def may_do_without(self) -> bool:
        """Whether the author and the operator allowed answers that are made without a model."""
        return self._structure == "code" and self._storyteller

    @property
    def has_author(self) -> bool:
        """Whether trouble can be put to an author."""
        return self._ask_author is not None

    @property
    def calls(self) -> int:
        return self._calls

    def _told(self) -> UsageTold:
        cap = self.run.cap_nanousd
        left = None if cap is None else max(0, cap - self.spending.nanousd) / NANO
        return UsageTold(**self.spending.read().model_dump(), cap_left=left)

    def wire(
        self, path: str, request: ModelRequest, question: Question, *, temperature: float | None = None
    ) -> CallRequest:
        """Return the request of one call: the question's words, the run's slot."""
        override = self.run.model_override or {}
        endpoint, model = question.model or (override.get("endpoint_id"), override.get("model"))
        drawn = (
            seed_below(self.run.seed, f"{path}#{self.run.attempt}") if request.seed is None else request.seed
        )
        schema = request.output.model_json_schema() if request.output is not None else None
        return CallRequest(
            run_id=self.run.id,
            epoch=self.run.epoch,
            path=path,
            try_=self.run.attempt,
            no=question.no,
            task=self.run.task,
            agent=self.run.agent,
            role=request.role or self._role,
            endpoint_id=endpoint,
            model=model,
            messages=question.messages,
            data=request.data,
            output_schema=schema,
            rung=question.rung,
            fallback=question.fallback,
            max_tokens=request.max_tokens,
            min_tokens=request.min_tokens,
            seed=(drawn + _SEED_STEP * (question.no - 1)) % 2**31,
            temperature=temperature if temperature is not None else request.temperature,
            prompt_name=request.prompt_name,
            prompt_version=request.prompt_version,
            manifest=list(request.manifest),
            opening_chars=opening_of(
                question.messages, "briefing", int((request.receipt or {}).get("opening_chars", 0))
            ),
            user_id=self.run.user_id,
            novel_id=self.run.novel_id,
        )


def _give_up(path: str, trouble: Trouble) -> NoReturn:
    if trouble.problem is not None:
        raise CallFailedError.of(dict(trouble.problem))
    if trouble.kind == REFUSED:
        raise CallFailedError.of(
            {
                "code": "llm-refused", "kind": "UPSTREAM", "title": "The model refused the request",
                "detail": trouble.raw, "params": {"raw": trouble.raw[:300]}, "retryable": False,
            }
        )  # fmt: skip
    if trouble.kind == PROSE:
        raise UnusableTextError(step=path, faults=list(trouble.faults)[:5])
    raise BadAnswerError(step=path, faults=list(trouble.faults)[:5])


def _finished(answered: Answered, done: CallDone) -> CallFinished:
    usage = UsageRead(
        input_tokens=done.usage.input_tokens,
        output_tokens=done.usage.output_tokens,
        cost_usd=done.cost_nanousd / NANO,
    )
    return CallFinished(
        call=done.call_id, model=done.model, usage=usage, demo=done.demo, rungs=dict(answered.rungs),
        dropped=list(answered.dropped),
    )  # fmt: skip
