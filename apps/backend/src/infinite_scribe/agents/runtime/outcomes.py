"""What a finished question leaves behind: its figures, its memory as a step, and the answer a later walk gets back."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from infinite_scribe.agents.runtime.requests import CallResult, ModelRequest
from infinite_scribe.model_client.filling import places_of
from infinite_scribe.model_client.schemas import CallDone, CallRequest, TokenUsage
from infinite_scribe.runs.errors import RunIncompatibleError
from infinite_scribe.runs.execution import StepRecord
from infinite_scribe.runs.schemas.events import UsageRead

NANO = 1_000_000_000


@dataclass
class Spending:
    """Tokens and money of this life of the run; earlier lives stand in the recorded steps."""

    input_tokens: int = 0
    output_tokens: int = 0
    nanousd: int = 0

    def add(self, usage: TokenUsage, nanousd: int) -> None:
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.nanousd += nanousd

    def more(self, other: Spending) -> None:
        """Add what another account has."""
        self.input_tokens += other.input_tokens
        self.output_tokens += other.output_tokens
        self.nanousd += other.nanousd

    def since(self, before: Spending) -> Spending:
        """Return what was added to this account since it stood at `before`."""
        return Spending(
            self.input_tokens - before.input_tokens,
            self.output_tokens - before.output_tokens,
            self.nanousd - before.nanousd,
        )

    def read(self) -> UsageRead:
        """Return the figures as the wire shows them."""
        return UsageRead(
            input_tokens=self.input_tokens, output_tokens=self.output_tokens, cost_usd=self.nanousd / NANO
        )


NEXT_MODEL = "next_model"
"""The way of asking that is counted where a model behind the role's first one answered."""


@dataclass
class Answered:
    """An answer that stands, and what it took. `made`: what is kept because no single call said it like this."""

    call_id: UUID
    text: str
    output: BaseModel | None = None
    done: CallDone | None = None
    wire: CallRequest | None = None
    spent: Spending = field(default_factory=Spending)
    rungs: Counter[str] = field(default_factory=Counter)
    dropped: tuple[str, ...] = ()
    made: dict[str, Any] | None = None
    stripped: int = 0
    taken: bool = False

    @property
    def usage(self) -> TokenUsage:
        return TokenUsage(input_tokens=self.spent.input_tokens, output_tokens=self.spent.output_tokens)

    def result(self) -> CallResult:
        """Return what the step gets."""
        done = self.done
        return CallResult(
            self.call_id, self.text, self.output, self.usage, self.spent.nanousd,
            done.model if done else "", done.demo if done else False, done.finish_reason if done else "stop",
            self.dropped, self.taken, bool(self.rungs.get(NEXT_MODEL)),
        )  # fmt: skip

    def outcome(self, inside: str | None) -> dict[str, Any]:
        """Return what the step remembers: ids, figures and reasons, never the words themselves."""
        done = self.done
        return {
            "call": str(self.call_id), "no": self.wire.no if self.wire else 0, "usage": self.usage.model_dump(),
            "cost_nanousd": self.spent.nanousd, "model": done.model if done else "", "demo": bool(done and done.demo),
            "finish_reason": done.finish_reason if done else "stop",
            "text_sha256": hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest(),
            "step": inside, "rungs": dict(self.rungs), "dropped": list(self.dropped), "stripped": self.stripped,
            "taken": self.taken,
        }  # fmt: skip


def remembered(
    recorded: StepRecord, request: ModelRequest, text: str | None, output: Any, made: Mapping[str, Any] | None
) -> CallResult:
    """Return the answer of a finished step again. Raises `RunIncompatibleError` when it does not fit any more."""
    told = recorded.output
    found: Any = None
    if request.output is not None:
        try:
            found = request.output.model_validate(made["output"] if made is not None else output)
        except ValidationError as error:
            raise RunIncompatibleError(step=recorded.path) from error
    words = str(made["text"]) if made is not None and made.get("text") is not None else text or ""
    return CallResult(
        UUID(told["call"]), words, found, TokenUsage.model_validate(told["usage"]), told["cost_nanousd"],
        told["model"], told["demo"], told["finish_reason"], tuple(told.get("dropped", ())),
        bool(told.get("taken")), bool(told.get("rungs", {}).get(NEXT_MODEL)),
    )  # fmt: skip


def wording(wire: CallRequest) -> dict[str, Any]:
    """Return which prompt a call was asked with, and where its parts stand."""
    return {"name": wire.prompt_name, "version": wire.prompt_version, "places": places_of(wire.messages)}


def fingerprint(wire: CallRequest) -> str:
    """Return the hash of a request, whoever sends it."""
    return hashlib.sha256(wire.model_dump_json(by_alias=True, exclude={"epoch"}).encode()).hexdigest()
