"""SQL of passages, terms, vectors, summaries and mentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import array, distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.arrays import one_of
from infinite_scribe.memory.models import Mention, Passage, Posting, Summary, TermCount, Vector
from infinite_scribe.memory.ranking import K1, B
from infinite_scribe.memory.schemas import PassageRead

_NAMING = text(
    """
    SELECT a.id, ARRAY(
        SELECT n.name FROM unnest(string_to_array(a.names, E'\n')) AS n(name) WHERE strpos(p.text, n.name) > 0
    ) AS names
    FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])) AS a(id, names)
    CROSS JOIN LATERAL (SELECT text FROM passages WHERE id = a.id AND novel_id = :novel OFFSET 0) p
    """
)
"""The passages are looked up one by one (hence OFFSET 0): left to itself the planner reads every passage of the book."""
_READ = select(*(getattr(Passage, name) for name in PassageRead.model_fields))
SCALE = 1_000_000
"""What a score is multiplied by to be a whole number."""
_POST = text(
    "INSERT INTO passage_postings (novel_id, term, passage_id, scene_id, language, count, length) "
    "SELECT :novel, w.term, w.passage, :scene, :language, w.count, w.length FROM unnest(CAST(:terms AS text[]), "
    "CAST(:passages AS uuid[]), CAST(:counts AS integer[]), CAST(:lengths AS integer[])) "
    "AS w(term, passage, count, length)"
)
_COUNT = text(
    "INSERT INTO passage_terms (novel_id, term, passages) SELECT :novel, term, change FROM "
    "unnest(CAST(:terms AS text[]), CAST(:changes AS integer[])) AS c(term, change) "
    "ON CONFLICT (novel_id, term) DO UPDATE SET passages = passage_terms.passages + excluded.passages"
)
_UNCOUNT = text(
    "DELETE FROM passage_terms WHERE novel_id = :novel AND term = ANY(CAST(:terms AS text[])) AND passages <= 0"
)
_BEST = text(
    f"""
    WITH asked AS (
        SELECT * FROM unnest(CAST(:questions AS integer[]), CAST(:terms AS text[]), CAST(:weights AS float8[]))
            AS a(question, term, weight)
    ), held AS MATERIALIZED (
        SELECT t.term, w.passage_id AS id, w.count * CAST({K1 + 1} AS float8)
            / (w.count + CAST({K1} AS float8) * ({1 - B} + CAST({B} AS float8) * w.length / :mean)) AS share
        FROM (SELECT DISTINCT term FROM asked) t CROSS JOIN LATERAL (
            SELECT passage_id, scene_id, count, length FROM passage_postings
            WHERE novel_id = :novel AND term = t.term AND language = :language OFFSET 0
        ) w
        WHERE (CAST(:scenes AS uuid[]) IS NULL OR w.scene_id IN (SELECT unnest(CAST(:scenes AS uuid[]))))
        AND (CAST(:without AS uuid[]) IS NULL OR w.scene_id NOT IN (SELECT unnest(CAST(:without AS uuid[]))))
    ), scored AS (
        SELECT a.question, h.id, sum(CAST(a.weight * h.share * {SCALE} AS integer)) AS score
        FROM asked a JOIN held h ON h.term = a.term GROUP BY a.question, h.id
    ), placed AS (
        SELECT *, row_number() OVER (PARTITION BY question ORDER BY score DESC, id) AS place FROM scored
    )
    SELECT question, id, score FROM placed WHERE place <= :k ORDER BY question, place
    """  # noqa: S608 - built from constants; every value is a bound parameter
)
"""The terms lead (hence OFFSET 0): left to itself the planner reads every posting of the book.

Scores are whole numbers, whose sum does not depend on the order in which they are added.
"""


@dataclass(frozen=True)
class AskedTerm:
    """A term of a question, by the question's number, with its weight."""

    question: int
    term: str
    weight: float


