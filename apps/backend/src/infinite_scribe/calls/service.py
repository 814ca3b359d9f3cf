"""Receipts and sums: what calls said and cost, for people and for runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.calls.errors import CallNotFoundError
from infinite_scribe.calls.models import LlmCall
from infinite_scribe.calls.repository import CallsRepository
from infinite_scribe.calls.schemas import CallRead, ReceiptPart, ReceiptUsage, ReceiptWithheld
from infinite_scribe.providers.rules import dollars

_ROW = (("kind", ""), ("id", None))


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
class CallService:
    """Reads the journal within the session's scope."""

    repository: CallsRepository

    @classmethod
    def of(cls, session: AsyncSession) -> Self:
        return cls(CallsRepository(session))

    async def receipt(self, call_id: UUID) -> CallRead:
        """Return what was sent and what came back. Raises `CallNotFoundError`."""
        row = await self.repository.by_id(call_id)
        if row is None:
            raise CallNotFoundError
        return _receipt(row, await self.text(call_id), await self.repository.manifest(call_id))

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


async def usage_of_runs(session: AsyncSession, run_ids: Sequence[UUID]) -> dict[UUID, RunUsage]:
    """Return tokens and cost per run; a run without calls has zeros."""
    found = {run_id: RunUsage() for run_id in run_ids}
    for row in await CallsRepository(session).usage_of_runs(run_ids):
        found[row.run_id] = RunUsage(
            int(row.input_tokens), int(row.output_tokens), int(row.nanousd), bool(row.demo)
        )
    return found


def _receipt(row: LlmCall, reply: str, manifest: Mapping[str, Any]) -> CallRead:
    request = row.request or {}
    messages = request.get("messages", [])
    return CallRead(
        id=row.id,
        task=row.task,
        agent=row.agent,
        state=row.state,
        model=row.model,
        provider=row.provider,
        demo=row.provider == "demo",
        prompt_version=row.prompt_version,
        usage=ReceiptUsage(
            input_tokens=int(row.usage.get("input_tokens", 0)),
            output_tokens=int(row.usage.get("output_tokens", 0)),
        ),
        cost_usd=dollars(row.cost_nanousd),
        price_version=row.price_version,
        prompt="\n\n".join(f"[{message['role']}]\n{message['text']}" for message in messages),
        reply=reply,
        output=(row.response or {}).get("output"),
        parts=_parts(row.manifest, manifest),
        withheld=[ReceiptWithheld.model_validate(one) for one in manifest.get("withheld") or []],
        missing=[str(one) for one in manifest.get("missing") or []],
        at=row.created_at,
    )


def _parts(shown: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any]) -> list[ReceiptPart]:
    """Return the parts of a receipt; the journal keeps them short, the manifest knows which row each was."""
    rows = [*(manifest.get("items") or []), *(manifest.get("dropped") or [])]
    named = dict(enumerate(rows))
    return [
        ReceiptPart.model_validate(
            {**part, **{name: named.get(at, {}).get(name) or unknown for name, unknown in _ROW}}
        )
        for at, part in enumerate(shown)
    ]
