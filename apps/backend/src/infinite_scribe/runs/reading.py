"""From rows to what the author sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infinite_scribe.calls.service import RunUsage
from infinite_scribe.runs.models import Run, RunEvent, RunStep
from infinite_scribe.runs.rules import StepKind
from infinite_scribe.runs.schemas.events import UsageRead
from infinite_scribe.runs.schemas.wire import RunRead, StepOutputRead, StepRead


def run_read(
    row: Run, goal: str, usage: Sequence[RunUsage], place: int | None, gate: dict[str, Any] | None = None
) -> RunRead:
    """Return a run with the sums of its family."""
    spent = UsageRead(
        input_tokens=sum(one.input_tokens for one in usage),
        output_tokens=sum(one.output_tokens for one in usage),
        cost_usd=sum(one.cost_usd for one in usage),
    )
    used = [one for one in usage if one.input_tokens or one.output_tokens]
    return RunRead(
        id=row.id, novel_id=row.novel_id, task=row.task, agent=row.agent, state=row.state, goal=goal,
        place_in_queue=place, gate=gate or row.gate, error=row.error, result=row.result,
        words=int((row.result or {}).get("words") or 0), usage=spent, estimate=row.estimate,
        demo=bool(used) and all(one.demo for one in used), root_id=row.root_id, parent_id=row.parent_id,
        created_at=row.created_at, started_at=row.started_at, finished_at=row.finished_at,
    )  # fmt: skip


def steps_read(events: Sequence[RunEvent], steps: Sequence[RunStep]) -> list[StepRead]:
    """Return the steps that were told, in the order they began, with the call each one made."""
    found: dict[tuple[str, int], StepRead] = {}
    open_: list[StepRead] = []
    for event in events:
        payload = event.payload
        if event.type == "step.output":
            _add_output(open_, payload)
            continue
        key = (str(payload["step"]), int(payload.get("attempt") or 1))
        if event.type == "step.started":
            found[key] = StepRead(
                path=key[0], name=key[0].rsplit("/", 1)[-1], agent=payload["agent"], title_key=payload["title_key"],
                state="running", attempt=key[1], started_at=event.at, child_run_id=payload.get("child_run"),
            )  # fmt: skip
            open_.append(found[key])
        elif event.type == "step.completed" and key in found:
            found[key].state, found[key].finished_at = "completed", event.at
            open_ = [one for one in open_ if one is not found[key]]
    for step in steps:
        _add_call(found, step)
    return list(found.values())


def _add_output(told: Sequence[StepRead], payload: dict[str, Any]) -> None:
    """Give an output to the step that said it; what older runs said belongs to the step that was begun last."""
    step = payload.get("step")
    mine = next((one for one in reversed(told) if step in {None, one.path}), None)
    if mine is not None:
        mine.outputs.append(
            StepOutputRead.model_validate({name: payload[name] for name in ("kind", "index", "value")})
        )


def _add_call(found: dict[tuple[str, int], StepRead], step: RunStep) -> None:
    own = found.get((step.path, step.try_))
    if own is not None and step.replaced:
        own.state = "replaced"
    if step.kind != StepKind.CALL:
        return
    inner = found.get((str(step.output.get("step")), step.try_)) or _around(found, step)
    if inner is not None:
        used = step.output["usage"]
        inner.call_id = step.output["call"]
        inner.usage = UsageRead(**used, cost_usd=step.output["cost_nanousd"] / 1_000_000_000)
        inner.rungs = step.output.get("rungs") or {}
        inner.dropped = step.output.get("dropped") or []


def _around(found: dict[tuple[str, int], StepRead], step: RunStep) -> StepRead | None:
    """Return the innermost told step whose path holds the call's: calls of older runs do not name their step."""
    holding = [
        read for (path, try_), read in found.items() if try_ == step.try_ and step.path.startswith(f"{path}/")
    ]
    return max(holding, key=lambda read: len(read.path), default=None)
