"""What can go wrong with a run."""

from __future__ import annotations

from typing import Any, Self

from infinite_scribe.core.errors import (
    BugError,
    ConflictError,
    DomainError,
    FieldError,
    InvalidError,
    Kind,
    NotFoundError,
    RateLimitedError,
    UnavailableError,
    UpstreamError,
)


class RunNotFoundError(NotFoundError):
    """Missing and foreign runs answer alike."""


class RunAlreadyActiveError(ConflictError):
    """Something else is already being written there; `params.run` is its id."""

    code = "run-already-active"
    title = "This is already being worked on"


class RunStateError(ConflictError):
    """The run is in a state in which this cannot be done; `params.state` says which."""

    code = "run-state"
    title = "The run cannot do this now"


class RunEffectStandsError(ConflictError):
    """What the step wrote stands in the book, and the step would write it once more; `params.step` says which."""

    code = "run-effect-stands"
    title = "What this step wrote stands in the book; revert the run first"


class TooManyRunsError(RateLimitedError):
    code = "too-many-runs"
    title = "Too many runs at once"


class TooManyStreamsError(RateLimitedError):
    code = "too-many-streams"
    title = "Too many streams are open"


class IdempotencyMismatchError(InvalidError):
    """The same key came with another request."""

    code = "idempotency-mismatch"
    title = "This key was used for another request"


class UnknownTaskError(InvalidError):
    code = "unknown-task"
    title = "There is no such task"


class InvalidInputError(InvalidError):
    """The task's input does not have its form; `errors` says where."""

    code = "invalid-input"
    title = "The task cannot start with this input"


class UnknownGateError(InvalidError):
    code = "unknown-gate"
    title = "The run does not ask this question"


class AgentUnavailableError(UnavailableError):
    """No process of the agent can be reached; nothing was started."""

    code = "agent-unavailable"
    title = "The agent is not reachable"


class NoOutputError(UpstreamError):
    """A run that produced nothing has failed, whatever it says."""

    code = "no-output"
    title = "Nothing came out of this run"


class RunPoisonedError(BugError):
    """The run stopped one executor after the other without finishing a step."""

    code = "run-poisoned"
    title = "The run was stopped because it kept failing"


class RunIncompatibleError(BugError):
    """A recorded step does not fit the program any more. Retry from that step."""

    code = "run-incompatible"
    title = "The run was started by another version"


class RunTooLongError(BugError):
    code = "run-too-long"
    title = "The run has too many steps"


class DeadlineError(DomainError):
    code = "run-deadline"
    kind = Kind.UPSTREAM
    title = "The run took too long"


class BadAnswerError(UpstreamError):
    """The model's answers did not have the form that the step needs, repairs included."""

    code = "llm-bad-structure"
    title = "The model did not answer in the right form"


class UnusableTextError(UpstreamError):
    """The model's text could not go on the page, all corrections included; `params.faults` says why."""

    code = "llm-unusable-text"
    title = "The model gave no text that can be used"


class ReportedError(DomainError):
    """A failure that arrives as a problem document (an agent, `llm`, a child run) and travels on unchanged."""

    problem: dict[str, Any]

    @classmethod
    def of(cls, problem: dict[str, Any]) -> Self:
        """Return the error that `problem` describes, with its code and kind, so that it maps to the same status."""
        try:
            kind = Kind(str(problem.get("kind")))
        except ValueError:
            kind = Kind.BUG
        members = {
            "code": str(problem.get("code") or "internal"),
            "kind": kind,
            "title": str(problem.get("title") or cls.title),
            "action": problem.get("action"),
        }
        retry_after = problem.get("retry_after")
        error: Self = type(cls.__name__, (cls,), members)(
            str(problem.get("detail") or members["title"]),
            retry_after=int(retry_after) if isinstance(retry_after, int | float) else None,
            errors=_field_errors(problem),
            **(problem.get("params") or {}),
        )
        error.problem = problem
        return error

    def to_problem(self) -> dict[str, Any]:
        """Return the problem again; whether trying again helps is what its own place said."""
        told = self.problem.get("retryable")
        found = super().to_problem()
        return found if told is None else {**found, "retryable": bool(told)}


def _field_errors(problem: dict[str, Any]) -> list[FieldError]:
    return [
        FieldError(str(item.get("pointer", "")), str(item.get("code", "")), item.get("detail"))
        for item in problem.get("errors") or []
        if isinstance(item, dict)
    ]


class CallFailedError(ReportedError):
    """A model call ended without an answer."""


class ChildFailedError(ReportedError):
    """A child run ended without a result."""


class SceneLeftError(ConflictError):
    """No model wrote a scene, and its author keeps it for themselves; `params.why` names the trouble."""

    code = "scene-left"
    title = "The scene was left unwritten"


class RunFenced(BaseException):
    """Another executor owns the run now. Write nothing, say nothing, stop."""


class RunParked(BaseException):
    """The run rests at a gate or waits for its children; the job ends here and a later one goes on."""


class RunStopped(BaseException):
    """The author's pause, cancel or `now` has arrived at a place where the step can stop."""


class IdeaMissingError(InvalidError):
    code = "idea-missing"
    title = "Say in one sentence what the story is"
