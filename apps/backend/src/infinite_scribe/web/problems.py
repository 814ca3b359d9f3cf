"""The only translator between domain errors and HTTP: RFC 9457 problem documents."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from infinite_scribe.core.errors import (
    BugError,
    DomainError,
    FieldError,
    InvalidError,
    Kind,
    StoreUnavailableError,
    UnstorableTextError,
)
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.outages import passes_by_itself

log = get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

STATUS: dict[Kind, int] = {
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.FORBIDDEN: 403,
    Kind.UNAUTHENTICATED: 401,
    Kind.INVALID: 422,
    Kind.RATE_LIMITED: 429,
    Kind.QUOTA: 402,
    Kind.UNAVAILABLE: 503,
    Kind.UPSTREAM: 502,
    Kind.BUG: 500,
}
_TEXT_STATES = ("22021", "22P05", "22P02")
"""PostgreSQL keeps no NUL and no half of a surrogate pair, whatever column they were meant for."""


class FieldProblem(BaseModel):
    pointer: str
    code: str
    detail: str | None = None


class Problem(BaseModel):
    """What every answer that is not a success carries, and what a failed run holds."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    kind: Kind
    params: dict[str, Any] = {}
    errors: list[FieldProblem] = []
    request_id: str | None = None
    retryable: bool = False
    retry_after: int | None = None
    action: str | None = None


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a domain error."""
    return error.status or STATUS[error.kind]


def problem_document(error: DomainError, request_id: str | None = None) -> dict[str, Any]:
    """Return the whole problem document of `error`."""
    return {"type": "about:blank", "status": status_of(error), "request_id": request_id, **error.to_problem()}


def problem_response(request: Request, error: DomainError) -> JSONResponse:
    """Answer `request` with `error`."""
    request_id = getattr(request.state, "request_id", None)
    headers = {"cache-control": "no-store"}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    body = problem_document(error, request_id)
    return JSONResponse(body, status_of(error), headers=headers, media_type=MEDIA_TYPE)


def problem_responses(*errors: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """Declare in OpenAPI which errors a route can raise."""
    by_status: dict[int, list[str]] = {}
    for error in errors:
        by_status.setdefault(error.status or STATUS[error.kind], []).append(error.code)
    return {
        status: {
            "description": ", ".join(f"`{code}`" for code in codes),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, codes in by_status.items()
    }


def install(app: FastAPI) -> None:
    """Register the handlers on an application."""
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    for outage in (PoolTimeoutError, DBAPIError, ConnectionError, TimeoutError):
        app.add_exception_handler(outage, _store)
    app.add_exception_handler(Exception, _unknown)


async def _domain(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)
    if error.kind is Kind.BUG:
        log.error("request.bug", code=error.code, path=request.url.path)
    return problem_response(request, error)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = [_field(item) for item in error.errors()]
    detail = "Part of the request is missing or has the wrong form."
    return problem_response(request, InvalidError(detail, errors=found))


def _field(item: Any) -> FieldError:
    where = [str(part) for part in item["loc"] if part != "body"]
    return FieldError("/" + "/".join(where), str(item["type"]), str(item["msg"]))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    names = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "unsupported-media-type"}
    kinds = {404: Kind.NOT_FOUND, 401: Kind.UNAUTHENTICATED, 403: Kind.FORBIDDEN, 429: Kind.RATE_LIMITED}
    kind = kinds.get(error.status_code, Kind.INVALID if error.status_code < 500 else Kind.BUG)
    attributes = {
        "code": names.get(error.status_code, "http-error"),
        "kind": kind,
        "title": str(error.detail),
        "status": error.status_code,
    }
    return problem_response(request, type("HttpError", (DomainError,), attributes)(str(error.detail)))


async def _store(request: Request, error: Exception) -> JSONResponse:
    state = str(getattr(getattr(error, "orig", None), "sqlstate", "") or "")
    if state in _TEXT_STATES:
        log.info("request.unstorable_text", path=request.url.path, state=state)
        return problem_response(request, UnstorableTextError())
    if not passes_by_itself(error):
        return await _unknown(request, error)
    log.warning("store.unavailable", error=type(error).__name__, state=state)
    return problem_response(
        request, StoreUnavailableError("Nothing was changed. Please try again.", retry_after=2)
    )


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    log.error("request.failed", path=request.url.path, exc_info=error)
    return problem_response(request, BugError("The request failed. Nothing you wrote was lost by it."))
