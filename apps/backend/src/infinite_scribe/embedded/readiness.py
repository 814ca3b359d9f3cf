"""Whether a service of this machine answers. A proxy of the environment never stands between the platform and itself."""

from __future__ import annotations

import urllib.error
import urllib.request

from infinite_scribe.core.settings import Settings

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, never bound to
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def why_silent(url: str, *, seconds: float) -> str | None:
    """Return None when `url` answers with success within so many seconds, else what stands in the way."""
    try:
        with _DIRECT.open(url, timeout=seconds):
            return None
    except (urllib.error.URLError, OSError) as error:
        return str(getattr(error, "reason", error))


def gateway_url(settings: Settings, path: str) -> str:
    """Return where the gateway of these settings is asked from this machine."""
    return f"http://{_named(settings.http.host)}:{settings.http.port}{path}"


def service_url(settings: Settings, name: str, port: int, path: str) -> str:
    """Return where a service is asked; only the gateway listens anywhere else than on loopback."""
    return gateway_url(settings, path) if name == "api" else f"http://127.0.0.1:{port}{path}"


def _named(host: str) -> str:
    if host in EVERYWHERE:
        return "127.0.0.1" if host == "0.0.0.0" else "[::1]"  # noqa: S104 - a comparison
    return f"[{host}]" if ":" in host else host
