"""A real agent process for fault tests: `python executor_process.py URL DEAD_SECONDS`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[3] / "src")]

import structlog  # noqa: E402
from sqlalchemy import text  # noqa: E402
from sqlalchemy.ext.asyncio import AsyncSession  # noqa: E402

from factories.runs import AnyInput, ScriptedModels, registry_of, settings_for  # noqa: E402
from infinite_scribe.agents.runtime.context import RunContext  # noqa: E402
from infinite_scribe.agents.runtime.executor import Outfit  # noqa: E402
from infinite_scribe.agents.runtime.process import Working  # noqa: E402
from infinite_scribe.agents.runtime.registry import Registry  # noqa: E402
from infinite_scribe.core.ids import new_id  # noqa: E402
from infinite_scribe.db.sql.engine import Database  # noqa: E402
from infinite_scribe.runs.schemas.inputs import TaskResult  # noqa: E402
from infinite_scribe.runs.stream import LiveStream  # noqa: E402

STEP_SECONDS = 0.3


async def effects(ctx: RunContext, given: AnyInput) -> TaskResult:
    """Write one row per step, with a pause inside the step's life but outside its transaction."""
    for n in range(given.count):

        async def add(session: AsyncSession, n: int = n) -> dict[str, int]:
            await session.execute(
                text("INSERT INTO effects (run, name, epoch) VALUES (:run, :name, :epoch)"),
                {"run": ctx.run.id, "name": f"step{n}", "epoch": ctx.run.epoch},
            )
            return {"n": n}

        await ctx.write(f"step{n}", add)
        await asyncio.sleep(STEP_SECONDS)
    return TaskResult(items=[given.count])


async def poison(ctx: RunContext, given: AnyInput) -> TaskResult:
    """Kill the process that works on it."""
    os.kill(os.getpid(), signal.SIGKILL)
    return TaskResult()


def registry() -> Registry:
    return registry_of(effects=effects, poison=poison)


async def main(url: str, dead_seconds: float) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    database = Database(url, "is_agent", pool_size=4)
    models = ScriptedModels()
    settings = settings_for(dead_seconds=dead_seconds, beat_seconds=0.5, reaper_seconds=0.3)
    outfit = Outfit(database, LiveStream(None), models, models, registry(), settings, executor_id=new_id())
    working = Working("writer", 1, outfit)
    await working.start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print(f"ready {outfit.executor_id}", flush=True)
    await stop.wait()
    await working.stop()
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
