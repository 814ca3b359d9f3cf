"""Receipts: what was sent, what came back, what it cost."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from infinite_scribe.web.schemas import WireInput, WireOutput

PromptSource = Literal["shipped", "mine", "novel", "edited"]
LONGEST_WORDING = 20_000
MOST_PARTS = 600


class ReceiptUsage(WireOutput):
    input_tokens: int
    output_tokens: int


class ReceiptPart(WireOutput):
    """One part of the briefing: kept or dropped, and why. `kind` and `id` name its row while the manifest is kept.

    `text` is what was sent of it; a `removable` part can be left out when the call is sent again.
    """

    slot: str
    kind: str = ""
    id: str | None = None
    item: str
    tokens: int
    reason: str
    kept: bool
    text: str | None = None
    removable: bool = False


class ReceiptWithheld(WireOutput):
    """Something that was kept out of the prompt on purpose; `veil`: the prompt says that it is not known."""

    id: str
    reason: str
    veil: bool


class ReceiptTry(WireOutput):
    """One question of the same step: the first, or one that asked again because the answer could not be used."""

    id: UUID
    attempt: int
    no: int
    state: str
    model: str
    finish_reason: str | None
    rung: str
    cost_usd: float
    at: datetime


class ReceiptWording(WireOutput):
    """The words around the values: what the author may change when the call is sent again."""

    system: str
    task: str
    variables: list[str]


class CallRead(WireOutput):
    """*What was sent*. Prompt and reply are empty once the journal has let go of them.

    `prompt_source` says whose wording it was, `rung` on which form of asking the answer came, `tries` are all questions
    of the same step. `is_replayable`: it can be sent again with changes.
    """

    id: UUID
    task: str
    agent: str
    state: str
    model: str
    provider: str
    demo: bool
    role: str
    novel_id: UUID | None
    run_id: UUID | None
    prompt_name: str
    prompt_source: PromptSource
    prompt_version: str
    rung: str
    attempt: int
    no: int
    tries: list[ReceiptTry]
    finish_reason: str | None
    error: dict[str, Any] | None
    seed: int | None
    temperature: float | None
    max_tokens: int
    seconds: float | None
    wording: ReceiptWording | None
    is_typed: bool
    is_replayable: bool
    usage: ReceiptUsage
    cost_usd: float
    price_version: str | None
    prompt: str
    reply: str
    output: dict[str, Any] | None
    parts: list[ReceiptPart]
    withheld: list[ReceiptWithheld]
    missing: list[str]
    at: datetime


class ReplayChange(WireInput):
    """A call sent again: without some parts (their places in the receipt), in other words, by another model."""

    without: list[int] = Field(default_factory=list, max_length=MOST_PARTS)
    system: str | None = Field(None, min_length=1, max_length=LONGEST_WORDING)
    task: str | None = Field(None, min_length=1, max_length=LONGEST_WORDING)
    endpoint_id: UUID | None = None
    model: str | None = Field(None, max_length=200)


class ReplayMessage(WireOutput):
    role: str
    text: str


class ReplayPreview(WireOutput):
    """What would be sent, and what it would cost at least and at most, in US dollars.

    `private`: private mode keeps this model from being asked; then it costs nothing.
    """

    messages: list[ReplayMessage]
    tokens_in: int
    tokens_out: int
    low: float
    high: float
    basis: Literal["free", "price_table", "unknown", "private"]
    model: str
    provider: str
