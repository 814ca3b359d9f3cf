"""The journal of model calls: a slot is bought once, whatever dies (reliability §10.3).

    intended ─dial→ dialled ─first text→ streaming ─→ done
        ↑└── sent back ─┤                    └─ lost → cut ─continue→ dialled (dial_no + 1)
                       └─ failed, cancelled

Every method works inside the caller's transaction, in the scope of the call's user and novel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.holding import Held, Wanted, hold_worst_case
from infinite_scribe.calls.models import LedgerEntry, LlmCall, Reservation
from infinite_scribe.calls.repository import CallsRepository
from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.logging import get_logger
from infinite_scribe.providers.budgets import BudgetService, Cap
from infinite_scribe.providers.prices import Price

log = get_logger(__name__)

ENDED = frozenset({"done", "failed", "cancelled"})
UsageSource = Literal["provider", "counted"]


@dataclass(frozen=True)
class NewCall:
    """A slot about to be filled, and what fills it."""

    call_key: bytes
    request_sha256: bytes
    user_id: UUID
    novel_id: UUID | None
    run_id: UUID | None
    path: str
    try_: int
    no: int
    task: str
    agent: str
    role: str
    endpoint_id: UUID
    provider: str
    model: str
    request: dict[str, Any]
    prompt_name: str
    prompt_version: str
    manifest: list[dict[str, Any]]
    max_tokens: int
    input_tokens: int


@dataclass(frozen=True)
class JournalCall:
    """A call as the journal knows it."""

    id: UUID
    user_id: UUID
    novel_id: UUID | None
    run_id: UUID | None
    endpoint_id: UUID
    provider: str
    model: str
    request_sha256: bytes
    state: str
    owner: UUID | None
    dial_no: int
    continuations: int
    max_tokens: int
    clipped: bool
    input_tokens_counted: int
    reservation_id: UUID | None
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_nanousd: int
    finish_reason: str | None
    seams: list[int]
    response: dict[str, Any] | None
    error: dict[str, Any] | None

    @property
    def paused(self) -> bool:
        """Whether somebody stopped it so that it can go on later."""
        return self.state == "cut" and self.error is not None


@dataclass(frozen=True)
class StoredText:
    """What of an open call has reached the disk; `of_dial` is the part that the present dial brought."""

    text: str
    seq: int
    of_dial: str


@dataclass(frozen=True)
class DialBill:
    """What one dial used, and who says so; `cached` tells read from and written to the provider's prompt cache."""

    input_tokens: int
    output_tokens: int
    source: UsageSource
    price: Price
    kind: Literal["call", "wasted"] = "call"
    cached: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Ending:
    """How a call ended well."""

    text: str
    output: dict[str, Any] | None
    finish_reason: str
    seams: list[int] = field(default_factory=list)
    provider_response_id: str | None = None
    rung: str = ""


