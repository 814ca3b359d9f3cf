"""The life of a run: states, what a command does in each, and the order of events. Pure."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

EPOCH_SPAN = 1_000_000
"""An epoch may hold so many events; `seq = epoch * EPOCH_SPAN + n`."""

MAX_DEPTH = 4
"""A run may have children, their children, and theirs; no deeper."""


class RunState(StrEnum):
    """Where a run stands. The last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"


ACTIVE = (RunState.QUEUED, RunState.RUNNING, RunState.WAITING, RunState.PAUSED, RunState.CANCELLING)
ENDED = (RunState.CANCELLED, RunState.COMPLETED, RunState.FAILED)
PARKED = (RunState.WAITING, RunState.PAUSED)
AT_WORK = (RunState.QUEUED, RunState.RUNNING, RunState.CANCELLING)


class Signal(StrEnum):
    """What the author wants of a run that an executor is working on."""

    NONE = "none"
    PAUSE = "pause"
    PAUSE_NOW = "pause_now"
    CANCEL = "cancel"


class PauseReason(StrEnum):
    """Why a run rests."""

    AUTHOR = "author"
    BUDGET = "budget-reached"
    RATE_LIMITED = "rate-limited"
    STORE_DOWN = "store-down"


class StepKind(StrEnum):
    """What a recorded step was."""

    READ = "read"
    CALL = "call"
    WRITE = "write"
    CHILD = "child"
    GATE = "gate"
    STEERS = "steers"


PREPARING = (StepKind.READ, StepKind.STEERS)
"""Steps that only prepare the next one; they cost nothing and are taken again when a step starts over."""


class Verb(StrEnum):
    """What can be asked of a run after its start."""

    PAUSE = "pause"
    CANCEL = "cancel"
    RESUME = "resume"
    ANSWER = "answer"
    RETRY = "retry"


class Effect(StrEnum):
    """How a command takes effect."""

    NOTHING = "nothing"
    AT_ONCE = "at_once"
    SIGNAL = "signal"
    ENQUEUE = "enqueue"
    REFUSED = "refused"


@dataclass(frozen=True)
class Reaction:
    """What a command does to a run: how, and the state it is in right after."""

    effect: Effect
    state: RunState | None = None


_AT_ONCE_CANCELLED = Reaction(Effect.AT_ONCE, RunState.CANCELLED)
_AT_ONCE_PAUSED = Reaction(Effect.AT_ONCE, RunState.PAUSED)
_ENQUEUED = Reaction(Effect.ENQUEUE, RunState.QUEUED)
_NOTHING = Reaction(Effect.NOTHING)
_REFUSED = Reaction(Effect.REFUSED)

_REACTIONS: dict[tuple[Verb, RunState], Reaction] = {
    (Verb.PAUSE, RunState.QUEUED): _AT_ONCE_PAUSED,
    (Verb.PAUSE, RunState.WAITING): _AT_ONCE_PAUSED,
    (Verb.PAUSE, RunState.RUNNING): Reaction(Effect.SIGNAL, RunState.RUNNING),
    (Verb.PAUSE, RunState.PAUSED): _NOTHING,
    (Verb.CANCEL, RunState.QUEUED): _AT_ONCE_CANCELLED,
    (Verb.CANCEL, RunState.WAITING): _AT_ONCE_CANCELLED,
    (Verb.CANCEL, RunState.PAUSED): _AT_ONCE_CANCELLED,
    (Verb.CANCEL, RunState.RUNNING): Reaction(Effect.SIGNAL, RunState.CANCELLING),
    (Verb.CANCEL, RunState.CANCELLING): _NOTHING,
    (Verb.CANCEL, RunState.CANCELLED): _NOTHING,
    (Verb.RESUME, RunState.PAUSED): _ENQUEUED,
    (Verb.RESUME, RunState.QUEUED): _NOTHING,
    (Verb.RESUME, RunState.RUNNING): _NOTHING,
    (Verb.RESUME, RunState.WAITING): _NOTHING,
    (Verb.ANSWER, RunState.WAITING): _ENQUEUED,
    (Verb.ANSWER, RunState.PAUSED): Reaction(Effect.AT_ONCE, RunState.PAUSED),
    (Verb.RETRY, RunState.FAILED): _ENQUEUED,
    (Verb.RETRY, RunState.CANCELLED): _ENQUEUED,
    (Verb.RETRY, RunState.PAUSED): _ENQUEUED,
}


def reaction(verb: Verb, state: RunState) -> Reaction:
    """Return what `verb` does to a run in `state`. Only `retry`, the author's own word, opens an end again."""
    return _REACTIONS.get((verb, state), _REFUSED)


def may_retry(state: RunState, from_step: bool) -> bool:
    """Say whether a run may be tried again; one that is done, or waits for an answer, only from a step."""
    return reaction(Verb.RETRY, state).effect is not Effect.REFUSED or (
        from_step and state in {RunState.COMPLETED, RunState.WAITING}
    )


def journal_bytes(output: Any) -> int:
    """Return how much of the journal an output takes: its JSON in UTF-8, in which a Chinese character is three bytes."""
    return len(json.dumps(output, ensure_ascii=False).encode())


def taken_by(run_id: UUID, path: str) -> str:
    """Return how a steer names the step that took it up."""
    return f"{run_id}:{path}"[:300]


@dataclass(frozen=True, order=True)
class Cursor:
    """A place in the events of one run. Orders by epoch first: a later life of the run speaks later."""

    epoch: int = 0
    n: int = 0

    @property
    def seq(self) -> int:
        """The number that clients see and order by."""
        return self.epoch * EPOCH_SPAN + self.n

    @property
    def entry(self) -> str:
        """The id of the event in the live stream."""
        return f"{self.epoch}-{self.n}"

    @classmethod
    def of_seq(cls, seq: int) -> Cursor:
        """Return the place that a client's `seq` names."""
        return cls(*divmod(seq, EPOCH_SPAN))

    @classmethod
    def of_entry(cls, entry: str) -> Cursor:
        """Return the place of a live entry `epoch-n`."""
        epoch, _, n = entry.partition("-")
        return cls(int(epoch), int(n))

    def follows(self, before: Cursor) -> bool:
        """Whether this is the very next event after `before`, or the first of a later epoch."""
        if self.epoch == before.epoch:
            return self.n == before.n + 1
        return self.epoch > before.epoch and self.n == 1


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 code units, the unit of offsets on the wire to the browser."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


_SENTENCE_ENDS = frozenset(".!?…。！？")
_CLOSERS = "\"'”’»)]）】」』"


def ends_sentence(text: str) -> bool:
    """Whether `text` stops at the end of a sentence or paragraph: a fair place to pause."""
    if text.endswith("\n\n"):
        return True
    bare = text.rstrip().rstrip(_CLOSERS)
    return bool(bare) and bare[-1] in _SENTENCE_ENDS


def seed_below(seed: int, name: str) -> int:
    """Return the seed that belongs to `name` below `seed`: unguessable from outside, the same at each replay."""
    digest = hmac.digest(seed.to_bytes(8, "big", signed=True), name.encode(), "sha256")
    return int.from_bytes(digest[:8], "big") >> 2


def queue_name(agent: str, protocol: int) -> str:
    """Return the queue of an agent's runs whose steps follow `protocol`."""
    return f"runs.{agent}.{protocol}"
