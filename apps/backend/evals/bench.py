"""How long a briefing takes and how large it is, from 40 to 1,200 scenes. Prints one JSON line per row."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
from dataclasses import asdict, dataclass

from evals.loading import Loaded, load
from evals.measures.briefing import BriefingFigures, brief
from evals.novels.simulator import simulate
from evals.novels.spec import Scene, Spec
from evals.server import database

SIZES = (40, 160, 300, 1_200)
ASKED, WARM_UP = 40, 5
MOST_GROWTH, MOST_SLOWER, AIM_MS = 0.005, 1.5, 60.0


@dataclass(frozen=True)
class Row:
    """One line of the benchmark; the members are those of its table."""

    name: str
    value: float | None
    unit: str
    aim: str | None
    ok: bool
    note: str


@dataclass(frozen=True)
class Measured:
    """Milliseconds and tokens of some briefings at the end of a book."""

    scenes: int
    milliseconds: tuple[float, ...]
    tokens: float

    @property
    def p95(self) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


async def measure(loaded: Loaded) -> Measured:
    """Ask for the briefings of the last scenes of a book, each from a transaction of its own."""
    linear = [scene for scene in loaded.novel.scenes if scene.mode == "linear"]
    wanted: list[Scene] = linear[-min(ASKED, len(linear) // 2) :]
    figures = BriefingFigures()
    for scene in wanted[:WARM_UP]:
        await brief(loaded, scene, "full", figures)
    figures.seconds.clear()
    tokens = []
    for scene in wanted:
        made = await brief(loaded, scene, "full", figures)
        tokens.append(sum(made.manifest["tokens_by_slot"].values()))
    return Measured(
        loaded.novel.spec.scenes, tuple(1_000 * one for one in figures.seconds), statistics.fmean(tokens)
    )


def rows_of(found: list[Measured]) -> list[Row]:
    """Return the rows: time and size at each length, and how both grow."""
    rows = []
    for one in found:
        note = f"n={len(one.milliseconds)}, median {statistics.median(one.milliseconds):.0f}, load {os.getloadavg()[0]:.1f}"
        rows.append(
            Row(f"briefing at {one.scenes:,} scenes, Postgres (p95)", round(one.p95, 1), "ms", f"≤ {AIM_MS:.0f}",
                one.p95 <= AIM_MS, note)
        )  # fmt: skip
        rows.append(
            Row(
                f"input tokens at {one.scenes:,} scenes (mean)",
                round(one.tokens),
                "tokens",
                None,
                ok=True,
                note="",
            )
        )
    first, last = found[0], found[-1]
    slower = last.p95 / first.p95
    rows.append(
        Row(f"p95 at {last.scenes:,} scenes over p95 at {first.scenes}", round(slower, 2), "×", f"≤ {MOST_SLOWER}",
            slower <= MOST_SLOWER, "")
    )  # fmt: skip
    base = found[1] if len(found) > 2 else first
    growth = (last.tokens / base.tokens - 1) / ((last.scenes - base.scenes) / 100)
    rows.append(
        Row("growth of the input per 100 scenes, after warm-up", round(100 * growth, 2), "%", f"≤ {100 * MOST_GROWTH}",
            growth <= MOST_GROWTH, f"from {base.scenes} to {last.scenes:,} scenes")
    )  # fmt: skip
    rows.append(
        Row("briefing with Neo4j and Qdrant (p95)", None, "ms", f"≤ {AIM_MS:.0f}", ok=True,
            note="not evaluated: no such servers answer here")
    )  # fmt: skip
    return rows


async def _run(sizes: tuple[int, ...]) -> list[Measured]:
    found = []
    async with database() as (api, user_id):
        for scenes in sizes:
            loaded = await load(api, user_id, simulate(Spec(7, "en", scenes)))
            found.append(await measure(loaded))
    return found


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    for row in rows_of(asyncio.run(_run(tuple(parser.parse_args().sizes)))):
        print(json.dumps(asdict(row), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
