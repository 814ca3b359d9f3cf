"""Time and size of briefings from 40 to 1,200 scenes, on a database of its own (`evals.bench`)."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from benchmark.rows import Row

BACKEND = Path(__file__).parents[2]


async def measure_briefing() -> list[Row]:
    """Return the rows that the evaluation's own benchmark prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "evals.bench", cwd=BACKEND, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"evals.bench ended with {process.returncode}")
    return [Row(**json.loads(line)) for line in out.decode().splitlines() if line.startswith("{")]
