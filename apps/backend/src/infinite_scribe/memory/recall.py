"""Several questions to the passages at once: one search by words for all of them, then each fused with its meaning."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.memory.passage_index import PassagesUnavailableError
from infinite_scribe.memory.ranking import K1, B, fuse, rarity
from infinite_scribe.memory.repository import MemoryRepository
from infinite_scribe.memory.schemas import PassageHit, PassageRead
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.memory.terms import terms
from infinite_scribe.novels.access import NovelScope

CANDIDATES = 20
COMMON = 0.2
"""A term that stands in a larger share of the passages finds none by itself."""
LEAST_TERMS = 6
RAREST, MOST_POSTINGS = 2, 1_000
"""Beyond its rarest terms a question reads so many postings, so that it costs no more in a longer book."""

_BEST = text(
    f"""
    WITH asked AS (
        SELECT * FROM unnest(CAST(:questions AS integer[]), CAST(:terms AS text[]), CAST(:weights AS float8[]))
            AS a(question, term, weight)
    ), scored AS (
        SELECT a.question, p.id, round(CAST(sum(
            a.weight * w.count * {K1 + 1} / (w.count + {K1} * ({1 - B} + {B} * p.length / :mean))
        ) AS numeric), 9) AS score
        FROM asked a
        JOIN passage_postings w ON w.novel_id = :novel AND w.term = a.term
        JOIN passages p ON p.id = w.passage_id AND p.novel_id = :novel
        WHERE p.language = :language AND p.scene_id = ANY(CAST(:scenes AS uuid[]))
        GROUP BY a.question, p.id
    ), placed AS (
        SELECT *, row_number() OVER (PARTITION BY question ORDER BY score DESC, id) AS place FROM scored
    )
    SELECT question, id, score FROM placed WHERE place <= :k ORDER BY question, place
    """  # noqa: S608 - built from constants; every value is a bound parameter
)


@dataclass(frozen=True)
class Question:
    """What is looked for: words, and the same as a vector of the encoder `model` where there is one.

    `names` are the entries that it speaks of, as the text calls them.
    """

    text: str
    names: tuple[str, ...] = ()
    model: str | None = None
    vector: Sequence[float] | None = None


@dataclass(frozen=True)
class Recalled:
    """Answers in the order of the questions; `missing` names what could not be asked."""

    answers: tuple[tuple[PassageHit, ...], ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recall:
    """Searches the passages of one novel with several questions."""

    session: AsyncSession
    scope: NovelScope

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> Recall:
        """Return the recall of the scope's novel."""
        return cls(session, scope)

    async def ask(
        self, questions: Sequence[Question], *, language: str, scenes: Collection[UUID], k: int = CANDIDATES
    ) -> Recalled:
        """Return the passages of some scenes that fit each question best, best first."""
        if not questions or not scenes:
            return Recalled(tuple(() for _ in questions))
        within = sorted(scenes)
        lexical = await self._words(questions, language, within)
        dense, missing = await self._meaning(questions, within)
        ids = {one for found in (*lexical, *dense) for one in found}
        rows = {
            row.id: row for row in await MemoryRepository(self.session, self.scope.novel_id).passages(ids)
        }
        answers = []
        for number, question in enumerate(questions):
            near = {one: score for one, score in dense[number].items() if one in rows}
            said = {one: score for one, score in lexical[number].items() if one in rows}
            named = {one for one in {*near, *said} if any(name in rows[one].text for name in question.names)}
            answers.append(
                tuple(
                    PassageHit(
                        PassageRead.model_validate(rows[one]), score, "lexical" if one in said else "dense"
                    )
                    for one, score in fuse(near, said, named)[:k]
                )
            )
        return Recalled(tuple(answers), missing)

    async def _words(
        self, questions: Sequence[Question], language: str, scenes: Sequence[UUID]
    ) -> list[Mapping[UUID, float]]:
        rows = MemoryRepository(self.session, self.scope.novel_id)
        wanted = [sorted(set(terms(question.text))) for question in questions]
        every = {term for some in wanted for term in some}
        empty: list[Mapping[UUID, float]] = [{} for _ in questions]
        if not every:
            return empty
        count, mean = await rows.size(language)
        frequency = await rows.frequency(every)
        asked = [
            (number, term, rarity(count, frequency[term]))
            for number, some in enumerate(wanted)
            for term in telling(some, frequency, count)
        ]
        if not asked:
            return empty
        found: list[dict[UUID, float]] = [{} for _ in questions]
        for row in await self.session.execute(
            _BEST,
            {
                "novel": self.scope.novel_id,
                "language": language,
                "questions": [number for number, _, _ in asked],
                "terms": [term for _, term, _ in asked],
                "weights": [weight for _, _, weight in asked],
                "mean": mean or 1.0,
                "scenes": scenes,
                "k": CANDIDATES,
            },
        ):
            found[row.question][row.id] = float(row.score)
        return list(found)

    async def _meaning(
        self, questions: Sequence[Question], scenes: Sequence[UUID]
    ) -> tuple[list[dict[UUID, float]], tuple[str, ...]]:
        found: list[dict[UUID, float]] = [{} for _ in questions]
        if all(question.vector is None for question in questions):
            return found, ()
        try:
            index = await MemoryService.of(self.session, self.scope).passage_index()
            if index is None:
                return found, ("passages:meaning",)
            for model in sorted({one.model for one in questions if one.model and one.vector is not None}):
                asked = {
                    number: question.vector
                    for number, question in enumerate(questions)
                    if question.model == model and question.vector is not None
                }
                answers = await index.query_all(model, list(asked.values()), scenes=scenes, k=CANDIDATES)
                for number, near in zip(asked, answers, strict=True):
                    found[number] = dict(near)
        except PassagesUnavailableError:
            return found, ("passages",)
        return found, ()


def coverage(names: Sequence[str], said: str) -> float:
    """Return the share of the question's names that stand in a passage; those that hold all of them come first."""
    return sum(name in said for name in names) / len(names) if names else 0.0


def telling(wanted: Sequence[str], frequency: Mapping[str, int], count: int) -> list[str]:
    """Return the terms of a question that find something: the known ones, without the most common.

    A few stay in any case, so that a question of common words is answered too.
    """
    known = sorted((term for term in wanted if frequency.get(term)), key=lambda term: (frequency[term], term))
    kept: list[str] = []
    spent = 0
    for place, term in enumerate(known):
        is_telling = place < LEAST_TERMS or frequency[term] <= COMMON * count
        if is_telling and (place < RAREST or spent + frequency[term] <= MOST_POSTINGS):
            kept.append(term)
            spent += frequency[term]
    return kept
