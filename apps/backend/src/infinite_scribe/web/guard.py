"""The front door: an HTTP/1.1 parser that refuses what proxies and parsers disagree about, and that does not wait.

``uvicorn … --http infinite_scribe.web.guard:GuardProtocol --ws none``. Plain uvicorn serves two Host headers, absolute
targets, ``Transfer-Encoding: gzip, chunked`` and TRACE, and keeps half a head or half a body open for ever; here these
are 400 and 408. What is refused is refused inside the parser: no application code sees it, and the connection closes.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

MOST_HEADERS = 100
MOST_HEAD_BYTES = 32 * 1024
RENEW_BYTES = 1_000_000
KEEP_ALIVE_SECONDS = 5
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_LENGTH = re.compile(rb"[0-9]{1,15}")


class _Refused(Exception):  # noqa: N818 - leaves the parser callback, is never seen elsewhere
    """Raised inside a parser callback: answer 400 and close."""


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """Time limits and the connections of one peer. Set once by the process before it serves."""

    head_seconds: float = 10.0
    body_seconds: float = 20.0
    body_bytes_per_second: int = 50_000
    per_peer: int = 64
    trusted: frozenset[str] = frozenset()


class GuardProtocol(HttpToolsProtocol):
    """uvicorn's httptools protocol with a stricter parser and a clock on head and body."""

    limits: ClassVar[GuardLimits] = GuardLimits()
    open_by_peer: ClassVar[Counter[str]] = Counter()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._deadline: asyncio.TimerHandle | None = None
        self._reading: str = ""
        self._head_bytes = 0
        self._body_bytes = 0
        self._chunked = False
        self._is_refused = False
        peer = self.client[0] if self.client else ""
        self._counted = "" if self._is_exempt(peer) else peer
        if self._counted:
            self.open_by_peer[peer] += 1
            if self.open_by_peer[peer] > self.limits.per_peer:
                self._refuse(503, "Too many connections")
                return
        self._expect("head", self.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        if self._counted:
            self.open_by_peer[self._counted] -= 1
            if self.open_by_peer[self._counted] <= 0:
                del self.open_by_peer[self._counted]
            self._counted = ""
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        self._head_bytes += len(data)
        super().data_received(data)
        # A header without end never reaches `on_header`, so what has arrived of an unfinished head is counted here.
        if self._reading == "head" and self._head_bytes > MOST_HEAD_BYTES and not self._is_refused:
            self._refuse(400, "Bad request")

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - what was wrong helps nobody but a prober
        if not self._is_refused:
            self._refuse(400, "Bad request")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._reading != "head":
            # After an idle keep-alive the clock of the head starts with its first byte.
            self._expect("head", self.limits.head_seconds)
        self._body_bytes = 0
        self._header_bytes = 0
        self.scope["state"]["guarded"] = True

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(len(name) + len(value) + 4)
        if len(self.headers) >= MOST_HEADERS:
            raise _Refused
        if b"_" in name:
            # Some proxies turn "-" into "_" and back; a header that could be two is none.
            return
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._check_head()
        super().on_headers_complete()
        length = next((int(value) for name, value in self.headers if name == b"content-length"), 0)
        seconds = self.limits.body_seconds
        if not self._chunked:
            seconds += length / self.limits.body_bytes_per_second
        self._expect("body", seconds)

    def on_body(self, body: bytes) -> None:
        before = self._body_bytes // RENEW_BYTES
        self._body_bytes += len(body)
        if self._chunked and self._body_bytes // RENEW_BYTES > before:
            self._expect("body", self.limits.body_seconds)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._stop_clock()
        self._head_bytes = 0
        super().on_message_complete()

    def _check_head(self) -> None:
        """Exactly one framing, one host, one origin-form target; everything else is somebody's trick."""
        values: dict[bytes, list[bytes]] = {}
        for name, value in self.headers:
            values.setdefault(name, []).append(value)
        host = values.get(b"host", [])
        if len(host) != 1 or not _HOST.fullmatch(host[0]):
            raise _Refused
        lengths, codings = values.get(b"content-length", []), values.get(b"transfer-encoding", [])
        if len(lengths) + len(codings) > 1 or any(not _LENGTH.fullmatch(value) for value in lengths):
            raise _Refused
        if codings and (codings[0].strip().lower() != b"chunked" or self.parser.get_http_version() != "1.1"):
            raise _Refused
        if b"upgrade" in values or self.parser.should_upgrade():
            raise _Refused
        if self.parser.get_method().decode("ascii", "replace") not in METHODS:
            raise _Refused
        if self.parser.get_http_version() not in {"1.0", "1.1"} or not self._is_origin_form(self.url):
            raise _Refused
        self._chunked = bool(codings)

    @staticmethod
    def _is_origin_form(target: bytes) -> bool:
        return target.startswith(b"/") and b"#" not in target and all(0x20 < byte < 0x7F for byte in target)

    def _count_head(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MOST_HEAD_BYTES:
            raise _Refused

    def _expect(self, part: str, seconds: float) -> None:
        self._stop_clock()
        self._reading = part
        self._deadline = self.loop.call_later(seconds, self._too_slow)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._reading = ""

    def _too_slow(self) -> None:
        self._refuse(408, "Request timeout")

    def _refuse(self, status: int, words: str) -> None:
        """Answer and close; what follows on this connection is never read."""
        self._is_refused = True
        self._stop_clock()
        self._unset_keepalive_if_required()
        if self.transport is None or self.transport.is_closing():
            return
        answering = (
            self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        )
        if not answering:
            body = words.encode("ascii")
            head = (
                b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
            )
            self.transport.write(STATUS_LINE[status] + head % len(body) + body)
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.pipeline.clear()
        self.transport.close()

    def _is_exempt(self, peer: str) -> bool:
        if peer in self.limits.trusted or not peer:
            return True
        try:
            return ip_address(peer.partition("%")[0]).is_loopback
        except ValueError:
            return True


def guard_options() -> dict[str, Any]:
    """Keyword arguments that every uvicorn of ours runs with."""
    return {
        "http": GuardProtocol,
        "ws": "none",
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "limit_concurrency": 1_000,
        "server_header": False,
        "proxy_headers": False,
    }
