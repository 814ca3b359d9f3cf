"""One question to a model: asked once, streamed while it is answered, repaired when its form is wrong."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from infinite_scribe.agents.runtime.journal import CallJournal
from infinite_scribe.agents.runtime.listening import Equipment, Listening
from infinite_scribe.agents.runtime.repair import repair
from infinite_scribe.agents.runtime.requests import (
    CallResult,
    KeepPartial,
    ModelRequest,
    PartialText,
    TextTarget,
)
from infinite_scribe.agents.runtime.speaker import Turn
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.model_client.schemas import CallDone, CallRequest, Message, TokenUsage
from infinite_scribe.runs.errors import BadAnswerError, CallFailedError, RunIncompatibleError
from infinite_scribe.runs.execution import ClaimedRun, Execution, StepEntry, StepRecord
from infinite_scribe.runs.manifests import keep_manifest
from infinite_scribe.runs.rules import StepKind, seed_below
from infinite_scribe.runs.schemas.events import CallFinished, StepRetrying, UsageRead, UsageTold
from infinite_scribe.runs.schemas.tasks import ModelRole

log = get_logger(__name__)

STEP_TRIES = 3
NANO = 1_000_000_000


@dataclass
class Spending:
    """Tokens and money of this life of the run; earlier lives stand in the recorded steps."""

    input_tokens: int = 0
    output_tokens: int = 0
    nanousd: int = 0

    def add(self, usage: TokenUsage, nanousd: int) -> None:
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.nanousd += nanousd

    def read(self) -> UsageRead:
        """Return the figures as the wire shows them."""
        return UsageRead(
            input_tokens=self.input_tokens, output_tokens=self.output_tokens, cost_usd=self.nanousd / NANO
        )


class Asker:
    """Asks models for one claimed run."""

    def __init__(
        self,
        run: ClaimedRun,
        equipment: Equipment,
        *,
        journal: CallJournal,
        role: ModelRole | None,
    ) -> None:
        self.run = run
        self.spending = Spending()
        self._with = equipment
        self._storage = equipment.storage
        self._speaker = equipment.speaker
        self._control = equipment.control
        self._journal = journal
        self._role: ModelRole = role or "quick"
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
        messages = list(request.messages)
        for no in range(1, request.repairs + 2):
            wire = self._wire(path, no, request, messages)
            done = await self._answer(wire, target, keep)
            output, faults = _parse(done, request)
            self.spending.add(done.usage, done.cost_nanousd)
            if not faults:
                return await self._finish(path, wire, done, output, target, inside, request.receipt)
            messages = [
                *messages,
                Message(role="assistant", text=done.text),
                repair(self.run.language, faults),
            ]
        raise BadAnswerError(step=path, faults=faults[:5])

    async def _remembered(self, recorded: StepRecord, request: ModelRequest) -> CallResult:
        call_id = UUID(recorded.output["call"])
        answer = await self._storage.look(lambda session: self._journal.answer(session, call_id))
        if answer is None:
            raise RunIncompatibleError(step=recorded.path)
        output: Any = None
        if request.output is not None:
            try:
                output = request.output.model_validate(answer.output)
            except ValidationError as error:
                raise RunIncompatibleError(step=recorded.path) from error
        return CallResult(
            call_id, answer.text, output, TokenUsage.model_validate(recorded.output["usage"]),
            recorded.output["cost_nanousd"], recorded.output["model"], recorded.output["demo"],
            recorded.output["finish_reason"],
        )  # fmt: skip

    async def _answer(
        self, wire: CallRequest, target: TextTarget | None, keep: KeepPartial | None
    ) -> CallDone:
        for attempt in range(1, STEP_TRIES + 1):
            listening = Listening(self._with, wire, target, keep)
            ended = await listening.run()
            if isinstance(ended, CallDone):
                return ended
            failed = CallFailedError.of(dict(ended.problem))
            if ended.partial or listening.text or not ended.problem.get("retryable") or attempt == STEP_TRIES:
                self._control.keep(
                    PartialText(wire.path, ended.call_id, ended.partial or listening.text), keep
                )
                raise failed
            await self._say_retry(wire.path, attempt + 1, failed)
            await asyncio.sleep(min(failed.retry_after or 2**attempt, 30))
        raise BadAnswerError(step=wire.path)

    async def _say_retry(self, path: str, attempt: int, failed: DomainError) -> None:
        async def tell(_: Execution, turn: Turn) -> None:
            turn.say(StepRetrying(step=path, attempt=attempt, problem=failed.to_problem()))

        await self._storage.commit(tell)

    async def _finish(
        self,
        path: str,
        wire: CallRequest,
        done: CallDone,
        output: Any,
        target: TextTarget | None,
        inside: str | None,
        receipt: Mapping[str, Any] | None,
    ) -> CallResult:
        outcome = {**_outcome(done, wire), "step": inside}
        entry = StepEntry(path, StepKind.CALL, wire.prompt_name or wire.task, outcome, _fingerprint(wire))

        async def remember(execution: Execution, turn: Turn) -> StepRecord:
            if target is not None:
                await self._speaker.end_text(execution.session, done.call_id)
            found = await execution.recorded(self.run, path)
            if found is not None:
                return found
            turn.say(self._finished(done), self._told())
            if receipt is not None:
                await keep_manifest(
                    execution.session,
                    done.call_id,
                    receipt,
                    novel_id=self.run.novel_id,
                    user_id=self.run.user_id,
                    run_id=self.run.id,
                )
            return await execution.record(self.run, entry)

        self.run.steps[path] = await self._storage.commit(remember)
        self._speaker.forget_text(done.call_id)
        if done.finish_reason == "budget":
            self._control.reach_cap()
        return CallResult(
            done.call_id,
            done.text,
            output,
            done.usage,
            done.cost_nanousd,
            done.model,
            done.demo,
            done.finish_reason,
        )

    def _finished(self, done: CallDone) -> CallFinished:
        usage = UsageRead(
            input_tokens=done.usage.input_tokens,
            output_tokens=done.usage.output_tokens,
            cost_usd=done.cost_nanousd / NANO,
        )
        return CallFinished(call=done.call_id, model=done.model, usage=usage, demo=done.demo)

    def _told(self) -> UsageTold:
        cap = self.run.cap_nanousd
        left = None if cap is None else max(0, cap - self.spending.nanousd) / NANO
        return UsageTold(**self.spending.read().model_dump(), cap_left=left)

    def _wire(self, path: str, no: int, request: ModelRequest, messages: list[Message]) -> CallRequest:
        override = self.run.model_override or {}
        schema = request.output.model_json_schema() if request.output is not None else None
        drawn = seed_below(self.run.seed, f"{path}#{self.run.attempt}")
        return CallRequest(
            run_id=self.run.id,
            epoch=self.run.epoch,
            path=path,
            try_=self.run.attempt,
            no=no,
            task=self.run.task,
            agent=self.run.agent,
            role=request.role or self._role,
            endpoint_id=override.get("endpoint_id"),
            model=override.get("model"),
            messages=messages,
            data=request.data,
            output_schema=schema,
            max_tokens=request.max_tokens,
            min_tokens=request.min_tokens,
            seed=(drawn if request.seed is None else request.seed) % 2**31,
            temperature=request.temperature,
            prompt_name=request.prompt_name,
            prompt_version=request.prompt_version,
            manifest=list(request.manifest),
            user_id=self.run.user_id,
            novel_id=self.run.novel_id,
        )


def _parse(done: CallDone, request: ModelRequest) -> tuple[Any, list[str]]:
    if request.output is None:
        faults = [] if done.text.strip() else ["The answer was empty."]
        return None, faults
    if done.output is None:
        return None, ["The answer was not one JSON object of the asked form."]
    try:
        output: BaseModel = request.output.model_validate(done.output)
    except ValidationError as error:
        return None, [
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        ]
    return output, request.check(output) if request.check is not None else []


def _outcome(done: CallDone, wire: CallRequest) -> dict[str, Any]:
    return {
        "call": str(done.call_id),
        "no": wire.no,
        "usage": done.usage.model_dump(),
        "cost_nanousd": done.cost_nanousd,
        "model": done.model,
        "demo": done.demo,
        "finish_reason": done.finish_reason,
        "text_sha256": hashlib.sha256(done.text.encode("utf-8", "surrogatepass")).hexdigest(),
    }


def _fingerprint(wire: CallRequest) -> str:
    return hashlib.sha256(wire.model_dump_json(by_alias=True, exclude={"epoch"}).encode()).hexdigest()
