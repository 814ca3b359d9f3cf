"""Receipts and sums: what calls said and cost, for people and for runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.errors import CallForgottenError, CallNotFoundError
from infinite_scribe.calls.models import LlmCall
from infinite_scribe.calls.receipts import receipt_of
from infinite_scribe.calls.repository import CallsRepository
from infinite_scribe.calls.schemas import CallRead
from infinite_scribe.calls.sending import Sent
from infinite_scribe.providers.rules import dollars


@dataclass(frozen=True)
class RunUsage:
    """Tokens and money of one run's calls. `demo`: all of them went to the demo model."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_nanousd: int = 0
    demo: bool = False

    @property
    def cost_usd(self) -> float:
        return dollars(self.cost_nanousd)


@dataclass(frozen=True)
class SentCall:
    """A call as it was sent, to be sent again: its words taken apart, its stored request and manifest."""

    id: UUID
    novel_id: UUID | None
    run_id: UUID | None
    task: str
    role: str
    prompt_name: str
    prompt_version: str
    output_tokens: int
    request: Mapping[str, Any]
    manifest: Mapping[str, Any]
    sent: Sent


@dataclass(frozen=True)
class PastCall:
    """An earlier call, to be picked from a list."""

    id: UUID
    task: str
    model: str
    at: datetime


@dataclass(frozen=True)
class CallService:
    """Reads the journal within the session's scope."""

    repository: CallsRepository

    @classmethod
    def of(cls, session: AsyncSession) -> Self:
        return cls(CallsRepository(session))

    async def receipt(self, call_id: UUID) -> CallRead:
        """Return what was sent and what came back. Raises `CallNotFoundError`."""
        row = await self._found(call_id)
        manifest = await self.repository.manifest(call_id)
        return receipt_of(row, await self.text(call_id), manifest, await self.repository.tries(row))

    async def sent(self, call_id: UUID) -> SentCall:
        """Return what was sent, to be sent again. Raises `CallNotFoundError`, `CallForgottenError`."""
        row = await self._found(call_id)
        if row.request is None:
            raise CallForgottenError
        manifest = await self.repository.manifest(call_id)
        return SentCall(
            id=row.id, novel_id=row.novel_id, run_id=row.run_id, task=row.task, role=row.role,
            prompt_name=row.prompt_name, prompt_version=row.prompt_version,
            output_tokens=int(row.usage.get("output_tokens", 0)), request=row.request, manifest=manifest,
            sent=Sent.of(row.request, manifest),
        )  # fmt: skip

    async def of_prompt(self, novel_id: UUID, name: str, limit: int) -> list[PastCall]:
        """Return the newest calls of a prompt in a novel whose words are kept."""
        rows = await self.repository.of_prompt(novel_id, name, limit)
        return [PastCall(row.id, row.task, row.model, row.created_at) for row in rows]

    async def require(self, call_id: UUID) -> None:
        """Raise `CallNotFoundError` for a call that is not there, or not for this user."""
        await self._found(call_id)

    async def text(self, call_id: UUID) -> str:
        """Return a call's text so far, finished or not; empty for an unknown call."""
        row = await self.repository.by_id(call_id)
        if row is not None and row.response is not None:
            return str(row.response.get("text") or "")
        return "".join(chunk.payload for chunk in await self.repository.chunks(call_id))

    async def ledger_gap(self, user_id: UUID) -> int:
        """Return ledger minus budgets in nano-dollars; anything but 0 is an alarm."""
        return await self.repository.ledger_gap(user_id)

    async def forget_bodies(self, days: int) -> None:
        """Reduce calls older than `days` to hashes, usage and cost."""
        await self.repository.shorten(days)

    async def _found(self, call_id: UUID) -> LlmCall:
        row = await self.repository.by_id(call_id)
        if row is None:
            raise CallNotFoundError
        return row


async def usage_of_runs(session: AsyncSession, run_ids: Sequence[UUID]) -> dict[UUID, RunUsage]:
    """Return tokens and cost per run; a run without calls has zeros."""
    found = {run_id: RunUsage() for run_id in run_ids}
    for row in await CallsRepository(session).usage_of_runs(run_ids):
        found[row.run_id] = RunUsage(
            int(row.input_tokens), int(row.output_tokens), int(row.nanousd), bool(row.demo)
        )
    return found
