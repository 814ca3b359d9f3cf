"""Reading answers that were bought earlier, from the journal of calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


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
