"""Everything a run can say. One model per event; its `type` is the SSE event name.

What is stored and published is the payload; readers get it inside a frame `{v, run, seq, novel, at, …}`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, create_model

OutputKind = Literal[
    "premise", "theme", "place", "rule", "character", "outline_line", "beat", "scene_card", "finding", "pick"
]


class UsageRead(BaseModel):
    """Tokens and money spent so far."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


class Payload(BaseModel):
    """Base of all events."""


class RunQueued(Payload):
    type: Literal["run.queued"] = "run.queued"
    task: str
    goal: str
    place: int | None = None
    estimate: dict[str, Any] | None = None


class RunStarted(Payload):
    type: Literal["run.started"] = "run.started"
    task: str
    goal: str
    estimate: dict[str, Any] | None = None


class RunResumed(Payload):
    """A later life of the run begins: after a pause, an answer, or the loss of an executor."""

    type: Literal["run.resumed"] = "run.resumed"
    task: str
    goal: str


class RunWaiting(Payload):
    """`gate` is the question's name, or `children` while other runs of the family work."""

    type: Literal["run.waiting"] = "run.waiting"
    gate: str
    question: str | None = None
    options: list[dict[str, Any]] = []


class RunPaused(Payload):
    type: Literal["run.paused"] = "run.paused"
    reason: str
    until: datetime | None = None
    problem: dict[str, Any] | None = None
    partial: dict[str, Any] | None = None


class RunCompleted(Payload):
    type: Literal["run.completed"] = "run.completed"
    revision: int | None = None
    proposals: list[str] = []
    words: int = 0
    usage: UsageRead = UsageRead()


class RunFailed(Payload):
    type: Literal["run.failed"] = "run.failed"
    problem: dict[str, Any]
    partial: dict[str, Any] | None = None
    usage: UsageRead = UsageRead()


class RunCancelled(Payload):
    type: Literal["run.cancelled"] = "run.cancelled"
    partial: dict[str, Any] | None = None
    usage: UsageRead = UsageRead()


class StepStarted(Payload):
    type: Literal["step.started"] = "step.started"
    step: str
    parent: str | None = None
    agent: str
    title_key: str
    attempt: int = 1
    of: int | None = None
    done: int | None = None
    total: int | None = None
    child_run: UUID | None = None


class StepProgress(Payload):
    type: Literal["step.progress"] = "step.progress"
    step: str
    done: int
    total: int | None = None


class StepCompleted(Payload):
    type: Literal["step.completed"] = "step.completed"
    step: str
    agent: str
    title_key: str
    attempt: int = 1


class StepRetrying(Payload):
    type: Literal["step.retrying"] = "step.retrying"
    step: str
    attempt: int
    problem: dict[str, Any]


class StepFailed(Payload):
    type: Literal["step.failed"] = "step.failed"
    step: str
    problem: dict[str, Any]


class StepOutput(Payload):
    """`step` is the told step that made it; events of older runs do not say it."""

    type: Literal["step.output"] = "step.output"
    step: str | None = None
    kind: OutputKind
    index: int
    value: dict[str, Any]


class TextPlace(Payload):
    """Where streamed text belongs. `call` names the journalled call that holds it, `beat` the line it is shown behind."""

    call: UUID | None = None
    scene: UUID | None = None
    proposal: UUID | None = None
    message: UUID | None = None
    variant: int = 0
    beat: str | None = None


class TextDelta(TextPlace):
    """`offset` counts UTF-16 code units before this text."""

    type: Literal["text.delta"] = "text.delta"
    offset: int
    text: str


class TextRewind(TextPlace):
    type: Literal["text.rewind"] = "text.rewind"
    to_offset: int


class TextSnapshot(TextPlace):
    type: Literal["text.snapshot"] = "text.snapshot"
    text: str


class CallFinished(Payload):
    """`rungs`: how often each way of asking was taken for this answer; `dropped`: which items were left out, and why."""

    type: Literal["call.finished"] = "call.finished"
    call: UUID
    model: str
    usage: UsageRead
    demo: bool = False
    rungs: dict[str, int] = {}
    dropped: list[str] = []


class UsageTold(Payload):
    type: Literal["usage"] = "usage"
    input_tokens: int
    output_tokens: int
    cost_usd: float
    cap_left: float | None = None


class SteerAccepted(Payload):
    type: Literal["steer.accepted"] = "steer.accepted"
    text: str
    at_step: str | None = None


class SteerApplied(Payload):
    type: Literal["steer.applied"] = "steer.applied"
    text: str
    at_step: str | None = None


PAYLOADS: tuple[type[Payload], ...] = (
    RunQueued, RunStarted, RunResumed, RunWaiting, RunPaused, RunCompleted, RunFailed, RunCancelled,
    StepStarted, StepProgress, StepCompleted, StepRetrying, StepFailed, StepOutput,
    TextDelta, TextRewind, TextSnapshot, CallFinished, UsageTold, SteerAccepted, SteerApplied,
)  # fmt: skip
TERMINAL_TYPES = frozenset({"run.completed", "run.failed", "run.cancelled"})
USER_TYPES = (
    frozenset({"run.queued", "run.started", "run.resumed", "run.waiting", "run.paused"}) | TERMINAL_TYPES
)


class Frame(BaseModel):
    """What every event of a run carries. Clients order by `seq` and drop what they have seen."""

    v: Literal[1] = 1
    run: UUID
    seq: int
    novel: UUID
    at: datetime


FRAMES: tuple[type[BaseModel], ...] = tuple(
    create_model(f"{payload.__name__}Event", __base__=(Frame, payload)) for payload in PAYLOADS
)


class RunEventUnion(BaseModel):
    """The union of all frames, for the generated client."""

    event: Annotated[
        FRAMES[0] | FRAMES[1] | FRAMES[2] | FRAMES[3] | FRAMES[4] | FRAMES[5] | FRAMES[6] | FRAMES[7]  # type: ignore[valid-type]
        | FRAMES[8] | FRAMES[9] | FRAMES[10] | FRAMES[11] | FRAMES[12] | FRAMES[13] | FRAMES[14]  # type: ignore[valid-type]
        | FRAMES[15] | FRAMES[16] | FRAMES[17] | FRAMES[18] | FRAMES[19] | FRAMES[20],  # type: ignore[valid-type]
        Field(discriminator="type"),
    ]  # fmt: skip