@dataclass(frozen=True)
class MemoryRepository:
    """Rows of one novel."""

    session: AsyncSession
    novel_id: UUID

    async def passages_of(self, scene_id: UUID) -> list[Passage]:
        """Return a scene's passages in order."""
        query = select(Passage).where(Passage.novel_id == self.novel_id, Passage.scene_id == scene_id)
        return list((await self.session.scalars(query.order_by(Passage.ordinal))).all())

    async def passages(self, ids: Collection[UUID]) -> list[PassageRead]:
        """Return passages by id."""
        return await self._read(_READ.where(one_of(Passage.id, ids)).order_by(Passage.id))

    async def naming(self, asked: Mapping[UUID, Collection[str]]) -> dict[UUID, frozenset[str]]:
        """Return which of the names they are asked for stand in each passage that is there."""
        given = {"ids": list(asked), "names": ["\n".join(sorted(names)) for names in asked.values()]}
        found = await self.session.execute(_NAMING, {"novel": self.novel_id, **given})
        return {row.id: frozenset(row.names) for row in found}

    async def passages_in(
        self, scenes: Collection[UUID], pids: Collection[str] | None = None
    ) -> list[PassageRead]:
        """Return the passages of some scenes, all or those in which one of some paragraphs stands."""
        query = _READ.where(one_of(Passage.scene_id, scenes)).order_by(Passage.scene_id, Passage.ordinal)
        if pids is not None:
            query = query.where(Passage.pids.has_any(array(sorted(pids), type_=Text)))
        return await self._read(query)

    async def _read(self, query: Select[Any]) -> list[PassageRead]:
        found = await self.session.execute(query.where(Passage.novel_id == self.novel_id))
        return [
            PassageRead.model_validate(dict(zip(PassageRead.model_fields, row, strict=True))) for row in found
        ]

    async def drop(self, scene_id: UUID) -> None:
        """Delete a scene's passages."""
        await self.session.execute(
            delete(Passage)
            .where(Passage.novel_id == self.novel_id, Passage.scene_id == scene_id)
            .execution_options(synchronize_session="fetch")
        )

    async def count_terms(self, documents: Sequence[Collection[str]], sign: int) -> None:
        """Add (or with sign -1 take away) passages to the count of each term they hold."""
        counts = Counter(term for document in documents for term in set(document))
        if not counts:
            return
        terms = sorted(counts)
        changes = {
            "novel": self.novel_id,
            "terms": terms,
            "changes": [sign * counts[term] for term in terms],
        }
        await self.session.execute(_COUNT, changes)
        if sign < 0:
            await self.session.execute(_UNCOUNT, {"novel": self.novel_id, "terms": terms})

    async def frequency(self, terms: Collection[str]) -> dict[str, int]:
        """Return in how many passages each term stands."""
        found = await self.session.execute(
            select(TermCount.term, TermCount.passages).where(
                TermCount.novel_id == self.novel_id, one_of(TermCount.term, terms)
            )
        )
        return {row.term: row.passages for row in found}

    async def size(self, language: str) -> tuple[int, float]:
        """Return the count of passages of a language and their mean length in terms."""
        found = await self.session.execute(
            select(func.count(), func.coalesce(func.avg(Passage.length), 0)).where(
                Passage.novel_id == self.novel_id, Passage.language == language
            )
        )
        count, mean = found.one()
        return int(count), float(mean)

    async def keep_postings(
        self, scene_id: UUID, language: str, counted: Sequence[tuple[Passage, Mapping[str, int]]]
    ) -> None:
        """Store how often each term stands in each of a scene's new passages."""
        rows = sorted(
            (term, passage.id, count, passage.length)
            for passage, counts in counted
            for term, count in counts.items()
        )
        if rows:
            terms, passages, counts, lengths = (list(one) for one in zip(*rows, strict=True))
            given = {"terms": terms, "passages": passages, "counts": counts, "lengths": lengths}
            wanted = {"novel": self.novel_id, "scene": scene_id, "language": language, **given}
            await self.session.execute(_POST, wanted)

    async def terms_of(self, passages: Collection[UUID]) -> list[list[str]]:
        """Return the terms of each of some passages."""
        query = select(Posting.passage_id, Posting.term).where(
            Posting.novel_id == self.novel_id, one_of(Posting.passage_id, passages)
        )
        found: dict[UUID, list[str]] = {}
        for row in await self.session.execute(query):
            found.setdefault(row.passage_id, []).append(row.term)
        return list(found.values())

    async def best_by_words(
        self,
        asked: Sequence[AskedTerm],
        language: str,
        mean_length: float,
        *,
        scenes: Collection[UUID] | None,
        k: int,
        without: Collection[UUID] | None = None,
    ) -> dict[int, dict[UUID, float]]:
        """Return the `k` passages of some scenes with the highest BM25 score for each question, best first."""
        rows = await self.session.execute(
            _BEST,
            {
                "novel": self.novel_id,
                "language": language,
                "questions": [one.question for one in asked],
                "terms": [one.term for one in asked],
                "weights": [one.weight for one in asked],
                "mean": mean_length or 1.0,
                "scenes": None if scenes is None else list(scenes),
                "without": None if without is None else list(without),
                "k": k,
            },
        )
        found: dict[int, dict[UUID, float]] = {}
        for row in rows:
            found.setdefault(row.question, {})[row.id] = int(row.score) / SCALE
        return found

    async def vectors(self, hashes: Collection[str], model: str) -> dict[str, Vector]:
        """Return cached vectors by text hash."""
        query = select(Vector).where(
            Vector.novel_id == self.novel_id, Vector.model == model, one_of(Vector.text_hash, hashes)
        )
        return {row.text_hash: row for row in (await self.session.scalars(query)).all()}

    async def keep_vectors(self, model: str, vectors: Mapping[str, tuple[int, bytes]]) -> None:
        """Cache vectors by text hash; one that is there stays."""
        rows = [
            {
                "id": new_id(),
                "novel_id": self.novel_id,
                "text_hash": text_hash,
                "model": model,
                "dimensions": dimensions,
                "vector": packed,
            }
            for text_hash, (dimensions, packed) in sorted(vectors.items())
        ]
        for start in range(0, len(rows), 500):
            added = insert(Vector).values(rows[start : start + 500])
            await self.session.execute(
                added.on_conflict_do_nothing(index_elements=["novel_id", "text_hash", "model"])
            )

    async def summary(self, node: str, input_hash: str | None) -> Summary | None:
        """Return the summary of a node made from given inputs, or its newest."""
        query = select(Summary).where(Summary.novel_id == self.novel_id, Summary.node == node)
        if input_hash is not None:
            query = query.where(Summary.input_hash == input_hash)
        query = query.order_by(Summary.created_at.desc(), Summary.id.desc()).limit(1)
        return (await self.session.scalars(query)).one_or_none()

    async def renew_summary(self, summary_id: UUID) -> None:
        """Make a summary the newest of its node."""
        await self.session.execute(
            update(Summary)
            .where(Summary.novel_id == self.novel_id, Summary.id == summary_id)
            .values(created_at=now())
        )

    async def newest_summaries(self, nodes: Collection[str]) -> dict[str, Summary]:
        """Return the newest summary of each node that has one."""
        query = (
            select(Summary)
            .where(Summary.novel_id == self.novel_id, one_of(Summary.node, nodes))
            .order_by(Summary.created_at, Summary.id)
        )
        return {row.node: row for row in (await self.session.scalars(query)).all()}

    async def refresh_summary(
        self, summary: Summary, sentences: list[dict[str, object]], tokens: int
    ) -> None:
        """Replace what a summary says; its inputs are the same."""
        await self.session.execute(
            update(Summary)
            .where(Summary.novel_id == self.novel_id, Summary.id == summary.id)
            .values(sentences=sentences, tokens=tokens)
        )

    async def mentions_of(self, entities: Collection[UUID], scenes: Collection[UUID]) -> list[Mention]:
        """Return where some entries are named in some scenes, each in the first scene rows of a fixed order."""
        query = (
            select(Mention)
            .where(
                Mention.novel_id == self.novel_id,
                one_of(Mention.entity_id, entities),
                one_of(Mention.scene_id, scenes),
            )
            .order_by(Mention.entity_id, Mention.scene_id, Mention.id)
            .ext(distinct_on(Mention.entity_id, Mention.scene_id))
        )
        return list((await self.session.scalars(query)).all()) if entities and scenes else []

    async def replace_mentions(self, scene_id: UUID, rows: Sequence[Mention]) -> None:
        """Replace where entries are named in a scene."""
        await self.session.execute(
            delete(Mention)
            .where(Mention.novel_id == self.novel_id, Mention.scene_id == scene_id)
            .execution_options(synchronize_session="fetch")
        )
        self.session.add_all(rows)
        await self.session.flush()
