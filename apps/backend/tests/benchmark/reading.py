"""One authenticated read: requests a second against a bare route with the same bytes, and where the rest goes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil

from benchmark.author import Author
from benchmark.load import Rate, Target, body_of, rate_of
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
    async with _layers(stack, user, bodies) as (address, layers):
        gateway = stack.listener("api")
        targets = {
            "bare": (Target(address, "/bare/me"), layers),
            "middleware": (Target(address, "/middleware/me"), layers),
            "session": (Target(address, "/session/me", author.cookies), layers),
            "database": (Target(address, "/database/me", author.cookies), layers),
            "route": (me, gateway),
            "bare novel": (Target(address, "/bare/novel"), layers),
            "novel": (novel, gateway),
        }
        rates: dict[str, list[Rate]] = {name: [] for name in targets}
        for target, server in targets.values():
            await rate_of(target, server, seconds=0.3)
        for _ in range(ROUNDS):
            for name, (target, server) in targets.items():
                rates[name].append(await rate_of(target, server, seconds=SLICE_SECONDS))
    return [
        _ratio("GET /me", rates["route"], rates["bare"]),
        _ratio("GET /novels/{id}", rates["novel"], rates["bare novel"]),
        *_share_rows(rates),
    ]


def _ratio(name: str, ours: list[Rate], bare: list[Rate]) -> Row:
    ratios = [mine.per_second / theirs.per_second for mine, theirs in zip(ours, bare, strict=True)]
    value = median(ratios)
    cpu, bare_cpu = median([one.cpu for one in ours]), median([one.cpu for one in bare])
    note = (
        f"{spread(ratios)}; {median([one.per_second for one in ours]):.0f} against "
        f"{median([one.per_second for one in bare]):.0f} requests/s, one process each; "
        f"processor time {cpu:.0f} against {bare_cpu:.0f} µs, ratio {bare_cpu / cpu:.2f}"
    )
    return Row(f"{name}, requests/s ÷ bare FastAPI + asyncpg", value, "×", f"≥ {AIM}", value >= AIM, note)


def _share_rows(rates: dict[str, list[Rate]]) -> list[Row]:
    """Each layer's part of the processor time of one GET /me, from the difference to the layer below."""
    costs = {name: median([one.cpu for one in found]) for name, found in rates.items()}
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
                f"{costs[name] - below:.0f} of {whole:.0f} µs of processor time",
            )
        )
        below = costs[name]
    return rows


@asynccontextmanager
async def _layers(
    stack: Stack, user: str, bodies: dict[str, bytes]
) -> AsyncIterator[tuple[str, psutil.Process]]:
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
        yield address, psutil.Process(child.pid)
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