@dataclass(frozen=True)
class CallJournal:
    """Opens, dials, appends to, settles and ends calls."""

    repository: CallsRepository
    warn_ratio: float = 0.8

    @classmethod
    def of(cls, session: AsyncSession, *, warn_ratio: float = 0.8) -> Self:
        return cls(CallsRepository(session), warn_ratio)

    async def by_key(self, call_key: bytes) -> JournalCall | None:
        row = await self.repository.by_key(call_key)
        return _facts(row) if row else None

    async def by_id(self, call_id: UUID) -> JournalCall | None:
        row = await self.repository.by_id(call_id)
        return _facts(row) if row else None

    async def open_call(
        self, new: NewCall, caps: Sequence[Cap], price: Price, min_tokens: int, room: int = 0
    ) -> tuple[JournalCall, bool]:
        """Insert the call and hold its worst case, or return the call that has the slot (False).

        `room`: tokens that the model needs besides its answer. A clipped call has to do with what is left for both.
        Raises `BudgetReachedError` and `PriceUnknownError`; then nothing was inserted.
        """
        values = {name: value for name, value in vars(new).items() if name != "input_tokens"}
        call_id = new_id()
        fresh = await self.repository.insert_call(
            {**values, "id": call_id, "state": "intended", "input_tokens_counted": new.input_tokens}
        )
        if fresh:
            wanted = Wanted(new.input_tokens, new.max_tokens + room, min_tokens)
            held = await hold_worst_case(self.repository.session, caps, price, wanted)
            await self._hold(call_id, new.user_id, new.novel_id, 1, held)
            if held.clipped:
                clip = {"clipped": True, "max_tokens": held.max_tokens}
                await self.repository.move(call_id, None, None, clip)
        found = await self.repository.by_key(new.call_key)
        if found is None:
            raise RuntimeError("the slot's call belongs to another scope")
        return _facts(found), fresh

    async def hold_again(self, call: JournalCall, caps: Sequence[Cap], price: Price, wanted: Wanted) -> Held:
        """Hold the worst case of a further dial. Raises like `open_call`."""
        held = await hold_worst_case(self.repository.session, caps, price, wanted)
        await self._hold(call.id, call.user_id, call.novel_id, call.dial_no + 1, held)
        return held

    async def holds(self, call: JournalCall) -> bool:
        """Say whether a worst case is held for the next dial."""
        return await self.repository.held(call.id) is not None

    async def claim_dial(self, call: JournalCall, owner: UUID, *, continued: bool = False) -> int | None:
        """Take the right to dial; None when somebody else took it since `call` was read."""
        return await self.repository.claim(call.id, owner, call.state, call.dial_no, continued=continued)

    async def append(
        self, call_id: UUID, owner: UUID, dial_no: int, seq: int, offset: int, text: str
    ) -> bool:
        """Store streamed text; False when the call has another owner, dial or end by now."""
        return await self.repository.append(call_id, owner, dial_no, seq, offset, text)

    async def text_of(self, call: JournalCall) -> StoredText:
        """Return the stored text of an open call."""
        chunks = await self.repository.chunks(call.id)
        return StoredText(
            text="".join(chunk.payload for chunk in chunks),
            seq=max((chunk.seq for chunk in chunks), default=0),
            of_dial="".join(chunk.payload for chunk in chunks if chunk.dial_no == call.dial_no),
        )

    async def chunks_after(self, call_id: UUID, seq: int) -> list[tuple[int, int, str]]:
        """Return (seq, offset, text) of the chunks behind `seq`, for a reader in another process."""
        return [
            (chunk.seq, chunk.offset, chunk.payload) for chunk in await self.repository.chunks(call_id, seq)
        ]

    async def trim(self, call: JournalCall, to_offset: int) -> None:
        """Forget stored text behind `to_offset`; with 0 the call starts from nothing."""
        await self.repository.trim_chunks(call.id, to_offset)

    async def cut(
        self,
        call: JournalCall,
        owner: UUID | None,
        dial_no: int | None,
        *,
        bill: DialBill | None,
        paused: dict[str, Any] | None = None,
    ) -> bool:
        """Note that the stream was lost and book what it used; the call can be continued.

        With `paused`, the problem that readers are told, it goes on only for one who asks anew: a reader who
        merely lost the connection does not start it. No bill: the dial cost nothing.
        """
        values: dict[str, Any] = {"state": "cut"} if paused is None else {"state": "cut", "error": paused}
        return await self._leave(call, owner, dial_no, values, bill)

    async def settle(self, call: JournalCall, bill: DialBill) -> int:
        """Book what one dial used and give back what was held for it; return its cost in nano-dollars.

        A dial without a held reservation (it was settled by estimate before) is booked nowhere a second time.
        """
        held = await self.repository.held(call.id)
        if held is None:
            return 0
        state = "settled" if bill.source == "provider" else "estimated"
        if not await self.repository.close_reservation(held.id, state):
            return 0
        cost = bill.price.cost(bill.input_tokens, bill.output_tokens, bill.cached)
        tokens = bill.input_tokens + bill.output_tokens
        if cost > held.nanousd or tokens > held.tokens:
            log.warning("budget.overrun", call_id=str(call.id), held=held.nanousd, spent=cost)
        budgets = BudgetService.of(self.repository.session)
        await budgets.settle(held.budget_ids, held=(held.nanousd, held.tokens), spent=(cost, tokens))
        near = await budgets.newly_near(held.budget_ids, self.warn_ratio)
        if near:
            log.warning("budget.warning", user_id=str(call.user_id), caps=near)
        used = (bill.input_tokens, bill.output_tokens, bill.cached[0])
        await self.repository.add_usage(call.id, used, cost, bill.price.version, bill.source)
        self.repository.book(_entry(call, bill, cost))
        return cost

    async def finish(
        self, call: JournalCall, owner: UUID, dial_no: int, bill: DialBill, ending: Ending
    ) -> bool:
        """End a call well: response, usage, ledger, settlement in the caller's one transaction."""
        values = {
            "state": "done", "finish_reason": ending.finish_reason, "seams": ending.seams,
            "response": {"text": ending.text, "output": ending.output, "rung": ending.rung},
            "provider_response_id": ending.provider_response_id, "finished_at": now(),
        }  # fmt: skip
        if not await self.repository.move(call.id, owner, dial_no, values):
            return False
        await self.settle(call, bill)
        await self.repository.drop_chunks(call.id)
        return True

    async def end_badly(
        self,
        call: JournalCall,
        state: Literal["failed", "cancelled"],
        problem: dict[str, Any],
        partial: str,
        bill: DialBill | None,
        *,
        owner: UUID | None = None,
        dial_no: int | None = None,
    ) -> bool:
        """End a call without an answer; what was written so far is kept. No bill: the dial cost nothing."""
        values = {
            "state": state,
            "error": problem,
            "response": {"text": partial, "output": None},
            "finished_at": now(),
        }
        if not await self._leave(call, owner, dial_no, values, bill):
            return False
        await self.repository.drop_chunks(call.id)
        return True

    async def release(self, call: JournalCall) -> None:
        """Give back what was held for a dial that cost nothing."""
        held = await self.repository.held(call.id)
        if held is not None and await self.repository.close_reservation(held.id, "released"):
            budgets = BudgetService.of(self.repository.session)
            await budgets.settle(held.budget_ids, held=(held.nanousd, held.tokens), spent=(0, 0))

    async def reopen(self, call: JournalCall, model: tuple[UUID, str, str]) -> bool:
        """Make a failed call dialable again, in its own slot, by `model` (endpoint, provider, name)."""
        row = await self.repository.by_id(call.id, lock=True)
        if row is None or row.state != "failed" or row.dial_no != call.dial_no:
            return False
        row.state, row.error, row.response, row.finished_at = "intended", None, None, None
        row.endpoint_id, row.provider, row.model = model
        await self.repository.session.flush()
        return True

    async def hand_on(
        self, call: JournalCall, owner: UUID, model: tuple[UUID, str, str], bill: DialBill | None
    ) -> bool:
        """Let another model (endpoint, provider, name) answer in this slot; book what the failed dial used."""
        endpoint_id, provider, name = model
        values = {"state": "intended", "endpoint_id": endpoint_id, "provider": provider, "model": name}
        return await self._leave(call, owner, call.dial_no, values, bill)

    async def undial(self, call: JournalCall, owner: UUID) -> bool:
        """Note that a dial was sent back without a word, which costs nothing; what is held stays for the next one."""
        return await self.repository.move(call.id, owner, call.dial_no, {"state": "intended"})

    async def living(self, dead_seconds: float) -> set[UUID]:
        """Return the `llm` processes whose beat is fresh."""
        return await self.repository.live_owners(dead_seconds)

    async def cut_orphans(self, living: set[UUID]) -> int:
        """Turn the streams of dead processes into cut ones; they wait to be asked for."""
        return await self.repository.mark_cut(list(living))

    async def abandoned(self, living: set[UUID], seconds: float) -> list[tuple[UUID, UUID, UUID | None]]:
        """Return (call, user, novel) of open calls without a living owner that nobody asked for in so long."""
        return [
            (row.id, row.user_id, row.novel_id)
            for row in await self.repository.abandoned(list(living), seconds)
        ]

    async def _leave(
        self,
        call: JournalCall,
        owner: UUID | None,
        dial_no: int | None,
        values: dict[str, Any],
        bill: DialBill | None,
    ) -> bool:
        if not await self.repository.move(call.id, owner, dial_no, values):
            return False
        if bill is None:
            await self.release(call)
        else:
            await self.settle(call, bill)
        return True

    async def _hold(
        self, call_id: UUID, user_id: UUID, novel_id: UUID | None, dial_no: int, held: Held
    ) -> None:
        await self.repository.hold(
            Reservation(
                id=new_id(), call_id=call_id, user_id=user_id, novel_id=novel_id, dial_no=dial_no,
                budget_ids=held.budget_ids, nanousd=held.nanousd, tokens=held.tokens, state="held",
            )
        )  # fmt: skip


