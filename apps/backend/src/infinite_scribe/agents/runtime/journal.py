"""Reading answers that were bought earlier, from the journal of calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.errors import CallNotFoundError
from infinite_scribe.calls.service import CallService


@dataclass(frozen=True)
class Answer:
    """A stored answer: its text, and the object that was read out of it."""

    text: str
    output: dict[str, Any] | None


class CallJournal(Protocol):
    """Finds stored answers in the caller's transaction."""

    async def answer(self, session: AsyncSession, call_id: UUID) -> Answer | None:
        """Return the answer of a finished call; None when it is not kept any more."""
        ...


class JournalOfCalls:
    """The journal that `llm` keeps, read through the calls feature."""

    async def answer(self, session: AsyncSession, call_id: UUID) -> Answer | None:
        """Return the answer of a finished call; None when its words are not kept any more."""
        try:
            receipt = await CallService.of(session).receipt(call_id)
        except CallNotFoundError:
            return None
        if receipt.state != "done" or not (receipt.reply or receipt.output):
            return None
        return Answer(receipt.reply, receipt.output)
