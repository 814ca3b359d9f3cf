"""Searching a book: by words, by meaning and by names, up to a moment of reading."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.moments import Moment, ScenePlace
from infinite_scribe.canon.service import CanonService
from infinite_scribe.core.errors import DomainError
from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.sql.engine import Database, RowScope
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.name_search import NameMatch, matches
from infinite_scribe.memory.passage_index import CLEAR, PassagesUnavailableError
from infinite_scribe.memory.repository import MemoryRepository
from infinite_scribe.memory.schemas import PassageHit
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.memory.snippets import Spot, best_spot, spot
from infinite_scribe.memory.terms import forms, terms
from infinite_scribe.model_client.schemas import Embeddings
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.web.schemas import WireInput, WireOutput

log = get_logger(__name__)

Kind = Literal["text", "meaning", "names"]
MOST_NAMES = 8


class SearchQuery(WireInput):
    """What is asked. `as_of` is `end`, `scene:<id>` or `t:<tick>`: nothing after it is found."""

    query: str = Field(min_length=1, max_length=500)
    kinds: list[Kind] = Field(default=["text", "meaning", "names"], max_length=3)
    as_of: str = Field(default="end", max_length=120)
    k: int = Field(default=20, ge=1, le=50)


class SearchHit(WireOutput):
    """A place that answers. `from` and `to` are UTF-16 code units in the paragraph `pid`.

    A hit by name carries the entry; it has no scene when the entry is named nowhere up to then.
    """

    kind: Literal["text", "meaning", "name"]
    scene_id: UUID | None
    scene_title: str | None
    chapter_number: int | None
    pid: str | None
    from_: int | None = Field(serialization_alias="from")
    to: int | None
    snippet: str
    score: float
    entry_id: UUID | None = None


class UnsearchedWay(WireOutput):
    """A way of searching that could not be gone, and why."""

    check: str
    reason: str


class SearchAnswer(WireOutput):
    """The hits, the best first, names before passages."""

    hits: list[SearchHit]
    not_evaluated: list[UnsearchedWay]


class Encoder(Protocol):
    """Turns texts into vectors (`model_client.ModelClient`)."""

    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        """Return the vectors of one model."""
        ...


@dataclass(frozen=True)
class Meant:
    """A question as a vector of the encoder `model`; without one, `missing` says why."""

    vector: list[float] | None = None
    model: str | None = None
    missing: tuple[UnsearchedWay, ...] = ()


@dataclass(frozen=True)
class BookSearch:
    """Searches a novel for a user. An encoder may be slow, so nothing of the database is held while it thinks."""

    database: Database
    user_id: UUID
    novel_id: UUID
    encoder: Encoder | None = None

    async def find(self, asked: SearchQuery) -> SearchAnswer:
        """Return the best places for a question. Raises `NovelNotFoundError`, `MomentInvalidError`."""
        async with self._reading() as (session, scope):
            has_index = await MemoryService.of(session, scope).passage_index() is not None
        meant = await self._meant(asked, has_index=has_index)
        async with self._reading() as (session, scope):
            return await Searching(session, scope).find(asked, meant)

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[tuple[AsyncSession, NovelScope]]:
        """Give a transaction and the right to read; it may have been taken away since the last one."""
        async with self.database.transaction(RowScope(user_id=self.user_id)) as session:
            yield session, await require(session, self.user_id, self.novel_id, NovelPermission.READ)

    async def _meant(self, asked: SearchQuery, *, has_index: bool) -> Meant:
        if "meaning" not in asked.kinds or not any(one.isalnum() for one in asked.query):
            return Meant()
        if not has_index:
            return Meant(missing=(UnsearchedWay(check="meaning", reason="no-index"),))
        try:
            if self.encoder is not None:
                answer = await self.encoder.embed([asked.query], user_id=self.user_id, novel_id=self.novel_id)
                return Meant(answer.vectors[0], f"{answer.model}:{answer.dimensions}")
        except DomainError as error:
            log.warning("search.no_encoder", code=error.code)
        return Meant(missing=(UnsearchedWay(check="meaning", reason="encoder-away"),))


@dataclass(frozen=True)
class Searching:
    """One search in one transaction, for a question whose vector is known."""

    session: AsyncSession
    scope: NovelScope

    async def find(self, asked: SearchQuery, meant: Meant) -> SearchAnswer:
        """Return the best places for a question. Raises `MomentInvalidError`."""
        moment = await CanonService.of(self.session, self.scope).moment(asked.as_of)
        places = {one.id: one for one in moment.scenes.values() if _is_read(moment, one)}
        missing = list(meant.missing)
        found = await self._names(asked.query) if "names" in asked.kinds else []
        named = await self._name_hits(found[:MOST_NAMES], places)
        passages = await self._passages(asked, meant, moment, places, found, missing)
        return SearchAnswer(hits=[*named, *passages][: asked.k], not_evaluated=missing)

    async def _names(self, query: str) -> list[NameMatch]:
        world = await CanonService.of(self.session, self.scope).world()
        names = [(entity.id, alias.text) for entity in world.entities for alias in entity.aliases]
        return matches(query, names)

    async def _name_hits(
        self, found: Sequence[NameMatch], places: Mapping[UUID, ScenePlace]
    ) -> list[SearchHit]:
        """Return the entries with the first place up to then in which each is named."""
        memory = MemoryService.of(self.session, self.scope)
        order = {one: place.reading_index for one, place in places.items()}
        first = await memory.first_mentions([match.entry_id for match in found], order)
        texts = await self._texts({mention.scene_id for mention in first.values()})
        hits = []
        for match in found:
            mention = first.get(match.entry_id)
            block = texts.get((mention.scene_id, mention.pid)) if mention else None
            if mention is None or block is None:
                hits.append(_hit("name", None, None, match.name, match.score, match.entry_id))
                continue
            encoded = block.text.encode("utf-16-le")
            start = len(encoded[: 2 * mention.from_offset].decode("utf-16-le", "ignore"))
            end = len(encoded[: 2 * mention.to_offset].decode("utf-16-le", "ignore"))
            where = spot(block, start, end)
            hits.append(
                _hit("name", places[mention.scene_id], where, where.snippet, match.score, match.entry_id)
            )
        return hits

    async def _passages(
        self,
        asked: SearchQuery,
        meant: Meant,
        moment: Moment,
        places: Mapping[UUID, ScenePlace],
        names: Sequence[NameMatch],
        missing: list[UnsearchedWay],
    ) -> list[SearchHit]:
        if not {"text", "meaning"} & set(asked.kinds):
            return []
        if not await self._is_clear(asked.query, meant, places):
            meant = Meant()
        found = await MemoryService.of(self.session, self.scope).find(
            asked.query if "text" in asked.kinds else "",
            language=moment.language,
            scenes=sorted(places),
            vector=meant.vector,
            model=meant.model,
            names=[match.name for match in names if match.score >= 1],
            k=asked.k,
        )
        missing += [UnsearchedWay(check="meaning", reason="index-away") for _ in found.missing]
        texts = await self._texts({hit.passage.scene_id for hit in found.hits})
        said = set(terms(asked.query))
        said |= {form for term in said for form in forms(term)}
        return [one for hit in found.hits if (one := _passage_hit(hit, asked.query, said, places, texts))]

    async def _is_clear(self, query: str, meant: Meant, places: Collection[UUID]) -> bool:
        """Return whether meaning may answer: the book holds a word of the question, or the best passage is near.

        Some passage is always the nearest, to a slip of the keyboard as well.
        """
        sure = CLEAR.get(meant.model or "")
        if meant.vector is None or meant.model is None or sure is None:
            return True
        said = {term for term in terms(query) if len(term) > 1}
        said |= {form for term in said for form in forms(term)}
        if await MemoryRepository(self.session, self.scope.novel_id).frequency(said):
            return True
        index = await MemoryService.of(self.session, self.scope).passage_index()
        try:
            near = await index.query(meant.model, meant.vector, scenes=places, k=1) if index else []
        except PassagesUnavailableError:
            return True  # the search itself says that the index is away
        return bool(near) and near[0][1] >= sure

    async def _texts(self, scenes: set[UUID]) -> dict[tuple[UUID, str], TextBlock]:
        """Return the paragraphs of some scenes as they are now, in order."""
        states = await ManuscriptService.of(self.session, self.scope).written(sorted(scenes))
        return {
            (scene_id, block.pid): TextBlock(block.pid, block.text)
            for scene_id, state in states.items()
            for block in state.blocks
        }


def _is_read(moment: Moment, place: ScenePlace) -> bool:
    """Return whether a scene lies before the moment: in reading order, or for a tick in story time."""
    if moment.point.reading_index is not None:
        return place.reading_index <= moment.point.reading_index
    time = moment.timeline.scenes.get(place.id)
    return time is None or time.t_from <= moment.point.tick


def _passage_hit(
    hit: PassageHit,
    query: str,
    said: set[str],
    places: Mapping[UUID, ScenePlace],
    texts: Mapping[tuple[UUID, str], TextBlock],
) -> SearchHit | None:
    """Return a passage as a place in the text of now; None when its paragraphs are gone."""
    scene_id = hit.passage.scene_id
    blocks = [texts[(scene_id, pid)] for pid in hit.passage.pids if (scene_id, pid) in texts]
    where = best_spot(blocks, query, said)
    if where is None:
        return None
    kind: Literal["text", "meaning"] = "meaning" if hit.reason == "dense" else "text"
    return _hit(kind, places[scene_id], where, where.snippet, hit.score, None)


def _hit(
    kind: Literal["text", "meaning", "name"],
    place: ScenePlace | None,
    where: Spot | None,
    snippet: str,
    score: float,
    entry_id: UUID | None,
) -> SearchHit:
    return SearchHit(
        kind=kind,
        scene_id=place.id if place else None,
        scene_title=place.title if place else None,
        chapter_number=place.chapter_number if place else None,
        pid=where.pid if where else None,
        from_=where.from_offset if where else None,
        to=where.to_offset if where else None,
        snippet=snippet,
        score=round(score, 6),
        entry_id=entry_id,
    )
