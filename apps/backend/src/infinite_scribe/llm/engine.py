"""Takes requests for calls: opens, attaches, replays, continues, cancels. One per process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from infinite_scribe.calls.errors import CallMismatchError, CallNotFoundError
from infinite_scribe.calls.journal import ENDED, CallJournal, DialBill, JournalCall, NewCall
from infinite_scribe.core import clock
from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.settings import Settings
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.llm import choosing, requests
from infinite_scribe.llm.adapters.hosted import thinking_room
from infinite_scribe.llm.dialler import Dialler
from infinite_scribe.llm.errors import CancelledError, PausedError, RunNotCurrentError
from infinite_scribe.llm.job import Job, done_event, rung_of
from infinite_scribe.llm.live import LiveCall
from infinite_scribe.llm.run_facts import RunFacts, run_facts
from infinite_scribe.model_client.schemas import (
    CallDelta,
    CallEvent,
    CallFailed,
    CallPhase,
    CallRequest,
    CallState,
    TokenUsage,
)
from infinite_scribe.providers.budgets import Cap, caps_of
from infinite_scribe.providers.capabilities import at_once
from infinite_scribe.providers.prices import PriceBook
from infinite_scribe.providers.rules import NANO
from infinite_scribe.providers.service import EndpointService, ModelChoice

log = get_logger(__name__)

TAIL_SECONDS = 0.25
DETACHED_LIGHT_SECONDS = 5
WATCH_SECONDS = 0.5
SWEEP_SECONDS = 60
ABANDONED_SECONDS = 600


@dataclass
class Engine:
    """The calls of this process."""

    database: Database
    settings: Settings
    dialler: Dialler
    live: dict[UUID, LiveCall] = field(default_factory=dict)

    @property
    def owner(self) -> UUID:
        return self.dialler.owner

    async def accept(self, request: CallRequest, *, attach: bool = False) -> AsyncIterator[CallEvent]:
        """Return the events of the slot's call; refusals are raised before the first event.

        `attach` is for a reader who lost the connection: what was stopped meanwhile stays stopped.
        Raises `RunNotCurrentError`, `CallMismatchError`, `BudgetReachedError`, `PriceUnknownError`.
        """
        run = await self._run(request)
        user_id = run.payer_id if run else request.user_id
        scope = RowScope(user_id=user_id, novel_id=request.novel_id)
        call = await self._find_or_open(request, run, user_id, scope)
        if call.request_sha256 != requests.request_sha256(request):
            wanted = requests.request_sha256(request).hex()
            raise CallMismatchError(known=call.request_sha256.hex(), wanted=wanted, path=request.path)
        return self._events(call, request, run, scope, attach=attach)

    async def cancel(self, call_id: UUID, scope: RowScope, *, pause: bool) -> None:
        """Stop paying for a call. Raises `CallNotFoundError` for a call outside the scope."""
        async with self.database.transaction(scope) as session:
            call = await CallJournal.of(session).by_id(call_id)
        if call is None:
            raise CallNotFoundError
        live = self.live.get(call_id)
        if live is not None:
            if live.stop("pause" if pause else "cancel"):
                return
            await live.over()
        async with self.database.transaction(RowScope(call.user_id, call.novel_id)) as session:
            await self._end_stored(CallJournal.of(session), call_id, pause=pause)

    async def _end_stored(self, journal: CallJournal, call_id: UUID, *, pause: bool) -> None:
        """Stop a call that this process does not stream; one who does finds itself fenced at its next write."""
        call = await journal.by_id(call_id)
        if call is None or call.state in ENDED:
            return
        bill = await self._lost_bill(journal, call, call.user_id)
        if pause:
            await journal.cut(call, None, call.dial_no, bill=bill, paused=PausedError().to_problem())
        else:
            stored = await journal.text_of(call)
            await journal.end_badly(call, "cancelled", CancelledError().to_problem(), stored.text, bill)

    async def shut_down(self) -> None:
        """Bring the text of all live calls to the disk and leave them continuable."""
        for live in self.live.values():
            live.stop("shutdown")
        tasks = [live.task for live in self.live.values() if live.task]
        if tasks:
            await asyncio.wait(tasks, timeout=5)

    async def recover(self) -> None:
        """Turn the streams of dead processes into cut ones; they wait to be asked for."""
        async with self.database.transaction(RowScope(sweep=True)) as session:
            journal = CallJournal.of(session)
            cut = await journal.cut_orphans(await journal.living(self.settings.runs.dead_seconds))
        if cut:
            log.info("calls.cut", count=cut)

    async def watch(self) -> None:
        """Close calls that nobody wants any more; settle those that nobody came back for."""
        swept = clock.monotonic()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            with contextlib.suppress(SQLAlchemyError, OSError, TimeoutError):
                for live in [live for live in self.live.values() if live.readers == 0 and not live.closed]:
                    if await self._unwanted(live):
                        live.stop("cancel")
                if clock.monotonic() - swept > SWEEP_SECONDS:
                    swept = clock.monotonic()
                    await self.settle_abandoned(ABANDONED_SECONDS)

    async def settle_abandoned(self, seconds: float) -> int:
        """Settle by estimate what dead processes held and nobody asked for in `seconds`; return how many."""
        async with self.database.transaction(RowScope(sweep=True)) as session:
            journal = CallJournal.of(session)
            found = await journal.abandoned(await journal.living(self.settings.runs.dead_seconds), seconds)
        for call_id, user_id, novel_id in found:
            async with self.database.transaction(RowScope(user_id, novel_id)) as session:
                journal = CallJournal.of(session)
                call = await journal.by_id(call_id)
                if call is None:
                    continue
                bill = await self._lost_bill(journal, call, user_id)
                if bill is None:
                    await journal.release(call)
                else:
                    await journal.cut(call, None, call.dial_no, bill=bill)
        return len(found)

    async def _unwanted(self, live: LiveCall) -> bool:
        away = clock.monotonic() - live.left_at
        if live.run_id is None:
            return away > DETACHED_LIGHT_SECONDS
        async with self.database.transaction(RowScope(novel_id=live.novel_id)) as session:
            run = await run_facts(session, live.run_id)
        return run is None or run.over

    async def _run(self, request: CallRequest) -> RunFacts | None:
        if request.run_id is None:
            return None
        async with self.database.transaction(RowScope(request.user_id, request.novel_id)) as session:
            run = await run_facts(session, request.run_id)
        if run is None or run.state != "running" or run.epoch != request.epoch:
            raise RunNotCurrentError(state=run.state if run else None, epoch=run.epoch if run else None)
        return run

    async def _find_or_open(
        self, request: CallRequest, run: RunFacts | None, user_id: UUID, scope: RowScope
    ) -> JournalCall:
        key = requests.call_key(request, user_id)
        async with self.database.transaction(scope) as session:
            journal = CallJournal.of(session)
            call = await journal.by_key(key)
            if call is not None:
                return call
            choice = (await choosing.choices(session, request, user_id))[0]
            price = await PriceBook.of(session).price(choice.endpoint, choice.model)
            new = _new_call(request, key, user_id, choice)
            room = await thinking_room(choice.endpoint.kind, choice.model)
            caps = self._caps(request, run, user_id)
            call, _ = await journal.open_call(new, caps, price, request.min_tokens, room)
        return call

    async def _events(
        self,
        call: JournalCall,
        request: CallRequest,
        run: RunFacts | None,
        scope: RowScope,
        *,
        attach: bool,
    ) -> AsyncIterator[CallEvent]:
        while True:
            yield _standing(call)
            live = self.live.get(call.id)
            if live is not None and live.is_stopping() and not attach:
                # Who asks while a pause is being written asks for what comes after it.
                await live.over()
            call = await self._again(call, scope)
            if (end := await self._stored_end(call, request, scope, attach=attach)) is not None:
                yield end
                return
            if call.state in ENDED:
                call = await self._again(call, scope)
            live = self.live.get(call.id)
            if live is None and not await self._owned_elsewhere(call, scope):
                live = await self._take_up(call, request, run, scope)
            events = live.follow() if live is not None else self._tail(call, scope)
            async for event in events:
                yield event
                if event.type in {"done", "failed"}:
                    return
            call, attach = await self._again(call, scope), True
            if call.state not in ENDED and not call.paused:
                return

    async def _stored_end(
        self, call: JournalCall, request: CallRequest, scope: RowScope, *, attach: bool
    ) -> CallEvent | None:
        """Return the end that stands in the journal; None when the call is to be streamed (again)."""
        if call.state == "done":
            return done_event(call)
        if attach and (call.paused or call.state in ENDED):
            return _stored_failure(call)
        if call.state in ENDED and not await choosing.reopened(self.database, call, request, scope):
            return _stored_failure(call)
        return None

    async def _take_up(
        self, call: JournalCall, request: CallRequest, run: RunFacts | None, scope: RowScope
    ) -> LiveCall | None:
        async with self.database.transaction(scope) as session:
            journal = CallJournal.of(session)
            stored = await journal.text_of(call)
            endpoints = EndpointService.of(session, call.user_id)
            choice = ModelChoice(await endpoints.facts(call.endpoint_id), call.model)
            price = await PriceBook.of(session).price(choice.endpoint, call.model)
            lost = await self._lost_bill(journal, call, call.user_id)
            profile = await endpoints.model_profile(call.endpoint_id, call.model)
            rung = rung_of(request, choice.endpoint.kind, profile)
        room = await thinking_room(choice.endpoint.kind, call.model)
        if call.id in self.live:
            return self.live[call.id]
        caps = self._caps(request, run, call.user_id)
        job = Job(
            call,
            request,
            choice,
            price,
            caps,
            rung,
            text=stored.text,
            of_dial="",
            seq=stored.seq,
            seams=list(call.seams),
            dials_before=call.dial_no,
            thinking_room=room,
            at_once=at_once(profile),
        )
        live = LiveCall(call.id, call.run_id, call.novel_id, stored.text)
        self.live[call.id] = live
        live.task = asyncio.create_task(self.dialler.run(job, live, lost))
        live.task.add_done_callback(lambda _: self._forget(live))
        return live

    def _forget(self, live: LiveCall) -> None:
        if self.live.get(live.call_id) is live:
            del self.live[live.call_id]

    async def _lost_bill(self, journal: CallJournal, call: JournalCall, user_id: UUID) -> DialBill | None:
        """Return the estimate of a dial that died with its process; None when nothing was dialled or all is settled."""
        if call.state not in {"dialled", "streaming", "cut"} or not await journal.holds(call):
            return None
        stored = await journal.text_of(call)
        endpoint = await EndpointService.of(journal.repository.session, user_id).facts(call.endpoint_id)
        price = await PriceBook.of(journal.repository.session).price(endpoint, call.model)
        kind = "call" if stored.of_dial else "wasted"
        return DialBill(call.input_tokens_counted, count_tokens(stored.of_dial), "counted", price, kind)  # type: ignore[arg-type]

    async def _again(self, call: JournalCall, scope: RowScope) -> JournalCall:
        async with self.database.transaction(scope) as session:
            found = await CallJournal.of(session).by_id(call.id)
        if found is None:
            raise CallNotFoundError
        return found

    async def _owned_elsewhere(self, call: JournalCall, scope: RowScope) -> bool:
        if call.owner is None or call.owner == self.owner or call.state not in {"dialled", "streaming"}:
            return False
        async with self.database.transaction(scope) as session:
            return call.owner in await CallJournal.of(session).living(self.settings.runs.dead_seconds)

    async def _tail(self, call: JournalCall, scope: RowScope) -> AsyncIterator[CallEvent]:
        """Read a call that another process streams, from its chunks."""
        seq = 0
        while await self._owned_elsewhere(call, scope):
            async with self.database.transaction(scope) as session:
                chunks = await CallJournal.of(session).chunks_after(call.id, seq)
            for number, offset, text in chunks:
                seq = number
                yield CallDelta(seq=number, offset=offset, text=text)
            await asyncio.sleep(TAIL_SECONDS)
            call = await self._again(call, scope)

    def _caps(self, request: CallRequest, run: RunFacts | None, user_id: UUID) -> list[Cap]:
        day = self.settings.budgets.user_day_usd
        return caps_of(
            user_id,
            novel_id=request.novel_id,
            run_id=run.root_id if run else None,
            run_cap=(run.cap_nanousd, run.cap_tokens) if run else (None, None),
            user_day_nanousd=None if day is None else round(day * NANO),
        )


def _new_call(request: CallRequest, key: bytes, user_id: UUID, choice: ModelChoice) -> NewCall:
    return NewCall(
        call_key=key,
        request_sha256=requests.request_sha256(request),
        user_id=user_id,
        novel_id=request.novel_id,
        run_id=request.run_id,
        path=request.path,
        try_=request.try_,
        no=request.no,
        task=request.task,
        agent=request.agent,
        role=request.role,
        endpoint_id=choice.endpoint.id,
        provider=choice.endpoint.kind,
        model=choice.model,
        request=requests.journalled(request),
        prompt_name=request.prompt_name,
        prompt_version=request.prompt_version,
        manifest=[part.model_dump(mode="json") for part in request.manifest],
        max_tokens=request.max_tokens,
        input_tokens=requests.input_tokens(request),
    )


def _standing(call: JournalCall) -> CallState:
    return CallState(
        call_id=call.id,
        state=cast("CallPhase", call.state),
        dial_no=call.dial_no,
        provider=call.provider,
        model=call.model,
        demo=call.provider == "demo",
    )


def _stored_failure(call: JournalCall) -> CallFailed:
    return CallFailed(
        call_id=call.id,
        problem=call.error or {},
        partial=str((call.response or {}).get("text") or ""),
        usage=TokenUsage(input_tokens=call.input_tokens, output_tokens=call.output_tokens),
        cost_nanousd=call.cost_nanousd,
    )
