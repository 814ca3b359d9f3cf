"""Where browsers report what the content policy stopped. Counted, never stored."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from infinite_scribe.accounts.dependencies import Public
from infinite_scribe.core.logging import get_logger

log = get_logger(__name__)

router = APIRouter(include_in_schema=False)


@router.post(
    "/csp-report",
    status_code=204,
    dependencies=[Depends(Public(reason="browsers report without a session", bucket="auth"))],
)
async def report(request: Request) -> None:
    """Count one report; its words come from a page and are not logged."""
    body = await request.body()
    log.warning("csp.report", size=len(body))
