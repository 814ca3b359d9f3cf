"""Cookies that scripts never see: HttpOnly, SameSite=Strict; over https with the ``__Host-`` prefix and Secure."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response


def cookie_name(request: Request, name: str) -> str:
    """The name under the scheme that the browser used."""
    return f"__Host-{name}" if request.url.scheme == "https" else name


def read_cookie(request: Request, name: str) -> str | None:
    """The value that the browser sent, ``None`` without one."""
    return request.cookies.get(cookie_name(request, name)) or None


def write_cookie(request: Request, response: Response, name: str, value: str, seconds: int | None) -> None:
    """Give the browser a value for so long (``None``: until it is closed, 0: take it back)."""
    response.set_cookie(
        cookie_name(request, name),
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
