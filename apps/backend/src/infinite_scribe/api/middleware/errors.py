"""Refusals that are given before a route is known."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from infinite_scribe.core.errors import BugError, DomainError, ForbiddenError, InvalidError
from infinite_scribe.web.problems import problem_response


class CrossSiteRequestError(ForbiddenError):
    """Another site sent this with the cookies of the reader."""

    code = "cross-site-request"
    title = "This request did not come from the app"


class WrongHostError(InvalidError):
    """The name that was asked for is not ours."""

    code = "wrong-host"
    title = "This address is not served here"
    status = 421


class HttpsRequiredError(ForbiddenError):
    """The public address is https, and this came without it."""

    code = "https-required"
    title = "Please use the https address"


class TooLargeError(InvalidError):
    """The body is larger than this address takes."""

    code = "too-large"
    title = "Too large"
    status = 413


class UnsupportedMediaError(InvalidError):
    """The body has a type or a coding that is not taken here."""

    code = "unsupported-media-type"
    title = "This kind of body is not taken here"
    status = 415


class TooDeepError(InvalidError):
    """JSON nested deeper than anything we read."""

    code = "too-deep"
    title = "The body is nested too deeply"
    status = 400


class UnguardedError(BugError):
    """In production only the guarded server may answer."""

    code = "unguarded"
    title = "The server was started without its guard"


async def refuse(error: DomainError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the problem document of ``error``."""
    await problem_response(Request(scope), error)(scope, receive, send)
