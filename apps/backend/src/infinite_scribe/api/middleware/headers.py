"""What every answer tells the browser not to do."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "usb", "xr-spatial-tracking",
)  # fmt: skip
_HSTS = "max-age=31536000"


def content_policy(script_hashes: tuple[str, ...]) -> str:
    """The content policy: our own scripts, the hashed boot script, nothing from elsewhere."""
    scripts = " ".join(["'self'", *(f"'{value}'" for value in script_hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


@dataclass
class SecurityHeaders:
    """Adds them; a route's own ``Cache-Control`` stays."""

    app: ASGIApp
    policy: str

    def __post_init__(self) -> None:
        self._fixed = {
            "content-security-policy": f"{self.policy}; report-uri /api/v1/csp-report",
            "content-security-policy-report-only": "require-trusted-types-for 'script'; report-uri /api/v1/csp-report",
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": ", ".join(f"{name}=()" for name in FEATURES),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_api = scope["path"].startswith("/api/")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._fixed)
                if scope["scheme"] == "https":
                    headers["strict-transport-security"] = _HSTS
                if is_api:
                    headers.setdefault(
                        "cache-control", "private, no-cache" if "etag" in headers else "no-store"
                    )
            await send(message)

        await self.app(scope, receive, answer)
