"""Errors of the domain: one tree, one shape.

Every failure that a user can cause or meet is a `DomainError` with a stable `code`. The HTTP kit is the only
translator to RFC 9457 problem documents; failed runs carry the same object.

    DomainError
    ├── NotFoundError        404   the id does not exist, or is not yours
    ├── ConflictError        409   somebody else was first
    ├── ForbiddenError       403
    ├── UnauthenticatedError 401
    ├── InvalidError         422   the request cannot mean anything
    ├── RateLimitedError     429
    ├── QuotaError           402   a cap of money or tokens
    ├── UnavailableError     503   try again later, nothing was started
    ├── UpstreamError        502   a model provider or another system failed
    └── BugError             500   our own fault
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What a client may conclude from an error without knowing its code."""

    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    FORBIDDEN = "FORBIDDEN"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    INVALID = "INVALID"
    RATE_LIMITED = "RATE_LIMITED"
    QUOTA = "QUOTA"
    UNAVAILABLE = "UNAVAILABLE"
    UPSTREAM = "UPSTREAM"
    BUG = "BUG"


RETRYABLE = frozenset({Kind.RATE_LIMITED, Kind.UNAVAILABLE, Kind.UPSTREAM})


@dataclass(frozen=True)
class FieldError:
    """One wrong member of a request: where it stands (JSON pointer) and what is wrong with it (code)."""

    pointer: str
    code: str
    detail: str | None = None

    def as_dict(self) -> dict[str, Any]:
        found = {"pointer": self.pointer, "code": self.code}
        return found if self.detail is None else {**found, "detail": self.detail}


class DomainError(Exception):
    """A refusal in the author's world.

    `detail` is one sentence for a person. `params` are the values a client needs to word it in another language.
    """

    code: ClassVar[str] = "error"
    kind: ClassVar[Kind] = Kind.BUG
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int | None] = None
    action: ClassVar[str | None] = None

    def __init__(
        self,
        detail: str | None = None,
        *,
        retry_after: int | None = None,
        errors: list[FieldError] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.retry_after = retry_after
        self.errors = errors or []
        self.params = params

    def to_problem(self) -> dict[str, Any]:
        """Return the members of the problem document that do not depend on HTTP."""
        return {
            "code": self.code,
            "kind": self.kind.value,
            "title": self.title,
            "detail": self.detail,
            "params": self.params,
            "errors": [error.as_dict() for error in self.errors],
            "retryable": self.kind in RETRYABLE,
            "retry_after": self.retry_after,
            "action": self.action,
        }


class NotFoundError(DomainError):
    code = "not-found"
    kind = Kind.NOT_FOUND
    title = "There is nothing here"


class ConflictError(DomainError):
    code = "conflict"
    kind = Kind.CONFLICT
    title = "Something else happened first"


class ForbiddenError(DomainError):
    code = "not-allowed"
    kind = Kind.FORBIDDEN
    title = "You may not do this"


class UnauthenticatedError(DomainError):
    code = "session-expired"
    kind = Kind.UNAUTHENTICATED
    title = "Please sign in"


class InvalidError(DomainError):
    code = "invalid"
    kind = Kind.INVALID
    title = "The request cannot be understood"


class UnstorableTextError(InvalidError):
    """The request holds a character that no text can hold."""

    code = "invalid-text"
    title = "This text holds characters that cannot be stored"


class RateLimitedError(DomainError):
    code = "rate-limited"
    kind = Kind.RATE_LIMITED
    title = "Too many requests"


class QuotaError(DomainError):
    code = "budget-reached"
    kind = Kind.QUOTA
    title = "The cap is reached"


class UnavailableError(DomainError):
    code = "unavailable"
    kind = Kind.UNAVAILABLE
    title = "Not available right now"


class StoreUnavailableError(UnavailableError):
    code = "store-unavailable"
    title = "The library is not reachable"


class UpstreamError(DomainError):
    code = "upstream"
    kind = Kind.UPSTREAM
    title = "Another system failed"


class BugError(DomainError):
    code = "internal"
    kind = Kind.BUG
    title = "Something went wrong on our side"
