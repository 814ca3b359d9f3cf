"""One authenticated read: requests a second against a bare route with the same bytes, and where the rest goes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmark.author import Author
from benchmark.load import Target, body_of, requests_per_second
from benchmark.rows import Row, median, spread
from benchmark.stack import Stack, StackError, answers, free_ports
from benchmark.story import Book

AIM = 0.25
ROUNDS = 5
SLICE_SECONDS = 1.2
START_SECONDS = 60
_SHARES = ("middleware", "session", "database", "route")


async def measure_reading(author: Author, stack: Stack, book: Book) -> list[Row]:
    """Ask every layer in turn, round after round, so that all of them meet the same machine."""
    me = Target(stack.address, "/api/v1/me", author.cookies)
    novel = Target(stack.address, f"/api/v1/novels/{book.novel}", author.cookies)
    bodies = {"me": await body_of(me), "novel": await body_of(novel)}
    user = json.loads(bodies["me"])["id"]
    async with _layers(stack, user, bodies) as address:
        targets = {
            "bare": Target(address, "/bare/me"),
            "middleware": Target(address, "/middleware/me"),
            "session": Target(address, "/session/me", author.cookies),
            "database": Target(address, "/database/me", author.cookies),
            "route": me,
            "bare novel": Target(address, "/bare/novel"),
            "novel": novel,
        }
        rates: dict[str, list[float]] = {name: [] for name in targets}
        for target in targets.values():
            await requests_per_second(target, seconds=0.3)
        for _ in range(ROUNDS):
            for name, target in targets.items():
                rates[name].append(await requests_per_second(target, seconds=SLICE_SECONDS))
    return [
        _ratio("GET /me", rates["route"], rates["bare"]),
        _ratio("GET /novels/{id}", rates["novel"], rates["bare novel"]),
        *_share_rows(rates),
    ]


def _ratio(name: str, ours: list[float], bare: list[float]) -> Row:
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    value = median(ratios)
    note = f"{spread(ratios)}; {median(ours):.0f} against {median(bare):.0f} requests/s, one process each"
    return Row(f"{name}, requests/s ÷ bare FastAPI + asyncpg", value, "×", f"≥ {AIM}", value >= AIM, note)


def _share_rows(rates: dict[str, list[float]]) -> list[Row]:
    """Each layer's part of the time of one GET /me, from the difference to the layer below."""
    costs = {name: 1e6 / median(found) for name, found in rates.items()}
    whole = costs["route"]
    titles = {
        "bare": "bare FastAPI + asyncpg",
        "middleware": "middleware",
        "session": "token, session, rate limit",
        "database": "scoped transaction and mapped row",
        "route": "typed answer, route table, guarded protocol",
    }
    rows, below = [], 0.0
    for name, title in titles.items():
        share = (costs[name] - below) / whole * 100
        rows.append(
            Row(
                f"GET /me, share of {title}",
                share,
                "%",
                None,
                True,
                f"{costs[name] - below:.0f} of {whole:.0f} µs a request",
            )
        )
        below = costs[name]
    return rows


@asynccontextmanager
async def _layers(stack: Stack, user: str, bodies: dict[str, bytes]) -> AsyncIterator[str]:
    [port] = free_ports(1)
    child = _spawn(stack, port, user, bodies)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(START_SECONDS * 10):
            if await asyncio.to_thread(answers, f"{address}/bare/me"):
                break
            if child.poll() is not None:
                raise StackError("the layers did not start")
            await asyncio.sleep(0.1)
        yield address
    finally:
        child.terminate()
        child.wait(10)


def _spawn(stack: Stack, port: int, user: str, bodies: dict[str, bytes]) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmark.layers", str(port), user],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=stack.environment(),
    )
    assert child.stdin is not None
    child.stdin.write(json.dumps({name: body.decode() for name, body in bodies.items()}).encode())
    child.stdin.close()
    return child
