"""The one client factory. Every outbound connection resolves, checks every address, and dials the checked one."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import Any, cast

import httpcore2
import httpx2

from infinite_scribe.llm.errors import LoopbackGuardError
from infinite_scribe.providers.addresses import DialRules, Origin, is_public

Resolve = Callable[[str, int], Awaitable[list[str]]]


class DialRefusedError(httpx2.ConnectError):
    """The guard refused the address before a packet was sent."""


async def resolve(host: str, port: int) -> list[str]:
    """Return every address of a host, in the resolver's order."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Opens sockets to checked addresses only. TLS still verifies the name, so rebinding DNS has no gap."""

    def __init__(self, rules: DialRules, resolver: Resolve = resolve) -> None:
        self._rules = rules
        self._resolve = resolver
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Resolve, check all addresses, dial the first. One private address among them refuses the whole name."""
        name = host.strip("[]").rstrip(".")
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(name, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"{name} cannot be resolved") from error
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout from error
        local = any(Origin(scheme, name, port) in self._rules.local_origins for scheme in ("http", "https"))
        if not addresses or not (local or all(is_public(address) for address in addresses)):
            raise DialRefusedError(f"{name} is not a public address")
        return await self._inner.connect_tcp(
            addresses[0], port, timeout=timeout, local_address=local_address, socket_options=socket_options
        )

    async def connect_unix_socket(  # the names are the library's
        self,
        path: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        raise DialRefusedError("sockets of this machine are never dialled")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class GuardedTransport(httpx2.AsyncBaseTransport):
    """httpx2's transport over a pool with our backend; httpx2 itself does not expose that place."""

    def __init__(self, rules: DialRules, resolver: Resolve = resolve) -> None:
        self._rules = rules
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=100,
            max_keepalive_connections=10,
            keepalive_expiry=30,
            http1=True,
            http2=False,
            retries=0,
            network_backend=GuardedBackend(rules, resolver),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request, if its origin is allowed at all."""
        url = request.url
        origin = Origin(url.scheme, url.host.rstrip("."), url.port or (443 if url.scheme == "https" else 80))
        if url.userinfo or not self._rules.allows(origin):
            raise DialRefusedError(
                f"{origin.scheme}://{origin.host}:{origin.port} is not allowed", request=request
            )
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        inner = httpcore2.Request(
            method=request.method,
            url=target,
            headers=request.headers.raw,
            content=cast("AsyncIterator[bytes]", request.stream),
            extensions=request.extensions,
        )
        with _translated(request):
            answer = await self._pool.handle_async_request(inner)
        stream = _Body(answer.stream, request)
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=stream, extensions=answer.extensions
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx2.AsyncByteStream):
    def __init__(self, stream: Any, request: httpx2.Request) -> None:
        self._stream = stream
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated(self._request):
            async with aclosing(self._stream.__aiter__()) as parts:
                async for part in parts:
                    yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


_SAME_NAME = (
    "ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout", "ConnectError", "ReadError", "WriteError",
    "LocalProtocolError", "RemoteProtocolError", "UnsupportedProtocol", "ProxyError", "ProtocolError", "NetworkError",
)  # fmt: skip


class _translated:  # noqa: N801 - used like a function
    """Turn the pool's errors into the client's, by name: both libraries use the same ones."""

    def __init__(self, request: httpx2.Request) -> None:
        self._request = request

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None or isinstance(error, httpx2.HTTPError):
            return
        for name in _SAME_NAME:
            if isinstance(error, getattr(httpcore2, name)):
                raise getattr(httpx2, name)(str(error) or name, request=self._request) from error


def guarded_client(
    rules: DialRules, *, timeout: httpx2.Timeout | None = None, resolver: Resolve = resolve
) -> httpx2.AsyncClient:
    """Make an outbound client: no redirects, no proxies from the environment, no HTTP/2, checked addresses."""
    return httpx2.AsyncClient(
        transport=GuardedTransport(rules, resolver),
        follow_redirects=False,
        trust_env=False,
        timeout=timeout or httpx2.Timeout(60, connect=5),
    )


async def assert_guard_works(client_of: Callable[[DialRules], httpx2.AsyncClient], port: int) -> None:
    """Dial this process's own loopback port through the factory; raise `LoopbackGuardError` unless refused.

    The rules of the check allow the port, so that only the check of the address can refuse it.
    """
    rules = DialRules(ports=frozenset({443, port}))
    async with client_of(rules) as client:
        for host in ("127.0.0.1", "localhost"):
            try:
                await client.get(f"https://{host}:{port}/healthz", timeout=2)
            except DialRefusedError:
                continue
            except httpx2.HTTPError as error:
                raise LoopbackGuardError(reason=type(error).__name__) from error
            raise LoopbackGuardError(reason="connected")
