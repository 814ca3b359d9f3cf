"""What a step asks of a model, and what it gets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.model_client.schemas import Message, PromptPart, TokenUsage
from infinite_scribe.runs.schemas.events import TextPlace
from infinite_scribe.runs.schemas.tasks import ModelRole


@dataclass(frozen=True)
class TextTarget:
    """Where the streamed text of a call is shown: one of scene, proposal and message, and which variant.

    A proposal may name its scene, and the line of the plan (`beat`, a pid) behind which it is shown.
    """

    scene_id: UUID | None = None
    proposal_id: UUID | None = None
    message_id: UUID | None = None
    variant: int = 0
    beat: str | None = None

    def place(self, call: UUID | None) -> TextPlace:
        """Return the members that text events carry."""
        return TextPlace(
            call=call,
            scene=self.scene_id,
            proposal=self.proposal_id,
            message=self.message_id,
            variant=self.variant,
            beat=self.beat,
        )


@dataclass(frozen=True)
class ModelRequest:
    """One question to a model.

    Everything in it must come from the run's input or from recorded steps, so that a replay asks with the same
    words. `output` is the form of a typed answer (None: prose). `check` returns one sentence per thing that is
    wrong with a typed answer: an item without which it says less is left out or asked again, what it says of the
    whole goes into the repair. `receipt` is the whole manifest of the briefing; it is
    kept with the call. `seed` None: drawn from the run's seed and the path. `optional`: the work goes on without an
    answer; the author is not asked, and `BadAnswerError` is raised when nobody gives one.
    """

    messages: Sequence[Message]
    max_tokens: int
    data: dict[str, Any] = field(default_factory=dict)
    output: type[BaseModel] | None = None
    min_tokens: int = 1
    temperature: float | None = None
    prompt_name: str = ""
    prompt_version: str = ""
    manifest: Sequence[PromptPart] = ()
    receipt: Mapping[str, Any] | None = None
    role: ModelRole | None = None
    check: Callable[[Any], list[str]] | None = None
    optional: bool = False
    seed: int | None = None


@dataclass(frozen=True)
class CallResult:
    """The answer of a model call. `output` is an instance of the asked form, None for prose.

    `dropped` says which items of a typed answer were left out, and why. `taken`: the author took prose as it is, or
    wrote it; nothing complains of it any more. `further`: a model behind the role's first one gave it.
    """

    call_id: UUID
    text: str
    output: Any
    usage: TokenUsage
    cost_nanousd: int
    model: str
    demo: bool
    finish_reason: str
    dropped: tuple[str, ...] = ()
    taken: bool = False
    further: bool = False


@dataclass(frozen=True)
class Decision:
    """The chosen option of a gate, and what the author said to it."""

    id: str
    text: str | None = None


@dataclass(frozen=True)
class PartialText:
    """What had arrived when a call was cut by a cancel or a failure."""

    path: str
    call_id: UUID | None
    text: str


KeepPartial = Callable[[AsyncSession, PartialText], Awaitable[dict[str, Any] | None]]
"""Saves cut text inside the run's final transaction; what it returns is told as `partial`."""
