"""From an idea to a readable chapter, and what the whole platform weighs before and after."""

from __future__ import annotations

import time
from dataclasses import dataclass

from benchmark.author import IDEAS, Author
from benchmark.rows import Row, median, spread
from benchmark.stack import Stack

AIM_SECONDS, LONGEST_SECONDS, LEAST_WORDS = 45, 120, 1_000
WARM_AIM_SECONDS = 6
MEMORY_AIM_MB = 900
ROUNDS = 5
PATIENCE_SECONDS = 200


@dataclass(frozen=True)
class Book:
    """A novel with one drafted chapter."""

    novel: str
    chapter: str
    scene: str


async def measure_story(author: Author) -> tuple[list[Row], list[Book]]:
    """Begin books one after the other; return the row and the books, which later measurements use."""
    books: list[Book] = []
    seconds: list[float] = []
    first: list[float] = []
    words: list[int] = []
    begun = time.monotonic()
    for idea in IDEAS[:ROUNDS]:
        if len(seconds) >= 3 and time.monotonic() - begun > PATIENCE_SECONDS:
            break
        novel, seen = await author.begin(idea)
        seconds.append(seen.ended_at - seen.asked_at)
        first.append((seen.first_text_at or seen.ended_at) - seen.asked_at)
        words.append(seen.words)
        books.append(Book(novel, *await author.first_scene(novel)))
    value = median(seconds)
    ok = value <= AIM_SECONDS and max(seconds) <= LONGEST_SECONDS and min(words) >= LEAST_WORDS
    note = f"{spread(seconds, 1)}; first words after {median(first):.1f} s; {min(words)}–{max(words)} words"
    return [
        Row("idea to readable chapter, demo model (median)", value, "s", f"≤ {AIM_SECONDS}", ok, note)
    ], books


async def one_book(author: Author) -> Book:
    """Begin one book, for the measurements that need a written chapter."""
    novel, _ = await author.begin(IDEAS[0])
    return Book(novel, *await author.first_scene(novel))


def start_row(cold: float, warm: list[float]) -> Row:
    """Return the row of the warm start."""
    value = median(warm)
    note = f"{spread(warm, 1)}; first start with new database {cold:.1f} s"
    return Row(
        "warm start, command to everything ready (median)",
        value,
        "s",
        f"≤ {WARM_AIM_SECONDS}",
        value <= WARM_AIM_SECONDS,
        note,
    )


def memory_row(name: str, stack: Stack) -> Row:
    """Return the row of the memory that the platform takes now."""
    parts = stack.pss()
    total = sum(parts.values())
    note = "n=1; " + ", ".join(f"{kind} {size:.0f}" for kind, size in parts.items())
    return Row(
        f"memory of the whole platform (PSS), {name}",
        total,
        "MB",
        f"≤ {MEMORY_AIM_MB}",
        total <= MEMORY_AIM_MB,
        note,
    )
