"""Cross-site requests change nothing: an unsafe request must prove that it comes from the app.

Browsers say so themselves (``Sec-Fetch-Site``); over plain http they do not, so the exact ``Origin`` counts there. A
request with one of our cookies and neither of the two is refused. Without cookies nothing of the reader's is at stake,
but what says that it is cross-site is refused all the same: nobody should be signed in by another site either.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from infinite_scribe.api.middleware.errors import CrossSiteRequestError, refuse

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIES = frozenset({"at", "rt", "dev", "__Host-at", "__Host-rt", "__Host-dev"})
REPORTS = "/api/v1/csp-report"


def is_same_origin(method: str, headers: Headers, scheme: str, allowed: frozenset[str] = frozenset()) -> bool:
    """Whether a request with these headers may change something."""
    if method in SAFE:
        return True
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if origin is not None and origin in allowed:
        return True
    if site is not None:
        return site == "same-origin"
    if origin is not None:
        return origin == f"{scheme}://{headers.get('host', '')}"
    return not _has_cookie(headers)


def _has_cookie(headers: Headers) -> bool:
    sent = ";".join(headers.getlist("cookie"))
    return any(part.partition("=")[0].strip() in COOKIES for part in sent.split(";"))


@dataclass
class SameOrigin:
    """Refuses with 403 ``cross-site-request``."""

    app: ASGIApp
    allowed: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != REPORTS:
            headers = Headers(scope=scope)
            if not is_same_origin(scope["method"], headers, scope["scheme"], self.allowed):
                await refuse(CrossSiteRequestError(), scope, receive, send)
                return
        await self.app(scope, receive, send)
