"""A provider's failures in our words. The provider's own message travels along, without keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
from openai import APIStatusError, APITimeoutError
from pydantic_ai.exceptions import ModelHTTPError

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
_STRUCTURE = re.compile(r"response_format|json_schema|json_object|schema|structured|grammar", re.IGNORECASE)
_POLICY = re.compile(r"content.?(policy|filter)|moderation|safety|flagged", re.IGNORECASE)
_QUOTA = re.compile(r"insufficient_quota|credit|balance|billing", re.IGNORECASE)
_MODEL = re.compile(
    r"(invalid|unknown|no such|not a valid) model|model.{0,120}\bnot (exist|found|available)",
    re.IGNORECASE,
)
_KEY = re.compile(r"(sk-|key[-_ ]?)[A-Za-z0-9_*.-]{6,}", re.IGNORECASE)
_LONGEST = 500


def from_provider(error: BaseException) -> ProviderError:
    """Return our error for whatever an SDK or the transport raised."""
    for cause in _chain(error):
        if isinstance(cause, ProviderError):
            return cause
        if isinstance(cause, DialRefusedError):
            return EndpointRefusedError()
        if isinstance(cause, httpx2.TimeoutException | APITimeoutError):
            return TimeLimitError()
        if isinstance(cause, ModelHTTPError):
            return _status(cause.status_code, _words(cause.body) or str(cause), _headers(cause))
        if isinstance(cause, APIStatusError):
            return _status(cause.status_code, _words(cause.body) or cause.message, cause.response.headers)
    return CutError(raw=_shown(str(error)))


def _words(body: object) -> str:
    """Return what a provider says about a failure: its message with its code, or the whole body."""
    if not isinstance(body, Mapping):
        return str(body or "")
    inner = body.get("error", body)
    message = inner.get("message", inner.get("detail")) if isinstance(inner, Mapping) else inner
    if not isinstance(message, str):
        return str(dict(body))
    kinds = [inner.get(name) for name in ("type", "code")] if isinstance(inner, Mapping) else []
    told = [str(kind) for kind in kinds if kind and str(kind) not in message]
    return f"{message} ({', '.join(told)})" if told else message


def _status(status: int, message: str, headers: Mapping[str, str]) -> ProviderError:
    raw = _shown(message)
    if status == 401 or (status == 403 and not _POLICY.search(message)):
        return AuthError(raw=raw, status=status)
    if status == 402 or (status == 429 and _QUOTA.search(message)):
        return ProviderQuotaError(raw=raw, status=status)
    if status == 429:
        return RateLimitError(raw=raw, status=status, retry_after=_retry_after(headers))
    if status in {408, 504}:
        return TimeLimitError(raw=raw, status=status)
    if status == 409 or status >= 500:
        return BusyProviderError(raw=raw, status=status, retry_after=_retry_after(headers))
    if status in {400, 413, 422} and _CONTEXT.search(message):
        return ContextTooLongError(raw=raw, status=status)
    if status in {400, 422} and _STRUCTURE.search(message):
        return BadStructureError(raw=raw, status=status)
    if status in {400, 404} and _MODEL.search(message):
        return UnknownModelError(raw=raw, status=status)
    if _POLICY.search(message):
        return RefusedError(raw=raw, status=status)
    return BadRequestError(raw=raw, status=status)


def _retry_after(headers: Mapping[str, str]) -> int | None:
    found = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    if found.isdigit():
        return int(found)
    try:
        return max(0, int((parsedate_to_datetime(found) - now()).total_seconds()))
    except (TypeError, ValueError):
        return None


def _headers(error: ModelHTTPError) -> Mapping[str, str]:
    found: Any = getattr(error, "headers", None)
    return found if isinstance(found, Mapping) else {}


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    present: BaseException | None = error
    while present is not None and id(present) not in seen:
        seen.add(id(present))
        yield present
        present = present.__cause__ or present.__context__


def _shown(message: str) -> str:
    return _KEY.sub("[hidden]", message)[:_LONGEST]
