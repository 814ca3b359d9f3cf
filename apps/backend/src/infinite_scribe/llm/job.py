"""One call at work in this process: its words, its model, what it may cost, and how far it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from infinite_scribe.calls.journal import DialBill, JournalCall
from infinite_scribe.core.logging import get_logger
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.llm.adapters.base import LADDER, Finished, Rung, ladder_of
from infinite_scribe.llm.billing import believable
from infinite_scribe.model_client.schemas import CallDone, CallRequest, CallState, TokenUsage
from infinite_scribe.providers.budgets import Cap
from infinite_scribe.providers.prices import Price
from infinite_scribe.providers.service import ModelChoice

log = get_logger(__name__)

_REFUSAL = re.compile(
    r"\s*(i(’|')?m sorry|i am sorry|sorry,|i can(’|')?t|i cannot|i can not|i(’|')?m unable|i am unable|as an ai|"
    r"抱歉|对不起|很遗憾|我不能|我无法|作为一个)",
    re.IGNORECASE,
)
_REFUSAL_CHARS = 400


@dataclass
class Job:
    """A call and everything its dials need. `call` is replaced as the journal moves on.

    `at_once`: how many questions its model takes at a time, where that is known;
    `waiting`: it stands in line for it; the next dial is not claimed.
    """

    call: JournalCall
    request: CallRequest
    choice: ModelChoice
    price: Price
    caps: list[Cap]
    rung: Rung
    text: str = ""
    of_dial: str = ""
    seq: int = 0
    seams: list[int] = field(default_factory=list)
    seed_shift: int = 0
    prefill_tokens: int = 0
    dials_before: int = 0
    thinking_room: int = 0
    at_once: int | None = None
    waiting: bool = False

    @property
    def dials(self) -> int:
        """How often this provider was dialled since the call was taken up."""
        return self.call.dial_no - self.dials_before

    @property
    def most(self) -> int:
        """How many tokens the provider may write: the answer and, unless a cap left less, thoughts that must be."""
        return self.call.max_tokens + (0 if self.call.clipped else self.thinking_room)

    def hand_to(
        self, choice: ModelChoice, price: Price, rung: Rung, thinking_room: int, at_once: int | None
    ) -> None:
        """Let another model answer; it has tries of its own."""
        self.choice, self.price, self.rung, self.thinking_room = choice, price, rung, thinking_room
        self.at_once = at_once
        self.seed_shift, self.dials_before = 0, self.call.dial_no
        endpoint_id, provider, model = choice.key
        self.call = replace(
            self.call, state="intended", endpoint_id=endpoint_id, provider=provider, model=model
        )

    @property
    def structured(self) -> bool:
        return self.request.output_schema is not None

    @property
    def form(self) -> str:
        """How the form of a typed answer was asked for; empty for prose."""
        return "" if not self.structured else "lite" if self.rung == "text" else self.rung

    def standing(self) -> CallState:
        """Return what a reader is told when a dial begins."""
        return CallState(
            call_id=self.call.id,
            state="dialled",
            dial_no=self.call.dial_no,
            provider=self.call.provider,
            model=self.call.model,
            demo=self.choice.endpoint.demo,
        )

    @property
    def scope(self) -> RowScope:
        return RowScope(user_id=self.call.user_id, novel_id=self.call.novel_id)

    def counted(self, kind: Literal["call", "wasted"] = "call") -> DialBill:
        """Return the bill of the present dial by our own count."""
        used = self.call.input_tokens_counted + self.prefill_tokens
        return DialBill(used, count_tokens(self.of_dial), "counted", self.price, kind)

    def billed(self, end: Finished, kind: Literal["call", "wasted"] = "call") -> DialBill:
        """Return the bill of the present dial by the provider's word, else (or if it cannot be so) by our count."""
        if end.input_tokens is None or end.output_tokens is None:
            return self.counted(kind)
        before = self.text[: len(self.text) - len(self.of_dial)]
        sent = [*(message.text for message in self.request.messages), before]
        most = max(1, self.most - self.prefill_tokens)
        if not believable(end, sent, self.request.output_schema, self.of_dial, most):
            log.warning("usage.unbelievable", call_id=str(self.call.id), told=end.output_tokens)
            return self.counted(kind)
        cached = (end.cached_tokens, end.cache_write_tokens)
        return DialBill(end.input_tokens, end.output_tokens, "provider", self.price, kind, cached)


def rung_of(request: CallRequest, kind: str, profile: dict[str, object]) -> Rung:
    """Return how a typed answer is asked of a model: as far as it is known to take it, and no higher than wished.

    Lines (`lite`) are asked for in the words of the prompt itself.
    """
    if request.output_schema is None or request.rung == "lite":
        return "text"
    known, ladder = profile.get("rung"), ladder_of(kind)
    start = LADDER.index(known) if known in LADDER else 0
    highest = max(start, LADDER.index(request.rung) if request.rung in LADDER else 0)
    return next((rung for rung in ladder if LADDER.index(rung) >= highest), ladder[-1])


def looks_refused(text: str, output: dict[str, Any] | None) -> bool:
    """Say whether a short answer only declines."""
    return output is None and len(text) < _REFUSAL_CHARS and bool(_REFUSAL.match(text))


def done_event(call: JournalCall) -> CallDone:
    """Return the end of a finished call, the same at each replay."""
    response = call.response or {}
    return CallDone(
        call_id=call.id,
        text=str(response.get("text") or ""),
        output=response.get("output"),
        usage=TokenUsage(
            input_tokens=call.input_tokens,
            output_tokens=call.output_tokens,
            cached_tokens=call.cached_tokens,
        ),
        cost_nanousd=call.cost_nanousd,
        provider=call.provider,
        model=call.model,
        demo=call.provider == "demo",
        finish_reason=call.finish_reason or "stop",
        seams=call.seams,
        rung=str(response.get("rung") or ""),
    )
