"""What the book remembers of its own text, and how it is found again."""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.tokens import count_tokens
from infinite_scribe.memory.chunks import chunks, text_hash
from infinite_scribe.memory.models import Mention, Passage, Summary
from infinite_scribe.memory.passage_index import PassageIndex, PassageVector
from infinite_scribe.memory.pgvector_index import PgvectorPassageIndex, has_pgvector
from infinite_scribe.memory.ranking import bm25, fuse
from infinite_scribe.memory.repository import MemoryRepository
from infinite_scribe.memory.schemas import MentionDraft, PassageHit, PassageRead, SceneToIndex, SummaryRead
from infinite_scribe.memory.terms import term_counts, terms
from infinite_scribe.novels.access import NovelScope

CANDIDATES = 20


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
        """Return the search by meaning, or None where this server has no pgvector."""
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
        await self.rows.count_terms([row.terms for row in held], -1)
        await self.rows.drop(scene.scene_id)
        self.session.add_all(fresh)
        await self.session.flush()
        await self.rows.count_terms([row.terms for row in fresh], 1)
        return [PassageRead.model_validate(row) for row in fresh]

    def _passage(self, scene: SceneToIndex, ordinal: int, text: str, pids: Sequence[str]) -> Passage:
        counts = term_counts(text)
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
            terms=list(counts),
            term_counts=counts,
            length=sum(counts.values()),
        )

    async def passages_in(self, scenes: Collection[UUID]) -> list[PassageRead]:
        """Return every passage of some scenes."""
        return (
            [PassageRead.model_validate(row) for row in await self.rows.passages_in(scenes)] if scenes else []
        )

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
        """Return the passages that fit a query best; those that hold one of `names` come first.

        Without a vector, or where the server cannot search by meaning, words alone decide.
        """
        lexical = await self._lexical(text, language, scenes)
        dense: dict[UUID, float] = {}
        index = await self.passage_index() if vector is not None and model is not None else None
        if index is not None and vector is not None and model is not None:
            dense = dict(await index.query(model, vector, scenes=scenes, k=CANDIDATES))
        found = {row.id: row for row in await self.rows.passages({*lexical, *dense})}
        named = {one for one, row in found.items() if any(name in row.text for name in names)}
        return [
            PassageHit(
                PassageRead.model_validate(found[one]), score, "dense" if one not in lexical else "lexical"
            )
            for one, score in fuse(dense, lexical, named)[:k]
        ]

    async def _lexical(self, text: str, language: str, scenes: Collection[UUID] | None) -> dict[UUID, float]:
        wanted = sorted(set(terms(text)))
        if not wanted or (scenes is not None and not scenes):
            return {}
        count, mean = await self.rows.size(language)
        frequency = await self.rows.frequency(wanted)
        scores = {
            row.id: bm25(
                wanted, row.term_counts, row.length, passages=count, mean_length=mean, frequency=frequency
            )
            for row in await self.rows.with_terms(wanted, language, scenes)
        }
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:CANDIDATES]
        return dict(best)

    async def missing_vectors(self, scene_id: UUID, model: str) -> list[PassageRead]:
        """Return a scene's passages whose vector by `model` is not cached yet."""
        rows = await self.rows.passages_of(scene_id)
        known = await self.rows.vectors([row.text_hash for row in rows], model)
        return [PassageRead.model_validate(row) for row in rows if row.text_hash not in known]

    async def keep_vectors(self, scene_id: UUID, model: str, vectors: Mapping[str, Sequence[float]]) -> None:
        """Cache vectors by text hash and put those of the scene into the index, where there is one."""
        packed = {
            one: (len(vector), struct.pack(f"<{len(vector)}f", *vector)) for one, vector in vectors.items()
        }
        await self.rows.keep_vectors(model, packed)
        index = await self.passage_index()
        rows = await self.rows.passages_of(scene_id)
        cached = await self.rows.vectors([row.text_hash for row in rows], model)
        if index is not None:
            await index.put(
                model,
                [
                    PassageVector(row.id, struct.unpack(f"<{held.dimensions}f", held.vector))
                    for row in rows
                    if (held := cached.get(row.text_hash)) is not None
                ],
            )

    async def summary(self, node: str, input_hash: str) -> SummaryRead | None:
        """Return the summary of a node that was made from exactly these inputs."""
        row = await self.rows.summary(node, input_hash)
        return None if row is None else SummaryRead.model_validate(row)

    async def newest_summaries(self, nodes: Collection[str]) -> dict[str, SummaryRead]:
        """Return the newest summary of each node that has one; it may be older than the text."""
        found = await self.rows.newest_summaries(nodes)
        return {node: SummaryRead.model_validate(row) for node, row in found.items()}

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
