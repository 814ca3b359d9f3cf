"""What the book remembers of its own text, and how it is found again."""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.canon.service import CanonService
from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.db.stores import stores_of
from infinite_scribe.memory.chunks import chunks, text_hash
from infinite_scribe.memory.models import Mention, Passage, Summary
from infinite_scribe.memory.passage_feed import PassageFeed
from infinite_scribe.memory.passage_index import PassageIndex, PassagesUnavailableError
from infinite_scribe.memory.pgvector_index import PgvectorPassageIndex, has_pgvector
from infinite_scribe.memory.ranking import fuse, rarity
from infinite_scribe.memory.repository import AskedTerm, MemoryRepository
from infinite_scribe.memory.schemas import (
    Found,
    MentionAt,
    MentionDraft,
    PassageHit,
    PassageRead,
    SceneToIndex,
    SummaryRead,
)
from infinite_scribe.memory.terms import forms, term_counts, terms
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.service import get_novel

CANDIDATES = 20
OTHER_FORM = 0.7
"""What another form of a word that was asked for counts beside the word itself."""
QDRANT = "infinite_scribe.memory.qdrant_index"
PASSAGES_CHANGED = "passages.changed"
"""Topic of the outbox: the passages of a scene, or their vectors, are other ones now."""


@dataclass(frozen=True)
class MemoryService:
    """Passages, summaries and mentions of one novel. All of it can be made again from the text."""

    session: AsyncSession
    scope: NovelScope
    rows: MemoryRepository

    @classmethod
    def of(cls, session: AsyncSession, scope: NovelScope) -> MemoryService:
        """Return the memory of the scope's novel."""
        return cls(session, scope, MemoryRepository(session, scope.novel_id))

    async def passage_index(self) -> PassageIndex | None:
        """Return the search by meaning, or None where this server has no pgvector and no Qdrant is set."""
        store = stores_of(self.session).passages
        if store is not None:
            found: PassageIndex = import_module(QDRANT).QdrantPassageIndex(store, self.scope)
            return found
        return PgvectorPassageIndex(self.session, self.scope) if await has_pgvector(self.session) else None

    async def index_scene(self, scene: SceneToIndex) -> list[PassageRead]:
        """Replace the passages of a scene by those of its text and return them; the same text changes nothing.

        A scene without text is forgotten.
        """
        held = await self.rows.passages_of(scene.scene_id)
        fresh = [
            self._passage(scene, chunk.ordinal, chunk.text, chunk.pids)
            for chunk in chunks(scene.blocks, scene.language)
        ]
        if [_key(row) for row in held] == [_key(row) for row in fresh]:
            for row in held:
                row.version = scene.version
            await self.session.flush()
            return [PassageRead.model_validate(row) for row in held]
        await self._tell(scene.scene_id)
        await self.rows.count_terms(await self.rows.terms_of([row.id for row in held]), -1)
        await self.rows.drop(scene.scene_id)
        counted = [term_counts(row.text) for row in fresh]
        for row, counts in zip(fresh, counted, strict=True):
            row.length = sum(counts.values())
        self.session.add_all(fresh)
        await self.session.flush()
        await self.rows.keep_postings(scene.scene_id, scene.language, list(zip(fresh, counted, strict=True)))
        await self.rows.count_terms(counted, 1)
        return [PassageRead.model_validate(row) for row in fresh]

    async def _tell(self, scene_id: UUID) -> None:
        """Tell the feed of an index outside this database that the passages of a scene change."""
        if stores_of(self.session).passages is not None:
            novel = await get_novel(self.session, self.scope.novel_id)
            payload = {"scene_id": str(scene_id)}
            await outbox.publish(self.session, novel.id, novel.revision, PASSAGES_CHANGED, payload)

    def _passage(self, scene: SceneToIndex, ordinal: int, text: str, pids: Sequence[str]) -> Passage:
        return Passage(
            novel_id=self.scope.novel_id,
            scene_id=scene.scene_id,
            version=scene.version,
            ordinal=ordinal,
            language=scene.language,
            head=scene.head,
            text=text,
            text_hash=text_hash(text),
            pids=list(pids),
            facts=[],
            entity_ids=sorted(str(one) for one in scene.entity_ids),
            pov_id=scene.pov_id,
            on_stage=sorted(str(one) for one in scene.on_stage),
            length=0,
        )

    async def passages_in(
        self, scenes: Collection[UUID], pids: Collection[str] | None = None
    ) -> list[PassageRead]:
        """Return the passages of some scenes, all or those in which one of some paragraphs stands."""
        return await self.rows.passages_in(scenes, pids) if scenes else []

    async def search(
        self,
        text: str,
        *,
        language: str,
        scenes: Collection[UUID] | None = None,
        vector: Sequence[float] | None = None,
        model: str | None = None,
        names: Collection[str] = (),
        k: int = CANDIDATES,
    ) -> list[PassageHit]:
        """Return the passages that fit a query best; see `find`."""
        found = await self.find(
            text, language=language, scenes=scenes, vector=vector, model=model, names=names, k=k
        )
        return found.hits

    async def find(
        self,
        text: str,
        *,
        language: str,
        scenes: Collection[UUID] | None = None,
        vector: Sequence[float] | None = None,
        model: str | None = None,
        names: Collection[str] = (),
        k: int = CANDIDATES,
    ) -> Found:
        """Return the passages that fit a query best; those that hold one of `names` come first.

        `vector` is the query by the encoder whose name is `model` (`<model>:<dimensions>`; agents get both from
        `agents.runtime.query_vectors`). Without them, or where the search by meaning is away, words alone decide;
        `missing` then says so. `scenes` keeps to some scenes, such as those before a place in the book.
        """
        lexical = await self._lexical(text, language, scenes)
        dense: dict[UUID, float] = {}
        missing: tuple[str, ...] = ()
        if vector is not None and model is not None:
            try:
                index = await self.passage_index()
                if index is not None:
                    dense = dict(await index.query(model, vector, scenes=scenes, k=CANDIDATES))
            except PassagesUnavailableError:
                missing = ("passages",)
        found = {row.id: row for row in await self.rows.passages({*lexical, *dense})}
        dense = {one: score for one, score in dense.items() if one in found}
        named = {one: sum(name in row.text for name in names) for one, row in found.items()}
        hits = [
            PassageHit(found[one], score, "dense" if one not in lexical else "lexical")
            for one, score in fuse(dense, lexical, named)[:k]
        ]
        return Found(hits, missing)

    async def _lexical(self, text: str, language: str, scenes: Collection[UUID] | None) -> dict[UUID, float]:
        wanted = set(terms(text))
        if not wanted or (scenes is not None and not scenes):
            return {}
        count, mean = await self.rows.size(language)
        other = {form for term in wanted for form in forms(term)} - wanted
        frequency = await self.rows.frequency(wanted | other)
        asked = [
            AskedTerm(0, term, rarity(count, passages) * (1 if term in wanted else OTHER_FORM))
            for term, passages in sorted(frequency.items())
            if passages
        ]
        found = await self.rows.best_by_words(asked, language, mean, scenes=scenes, k=CANDIDATES)
        return found.get(0, {})

    async def missing_vectors(self, scene_id: UUID, model: str) -> list[PassageRead]:
        """Return a scene's passages whose vector by `model` is not cached yet."""
        rows = await self.rows.passages_of(scene_id)
        known = await self.rows.vectors([row.text_hash for row in rows], model)
        return [PassageRead.model_validate(row) for row in rows if row.text_hash not in known]

    async def keep_vectors(self, scene_id: UUID, model: str, vectors: Mapping[str, Sequence[float]]) -> None:
        """Cache vectors by text hash and put those of the scene into the index, where there is one.

        An index outside this database is fed from the outbox.
        """
        packed = {
            one: (len(vector), struct.pack(f"<{len(vector)}f", *vector)) for one, vector in vectors.items()
        }
        await self.rows.keep_vectors(model, packed)
        await self._tell(scene_id)
        if stores_of(self.session).passages is None and await has_pgvector(self.session):
            index = PgvectorPassageIndex(self.session, self.scope)
            await PassageFeed(self.session, self.scope, index).take([scene_id])

    async def summary(self, node: str, input_hash: str) -> SummaryRead | None:
        """Return the summary of a node that was made from exactly these inputs."""
        row = await self.rows.summary(node, input_hash)
        return None if row is None else SummaryRead.model_validate(row)

    async def newest_summaries(self, nodes: Collection[str]) -> dict[str, SummaryRead]:
        """Return the newest summary of each node that has one; it may be older than the text.

        A node whose text went has none.
        """
        found = await self.rows.newest_summaries(nodes)
        return {node: SummaryRead.model_validate(row) for node, row in found.items() if row.sentences}

    async def use_summary(self, node: str, input_hash: str) -> bool:
        """Let the summary that was made from these inputs speak for a node again; False when there is none.

        After going back in history, a later summary of the same node tells what the book no longer says.
        """
        held = await self.rows.summary(node, input_hash)
        if held is None:
            return False
        await self.rows.renew_summary(held.id)
        return True

    async def keep_summary(
        self,
        node: str,
        level: str,
        input_hash: str,
        sentences: Sequence[Mapping[str, Any]],
        gate: Mapping[str, Any] | None = None,
    ) -> UUID:
        """Keep a summary; one made from the same inputs is replaced. Sentences are `{text, scenes, facts}`."""
        held = await self.rows.summary(node, input_hash)
        said = [dict(sentence) for sentence in sentences]
        tokens = count_tokens(" ".join(str(sentence.get("text", "")) for sentence in said))
        if held is not None:
            await self.rows.refresh_summary(held, said, tokens)
            return held.id
        row = Summary(
            novel_id=self.scope.novel_id,
            node=node,
            level=level,
            input_hash=input_hash,
            sentences=said,
            tokens=tokens,
            gate=dict(gate or {}),
        )
        self.session.add(row)
        await self.session.flush()
        return row.id

    async def first_mentions(
        self, entities: Collection[UUID], order: Mapping[UUID, int]
    ) -> dict[UUID, MentionAt]:
        """Return where each entry is named first among scenes with their reading index.

        What names an entry that was merged names the one that stands for it now.
        """
        merged = await CanonService.of(self.session, self.scope).merged()
        stands = {old: new for old, new in merged.items() if new in entities} | {one: one for one in entities}
        found = await self.rows.mentions_of(stands.keys(), order.keys())
        first: dict[UUID, MentionAt] = {}
        for row in sorted(found, key=lambda one: (order[one.scene_id], one.id)):
            at = MentionAt(row.scene_id, row.pid, row.from_offset, row.to_offset)
            first.setdefault(stands[row.entity_id], at)
        return first

    async def keep_mentions(self, scene_id: UUID, mentions: Sequence[MentionDraft]) -> None:
        """Replace where entries are named in a scene."""
        await self.rows.replace_mentions(
            scene_id,
            [
                Mention(novel_id=self.scope.novel_id, scene_id=scene_id, confidence=1.0, **vars(mention))
                for mention in mentions
            ],
        )


def _key(row: Passage) -> tuple[object, ...]:
    return (row.ordinal, row.text_hash, row.head, row.pov_id, row.on_stage, row.entity_ids)
