"""A book at the size of a library: imported, indexed, searched and proven.

Text is made of words by Zipf's law and vectors are random, since no store looks inside; the encoder's own time is
measured elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

import numpy as np
from sqlalchemy import text

from benchmark.rows import Row, percentile, spread
from factories.canon import make_entities, person
from factories.manuscript import Book, run_rows, run_scope
from factories.novels import make_user
from infinite_scribe.agents.librarian.reading import index_scene
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.exchange.decoding import Decoded
from infinite_scribe.exchange.service import ImportService
from infinite_scribe.memory.projections import Drift, Projections, Store
from infinite_scribe.memory.search import BookSearch, Kind, SearchQuery
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.model_client.schemas import Embeddings
from infinite_scribe.structure.service import StructureService
from servers.databases import TestDatabase

SCENE_WORDS, PARAGRAPH_WORDS, SCENES_OF_A_CHAPTER = 1_250, 50, 10
NAMES, QUESTIONS = 300, 100
DIMENSIONS = 512
ENCODER = "random"
MODEL = f"{ENCODER}:{DIMENSIONS}"
SEED = 20_261_121
WAYS: dict[str, list[Kind]] = {
    "words": ["text"],
    "meaning": ["meaning"],
    "names": ["names"],
    "all three": ["text", "meaning", "names"],
}


async def analysed(db: TestDatabase) -> None:
    """Let the planner know its tables, as autovacuum does within a minute."""
    async with db.owner.transaction() as session:
        await session.execute(text("ANALYZE"))


@dataclass
class Words:
    """Words that come as often as words do."""

    random: Random = field(default_factory=lambda: Random(SEED))
    numbers: np.random.Generator = field(default_factory=lambda: np.random.default_rng(SEED))

    def __post_init__(self) -> None:
        letters = "abcdefghijklmnopqrstuvwxyz"
        self.words = [
            "".join(self.random.choices(letters, k=self.random.randint(3, 9))) for _ in range(12_000)
        ]
        self.weights = [1 / (rank + 2) for rank in range(len(self.words))]

    def some(self, count: int) -> list[str]:
        return self.random.choices(self.words, self.weights, k=count)

    def question(self) -> str:
        """Return a question of five words, two of them rare."""
        return " ".join([*self.some(3), *self.random.choices(self.words[500:], k=2)])

    def names(self) -> list[str]:
        """Return names of two words that hardly stand in the text."""
        return [" ".join(self.random.sample(self.words[8_000:], 2)).title() for _ in range(NAMES)]

    def slip(self, name: str) -> str:
        """Return a name with two letters exchanged."""
        at = self.random.randrange(1, len(name) - 2)
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    def vector(self) -> list[float]:
        found: list[float] = self.numbers.standard_normal(DIMENSIONS).tolist()
        return found

    def novel(self, scenes: int) -> str:
        """Return the text of a novel as its author keeps it."""
        lines = ["# A novel\n"]
        for scene in range(scenes):
            number, place = divmod(scene, SCENES_OF_A_CHAPTER)
            lines.append("***\n" if place else f"## Chapter {number + 1}\n")
            lines += [
                " ".join(self.some(PARAGRAPH_WORDS)) + ".\n" for _ in range(SCENE_WORDS // PARAGRAPH_WORDS)
            ]
        return "\n".join(lines)

    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        """Answer as an encoder that costs nothing."""
        vectors = [self.vector() for _ in texts]
        return Embeddings(model=ENCODER, dimensions=DIMENSIONS, vectors=vectors)


@dataclass(frozen=True)
class Library:
    """The imported book."""

    db: TestDatabase
    book: Book
    scenes: Sequence[UUID]
    names: Sequence[str]
    words: Words

    @property
    def size(self) -> str:
        return f"{len(self.scenes) * SCENE_WORDS / 1_000_000:g} M words"

    async def searched(self, api: Database, name: str) -> list[Row]:
        """Measure the searches of an author, the first one of each process apart."""
        search = BookSearch(api, self.book.user_id, self.book.novel_id, self.words)
        before, begun = _memory(), time.perf_counter()
        await search.find(SearchQuery(query=self.words.question(), kinds=["meaning"]))
        first = (time.perf_counter() - begun) * 1_000
        grown = f"the process grows by {_memory() - before:.0f} MB"
        rows = [Row(f"first search by meaning, {self.size}, {name}", first, "ms", None, True, grown)]
        for way, kinds in WAYS.items():
            found = []
            for _ in range(QUESTIONS):
                asked = SearchQuery(query=self._question(way), kinds=kinds)
                begun = time.perf_counter()
                answer = await search.find(asked)
                found.append((time.perf_counter() - begun) * 1_000)
                assert not answer.not_evaluated
            title = f"search by {way}, {self.size}, {name}, p95"
            rows.append(Row(title, percentile(found, 0.95), "ms", None, True, spread(found, 1)))
        return rows

    def _question(self, way: str) -> str:
        name = self.words.slip(self.words.random.choice(self.names))
        if way == "names":
            return name
        return self.words.question() if way != "all three" else f"{name} {self.words.question()}"


def _memory() -> float:
    """Return the megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4_096 / 1_000_000


