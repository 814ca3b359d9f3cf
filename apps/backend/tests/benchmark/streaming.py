"""Ten drafts at once at 50 tokens a second: through gateway, agent and llm, against the same model read directly."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any, cast

import asyncpg

from benchmark.author import IDEAS, Author, Ended, together
from benchmark.rows import Row, median, spread
from benchmark.story import Book
from infinite_scribe.llm.adapters.base import Dial, TextPiece
from infinite_scribe.llm.adapters.demo import DemoAdapter
from infinite_scribe.llm.demo.storyteller import answer
from infinite_scribe.model_client.schemas import Message

DRAFTS = 10
SPEED = 50
ROUNDS = 2
SINGLES = 5
WALL_AIM, FIRST_AIM_MS = 1.05, 150
TASK = "writer.draft_scene"


async def books_for_drafts(author: Author, books: list[Book]) -> list[Book]:
    """Add books with an idea and an empty first scene until every draft has a scene of its own."""
    found = list(books)
    while len(found) < DRAFTS:
        idea = f"{IDEAS[len(found) % len(IDEAS)]}, retold by number {len(found)}"
        wanted = {"idea": idea, "language": "en", "length": "novel", "pov": "close_third"}
        novel = str((await author.send("POST", "/novels", wanted))["id"])
        found.append(Book(novel, *await author.first_scene(novel)))
    return found


async def measure_streaming(author: Author, books: list[Book], database_url: str) -> list[Row]:
    """Measure single first words and whole rounds, each time the platform first and the bare model after it."""
    connection = await asyncpg.connect(database_url)
    try:
        first = await _first_words(author, books, connection)
        walls, firsts = await _rounds(author, books, connection)
    finally:
        await connection.close()
    return [*_wall_rows(walls, firsts), first]


async def _first_words(author: Author, books: list[Book], connection: asyncpg.Connection[Any]) -> Row:
    added, ours, bare = [], [], []
    for n in range(SINGLES + 1):
        book = books[0]  # a planned one: its briefing is the longest
        run, seconds = await author.first_words(book.novel, TASK, {"scene": book.scene})
        [dial] = await _dials(connection, [run])
        direct = (await _read(dial, stop_at_first=True))[0]
        if n:  # the first pair loads the storyteller's lists on both sides
            added.append((seconds - direct) * 1000)
            ours.append(seconds * 1000)
            bare.append(direct * 1000)
    value = median(added)
    note = f"{spread(added, 0)}; one draft at a time, start request to first words {median(ours):.0f} ms, model alone {median(bare):.0f} ms"
    return Row(
        "first-token delay added, request to browser (median)",
        value,
        "ms",
        f"≤ {FIRST_AIM_MS}",
        value <= FIRST_AIM_MS,
        note,
    )


async def _rounds(
    author: Author, books: list[Book], connection: asyncpg.Connection[Any]
) -> tuple[list[tuple[float, float, float]], list[float]]:
    walls, firsts = [], []
    for _ in range(ROUNDS):
        begun = time.monotonic()
        seen: list[Ended] = await together(
            *(author.run(book.novel, TASK, {"scene": book.scene}) for book in books[:DRAFTS])
        )
        whole = time.monotonic() - begun
        text = max((one.text_ended_at or one.ended_at) for one in seen) - begun
        dials = await _dials(connection, [one.run for one in seen])
        begun = time.monotonic()
        read = await together(*(_read(dial) for dial in dials))
        direct = time.monotonic() - begun
        walls.append((whole, text, direct))
        ours = median([(one.first_text_at or one.ended_at) - one.asked_at for one in seen])
        firsts.append((ours - median([one[0] for one in read])) * 1000)
    return walls, firsts


def _wall_rows(walls: list[tuple[float, float, float]], firsts: list[float]) -> list[Row]:
    ratios = [whole / direct for whole, _, direct in walls]
    texts = [text / direct for _, text, direct in walls]
    value = median(ratios)
    note = (
        f"{spread(ratios)}; {DRAFTS} drafts at {SPEED} tokens/s, saved and checked "
        f"{median([one[0] for one in walls]):.1f} s, last word {median(texts):.2f}, model alone "
        f"{median([one[2] for one in walls]):.1f} s; first words of ten at once {median(firsts):+.0f} ms"
    )
    return [
        Row(
            "streaming, wall time platform ÷ model alone",
            value,
            "×",
            f"≤ {WALL_AIM}",
            value <= WALL_AIM,
            note,
        )
    ]


async def _dials(connection: asyncpg.Connection[Any], runs: list[str]) -> list[Dial]:
    """Return, from the journal, the very requests that the platform made to the model."""
    rows = await connection.fetch(
        "SELECT request, max_tokens FROM llm_calls WHERE run_id = ANY($1::uuid[]) AND task = $2", runs, TASK
    )
    if len(rows) != len(runs):
        raise RuntimeError(f"{len(runs)} drafts made {len(rows)} calls")
    return [_dial(json.loads(row["request"]), int(row["max_tokens"])) for row in rows]


def _dial(request: dict[str, Any], max_tokens: int) -> Dial:
    data = request.get("data") or {}
    return Dial(
        endpoint=cast("Any", None),
        model="demo/storyteller",
        messages=[Message(**message) for message in request["messages"]],
        max_tokens=max_tokens,
        seed=request["seed"],
        task=request["task"],
        language=str(data.get("language", "en")),
        data=data,
    )


async def _read(dial: Dial, *, stop_at_first: bool = False) -> tuple[float, float]:
    """Read the model with nothing between; return the seconds to the first piece and to the end."""
    begun = time.monotonic()
    first: float | None = None
    async for event in DemoAdapter(answer, SPEED).stream(dial):
        if isinstance(event, TextPiece) and first is None:
            first = time.monotonic() - begun
            if stop_at_first:
                break
    await asyncio.sleep(0)
    return first or 0.0, time.monotonic() - begun