def _entry(call: JournalCall, bill: DialBill, cost: int) -> LedgerEntry:
    used = {"input_tokens": bill.input_tokens, "output_tokens": bill.output_tokens, "source": bill.source}
    cached = {"cached_tokens": bill.cached[0], "cache_write_tokens": bill.cached[1]}
    return LedgerEntry(
        id=new_id(), at=now(), call_id=call.id, run_id=call.run_id, novel_id=call.novel_id, user_id=call.user_id,
        kind=bill.kind, usage={**used, **cached}, nanousd=cost, price_version=bill.price.version,
    )  # fmt: skip


def _facts(row: LlmCall) -> JournalCall:
    return JournalCall(
        id=row.id,
        user_id=row.user_id,
        novel_id=row.novel_id,
        run_id=row.run_id,
        endpoint_id=row.endpoint_id,
        provider=row.provider,
        model=row.model,
        request_sha256=row.request_sha256,
        state=row.state,
        owner=row.owner,
        dial_no=row.dial_no,
        continuations=row.continuations,
        max_tokens=row.max_tokens,
        clipped=row.clipped,
        input_tokens_counted=row.input_tokens_counted,
        reservation_id=row.reservation_id,
        input_tokens=int(row.usage.get("input_tokens", 0)),
        output_tokens=int(row.usage.get("output_tokens", 0)),
        cached_tokens=int(row.usage.get("cached_tokens", 0)),
        cost_nanousd=row.cost_nanousd,
        finish_reason=row.finish_reason,
        seams=list(row.seams),
        response=row.response,
        error=row.error,
    )
