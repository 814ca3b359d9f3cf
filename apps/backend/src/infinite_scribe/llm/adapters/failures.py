"""A provider's failures in our words. The provider's own message travels along, without keys."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
    UserError,
)

from infinite_scribe.core.clock import now
from infinite_scribe.llm.adapters.transport import DialRefusedError
from infinite_scribe.llm.errors import (
    AuthError,
    BadRequestError,
    BadStructureError,
    BusyProviderError,
    ContextTooLongError,
    CutError,
    EndpointRefusedError,
    ProviderError,
    ProviderQuotaError,
    RateLimitError,
    RefusedError,
    TimeLimitError,
    UnknownModelError,
)

_CONTEXT = re.compile(
    r"context|too long|maximum.{0,20}(length|token)|token limit|prompt is too", re.IGNORECASE
)
_STRUCTURE = re.compile(
    r"response_format|response_?schema|json_schema|json_object|json_validate|generate json|schema|structured|"
    r"output_config|output_format|tool.?(choice|use|call)|function.?call|grammar",
    re.IGNORECASE,
)
_POLICY = re.compile(r"content.?(policy|filter)|moderation|safety|flagged", re.IGNORECASE)
_QUOTA = re.compile(r"insufficient_quota|credit|balance|billing", re.IGNORECASE)
_MODEL = re.compile(
    r"(invalid|unknown|no such|not a valid) model|model.{0,120}\bnot (exist|found|available)|^model: ",
    re.IGNORECASE,
)
_BAD_KEY = re.compile(r"api[ _]key.{0,20}(not valid|invalid|expired)|invalid.{0,10}api[ _]key", re.IGNORECASE)
_KEY = re.compile(r"(sk-|key[-_ ]?)[A-Za-z0-9_*.-]{6,}|\*{3,}\w+", re.IGNORECASE)
_LONGEST = 500


def from_provider(error: BaseException) -> ProviderError:
    """Return our error for whatever pydantic-ai, an SDK or the transport raised."""
    for cause in _chain(error):
        if isinstance(cause, ProviderError):
            return cause
        if isinstance(cause, DialRefusedError):
            return EndpointRefusedError()
        if isinstance(cause, httpx2.TimeoutException | ModelTimeoutError):
            return TimeLimitError()
        if isinstance(cause, ModelAPIError) and not isinstance(cause, ModelConnectionError):
            found = _told(cause)
            if found is not None:
                return found
        elif isinstance(cause, UserError):
            return BadStructureError(raw=_shown(str(cause)))
        elif (status := _status_of(cause)) is not None:
            words = _words(_body_of(cause)) or str(cause)
            return _by_status(status, words, _retry_after(_headers_of(cause)))
    return CutError(raw=_shown(str(error)))


def _told(error: ModelAPIError) -> ProviderError | None:
    """Word an error that the provider reported, before or inside a stream; None where it says nothing of use."""
    words = _words(error.body) or str(error)
    raw = _shown(words)
    wait = None if error.retry_after is None else math.ceil(error.retry_after)
    status = error.status_code if isinstance(error, ModelHTTPError) else None
    if isinstance(error, ModelContextWindowExceededError):
        return ContextTooLongError(raw=raw, status=status)
    if isinstance(error, ModelQuotaExceededError):
        return ProviderQuotaError(raw=raw, status=status)
    if status is not None and status >= 400:
        return _by_status(status, words, wait)
    if isinstance(error, ModelRateLimitError):
        return RateLimitError(raw=raw, retry_after=wait)
    if isinstance(error, ModelUnavailableError | ModelServerError):
        return BusyProviderError(raw=raw, retry_after=wait)
    if isinstance(error, ModelAuthenticationError):
        return AuthError(raw=raw)
    if isinstance(error, ModelNotFoundError):
        return UnknownModelError(raw=raw)
    return None


def _by_status(status: int, message: str, retry_after: int | None) -> ProviderError:
    raw = _shown(message)
    if status == 401 or (status in {400, 403} and _BAD_KEY.search(message)):
        return AuthError(raw=raw, status=status)
    if status == 403 and not _POLICY.search(message):
        return AuthError(raw=raw, status=status)
    if status == 402 or (status == 429 and retry_after is None and _QUOTA.search(message)):
        return ProviderQuotaError(raw=raw, status=status)
    if status == 429:
        return RateLimitError(raw=raw, status=status, retry_after=retry_after)
    if status in {408, 504}:
        return TimeLimitError(raw=raw, status=status)
    if status == 409 or status >= 500:
        return BusyProviderError(raw=raw, status=status, retry_after=retry_after)
    if status == 413 or (status in {400, 422} and _CONTEXT.search(message)):
        return ContextTooLongError(raw=raw, status=status)
    if status in {400, 404, 422} and _MODEL.search(message):
        return UnknownModelError(raw=raw, status=status)
    if status in {400, 422} and _STRUCTURE.search(message):
        return BadStructureError(raw=raw, status=status)
    if _POLICY.search(message):
        return RefusedError(raw=raw, status=status)
    return BadRequestError(raw=raw, status=status)


def _words(body: object) -> str:
    """Return what a provider says about a failure: its message with its code, or the whole body."""
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return str(body)
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, Mapping):
        return str(body or "")
    inner = body.get("error", body)
    message = inner.get("message", inner.get("detail")) if isinstance(inner, Mapping) else inner
    if not isinstance(message, str):
        return str(dict(body))
    kinds = [inner.get(name) for name in ("type", "code", "status")] if isinstance(inner, Mapping) else []
    told = [str(kind) for kind in kinds if kind and str(kind) not in message]
    return f"{message} ({', '.join(told)})" if told else message


def _status_of(error: BaseException) -> int | None:
    """Return the status of an SDK's own error; each SDK names it a little differently."""
    for name in ("status_code", "code"):
        found = getattr(error, name, None)
        if isinstance(found, int) and 400 <= found < 600:
            return found
    return None


def _body_of(error: BaseException) -> object:
    for name in ("body", "details"):
        if found := getattr(error, name, None):
            return found
    return None


def _headers_of(error: BaseException) -> Mapping[str, str]:
    for place in (error, getattr(error, "response", None)):
        found: Any = getattr(place, "headers", None)
        if isinstance(found, Mapping):
            return found
    return {}


def _retry_after(headers: Mapping[str, str]) -> int | None:
    found = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    if found.isdigit():
        return int(found)
    try:
        return max(0, int((parsedate_to_datetime(found) - now()).total_seconds()))
    except (TypeError, ValueError):
        return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    present: BaseException | None = error
    while present is not None and id(present) not in seen:
        seen.add(id(present))
        yield present
        present = present.__cause__ or present.__context__


def _shown(message: str) -> str:
    return _KEY.sub("[hidden]", message)[:_LONGEST]
