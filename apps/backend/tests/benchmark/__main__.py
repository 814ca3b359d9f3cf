"""`python -m benchmark [--only SECTION] [--scenes N] [--strict]`: measure, print the table, write `build/bench.json`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from benchmark.author import Author
from benchmark.briefing import measure_briefing
from benchmark.reading import measure_reading
from benchmark.rows import Row, shown, write
from benchmark.saving import measure_saving
from benchmark.stack import Stack
from benchmark.stores import SCENES, measure_stores
from benchmark.story import Book, measure_story, memory_row, one_book, start_row
from benchmark.streaming import DRAFTS, SPEED, books_for_drafts, measure_streaming

RESULT = Path(__file__).parents[4] / "build" / "bench.json"
LIMIT_SECONDS = 690
WARM_STARTS = 3
EXIT_BELOW_AIM, EXIT_NOT_MEASURED = 1, 2


class Session:
    """Collects the rows of one run; a part that cannot be measured is a row that is not ok, and the rest goes on."""

    def __init__(self, scenes: int) -> None:
        self.rows: list[Row] = []
        self.scenes = scenes
        self.broken = False
        self.begin()

    def begin(self) -> None:
        """Begin a section; each has its own time."""
        self._begun = time.monotonic()

    def add(self, rows: list[Row]) -> None:
        for row in rows:
            self.rows.append(row)
            print(shown(row), flush=True)

    async def measure(self, name: str, work: Callable[[], Awaitable[list[Row]]]) -> None:
        """Measure one part within the time that is left."""
        left = LIMIT_SECONDS - (time.monotonic() - self._begun)
        try:
            async with asyncio.timeout(max(left, 1)):
                self.add(await work())
        except Exception as error:  # noqa: BLE001 - said in the row, and by the exit code
            self.broken = True
            while isinstance(error, ExceptionGroup):
                error = error.exceptions[0]
            self.add(
                [
                    Row(
                        name,
                        None,
                        "",
                        None,
                        False,
                        f"not measured: {type(error).__name__}: {' '.join(str(error).split())[:200]}",
                    )
                ]
            )


PARTS = ("story", "reading", "saving", "streaming")
"""What is measured on the whole platform. Each can be asked for alone; together they share one stack and its books."""


async def _run(session: Session, stack: Stack, parts: Sequence[str]) -> None:
    """Measure the parts on one platform, which is started once cold and some times warm."""
    cold = stack.start()
    if "story" in parts:
        warm = []
        for _ in range(WARM_STARTS):
            stack.stop()
            warm.append(stack.start())
        session.add([start_row(cold, warm), memory_row("ready", stack)])
    books: list[Book] = []
    async with Author(stack.address) as author:
        await _at_full_speed(session, stack, author, parts, books)
    if "streaming" not in parts:
        return
    stack.stop()
    stack.start(DEMO__TOKENS_PER_SECOND=str(SPEED))
    async with Author(stack.address) as author:
        books[:] = await books_for_drafts(author, books)
        await session.measure("streaming", lambda: measure_streaming(author, books, stack.database_url()))


async def _at_full_speed(
    session: Session, stack: Stack, author: Author, parts: Sequence[str], books: list[Book]
) -> None:
    async def story() -> list[Row]:
        rows, found = await measure_story(author)
        books.extend(found)
        return [*rows, memory_row("after these chapters", stack)]

    if "story" in parts:
        await session.measure("idea to readable chapter", story)
    if not books:
        books.append(await one_book(author))
    if "reading" in parts:
        await session.measure("authenticated read", lambda: measure_reading(author, stack, books[0]))
    if "saving" in parts:
        await session.measure("save", lambda: measure_saving(author, books[0], stack.database_url()))


def _on_the_platform(*parts: str) -> Callable[[Session], None]:
    """Return what measures these parts of the whole platform as an author meets it."""

    def measure(session: Session) -> None:
        async def work() -> list[Row]:
            await _run(session, stack, parts)
            return []

        stack = Stack(DRAFTS)
        try:
            asyncio.run(session.measure(" and ".join(parts), work))
        finally:
            stack.close()

    return measure


def _stores(session: Session) -> None:
    """The stores at the size of a library."""
    asyncio.run(session.measure("stores", lambda: measure_stores(session.add, session.scenes)))


def _briefing(session: Session) -> None:
    """What a briefing costs in time and tokens as the book grows."""
    asyncio.run(session.measure("briefing", measure_briefing))


SECTIONS: dict[str, Callable[[Session], None]] = {
    "foundation": _on_the_platform(*PARTS),
    "stores": _stores,
    "briefing": _briefing,
}
ALONE = {part: _on_the_platform(part) for part in PARTS}


def main() -> None:
    """Exit 0 when everything could be measured, 1 with `--strict` when a row is not ok, 2 when something could not."""
    parser = argparse.ArgumentParser(prog="python -m benchmark", description=__doc__)
    parser.add_argument(
        "--only",
        choices=[*SECTIONS, *ALONE],
        help="measure one section, or one part of the foundation, alone",
    )
    parser.add_argument("--strict", action="store_true", help="exit 1 when a figure misses its aim")
    parser.add_argument(
        "--scenes", type=int, default=SCENES, help="scenes of the book that the stores are measured with"
    )
    given = parser.parse_args()
    strict = given.strict
    chosen = [(SECTIONS | ALONE)[given.only]] if given.only else list(SECTIONS.values())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_NOT_MEASURED))  # the platform is stopped then, too
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    session = Session(given.scenes)
    try:
        for measure in chosen:
            measure(session)
    finally:
        write(session.rows, RESULT if given.only is None else RESULT.with_stem(f"bench-{given.only}"))
    if strict and not all(row.ok for row in session.rows):
        sys.exit(EXIT_BELOW_AIM)
    if session.broken:
        sys.exit(EXIT_NOT_MEASURED)


if __name__ == "__main__":
    main()
