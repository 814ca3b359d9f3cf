"""Time and size of briefings from 40 to 1,200 scenes, on a database of its own (`evals.bench`), with both pairs of stores."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from benchmark.rows import Row
from servers import qdrant
from servers.neo4j import USER, NoNeo4jError, neo4j

BACKEND = Path(__file__).parents[2]


async def measure_briefing() -> list[Row]:
    """Return the rows that the evaluation's own benchmark prints; what has no server is said to be not evaluated."""
    given: list[str] = []
    if url := qdrant.server_url():
        given += ["--qdrant", url]
    try:
        server = await asyncio.to_thread(neo4j)
    except NoNeo4jError as error:
        return await _measured([*given, "--no-neo4j", str(error)])
    try:
        return await _measured(
            [*given, "--neo4j", server.url, "--neo4j-user", USER, "--neo4j-password", server.password]
        )
    finally:
        await asyncio.to_thread(server.remove)


async def _measured(given: list[str]) -> list[Row]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "evals.bench", *given, cwd=BACKEND, stdout=asyncio.subprocess.PIPE
    )
    try:
        out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"evals.bench ended with {process.returncode}")
    return [Row(**json.loads(line)) for line in out.decode().splitlines() if line.startswith("{")]
