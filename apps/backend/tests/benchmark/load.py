"""A closed-loop reader on bare sockets, so that the client costs as little as possible."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil


@dataclass(frozen=True)
class Target:
    """One GET that is asked again and again."""

    address: str
    path: str
    cookies: str = ""

    def request(self) -> bytes:
        parts = urlsplit(self.address)
        cookie = f"cookie: {self.cookies}\r\n" if self.cookies else ""
        return f"GET {self.path} HTTP/1.1\r\nhost: {parts.netloc}\r\n{cookie}accept: application/json\r\n\r\n".encode()


async def body_of(target: Target) -> bytes:
    """Return the body that the target answers with."""
    reader, writer = await _connect(target)
    writer.write(target.request())
    body = await _answer(reader)
    writer.close()
    return body


@dataclass(frozen=True)
class Rate:
    """Answers per second, and the processor time that the server's process spent on one, in µs."""

    per_second: float
    cpu: float


async def rate_of(target: Target, server: psutil.Process, *, seconds: float, readers: int = 8) -> Rate:
    """Ask from `readers` connections at once, each waiting for its answer."""
    cpu_before, begun = _cpu_seconds(server), time.monotonic()
    counts = await asyncio.gather(*(_read(target, begun + seconds) for _ in range(readers)))
    took, cpu, count = time.monotonic() - begun, _cpu_seconds(server) - cpu_before, max(sum(counts), 1)
    return Rate(count / took, cpu / count * 1e6)


def _cpu_seconds(server: psutil.Process) -> float:
    """Return what the kernel has counted for the first thread, the one that serves, to the nanosecond."""
    return int(Path(f"/proc/{server.pid}/schedstat").read_text("ascii").split()[0]) / 1e9


async def _read(target: Target, ends_at: float) -> int:
    reader, writer = await _connect(target)
    request, count = target.request(), 0
    try:
        while time.monotonic() < ends_at:
            writer.write(request)
            await _answer(reader)
            count += 1
    finally:
        writer.close()
    return count


async def _connect(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(target.address)
    return await asyncio.open_connection(parts.hostname, parts.port)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"expected 200, got {head[:60]!r}")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return await reader.readexactly(int(line[15:]))
    raise RuntimeError("an answer without a length")
