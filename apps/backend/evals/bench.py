"""How long a briefing takes and how large it is, from 40 to 1,200 scenes of 1,000 words. Prints one JSON line per row.

All books are loaded first and then asked in turn, so that a busy minute of the machine falls on every size alike.
Vectors are random: neither store looks inside, and the built-in encoder would take longer than the rest.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import hashlib
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from uuid import UUID

import numpy as np
from sqlalchemy import text

from evals.loading import Loaded, load
from evals.measures.briefing import FENCE, ROOM
from evals.measures.memory import MODEL
from evals.novels.simulator import simulate
from evals.novels.spec import Scene, Spec
from evals.server import database
from infinite_scribe.briefing.service import Asked, BriefingService
from infinite_scribe.canon.steady_graph import CONSUMER, TOPIC
from infinite_scribe.db.neo4j.client import connect_neo4j
from infinite_scribe.db.qdrant.client import connect_qdrant
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.db.stores import Stores
from infinite_scribe.memory.passage_index import PassageVector
from infinite_scribe.memory.projections import Projections, fed, prepare
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels import outbox

SIZES = (40, 160, 300, 1_200)
SCENE_WORDS = 1_000
ASKED, WARM_UP = 60, 24
"""Questions of each book, after so many that do not count: Neo4j compiles what it does often, which took eight rounds of
four books and more (p95 1.71 × instead of 1.43 ×)."""
MOST_GROWTH, MOST_SLOWER, AIM_MS = 0.005, 1.5, 60.0
DIMENSIONS, BATCH = 512, 60


@dataclass(frozen=True)
class Row:
    """One line of the benchmark; the members are those of its table."""

    name: str
    value: float | None
    unit: str
    aim: str | None
    ok: bool
    note: str


@dataclass
class Measured:
    """Milliseconds and tokens of some briefings at the end of a book."""

    scenes: int
    milliseconds: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)

    @property
    def p95(self) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


class RandomVectors:
    """Vectors that mean nothing; the same text has the same one."""

    async def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector per text."""
        return [[float(value) for value in self._one(one)] for one in texts]

    def _one(self, said: str) -> Sequence[float]:
        seed = int.from_bytes(hashlib.sha256(said.encode()).digest()[:8])
        found: Sequence[float] = np.random.default_rng(seed).standard_normal(DIMENSIONS).tolist()
        return found


async def measure(books: Sequence[Loaded]) -> list[Measured]:
    """Ask for briefings of the last scenes of every book in turn, each from a transaction of its own."""
    found = [Measured(book.novel.spec.scenes) for book in books]
    wanted = [_last(book) for book in books]
    for turn in range(WARM_UP + ASKED):
        for book, scenes, one in zip(books, wanted, found, strict=True):
            milliseconds, tokens = await _ask(book, scenes[turn % len(scenes)])
            if turn >= WARM_UP:
                one.milliseconds.append(milliseconds)
                one.tokens.append(tokens)
    return found


