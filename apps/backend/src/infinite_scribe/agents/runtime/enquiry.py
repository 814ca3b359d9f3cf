"""One question on its way to an answer: what is tried, in which order, and when the author is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel

from infinite_scribe.agents.runtime.climbing import (
    AUTHOR,
    CODE,
    MOST_FURTHER,
    NO_FURTHER_MODEL,
    NO_OUTPUT,
    Climb,
    Climbed,
    Model,
    Question,
)
from infinite_scribe.agents.runtime.endings import RESTS
from infinite_scribe.agents.runtime.outcomes import NEXT_MODEL, Answered, Spending
from infinite_scribe.agents.runtime.prose import clean, faults_of
from infinite_scribe.agents.runtime.questions import (
    KEEP,
    PROSE,
    REFUSED,
    REPHRASE,
    STORYTELLER,
    UNREACHABLE,
    WRITE,
    Trouble,
    model_of,
)
from infinite_scribe.agents.runtime.repair import corrected, with_words
from infinite_scribe.agents.runtime.requests import Decision, KeepPartial, ModelRequest, TextTarget
from infinite_scribe.agents.runtime.rounds import LostRound, Rounds
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.ids import child_id
from infinite_scribe.model_client.schemas import CallDone, CallRequest, Message
from infinite_scribe.runs.errors import BadAnswerError, CallFailedError
from infinite_scribe.runs.execution import ClaimedRun
from infinite_scribe.runs.gates import Gate

PROSE_TRIES = 3
"""How often one model is asked for prose that can go on the page."""
WARMER = 0.3
"""Temperature added to a further try, so that a loop is left."""


_OF_THE_RUN = frozenset({"llm-cancelled", "run-not-current"})
"""Failures of a call that say something of its run, not of a model."""


class Asking(Protocol):
    """What an enquiry needs of the run it is made for. `spending` is the run's account."""

    run: ClaimedRun
    rounds: Rounds
    spending: Spending

    @property
    def calls(self) -> int:
        """Calls of one model for one typed answer."""
        ...

    @property
    def may_do_without(self) -> bool:
        """Whether the author and the operator allowed answers that are made without a model."""
        ...

    @property
    def has_author(self) -> bool:
        """Whether trouble can be put to an author."""
        ...

    def wire(
        self, path: str, request: ModelRequest, question: Question, *, temperature: float | None = None
    ) -> CallRequest:
        """Return the request of one call."""
        ...

    async def answer(
        self, wire: CallRequest, target: TextTarget | None, keep: KeepPartial | None, spent: Spending
    ) -> CallDone:
        """Make one call and book it. Raises `CallFailedError`."""
        ...

    async def say_retry(self, path: str, attempt: int, failed: DomainError) -> None:
        """Tell that a call is made again, and why."""
        ...

    async def take_back(self, target: TextTarget) -> None:
        """Take text that cannot be used off the page of whoever reads along."""
        ...

    async def author(self, path: str, trouble: Trouble) -> Decision:
        """Put trouble to the author."""
        ...


