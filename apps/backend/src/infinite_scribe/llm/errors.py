"""What can end a model call, in the author's words."""

from __future__ import annotations

from typing import Any

from infinite_scribe.core.errors import BugError, ConflictError, DomainError, Kind, UpstreamError


class ProviderError(UpstreamError):
    """A provider refused or broke a call. `again` says whether the same request may simply be sent again."""

    again = False

    def to_problem(self) -> dict[str, Any]:
        """Say that trying again helps only where it can: a refused key is refused at every try."""
        return {**super().to_problem(), "retryable": self.again}


class AuthError(ProviderError):
    code = "llm-auth"
    title = "The provider did not accept the key"
    action = "open-models"


class ProviderQuotaError(ProviderError):
    code = "llm-quota"
    title = "The provider's account has no credit left"
    action = "open-models"


class RateLimitError(ProviderError):
    code = "llm-rate-limited"
    title = "The provider asks to wait"
    again = True


class TimeLimitError(ProviderError):
    code = "llm-timeout"
    title = "The model did not answer in time"
    again = True


class CutError(ProviderError):
    """The connection ended in the middle, or never came about."""

    code = "llm-cut"
    title = "The connection to the model broke"
    again = True


class PausedError(CutError):
    """The call rests until somebody asks for it anew; text that was bought is kept."""

    title = "The call was paused"


class BusyProviderError(CutError):
    """The provider is overloaded or failed inside (5xx, 529)."""

    title = "The provider failed"


class RefusedError(ProviderError):
    code = "llm-refused"
    title = "The model refused the request"


class ContextTooLongError(ProviderError):
    code = "llm-context-too-long"
    title = "The request is longer than the model can read"


class BadStructureError(ProviderError):
    code = "llm-bad-structure"
    title = "The model cannot answer in this form"


class NoOutputError(ProviderError):
    code = "no-output"
    title = "The model gave no text"


class EndpointRefusedError(ProviderError):
    code = "endpoint-refused"
    title = "This address may not be dialled"
    action = "open-models"


class UnknownModelError(ProviderError):
    code = "llm-model-unknown"
    title = "The provider does not know this model"
    action = "open-models"


class BadRequestError(ProviderError):
    code = "llm-refused-request"
    title = "The provider did not understand the request"


class DemoCannotFollowError(ProviderError):
    """The built-in storyteller says what it has no rule for, instead of changing something else."""

    code = "demo-cannot-follow"
    title = "The built-in storyteller cannot follow this instruction"
    action = "open-models"


class RunNotCurrentError(ConflictError):
    """The run is not running, or another executor has taken it over."""

    code = "run-not-current"
    title = "This run has moved on"


class NoFurtherModelError(DomainError):
    """The role has no further model than those that were tried."""

    code = "llm-no-further-model"
    kind = Kind.NOT_FOUND
    title = "The author named no further model"


class CancelledError(DomainError):
    code = "llm-cancelled"
    kind = Kind.CONFLICT
    title = "The call was cancelled"


class LoopbackGuardError(BugError):
    """The start-up check found that the outbound guard lets loopback through. The process must not serve."""

    code = "outbound-guard"
    title = "The guard of outbound connections does not work"