def _last(book: Loaded) -> list[Scene]:
    linear = [scene for scene in book.novel.scenes if scene.mode == "linear"]
    return linear[-min(ASKED, len(linear) // 2) :]


async def _ask(book: Loaded, scene: Scene) -> tuple[float, int]:
    """Return the milliseconds and tokens of one briefing; its questions were made vectors before, as by an agent."""
    async with book.database.transaction(book.rows) as session:
        texts = await BriefingService.of(session, await book.scope(session), FENCE).questions(scene.id)
    vectors = await RandomVectors().encode(texts)
    asked = Asked(model=MODEL, vectors=dict(zip(texts, vectors, strict=True)))
    async with book.database.transaction(book.rows) as session:
        service = BriefingService.of(session, await book.scope(session), FENCE)
        begun = time.perf_counter()
        made = await service.draft(scene.id, asked, room=ROOM["full"])
        spent = time.perf_counter() - begun
        if made.manifest["missing"] or service.graph.fell_back:
            raise RuntimeError(f"a store did not answer: {made.manifest['missing']}")
    return 1_000 * spent, sum(made.manifest["tokens_by_slot"].values())


def rows_of(found: list[Measured], pair: str) -> list[Row]:
    """Return the rows of one pair of stores: time and size at each length, and how both grow."""
    rows = []
    for one in found:
        spread = f"median {statistics.median(one.milliseconds):.0f}, min {min(one.milliseconds):.0f}"
        note = f"n={len(one.milliseconds)}, {spread}, load {os.getloadavg()[0]:.1f}"
        rows.append(
            Row(f"briefing at {one.scenes:,} scenes, {pair} (p95)", round(one.p95, 1), "ms", f"≤ {AIM_MS:.0f}",
                one.p95 <= AIM_MS, note)
        )  # fmt: skip
        tokens = round(statistics.fmean(one.tokens))
        rows.append(
            Row(
                f"input tokens at {one.scenes:,} scenes, {pair} (mean)",
                tokens,
                "tokens",
                None,
                ok=True,
                note="",
            )
        )
    first, last = found[0], found[-1]
    slower = last.p95 / first.p95
    rows.append(
        Row(f"p95 at {last.scenes:,} scenes over p95 at {first.scenes}, {pair}", round(slower, 2), "×",
            f"≤ {MOST_SLOWER}", slower <= MOST_SLOWER, "")
    )  # fmt: skip
    base = found[1] if len(found) > 2 else first
    growth = statistics.fmean(last.tokens) / statistics.fmean(base.tokens) - 1
    growth /= (last.scenes - base.scenes) / 100
    rows.append(
        Row(f"growth of the input per 100 scenes, {pair}", round(100 * growth, 2), "%", f"≤ {100 * MOST_GROWTH}",
            growth <= MOST_GROWTH, f"after warm-up, from {base.scenes} to {last.scenes:,} scenes")
    )  # fmt: skip
    return rows


async def _with_stores(books: Sequence[Loaded], stores: Stores) -> list[Loaded]:
    """Feed the stores from PostgreSQL and return the books as a process reads them that is set to use these."""
    url = books[0].database.url
    agent = Database(url, "is_agent", statement_seconds=120, companions=stores)
    await prepare(stores)
    for book in books:
        for store in fed(stores):
            await Projections(agent, stores).rebuild(store, book.novel_id)
    await agent.dispose()
    reader = Database(url, "is_api", companions=stores)
    for book in books:
        async with reader.transaction(book.rows) as session:
            await book.scope(session)
            if stores.graph is not None and not await outbox.has_taken_all(
                session, CONSUMER, book.novel_id, TOPIC
            ):
                raise RuntimeError("the graph is behind")
    return [replace(book, database=reader, stores=stores) for book in books]


async def _load(api: Database, user_id: UUID, scenes: int) -> Loaded:
    begun = time.monotonic()
    loaded = await load(api, user_id, simulate(Spec(7, "en", scenes, scene_words=SCENE_WORDS)))
    await _give_vectors(loaded)
    print(f"{scenes:,} scenes loaded in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return loaded


async def _give_vectors(book: Loaded) -> None:
    """Put a vector for every passage into the index, many scenes at a time."""
    scenes = [scene.id for scene in book.novel.scenes]
    for start in range(0, len(scenes), BATCH):
        async with book.database.transaction(book.rows) as session:
            memory = MemoryService.of(session, await book.scope(session))
            index = await memory.passage_index()
            rows = await memory.passages_in(set(scenes[start : start + BATCH]))
            vectors = await RandomVectors().encode([row.text for row in rows])
            cached = dict(zip([row.text_hash for row in rows], vectors, strict=True))
            await memory.keep_vectors(scenes[start], MODEL, cached)
            if index is not None and book.stores.passages is None:
                made = zip(rows, vectors, strict=True)
                await index.put(MODEL, [PassageVector(row.id, vector, row.scene_id) for row, vector in made])


async def _analyse(url: str) -> None:
    """Let the planner know its tables, as autovacuum does within a minute."""
    owner = Database(url, "is_owner", statement_seconds=120)
    async with owner.transaction() as session:
        await session.execute(text("ANALYZE"))
    await owner.dispose()


async def _run(given: argparse.Namespace) -> None:
    async with database() as (api, user_id):
        loader = Database(api.url, "is_api", statement_seconds=120)
        books = [await _load(loader, user_id, scenes) for scenes in given.sizes]
        await loader.dispose()
        await _analyse(api.url)
        books = [replace(book, database=api) for book in books]
        gc.collect()
        gc.freeze()  # the simulated novels are no part of a process that makes briefings
        _print(rows_of(await measure(books), "PostgreSQL and pgvector"))
        if not given.neo4j:
            why = given.no_neo4j or "no Neo4j was given"
            _print([_absent("briefing with Neo4j", why)])
        if not given.qdrant:
            _print([_absent("briefing with Neo4j and Qdrant", "no Qdrant server answers (QDRANT_URL)")])
        if given.neo4j or given.qdrant:
            stores = Stores(
                connect_neo4j(given.neo4j, given.neo4j_user, given.neo4j_password) if given.neo4j else None,
                connect_qdrant(given.qdrant, None) if given.qdrant else None,
            )
            pair = (
                f"{'Neo4j' if given.neo4j else 'PostgreSQL'} and {'Qdrant' if given.qdrant else 'pgvector'}"
            )
            _print(rows_of(await measure(await _with_stores(books, stores)), pair))
            for store in (stores.graph, stores.passages):
                if store is not None:
                    await store.aclose()


def _absent(name: str, why: str) -> Row:
    return Row(f"{name} (p95)", None, "ms", f"≤ {AIM_MS:.0f}", ok=True, note=f"not evaluated: {why}")


def _print(rows: Sequence[Row]) -> None:
    for row in rows:
        print(json.dumps(asdict(row), ensure_ascii=False), flush=True)


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--neo4j", help="address of a Neo4j server")
    parser.add_argument("--neo4j-user", default="neo4j")
    parser.add_argument("--neo4j-password", default="")
    parser.add_argument("--no-neo4j", default="", help="why there is none, for the row that says so")
    parser.add_argument("--qdrant", help="address of a Qdrant server")
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