class Enquiry:
    """One question. `streamed` are the calls whose text the author saw arrive."""

    def __init__(
        self,
        asker: Asking,
        path: str,
        request: ModelRequest,
        target: TextTarget | None,
        keep: KeepPartial | None,
    ) -> None:
        self.path, self.request, self.target = path, request, target
        self.streamed: list[UUID] = []
        self._asker, self._keep = asker, keep
        self._language = asker.run.language
        self._rounds = 0
        self._spent = Spending()

    async def typed(self, form: type[BaseModel]) -> Answered:
        """Climb until an answer of the form stands; the author decides what follows a lost climb."""
        climb = Climb(self.request, form, self._language, self._asker.calls)

        async def on_fault(question: Question, faults: list[str]) -> None:
            climb.most = await self._asker.rounds.calls(self.path, climb.most)
            await self._tell_fault(question, faults)

        climb.on_fault = on_fault
        found, trouble = await self._round(climb)
        while found is None:
            decision = await self._author(trouble or self._misshapen(climb))
            if decision.id == WRITE:
                output, told, _ = climb.written(decision.text or "")
                if output is not None:
                    return self._by_author(output, {"output": told, "text": None}, climb)
                trouble = None
                continue
            if decision.id == REPHRASE and decision.text:
                words = with_words(climb.request.messages, decision.text)
                climb.request = replace(climb.request, messages=words)
            found, trouble = await self._round(climb, model_of(decision.id))
        made = {"output": found.made, "text": None} if found.made is not None else None
        return Answered(
            found.done.call_id, found.done.text, found.output, found.done,
            self._wire_of(found.question), self._spent, climb.rungs, found.dropped, made,
        )  # fmt: skip

    async def _round(self, climb: Climb, model: Model | None = None) -> tuple[Climbed | None, Trouble | None]:
        """Climb once, and without a model where that is allowed beforehand; what is lost is kept for later walks."""
        if lost := await self._lost():
            climb.no, climb.faults, climb.held, climb.last = lost.no, lost.faults, lost.held, lost.last
            climb.rungs.update(lost.rungs)
            return None, lost.trouble
        spent, rungs = replace(self._spent), climb.rungs.copy()
        found, trouble = await self._climb(climb, model)
        unasked = self._rounds == 0 and not self.request.optional and self._asker.may_do_without
        if found is None and trouble is None and unasked:
            found, trouble = await self._climb(climb, STORYTELLER)
        if found is None:
            trouble = trouble or self._misshapen(climb)
            await self._lose(
                LostRound(
                    no=climb.no, trouble=trouble, spent=self._spent.since(spent), faults=climb.faults,
                    rungs=dict(climb.rungs - rungs), held=climb.held, last=climb.last,
                )
            )  # fmt: skip
        return found, trouble

    async def _lost(self) -> LostRound | None:
        """Return the coming round when an earlier walk lost it, and count what it cost."""
        lost = await self._asker.rounds.known(self.path, self._rounds + 1)
        if lost is not None:
            self._asker.spending.more(lost.spent)
            self._spent.more(lost.spent)
        return lost

    async def _lose(self, lost: LostRound) -> None:
        if self._asker.has_author and not self.request.optional:
            await self._asker.rounds.keep(self.path, self._rounds + 1, lost)

    def _misshapen(self, climb: Climb) -> Trouble:
        last = climb.last
        return Trouble(
            Gate.STRUCTURE, climb.faults, climb.no, last.text if last else "", last.model if last else "",
            climb.schema,
        )  # fmt: skip

    async def _climb(self, climb: Climb, model: Model | None = None) -> tuple[Climbed | None, Trouble | None]:
        counted = CODE if model == STORYTELLER else None
        try:
            return await climb.go(self._put, model=model, counted=counted), None
        except CallFailedError as error:
            return None, self._refusal(error, climb.no, model, schema=climb.schema)

    async def prose(self) -> Answered:
        """Ask for text that can go on the page; the author decides what follows when nobody gives it."""
        state = _Prose()
        model: Model | None = None
        messages = list(self.request.messages)
        while True:
            trouble = await self._prose_round(state, messages, model)
            if trouble is None:
                assert state.done is not None
                return Answered(
                    state.done.call_id, state.done.text, None, state.done, state.wire, self._spent,
                    Counter({NEXT_MODEL: 1} if state.wire and state.wire.fallback else {}), stripped=state.stripped,
                )  # fmt: skip
            decision = await self._author(trouble)
            if decision.id == WRITE and (decision.text or "").strip():
                return self._by_author(None, {"output": None, "text": decision.text})
            if decision.id == KEEP and state.done is not None:
                return Answered(
                    state.done.call_id, state.done.text, None, state.done, state.wire, self._spent, taken=True
                )
            if decision.id == REPHRASE and decision.text:
                messages = with_words(messages, decision.text)
            model = model_of(decision.id)

    async def _prose_round(
        self, state: _Prose, messages: list[Message], model: Model | None
    ) -> Trouble | None:
        """Ask all models once around; what is lost is kept for later walks."""
        if lost := await self._lost():
            state.no, state.faults, state.done, state.stripped = (
                lost.no, lost.faults, lost.last, lost.stripped,
            )  # fmt: skip
            return lost.trouble
        spent = replace(self._spent)
        trouble = await self._try_prose(state, messages, model)
        if trouble is not None:
            if self.target is not None:
                await self._asker.take_back(self.target)
            await self._lose(
                LostRound(
                    no=state.no, trouble=trouble, spent=self._spent.since(spent), faults=state.faults,
                    last=state.done, stripped=state.stripped,
                )
            )  # fmt: skip
        return trouble

    async def _try_prose(self, state: _Prose, messages: list[Message], model: Model | None) -> Trouble | None:
        """Ask one model after another, each a few times; None when `state` holds text that can be used."""
        fallback, faults = 0, list[str]()
        while True:
            for _ in range(PROSE_TRIES):
                state.no += 1
                words = corrected(self._language, messages, faults) if faults else messages
                try:
                    await self._say_prose(
                        state, Question(state.no, words, None, fallback or None, model), faults
                    )
                except CallFailedError as error:
                    state.no -= error.code == NO_FURTHER_MODEL
                    if fallback and error.code not in RESTS:
                        return self._ignored(state, faults)
                    raw = state.done.text if state.done else ""
                    return self._refusal(error, state.no, model, raw=raw)
                if not (faults := state.faults):
                    return None
                failed = BadAnswerError(step=self.path, faults=faults)
                await self._asker.say_retry(self.path, state.no + 1, failed)
            fallback += 1
            if model is not None or fallback > MOST_FURTHER:
                return self._ignored(state, faults)

    async def _say_prose(self, state: _Prose, question: Question, faults: list[str]) -> None:
        warmer = min((self.request.temperature or 0.7) + WARMER, 1.5) if faults else None
        wire = self._asker.wire(self.path, self.request, question, temperature=warmer)
        try:
            done = await self._asker.answer(wire, self.target, self._keep, self._spent)
        except CallFailedError as error:
            if error.code != NO_OUTPUT:
                raise
            state.faults = faults_of("", self._language)
            return
        state.wire, state.done = wire, done
        self.streamed.append(state.done.call_id)
        ours = "\n".join(one.text for one in self.request.messages if one.role == "system")
        cleaned = clean(state.done.text, prompt=ours, stopped_by_length=state.done.finish_reason != "stop")
        state.stripped = cleaned.stripped
        state.faults = faults_of(cleaned.text, self._language, cut=state.done.finish_reason == "stopped")

    async def _put(self, question: Question) -> CallDone:
        done = await self._asker.answer(self._wire_of(question), self.target, self._keep, self._spent)
        self.streamed.append(done.call_id)
        return done

    def _wire_of(self, question: Question) -> CallRequest:
        return self._asker.wire(self.path, self.request, question)

    async def _tell_fault(self, question: Question, faults: list[str]) -> None:
        failed = BadAnswerError(step=self.path, faults=faults[:5])
        await self._asker.say_retry(self.path, question.no + 1, failed)

    async def _author(self, trouble: Trouble) -> Decision:
        if self.request.optional:
            raise BadAnswerError(step=self.path, faults=list(trouble.faults)[:5])
        self._rounds += 1
        attempt = self._asker.run.attempt
        again = f"@{attempt}" if attempt > 1 else ""  # what was answered in an earlier attempt is asked anew
        return await self._asker.author(f"gate:{trouble.kind}:{self.path}:{self._rounds}{again}", trouble)

    def _refusal(
        self, error: CallFailedError, calls: int, model: Model | None, *, raw: str = "",
        schema: Mapping[str, Any] | None = None,
    ) -> Trouble:  # fmt: skip
        """Return as trouble what is the author's to answer: a refusal, and whatever becomes of a model they named.

        Every other failure goes on as it came.
        """
        if error.code == "llm-refused":
            said = str(error.params.get("raw") or error.detail)
            return Trouble(REFUSED, [said], calls, said, "", schema)
        if model is None or error.code in RESTS or error.code in _OF_THE_RUN:
            raise error
        why = str(error.detail or error.title)
        return Trouble(UNREACHABLE, [why], calls, raw, "", schema, error.to_problem())

    def _ignored(self, state: _Prose, faults: list[str]) -> Trouble:
        done = state.done
        return Trouble(PROSE, faults, state.no, done.text if done else "", done.model if done else "")

    def _by_author(
        self, output: BaseModel | None, made: dict[str, Any], climb: Climb | None = None
    ) -> Answered:
        last = climb.last if climb is not None else None
        rungs = climb.rungs if climb is not None else Answered(self._own_id(), "").rungs
        rungs[AUTHOR] += 1
        call = last.call_id if last is not None else self._own_id()
        return Answered(
            call, str(made["text"] or ""), output, spent=self._spent, rungs=rungs, made=made, taken=True
        )

    def _own_id(self) -> UUID:
        return child_id(self._asker.run.id, f"{self.path}/author")


@dataclass
class _Prose:
    """The last text that came, and what is wrong with it."""

    no: int = 0
    done: CallDone | None = None
    wire: CallRequest | None = None
    faults: list[str] = field(default_factory=list)
    stripped: int = 0
