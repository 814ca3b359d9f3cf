"""From a row of the journal and the manifest of its briefing to what the author reads. Pure but for its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from infinite_scribe.calls.models import LlmCall
from infinite_scribe.calls.schemas import (
    CallRead,
    PromptSource,
    ReceiptPart,
    ReceiptTry,
    ReceiptUsage,
    ReceiptWithheld,
    ReceiptWording,
)
from infinite_scribe.calls.sending import BRIEFING, Sent
from infinite_scribe.providers.rules import dollars

_ROW = (("kind", ""), ("id", None))
_OWN = frozenset({"mine", "novel", "edited"})


def receipt_of(row: LlmCall, reply: str, manifest: Mapping[str, Any], tries: Sequence[LlmCall]) -> CallRead:
    """Return the receipt of a call; `tries` are the calls of the same step."""
    request = row.request or {}
    messages = request.get("messages", [])
    sent = Sent.of(request, manifest)
    source, version = wording_of(row.prompt_version)
    ended = row.finished_at
    return CallRead(
        id=row.id, task=row.task, agent=row.agent, state=row.state, model=row.model, provider=row.provider,
        demo=row.provider == "demo", role=row.role, novel_id=row.novel_id, run_id=row.run_id,
        prompt_name=row.prompt_name, prompt_source=source, prompt_version=version, rung=_rung(row),
        attempt=row.try_, no=row.no, tries=[_try(one) for one in tries], finish_reason=row.finish_reason,
        error=row.error, seed=request.get("seed"), temperature=request.get("temperature"), max_tokens=row.max_tokens,
        seconds=(ended - row.dialled_at).total_seconds() if ended and row.dialled_at else None,
        wording=_wording(sent), is_typed=bool(request.get("output_schema")),
        is_replayable=row.request is not None and row.novel_id is not None and row.role != "embedding",
        usage=ReceiptUsage(
            input_tokens=int(row.usage.get("input_tokens", 0)), output_tokens=int(row.usage.get("output_tokens", 0))
        ),
        cost_usd=dollars(row.cost_nanousd), price_version=row.price_version,
        prompt="\n\n".join(f"[{message['role']}]\n{message['text']}" for message in messages),
        reply=reply, output=(row.response or {}).get("output"), parts=parts_of(row.manifest, sent),
        withheld=[ReceiptWithheld.model_validate(one) for one in manifest.get("withheld") or []],
        missing=[str(one) for one in manifest.get("missing") or []], at=row.created_at,
    )  # fmt: skip


def wording_of(version: str) -> tuple[PromptSource, str]:
    """Return whose wording a stored version names (`novel:…`, `mine:…`, `edited:…`, else the shipped one), and its hash."""
    whose, _, rest = version.partition(":")
    return (cast("PromptSource", whose), rest) if rest and whose in _OWN else ("shipped", version)


def _rung(row: LlmCall) -> str:
    return str((row.response or {}).get("rung") or "")


def _try(row: LlmCall) -> ReceiptTry:
    return ReceiptTry(
        id=row.id, attempt=row.try_, no=row.no, state=row.state, model=row.model, finish_reason=row.finish_reason,
        rung=_rung(row), cost_usd=dollars(row.cost_nanousd), at=row.created_at,
    )  # fmt: skip


def _wording(sent: Sent) -> ReceiptWording | None:
    halves = dict(zip(sent.roles, sent.wording, strict=True))
    if "user" not in halves:
        return None
    return ReceiptWording(system=halves.get("system", ""), task=halves["user"], variables=sorted(sent.values))


def parts_of(shown: Sequence[Mapping[str, Any]], sent: Sent) -> list[ReceiptPart]:
    """Return the parts of a receipt; the journal keeps them short, the manifest knows which row each was and where."""
    found = []
    for at, part in enumerate(shown):
        known = sent.parts[at] if at < len(sent.parts) else None
        row = known.row if known is not None else {}
        text = sent.text_of(known) if known is not None and BRIEFING in sent.values else None
        members = {name: row.get(name) or unknown for name, unknown in _ROW}
        found.append(
            ReceiptPart.model_validate(
                {
                    **part,
                    **members,
                    "text": text,
                    "removable": known is not None and known.removable and text is not None,
                }
            )
        )
    return found
