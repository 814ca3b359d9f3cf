"""Dials, streams, goes on after a cut, and writes the end of a call. One task per live call."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from infinite_scribe.calls.holding import Wanted
from infinite_scribe.calls.journal import CallJournal, DialBill, Ending
from infinite_scribe.core import clock
from infinite_scribe.core.errors import BugError, DomainError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.settings import Settings
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.llm import continuation
from infinite_scribe.llm.adapters.base import Adapter, Finished, TextPiece, rung_below
from infinite_scribe.llm.adapters.hosted import thinking_room
from infinite_scribe.llm.appender import Appender, FencedError
from infinite_scribe.llm.choosing import PASSED_ON, following
from infinite_scribe.llm.dialling import dial_of, note_rung
from infinite_scribe.llm.errors import (
    BadStructureError,
    CancelledError,
    CutError,
    NoOutputError,
    PausedError,
    ProviderError,
    RateLimitError,
    RefusedError,
    TimeLimitError,
)
from infinite_scribe.llm.job import Job, done_event, looks_refused, rung_of
from infinite_scribe.llm.keys import KeyStore
from infinite_scribe.llm.lanes import Lanes
from infinite_scribe.llm.live import LiveCall
from infinite_scribe.llm.watch import Watch, last_sentence_end
from infinite_scribe.model_client.reader import read_object
from infinite_scribe.model_client.schemas import CallDone, CallFailed, CallUsage, TokenUsage
from infinite_scribe.providers.capabilities import at_once
from infinite_scribe.providers.prices import PriceBook
from infinite_scribe.providers.privacy import PrivateModeService
from infinite_scribe.providers.service import EndpointService

log = get_logger(__name__)

LONGEST_WAIT_SECONDS = 60
_OUTAGE_SECONDS = 600


@dataclass(frozen=True)
class Dialler:
    """Takes a job to its end. Between jobs it knows only how busy each model is."""

    database: Database
    settings: Settings
    owner: UUID
    keys: KeyStore
    adapter_of: Callable[[str], Adapter]
    lanes: Lanes = dataclasses.field(default_factory=Lanes)

    async def run(self, job: Job, live: LiveCall, lost: DialBill | None) -> None:
        """Work until the call has an end, was cut, or belongs to somebody else.

        `lost` is the bill of a dial that a dead process left behind.
        """
        try:
            await self._until_end(job, live, lost)
        except FencedError:
            log.info("call.fenced", call_id=str(job.call.id))
        except DomainError as error:
            await self._fail(job, live, error, None)
        except Exception:
            log.exception("call.broken", call_id=str(job.call.id))
            sent = job.of_dial or not job.waiting
            await self._fail(job, live, BugError(), job.counted() if sent else None)
        finally:
            live.close()

    async def _until_end(self, job: Job, live: LiveCall, lost: DialBill | None) -> None:
        while True:
            if live.is_stopping():
                await self._stopped(job, live, lost)
                return
            try:
                end = await self._in_line(job, live, lost)
            except ProviderError as error:
                if live.is_stopping():
                    lost = job.counted() if job.of_dial else None
                    continue
                lost = await self._after_failure(job, live, error)
                if lost is None and job.call.state in {"failed", "done"}:
                    return
                continue
            except DomainError as error:
                if (
                    job.waiting
                ):  # the next dial may not be made (cap, price); what was lost before is still booked
                    await self._end_badly(job, live, error.to_problem(), lost, None)
                    return
                if not await self._passed_on(job, error, None):
                    raise
                lost = None
                continue
            except asyncio.CancelledError:
                if not live.is_stopping():
                    raise
                lost = lost if job.waiting else job.counted()
                continue
            if end is None:
                lost = None
                continue
            if not job.text.strip() and end.reason != "refused" and job.seed_shift == 0:
                job.seed_shift, lost = 1, job.billed(end, "wasted")
                continue
            await self._end(job, live, end)
            return

    async def _take(self, job: Job, live: LiveCall, lost: DialBill | None) -> None:
        """Claim the next dial; book the lost one and hold the worst case of the new one in the same commit."""
        kind, profile = job.choice.endpoint.kind, job.choice.endpoint.profile
        mode = continuation.mode_of(kind, profile)
        keep = ""
        if job.text and continuation.worth_continuing(
            job.text, job.call.max_tokens, structured=job.structured
        ):
            keep = continuation.starting_point(job.text, mode)
        continued = bool(job.text)
        if lost is not None and job.text and not keep:
            lost = dataclasses.replace(lost, kind="wasted")
        async with self.database.transaction(job.scope) as session:
            journal = CallJournal.of(session, warn_ratio=self.settings.budgets.warn_ratio)
            seen = await journal.by_id(job.call.id)
            dial_no = await journal.claim_dial(job.call, self.owner, continued=continued)
            if dial_no is None or seen is None:
                raise FencedError
            await PrivateModeService.of(session, job.call.user_id).permit(job.choice, job.call.novel_id)
            if lost is not None:
                await journal.settle(job.call, lost)
            elif job.call.state == "cut":
                await journal.release(job.call)
            await journal.trim(job.call, len(keep))
            job.call = dataclasses.replace(seen, state="dialled", dial_no=dial_no, owner=self.owner)
            job.prefill_tokens = count_tokens(keep)
            if not await journal.holds(job.call):
                length = max(1, job.most - job.prefill_tokens)
                wanted = Wanted(
                    job.call.input_tokens_counted + job.prefill_tokens,
                    length,
                    min(job.request.min_tokens, length),
                )
                await journal.hold_again(job.call, job.caps, job.price, wanted)
        if keep:
            job.seams.append(len(keep))
        job.call = dataclasses.replace(job.call, continuations=job.call.continuations + int(continued))
        live.rewind(len(keep))
        job.text, job.of_dial = keep, ""
        live.tell(job.standing())

    async def _in_line(self, job: Job, live: LiveCall, lost: DialBill | None) -> Finished | None:
        """Claim the dial and stream when the model has a place for it; None when stopped before a word was sent.

        Until then nothing is permitted, claimed or booked, and the time counts against none of our limits.
        """
        job.waiting = True
        async with AsyncExitStack() as line:
            lane = self.lanes.taken((job.choice.endpoint.id, job.choice.model), job.at_once)
            await live.until_stopped(line.enter_async_context(lane))
            await self._take(job, live, lost)
            job.waiting = False
            return None if live.is_stopping() else await live.until_stopped(self._stream(job, live))

    async def _stream(self, job: Job, live: LiveCall) -> Finished:
        limits = self.settings.llm
        appender = Appender(
            self.database, job.scope, call_id=job.call.id, owner=self.owner, dial_no=job.call.dial_no,
            seq=job.seq, offset=len(job.text), every_milliseconds=limits.append_milliseconds,
            every_tokens=limits.append_tokens,
        )  # fmt: skip
        async with appender:
            try:
                async with aclosing(self._pieces(job)) as pieces:  # type: ignore[type-var]
                    end = await self._take_down(job, live, pieces, appender)
            finally:
                while live.stopping != "cancel" and not await appender.flush() and not appender.hopeless:  # noqa: ASYNC110
                    await asyncio.sleep(0.5)
                job.seq = appender.seq
        if appender.fenced:
            raise FencedError
        if end is None:
            raise CutError
        return end

    async def _take_down(
        self, job: Job, live: LiveCall, pieces: AsyncIterator[TextPiece | Finished], appender: Appender
    ) -> Finished | None:
        """Give every piece to the readers and to the journal; None when the stream ended without an end."""
        watch = Watch(job.call.max_tokens, structured=job.structured)
        async for event in pieces:
            if appender.fenced:
                raise FencedError
            if isinstance(event, Finished):
                return event
            job.text += event.text
            job.of_dial += event.text
            live.say(event.text)
            appender.add(event.text)
            if appender.hopeless:
                raise CutError("The journal is not reachable")
            if watch.stop_reason(event.text):
                job.call = dataclasses.replace(job.call, finish_reason="stopped")
                return Finished("length")
        return None

    async def _pieces(self, job: Job) -> AsyncIterator[TextPiece | Finished]:
        """Yield the provider's events under our time limits, joined to what stands already."""
        dial = dial_of(job, await self.keys.open(job.choice.endpoint, job.call.user_id), self.settings)
        limits = self.settings.llm
        first = limits.local_first_token_seconds if job.choice.endpoint.local else limits.first_token_seconds
        ends_at = clock.monotonic() + min(limits.call_seconds, job.request.deadline_seconds)
        held_back, joined = "", not job.text
        mode = continuation.mode_of(job.choice.endpoint.kind, job.choice.endpoint.profile)
        async with aclosing(self.adapter_of(job.choice.endpoint.kind).stream(dial)) as events:  # type: ignore[type-var]
            while True:
                silence = limits.silence_seconds if job.of_dial or held_back else first
                try:
                    async with asyncio.timeout(max(0.01, min(silence, ends_at - clock.monotonic()))):
                        event = await anext(events, None)
                except TimeoutError as error:
                    raise TimeLimitError(seconds=round(silence)) from error
                ended = event is None or isinstance(event, Finished)
                if isinstance(event, TextPiece) and joined:
                    yield TextPiece(event.text.replace("\0", ""))
                elif isinstance(event, TextPiece):
                    held_back += event.text.replace("\0", "")
                if not joined and (ended or len(held_back) > continuation.MAX_OVERLAP_CHARS):
                    joined = True
                    if fresh := continuation.join(job.text, held_back, mode):
                        yield TextPiece(fresh)
                if isinstance(event, Finished):
                    yield event
                if ended:
                    return

    async def _after_failure(self, job: Job, live: LiveCall, error: ProviderError) -> DialBill | None:
        """Decide: again, go on, or end. Returns the bill of a dial that was lost with text."""
        log.info("call.dial_failed", call_id=str(job.call.id), code=error.code, dial_no=job.call.dial_no)
        if job.of_dial:
            job.call = dataclasses.replace(job.call, state="streaming")
            if error.again and job.call.continuations < self.settings.llm.continuations:
                return job.counted()
            await self._fail(job, live, CutError() if error.again else error, job.counted())
            return None
        looser = rung_below(job.choice.endpoint.kind, job.rung)
        if isinstance(error, BadStructureError) and looser is not None:
            job.rung = looser
            await note_rung(self.database, job)
            await self._undialled(job)
            return None
        wait = float(error.retry_after or 0)
        if not error.again or job.dials >= self.settings.llm.dials or wait > LONGEST_WAIT_SECONDS:
            bill = job.counted("wasted") if isinstance(error, TimeLimitError) else None
            if not await self._passed_on(job, error, bill):
                await self._fail(job, live, error, bill)
            return None
        if not isinstance(error, TimeLimitError | CutError):
            await self._undialled(job)
        backoff = 0.0 if isinstance(error, RateLimitError) and wait else 0.5 * 2 ** (job.dials - 1)
        await live.rest(wait + random.random() * backoff)
        return None

    async def _undialled(self, job: Job) -> None:
        """Note that the provider sent the dial back and took nothing, so that nobody bills it should we die now."""
        call = job.call
        if not await self._durably(job, lambda journal: journal.undial(call, self.owner)):
            raise FencedError
        job.call = dataclasses.replace(call, state="intended")

    async def _passed_on(self, job: Job, error: DomainError, bill: DialBill | None) -> bool:
        """Hand the call to the next model of its role when the fault lies with this provider; say whether it was."""
        if error.code not in PASSED_ON or job.text:
            return False
        async with self.database.transaction(job.scope) as session:
            choice = await following(session, job.call, job.request)
            if choice is None:
                return False
            journal = CallJournal.of(session, warn_ratio=self.settings.budgets.warn_ratio)
            if not await journal.hand_on(job.call, self.owner, choice.key, bill):
                raise FencedError
            price = await PriceBook.of(session).price(choice.endpoint, choice.model)
            endpoints = EndpointService.of(session, job.call.user_id)
            profile = await endpoints.model_profile(choice.endpoint.id, choice.model)
        room = await thinking_room(choice.endpoint.kind, choice.model)
        job.hand_to(
            choice, price, rung_of(job.request, choice.endpoint.kind, profile), room, at_once(profile)
        )
        log.info("call.passed_on", call_id=str(job.call.id), code=error.code)
        return True

    async def _end(self, job: Job, live: LiveCall, end: Finished) -> None:
        schema = job.request.output_schema
        output = read_object(job.text, schema) if schema is not None else None
        bill = job.counted() if job.call.finish_reason == "stopped" else job.billed(end)
        if end.reason == "refused" or looks_refused(job.text, output):
            await self._fail(job, live, RefusedError(raw=job.text[:300]), bill)
            return
        if not job.text.strip():
            await self._fail(job, live, NoOutputError(), bill)
            return
        reason = job.call.finish_reason or (
            "budget" if end.reason == "length" and job.call.clipped else end.reason
        )
        text = job.text
        if reason in {"stopped", "budget"} and not job.structured:
            text = text[: last_sentence_end(text)]
        ending = Ending(text, output, reason, job.seams, end.response_id, job.form)
        kept = await self._durably(
            job, lambda journal: journal.finish(job.call, self.owner, job.call.dial_no, bill, ending)
        )
        if not kept:
            raise FencedError
        done = await self._done(job, ending)
        live.tell(CallUsage(input_tokens=done.usage.input_tokens, output_tokens=done.usage.output_tokens))
        live.tell(done)

    async def _fail(self, job: Job, live: LiveCall, error: DomainError, bill: DialBill | None) -> None:
        await self._end_badly(job, live, error.to_problem(), bill, self.owner)
        job.call = dataclasses.replace(job.call, state="failed")

    async def _end_badly(
        self,
        job: Job,
        live: LiveCall,
        problem: dict[str, Any],
        bill: DialBill | None,
        owner: UUID | None,
        state: Literal["failed", "cancelled"] = "failed",
    ) -> None:
        """Write the end; when the call belongs to somebody else by now, readers hear nothing here: they ask again."""
        call = job.call

        async def end(journal: CallJournal) -> bool:
            return await journal.end_badly(
                call, state, problem, job.text, bill, owner=owner, dial_no=call.dial_no
            )

        if await self._durably(job, end):
            live.tell(await self._failed(job, problem))

    async def _stopped(self, job: Job, live: LiveCall, bill: DialBill | None) -> None:
        """Write the end of a call that was stopped from outside; a pause and a shutdown leave it continuable."""
        call = job.call
        if live.stopping == "cancel":
            problem = CancelledError().to_problem()
            await self._end_badly(job, live, problem, bill, call.owner, "cancelled")
            return
        paused = PausedError().to_problem() if live.stopping == "pause" else None

        async def cut(journal: CallJournal) -> bool:
            return await journal.cut(call, call.owner, call.dial_no, bill=bill, paused=paused)

        if await self._durably(job, cut) and paused is not None:
            live.tell(await self._failed(job, paused))

    async def _durably(self, job: Job, act: Callable[[CallJournal], Awaitable[bool]]) -> bool:
        """Run one closing transaction, again and again while the database is away (at most ten minutes)."""
        give_up = clock.monotonic() + _OUTAGE_SECONDS
        while True:
            try:
                async with self.database.transaction(job.scope) as session:
                    return await act(CallJournal.of(session, warn_ratio=self.settings.budgets.warn_ratio))
            except (SQLAlchemyError, OSError, TimeoutError):
                if clock.monotonic() > give_up:
                    raise
                await asyncio.sleep(0.5)

    async def _done(self, job: Job, ending: Ending) -> CallDone:
        async with self.database.transaction(job.scope) as session:
            found = await CallJournal.of(session).by_id(job.call.id)
        response = {"text": ending.text, "output": ending.output, "rung": ending.rung}
        return done_event(dataclasses.replace(found or job.call, response=response))

    async def _failed(self, job: Job, problem: dict[str, Any]) -> CallFailed:
        async with self.database.transaction(job.scope) as session:
            found = await CallJournal.of(session).by_id(job.call.id)
        call = found or job.call
        usage = TokenUsage(input_tokens=call.input_tokens, output_tokens=call.output_tokens)
        return CallFailed(
            call_id=call.id, problem=problem, partial=job.text, usage=usage, cost_nanousd=call.cost_nanousd
        )
