"""Several questions to the passages at once: one search by words for all of them, then each fused with its meaning."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.memory.passage_index import Answers, PassagesUnavailableError
from infinite_scribe.memory.ranking import fuse, rarity
from infinite_scribe.memory.repository import AskedTerm, MemoryRepository
from infinite_scribe.memory.schemas import PassageHit
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.memory.terms import terms
from infinite_scribe.novels.access import NovelScope

CANDIDATES = 12
"""Passages that each search puts forward for a question."""
ANSWERS = 6
"""Passages that answer a question after the two are fused."""
COMMON = 0.2
"""A term that stands in a larger share of the passages finds none by itself."""
LEAST_TERMS = 6
RAREST, MOST_POSTINGS = 2, 250
"""Beyond its rarest terms a question reads so many postings, so that it costs no more in a longer book."""


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
class Answered:
    """Answers in the order of the questions; `missing` names what could not be asked."""

    answers: tuple[tuple[PassageHit, ...], ...]
    missing: tuple[str, ...] = ()


Begun = tuple[tuple[int, ...], "asyncio.Future[Answers]"]
"""The questions of one encoder by number, and their answers to come."""


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
        self,
        questions: Sequence[Question],
        *,
        language: str,
        scenes: Collection[UUID],
        others: Collection[UUID] | None = None,
        k: int = ANSWERS,
    ) -> Answered:
        """Return the passages of some scenes that fit each question best, best first.

        `others`, where the caller knows them, are the rest of the book: the shorter list is asked with.
        """
        if not questions or not scenes:
            return Answered(tuple(() for _ in questions))
        within = set(scenes)
        shorter = others if others is not None and len(others) < len(within) else None
        begun, missing = await self._begin_meaning(questions, within)
        try:
            lexical = await self._words(questions, language, within, shorter)
        except BaseException:
            for _, answers_to_come in begun:
                answers_to_come.cancel()
            raise
        dense, unanswered = await self._meaning(len(questions), begun)
        missing += unanswered
        rows = MemoryRepository(self.session, self.scope.novel_id)
        wanted: dict[UUID, set[str]] = {}
        for question, by_meaning, by_words in zip(questions, dense, lexical, strict=True):
            for one in by_meaning.keys() | by_words.keys():
                wanted.setdefault(one, set()).update(question.names)
        named = await rows.naming(wanted)
        ranked = []
        for question, *scores in zip(questions, dense, lexical, strict=True):
            near, said = ({one: score for one, score in some.items() if one in named} for some in scores)
            held = {one: len(named[one].intersection(question.names)) for one in {*near, *said}}
            ranked.append(fuse(near, said, held)[:k])
        found = await rows.passages({one for some in ranked for one, _ in some})
        passages = {row.id: row for row in found if row.scene_id in within}
        answers = (
            tuple(
                PassageHit(passages[one], score, "lexical" if one in said else "dense")
                for one, score in some
                if one in passages
            )
            for some, said in zip(ranked, lexical, strict=True)
        )
        return Answered(tuple(answers), missing)

    async def _words(
        self,
        questions: Sequence[Question],
        language: str,
        scenes: Collection[UUID],
        others: Collection[UUID] | None,
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
            AskedTerm(number, term, rarity(count, frequency[term]))
            for number, some in enumerate(wanted)
            for term in telling(some, frequency, count)
        ]
        if not asked:
            return empty
        found = await rows.best_by_words(
            asked, language, mean, scenes=scenes if others is None else None, without=others, k=CANDIDATES
        )
        return [found.get(number, {}) for number in range(len(questions))]

    async def _begin_meaning(
        self, questions: Sequence[Question], scenes: Collection[UUID]
    ) -> tuple[list[Begun], tuple[str, ...]]:
        """Begin to ask by meaning, so that words are looked up meanwhile; also return what cannot be asked."""
        if all(question.vector is None for question in questions):
            return [], ()
        index = await MemoryService.of(self.session, self.scope).passage_index()
        if index is None:
            return [], ("meaning-index",)
        begun: list[Begun] = []
        for model in sorted({one.model for one in questions if one.model and one.vector is not None}):
            asked = {
                number: question.vector
                for number, question in enumerate(questions)
                if question.model == model and question.vector is not None
            }
            answers = await index.begin(model, list(asked.values()), scenes=scenes, k=CANDIDATES)
            begun.append((tuple(asked), answers))
        return begun, ()

    async def _meaning(
        self, count: int, begun: Sequence[Begun]
    ) -> tuple[list[dict[UUID, float]], tuple[str, ...]]:
        """Return what was found by meaning for each of `count` questions, and what did not answer."""
        found: list[dict[UUID, float]] = [{} for _ in range(count)]
        missing: tuple[str, ...] = ()
        for numbers, answers in begun:
            try:
                for number, near in zip(numbers, await answers, strict=True):
                    found[number] = dict(near)
            except PassagesUnavailableError:
                missing = ("passages",)
        return found, missing


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
