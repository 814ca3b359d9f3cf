"""Requests and answers of the runs API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from infinite_scribe.runs.rules import RunState
from infinite_scribe.runs.schemas.events import OutputKind, UsageRead
from infinite_scribe.web.schemas import WireInput, WireOutput


class Cap(WireInput):
    """The most a run may cost, its children included."""

    usd: float | None = Field(None, gt=0, le=10_000)
    tokens: int | None = Field(None, gt=0)


class ModelOverride(WireInput):
    """Another model for this run only."""

    endpoint_id: UUID
    model: str = Field(min_length=1, max_length=200)


class RunCreate(WireInput):
    """A command for an agent. `input` has the form that the task asks for."""

    task: str = Field(max_length=80)
    input: dict[str, Any] = Field(default_factory=dict)
    gates: dict[str, str] = Field(default_factory=dict)
    cap: Cap | None = None
    model_override: ModelOverride | None = None


class RunStart(RunCreate):
    """What the gateway hands to the agent: the command and the key under which it happens once."""

    idempotency_key: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")


class LightAsk(WireInput):
    """A light task. `language` counts only where no novel says it."""

    input: dict[str, Any] = Field(default_factory=dict)
    language: Literal["en", "zh"] = "en"
    idempotency_key: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")


class EstimateAsk(WireInput):
    task: str = Field(max_length=80)
    input: dict[str, Any] = Field(default_factory=dict)
    novel_id: UUID | None = None
    model_override: ModelOverride | None = None


Basis = Literal["free", "price_table", "unknown", "private"]
"""What a price goes by. `private`: private mode keeps a model that is needed from being asked; then nothing is spent."""


class EstimateRead(WireOutput):
    """What a run will probably use. `low` and `high` are US dollars."""

    tokens_in: int
    tokens_out: int
    low: float
    high: float
    currency: Literal["USD"] = "USD"
    basis: Basis
    words: int


class RunRead(WireOutput):
    """A run, a root with the sums of its family. `rungs`: how often each way of asking for a form was taken.

    `rungs` and `dropped` (items that were left out of answers) are told where one run is read.
    """

    id: UUID
    novel_id: UUID
    task: str
    agent: str
    state: RunState
    goal: str
    place_in_queue: int | None = None
    gate: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    words: int = 0
    usage: UsageRead = UsageRead()
    estimate: dict[str, Any] | None = None
    demo: bool = False
    rungs: dict[str, int] = Field(default_factory=dict)
    dropped: int = 0
    root_id: UUID
    parent_id: UUID | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None


class StepOutputRead(WireOutput):
    """Something a step made that its author reads: a card, a fault that was found, the plan that was taken and why."""

    kind: OutputKind
    index: int
    value: dict[str, Any]


class StepRead(WireOutput):
    path: str
    name: str
    agent: str
    title_key: str
    state: Literal["running", "completed", "replaced"]
    attempt: int
    started_at: datetime | None = None
    finished_at: datetime | None = None
    call_id: UUID | None = None
    usage: UsageRead | None = None
    rungs: dict[str, int] = Field(default_factory=dict)
    dropped: list[str] = Field(default_factory=list)
    outputs: list[StepOutputRead] = Field(default_factory=list)
    child_run_id: UUID | None = None


class StepList(WireOutput):
    items: list[StepRead]


class PauseAsk(WireInput):
    """`now` stops in mid-sentence; the default waits for the end of the sentence."""

    now: bool = False


class SteerAsk(WireInput):
    """`step`: from the next step on; `now`: start the current step again with it."""

    text: str = Field(min_length=1, max_length=2_000)
    when: Literal["step", "now"] = "step"


class RetryAsk(WireInput):
    """Try again from a step (default: the one that did not finish), if wanted with another model."""

    from_step: str | None = Field(None, max_length=300)
    model_override: ModelOverride | None = None


class AnswerAsk(WireInput):
    """`decision` is the id of an option; `text` is what the author says to it, where the option takes words."""

    gate: str = Field(max_length=80)
    decision: str = Field(max_length=200)
    text: str | None = Field(None, max_length=4_000)
