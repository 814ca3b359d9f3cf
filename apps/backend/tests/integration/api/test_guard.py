"""The front door against raw sockets: what is odd is 400, what is slow is 408, what is good is served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn

from infinite_scribe.web.guard import GuardLimits, GuardProtocol, guard_options

GOOD = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
SEEN: list[dict[str, Any]] = []


async def _app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    SEEN.append({**scope, "body": body})
    answer = b"served %d" % len(body)
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(answer))]}
    )
    await send({"type": "http.response.body", "body": answer})


@asynccontextmanager
async def _serving(limits: GuardLimits) -> AsyncIterator[int]:
    GuardProtocol.limits = limits
    GuardProtocol.open_by_peer.clear()
    SEEN.clear()
    config = uvicorn.Config(_app, port=0, log_config=None, access_log=False, **guard_options())
    server = uvicorn.Server(config)
    server.config.load()
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task
    GuardProtocol.limits = GuardLimits()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with _serving(
        GuardLimits(head_seconds=0.4, body_seconds=0.4, body_bytes_per_second=1_000_000)
    ) as found:
        yield found


async def _say(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Everything that comes back until the server closes, or 1.5 s."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    with suppress(ConnectionError, TimeoutError):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        async with asyncio.timeout(1.5):
            while chunk := await reader.read(65_536):
                answer += chunk
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return answer


def _request(*headers: bytes, line: bytes = b"GET / HTTP/1.1", body: bytes = b"") -> bytes:
    return b"\r\n".join([line, *headers]) + b"\r\n\r\n" + body


HOST = b"Host: localhost"
ODD = {
    "no host": _request(),
    "empty host": _request(b"Host: "),
    "two hosts": _request(HOST, HOST),
    "two different hosts": _request(HOST, b"Host: evil.example"),
    "host with path": _request(b"Host: localhost/evil"),
    "host with user": _request(b"Host: a@localhost"),
    "host with space": _request(b"Host: local host"),
    "absolute target": _request(HOST, line=b"GET http://localhost/ HTTP/1.1"),
    "asterisk": _request(HOST, line=b"OPTIONS * HTTP/1.1"),
    "authority": _request(HOST, line=b"CONNECT localhost:443 HTTP/1.1"),
    "trace": _request(HOST, line=b"TRACE / HTTP/1.1"),
    "propfind": _request(HOST, line=b"PROPFIND / HTTP/1.1"),
    "unknown method": _request(HOST, line=b"FETCH / HTTP/1.1"),
    "fragment": _request(HOST, line=b"GET /#x HTTP/1.1"),
    "http 0.9": b"GET /\r\n\r\n",
    "http 2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "length and chunked": _request(HOST, b"Content-Length: 3", b"Transfer-Encoding: chunked", line=b"POST / HTTP/1.1", body=b"0\r\n\r\n"),
    "two lengths": _request(HOST, b"Content-Length: 3", b"Content-Length: 4", line=b"POST / HTTP/1.1", body=b"abcd"),
    "two equal lengths": _request(HOST, b"Content-Length: 3", b"Content-Length: 3", line=b"POST / HTTP/1.1", body=b"abc"),
    "length list": _request(HOST, b"Content-Length: 3, 3", line=b"POST / HTTP/1.1", body=b"abc"),
    "negative length": _request(HOST, b"Content-Length: -1", line=b"POST / HTTP/1.1"),
    "plus length": _request(HOST, b"Content-Length: +3", line=b"POST / HTTP/1.1", body=b"abc"),
    "hex length": _request(HOST, b"Content-Length: 0x3", line=b"POST / HTTP/1.1", body=b"abc"),
    "huge length": _request(HOST, b"Content-Length: 99999999999999999999", line=b"POST / HTTP/1.1"),
    "gzip, chunked": _request(HOST, b"Transfer-Encoding: gzip, chunked", line=b"POST / HTTP/1.1", body=b"0\r\n\r\n"),
    "chunked, identity": _request(HOST, b"Transfer-Encoding: chunked, identity", line=b"POST / HTTP/1.1", body=b"0\r\n\r\n"),
    "xchunked": _request(HOST, b"Transfer-Encoding: xchunked", line=b"POST / HTTP/1.1", body=b"0\r\n\r\n"),
    "two chunked": _request(HOST, b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", line=b"POST / HTTP/1.1", body=b"0\r\n\r\n"),
    "chunked in 1.0": _request(HOST, b"Transfer-Encoding: chunked", line=b"POST / HTTP/1.0", body=b"0\r\n\r\n"),
    "space before colon": _request(HOST, b"Content-Length : 3", line=b"POST / HTTP/1.1", body=b"abc"),
    "folded header": _request(HOST, b"X-A: a\r\n b"),
    "bare cr": _request(HOST, b"X-A: a\rX-B: b"),
    "nul in header": _request(HOST, b"X-A: a\x00b"),
    "bad chunk size": _request(HOST, b"Transfer-Encoding: chunked", line=b"POST / HTTP/1.1", body=b"zz\r\nabc\r\n0\r\n\r\n"),
    "upgrade": _request(HOST, b"Connection: upgrade", b"Upgrade: websocket"),
    "upgrade h2c": _request(HOST, b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c"),
    "101 headers": _request(HOST, *[b"X-%d: a" % n for n in range(101)]),
    "one large header": _request(HOST, b"X-A: " + b"a" * 40_000),
    "many medium headers": _request(HOST, *[b"X-%d: %s" % (n, b"a" * 1_000) for n in range(40)]),
    "long target": _request(HOST, line=b"GET /" + b"a" * 40_000 + b" HTTP/1.1"),
    "endless header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 200_000,
    "raw space in target": _request(HOST, line=b"GET /a b HTTP/1.1"),
    "raw byte in target": _request(HOST, line=b"GET /\xff HTTP/1.1"),
    "tls hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50,
    "nonsense": b"\x00\x01\x02\x03\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", list(ODD))
async def test_odd_requests_are_refused_before_any_code_and_the_connection_closes(
    port: int, name: str
) -> None:
    answer = await _say(port, ODD[name] + GOOD)
    assert answer.startswith(b"HTTP/1.1 400"), answer[:200]
    assert b"served" not in answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert not [
        scope
        for scope in SEEN
        if scope["method"] == "GET" and scope["path"] == "/" and name != "bad chunk size"
    ]


GOODS = {
    "get": GOOD,
    "ipv6 host": _request(b"Host: [::1]:8000"),
    "post": _request(HOST, b"Content-Length: 3", line=b"POST / HTTP/1.1", body=b"abc"),
    "chunked": _request(
        HOST, b"Transfer-Encoding: chunked", line=b"POST / HTTP/1.1", body=b"3\r\nabc\r\n0\r\n\r\n"
    ),
    "1.0": _request(HOST, line=b"GET / HTTP/1.0"),
    "99 headers": _request(HOST, *[b"X-%d: a" % n for n in range(99)]),
}


@pytest.mark.parametrize("name", list(GOODS))
async def test_plain_requests_are_served(port: int, name: str) -> None:
    answer = await _say(port, GOODS[name])
    assert answer.startswith(b"HTTP/1.1 200"), answer
    assert SEEN[0]["state"]["guarded"] is True


async def test_header_names_with_an_underscore_are_dropped(port: int) -> None:
    await _say(port, _request(HOST, b"X_Forwarded_For: 1.2.3.4", b"X-Fine: 1"))
    assert [name for name, _ in SEEN[0]["headers"]] == [b"host", b"x-fine"]


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
        _request(HOST, b"Content-Length: 9", line=b"POST / HTTP/1.1", body=b"abc"),
    ],
)
async def test_what_never_ends_is_cut(port: int, part: bytes) -> None:
    begun = asyncio.get_running_loop().time()
    answer = await _say(port, part)
    assert answer.startswith(b"HTTP/1.1 408"), answer
    assert asyncio.get_running_loop().time() - begun < 1.4


async def test_a_drip_of_bytes_does_not_renew_the_clock(port: int) -> None:
    answer = await _say(port, *[bytes([byte]) for byte in GOOD], pause=0.05)
    assert b"served" not in answer
    assert SEEN == []


async def test_a_slow_head_after_a_good_request_is_cut_too(port: int) -> None:
    answer = await _say(port, GOOD, b"GET / HT", pause=0.05)
    assert answer.count(b"HTTP/1.1 200") == 1
    assert b"HTTP/1.1 408" in answer


async def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    answer = await _say(
        port, GOOD + _request(HOST, b"Content-Length: 3", line=b"POST / HTTP/1.1", body=b"abc")
    )
    assert answer.index(b"served 0") < answer.index(b"served 3")


async def test_one_peer_has_so_many_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardProtocol, "_is_exempt", lambda _self, _peer: False)
    async with _serving(GuardLimits(per_peer=3)) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        await asyncio.sleep(0.05)
        assert (await _say(port, GOOD)).startswith(b"HTTP/1.1 503")
        held[0][1].close()
        await asyncio.sleep(0.1)
        assert (await _say(port, GOOD)).startswith(b"HTTP/1.1 200")
        for _, writer in held:
            writer.close()
    assert not GuardProtocol.open_by_peer