async def imported(db: TestDatabase, scenes: int) -> tuple[Library, list[Row]]:
    """Import a novel and index it scene by scene, as the gateway and the librarian do."""
    words, user = Words(), await make_user(db.owner)
    text = words.novel(scenes)
    begun = time.perf_counter()
    async with db.api.transaction(RowScope(user_id=user)) as session:
        imports = ImportService(session, user)
        read = await imports.read_text(Decoded(text, "utf-8"), "novel.md")
        scope = await imports.apply(read.id)
        tree = await StructureService.of(session, scope).tree()
    spent = time.perf_counter() - begun
    chapter = tree.parts[0].chapters[0]
    book = Book(scope.novel_id, user, tree.parts[0].id, chapter.id, chapter.scenes[0].id)
    names = words.names()
    await make_entities(db, book, *(person(name) for name in names))
    library = Library(db, book, [one.id for one in tree.scenes()], names, words)
    assert len(library.scenes) == scenes
    row = Row(f"import {library.size}", spent, "s", None, True, f"{scenes:,} scenes")
    return library, [row, *await _indexed(db.agent, library)]


async def _indexed(agent: Database, library: Library) -> list[Row]:
    book, words, size = library.book, library.words, library.size
    by_words, by_vectors, passages = 0.0, 0.0, 0
    for scene in library.scenes:
        begun = time.perf_counter()
        async with agent.transaction(run_rows(book)) as session:
            passages += await index_scene(session, run_scope(book), scene, "en")
        middle = time.perf_counter()
        async with agent.transaction(run_rows(book)) as session:
            memory = MemoryService.of(session, run_scope(book))
            rows = await memory.missing_vectors(scene, MODEL)
            await memory.keep_vectors(scene, MODEL, {row.text_hash: words.vector() for row in rows})
        by_words, by_vectors = by_words + middle - begun, by_vectors + time.perf_counter() - middle
    note = f"{passages:,} passages, {DIMENSIONS} dimensions"
    return [
        Row(f"index {size} by words", by_words, "s", None, True, f"{passages:,} passages"),
        Row(f"index {size} by meaning, pgvector", by_vectors, "s", None, True, note),
    ]


async def proven(projections: Projections, store: Store, novel_id: UUID, name: str) -> Row:
    """Measure how long the doctor takes to prove a projection equal."""
    begun = time.perf_counter()
    drift = await projections.compare(store, novel_id)
    seconds = time.perf_counter() - begun
    assert isinstance(drift, Drift)
    return Row(f"doctor proves {name} equal", seconds, "s", None, drift.is_equal, f"{drift.rows:,} rows")


async def fed(projections: Projections, store: Store, novel_id: UUID, name: str) -> Row:
    """Measure how fast `reindex` fills a store."""
    begun = time.perf_counter()
    written = await projections.rebuild(store, novel_id)
    rate = written / (time.perf_counter() - begun)
    return Row(f"reindex {name}", rate, "rows/s", None, True, f"{written:,} rows")
