"""Who was asked for, by whom: forwarded headers of trusted proxies only, and names that are ours only."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from infinite_scribe.api.middleware.errors import HttpsRequiredError, WrongHostError, refuse
from infinite_scribe.core.settings.sections import HttpSection

_PROBES = frozenset({"/healthz", "/readyz"})
_FORWARDED = (b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded")


def host_name(host: str) -> str:
    """The name without its port, without brackets, in lower case."""
    text = host.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") <= 1 else text


def is_address(name: str) -> bool:
    """Whether the name is an IP literal: no DNS stands behind it, so nobody can rebind it."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@dataclass
class Hosts:
    """Rewrites client, scheme and host from trusted proxies, then refuses foreign names with 421."""

    app: ASGIApp
    settings: HttpSection

    def __post_init__(self) -> None:
        public = urlsplit(self.settings.public_url or "")
        self._names = {"localhost", *(name.lower() for name in self.settings.allowed_hosts)}
        if public.hostname:
            self._names.add(public.hostname.lower())
        self._needs_https = public.scheme == "https"
        self._trusted = [ipaddress.ip_network(item, strict=False) for item in self.settings.trusted_proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self._apply_forwarded(scope)
        host = Headers(scope=scope).get("host", "")
        name = host_name(host)
        if not (name in self._names or is_address(name)):
            await refuse(WrongHostError(), scope, receive, send)
        elif self._needs_https and scope["scheme"] != "https" and scope["path"] not in _PROBES:
            await refuse(HttpsRequiredError(), scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _apply_forwarded(self, scope: Scope) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        given = {name: value.decode("latin-1") for name, value in headers if name in _FORWARDED}
        scope["headers"] = [(name, value) for name, value in headers if name not in _FORWARDED]
        client = scope.get("client")
        if client is None or not self._is_trusted(client[0]):
            return
        for hop in reversed(
            [part.strip() for part in given.get(b"x-forwarded-for", "").split(",") if part.strip()]
        ):
            if not is_address(hop):
                break
            scope["client"] = (hop, 0)
            if not self._is_trusted(hop):
                break
        proto = given.get(b"x-forwarded-proto", "").strip().lower()
        if proto in {"http", "https"}:
            scope["scheme"] = proto
        host = given.get(b"x-forwarded-host", "").strip()
        if host and "," not in host:
            rest = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [*rest, (b"host", host.encode("latin-1", "replace"))]

    def _is_trusted(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(ip in network for network in self._trusted)
