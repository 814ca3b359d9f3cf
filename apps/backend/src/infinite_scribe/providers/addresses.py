"""Which addresses may be dialled for a user, and which base URLs may be stored."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(net)
    for net in (
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip


def is_public(address: str) -> bool:
    """Say whether a literal IP address belongs to the public internet. Anything that is not an address: no."""
    if "%" in address:
        return False
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return is_public(str(parsed.ipv4_mapped))
        inside = parsed in _GLOBAL_V6 and not any(parsed in net for net in _REFUSED_V6)
        return inside and parsed.is_global and not parsed.is_multicast
    return parsed.is_global and not parsed.is_multicast and not any(parsed in net for net in _REFUSED_V4)


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port of an address, in one spelling."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """Read an origin. Raises `ValueError` for anything but http or https with a host."""
        if any(ord(char) <= 32 or char == "\\" for char in url):
            raise ValueError("an address must not hold spaces or backslashes")
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("an address starts with http:// or https:// and a host")
        if parts.username is not None or parts.password is not None:
            raise ValueError("an address must not hold a user name")
        return cls(
            parts.scheme, parts.hostname.rstrip("."), parts.port or (443 if parts.scheme == "https" else 80)
        )


@dataclass(frozen=True)
class DialRules:
    """What may be dialled: public https on known ports, and the exact local model servers of the settings."""

    local_origins: frozenset[Origin] = frozenset()
    ports: frozenset[int] = frozenset({443})

    @classmethod
    def of(cls, local_endpoints: list[str], extra_ports: list[int]) -> DialRules:
        return cls(frozenset(Origin.of(url) for url in local_endpoints), frozenset({443, *extra_ports}))

    def is_local(self, url: str) -> bool:
        """Say whether the address is one of the local model servers that the operator allowed."""
        try:
            return Origin.of(url) in self.local_origins
        except ValueError:
            return False

    def may_be_stored(self, url: str) -> bool:
        """Say whether a base URL could ever be dialled, as far as its spelling tells."""
        try:
            origin = Origin.of(url)
        except ValueError:
            return False
        literal = ":" in origin.host or origin.host.replace(".", "").isdigit()
        return self.allows(origin) and (origin in self.local_origins or not literal or is_public(origin.host))

    def allows(self, origin: Origin) -> bool:
        """Say whether a connection may be tried at all; the resolved address is checked again at connect."""
        if origin in self.local_origins:
            return True
        return origin.scheme == "https" and origin.port in self.ports
