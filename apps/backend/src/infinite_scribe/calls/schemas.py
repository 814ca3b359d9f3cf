"""Receipts: what was sent, what came back, what it cost."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from infinite_scribe.web.schemas import WireOutput


class ReceiptUsage(WireOutput):
    input_tokens: int
    output_tokens: int


class ReceiptPart(WireOutput):
    """One part of the briefing: kept or dropped, and why. `kind` and `id` name its row while the manifest is kept."""

    slot: str
    kind: str = ""
    id: str | None = None
    item: str
    tokens: int
    reason: str
    kept: bool


class ReceiptWithheld(WireOutput):
    """Something that was kept out of the prompt on purpose; `veil`: the prompt says that it is not known."""

    id: str
    reason: str
    veil: bool


class CallRead(WireOutput):
    """*What was sent*. Prompt and reply are empty once the journal has let go of them."""

    id: UUID
    task: str
    agent: str
    state: str
    model: str
    provider: str
    demo: bool
    prompt_version: str
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
