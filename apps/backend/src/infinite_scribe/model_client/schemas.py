"""The contract between whoever needs a model and the `llm` process that owns the models.

Offsets and lengths are counted in Unicode code points of the call's own text, never in bytes and never in
UTF-16 units: those are made at the border to the browser.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, model_validator

Role = Literal["worldsmith", "director", "writer", "editor", "librarian", "quick", "embedding"]
CallPhase = Literal["intended", "dialled", "streaming", "cut", "done", "failed", "cancelled"]
FinishReason = Literal["stop", "length", "budget", "stopped", "refused"]
FormRung = Literal["native", "json", "fenced", "lite"]
"""How the form of a typed answer is asked for: the provider's schema mode, its JSON mode, words and a fence, or lines."""

MAX_TEXT_CHARS = 4_000_000


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Message(_Wire):
    """One turn of the conversation that the model reads."""

    role: Literal["system", "user", "assistant"]
    text: str


class CallRequest(_Wire):
    """One model call: its slot (who, run or light key, path, try, no) and its words.

    The slot names the call for ever. Sent again with the same words it attaches to, replays or continues
    the first one, free of charge; with other words it is refused with `llm-call-mismatch`.
    """

    run_id: UUID | None = None
    light_key: str | None = Field(default=None, min_length=1, max_length=200)
    epoch: int = 0
    path: str = Field(min_length=1, max_length=300)
    try_: int = Field(default=1, alias="try", ge=1)
    no: int = Field(default=1, ge=1)
    task: str = Field(min_length=1, max_length=80)
    agent: str = Field(min_length=1, max_length=40)
    role: Role
    endpoint_id: UUID | None = None
    model: str | None = Field(default=None, max_length=200)
    messages: list[Message]
    data: dict[str, JsonValue] = Field(default_factory=dict)
    output_schema: dict[str, JsonValue] | None = None
    rung: FormRung | None = Field(
        default=None, description="ask no higher than this; empty: as the model is known to take it"
    )
    fallback: int | None = Field(
        default=None, ge=1, description="which of the role's further models answers; empty: the first"
    )
    max_tokens: int = Field(ge=1, le=200_000)
    min_tokens: int = Field(default=1, ge=1)
    seed: int = 0
    temperature: float | None = Field(default=None, ge=0, le=2)
    prompt_name: str = ""
    prompt_version: str = ""
    manifest: list[PromptPart] = Field(default_factory=list)
    opening_chars: int = Field(
        default=0,
        ge=0,
        description="how much of the first user message stays the same in the calls that follow",
    )
    user_id: UUID
    novel_id: UUID | None = None
    deadline_seconds: float = Field(default=900, gt=0)

    @model_validator(mode="after")
    def _one_owner(self) -> Self:
        if (self.run_id is None) == (self.light_key is None):
            raise ValueError("a call belongs to exactly one of run_id and light_key")
        if self.min_tokens > self.max_tokens:
            raise ValueError("min_tokens must not exceed max_tokens")
        return self

    @property
    def language(self) -> str:
        """The language the answer is wanted in; `en` where the data do not say."""
        found = self.data.get("language")
        return found if isinstance(found, str) else "en"


class PromptPart(_Wire):
    """One row of *What was sent*: which part of the briefing was kept or dropped, and why."""

    slot: str
    item: str
    tokens: int = Field(ge=0)
    reason: str
    kept: bool


class TokenUsage(_Wire):
    """Tokens of one call, over all its dials."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = Field(default=0, description="of the input, read from the provider's prompt cache")


class CallState(_Wire):
    """Where the call stands. `dial_no` rises with each request that was sent to the provider."""

    type: Literal["state"] = "state"
    call_id: UUID
    state: CallPhase
    dial_no: int = 0
    provider: str = ""
    model: str = ""
    demo: bool = False


class CallDelta(_Wire):
    """New text at `offset`, which is always the length of the text so far."""

    type: Literal["delta"] = "delta"
    seq: int
    offset: int
    text: str


class CallRewind(_Wire):
    """Text after `to_offset` was never kept: forget it. Deltas go on from there."""

    type: Literal["rewind"] = "rewind"
    to_offset: int


class CallUsage(_Wire):
    """What the provider, or our own count, says about tokens so far."""

    type: Literal["usage"] = "usage"
    input_tokens: int
    output_tokens: int


class CallDone(_Wire):
    """The end of a call that gave an answer.

    `output` is the object that was read out of the text; it is `None` for prose, and for an answer in which
    no object could be read (ask again with `no + 1`). `finish_reason="budget"` means the answer was clipped
    by a cap. `rung` says how the form of a typed answer was asked for.
    """

    type: Literal["done"] = "done"
    call_id: UUID
    text: str
    output: dict[str, JsonValue] | None = None
    usage: TokenUsage
    cost_nanousd: int = 0
    provider: str
    model: str
    demo: bool = False
    finish_reason: FinishReason = "stop"
    seams: list[int] = Field(default_factory=list)
    rung: str = ""


class CallFailed(_Wire):
    """The end of a call without an answer; `problem` has the members of `application/problem+json`."""

    type: Literal["failed"] = "failed"
    call_id: UUID | None = None
    problem: dict[str, JsonValue]
    partial: str = ""
    usage: TokenUsage = TokenUsage()
    cost_nanousd: int = 0

    @property
    def code(self) -> str:
        return str(self.problem.get("code", "internal"))


CallEvent = Annotated[
    CallState | CallDelta | CallRewind | CallUsage | CallDone | CallFailed, Field(discriminator="type")
]
CALL_EVENT: TypeAdapter[CallEvent] = TypeAdapter(CallEvent)


class EmbedRequest(_Wire):
    """Texts to turn into vectors; each is cut to 2,000 characters, NUL and lone surrogates removed."""

    texts: list[str] = Field(max_length=512)
    user_id: UUID
    novel_id: UUID | None = None


class Embeddings(_Wire):
    """Vectors of one model, in the order of the texts. `model` and `dimensions` belong to the index name."""

    model: str
    dimensions: int
    vectors: list[list[float]]


class KeyPut(_Wire):
    """A provider key on its way through the gateway. It is shown to nobody again."""

    user_id: UUID
    key: str = Field(min_length=1, max_length=4096, repr=False)


class KeyPutResult(_Wire):
    """What may be shown of a stored key."""

    last4: str
    version: int


ProbeCheck = Literal[
    "reach", "list", "stream", "structure", "context", "speed", "english", "chinese", "handles", "items"
]


class ProbeLine(_Wire):
    """One line of a provider's test: what was tried, what came out, and the provider's own words if it failed."""

    check: ProbeCheck
    ok: bool
    detail: str
    said: str = Field(
        default="", description="the name of the sentence; `values` fill it in another language"
    )
    values: dict[str, str | int | float] = Field(default_factory=dict)
    raw: str | None = None


class ProbeReport(_Wire):
    """A provider's test, in the order the checks were made, and the models the provider listed."""

    lines: list[ProbeLine]
    models: list[str] = Field(default_factory=list)


CallRequest.model_rebuild()
