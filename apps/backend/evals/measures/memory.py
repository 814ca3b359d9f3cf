"""Finding the passage that set something up: by words, by meaning, and by both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from evals.loading import Loaded
from evals.novels.spec import Query, Scene
from evals.statistics import Share
from infinite_scribe.llm.embedding import BuiltInEncoder
from infinite_scribe.memory.recall import Question, Recall
from infinite_scribe.memory.service import MemoryService

K = 8
MODEL = "built-in:512"
Way = Literal["lexical", "meaning", "fused"]


class Encoder(Protocol):
    """Turns texts into vectors."""

    async def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector per text."""
        ...


@dataclass
class PassageFigures:
    """Recall at eight and mean reciprocal rank."""

    found: Share = field(default_factory=Share)
    reciprocal: list[float] = field(default_factory=list)

    def add(self, rank: int | None) -> None:
        """Count one question; `rank` from 1, None when the passage was not among the answers."""
        self.found.add(rank is not None and rank <= K)
        self.reciprocal.append(1 / rank if rank else 0.0)

    @property
    def mrr(self) -> float | None:
        return sum(self.reciprocal) / len(self.reciprocal) if self.reciprocal else None


async def embed_passages(loaded: Loaded, encoder: Encoder) -> None:
    """Give every passage its vector, as the librarian does."""
    for scene in loaded.novel.scenes:
        async with loaded.database.transaction(loaded.rows) as session:
            memory = MemoryService.of(session, await loaded.scope(session))
            rows = await memory.missing_vectors(scene.id, MODEL)
            vectors = await encoder.encode([row.text for row in rows]) if rows else []
            await memory.keep_vectors(
                scene.id, MODEL, dict(zip([row.text_hash for row in rows], vectors, strict=True))
            )


async def measure_passages(loaded: Loaded, encoder: BuiltInEncoder | None) -> dict[Way, PassageFigures]:
    """Ask for the setup of everything the scenes need; without an encoder by words only."""
    ways: tuple[Way, ...] = ("lexical", "meaning", "fused") if encoder else ("lexical",)
    figures: dict[Way, PassageFigures] = {way: PassageFigures() for way in ways}
    wanted = [(scene, query) for scene in loaded.novel.scenes for query in scene.queries]
    vectors = await encoder.encode([query.text for _, query in wanted]) if encoder else [None] * len(wanted)
    for (scene, query), vector in zip(wanted, vectors, strict=True):
        for way in ways:
            figures[way].add(await _rank(loaded, scene, query, way, vector))
    return figures


def question_of(text: str, way: Way, vector: Sequence[float] | None, names: tuple[str, ...] = ()) -> Question:
    """Return a question that is asked by words, by meaning or by both."""
    if way == "meaning":
        return Question("", (), MODEL, vector)
    return Question(text, names) if way == "lexical" else Question(text, names, MODEL, vector)


async def _rank(
    loaded: Loaded, scene: Scene, query: Query, way: Way, vector: list[float] | None
) -> int | None:
    earlier = [one.id for one in loaded.novel.scenes if one.index < scene.index]
    names = tuple(one.name for one in loaded.novel.things.values() if one.name in query.text)
    question = question_of(query.text, way, vector, names)
    async with loaded.database.transaction(loaded.rows) as session:
        recall = Recall.of(session, await loaded.scope(session))
        (answer,) = (
            await recall.ask([question], language=loaded.novel.spec.language, scenes=earlier, k=K)
        ).answers
    gold = {(loaded.novel.scenes[scene - 1].id, pid) for scene, pid in query.answers}
    return next(
        (
            rank
            for rank, hit in enumerate(answer, start=1)
            if any((hit.passage.scene_id, pid) in gold for pid in hit.passage.pids)
        ),
        None,
    )
