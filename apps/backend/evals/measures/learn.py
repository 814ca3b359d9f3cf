"""What the book unlearns: scenes are rewritten, facts must close with their sentences, and everything must come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from evals.loading import Loaded
from evals.measures.memory import MODEL
from evals.novels.spec import Fact, Scene
from evals.statistics import Share
from infinite_scribe.agents.librarian.reading import index_scene, learn_scene
from infinite_scribe.canon.service import CanonService
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.manuscript.service import ManuscriptService
from infinite_scribe.memory.projections import Projections
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revision_state import state_hashes
from infinite_scribe.novels.service import get_novel

EVERY = 4
"""Every so many scenes that tell something are rewritten."""


@dataclass
class Learnt:
    """Facts that closed (or stayed) as they should, books that came back whole, and stores that hold what they should."""

    closed: Share = field(default_factory=Share)
    wrong: list[str] = field(default_factory=list)
    rollbacks: Share = field(default_factory=Share)
    projections: Share = field(default_factory=Share)


async def measure_learn(loaded: Loaded, every: int = EVERY) -> Learnt:
    """Rewrite scenes so that some sentences go, some move and some stay; then go back to the book as it was."""
    figures, novel = Learnt(), loaded.novel
    telling = [scene for scene in novel.scenes if any(_tells(fact, scene) for fact in novel.facts.values())]
    revision, hashes = await _state(loaded)
    open_now, rewritten = await _canon(loaded), telling[::every]
    passages = await _passages(loaded, rewritten)
    for scene in rewritten:
        gone_sentences = await _rewrite(loaded, scene)
        left = await _canon(loaded)
        for fact in novel.facts.values():
            if fact.id in open_now and _tells(fact, scene):
                rests = {(one.scene, one.quote) for one in fact.told}
                is_gone = fact.from_scene is not None and rests <= {
                    (scene.index, quote) for quote in gone_sentences
                }
                _count(figures, scene, fact, is_gone=is_gone, was_closed=fact.id not in left)
        strangers = open_now - left - {one.id for one in novel.facts.values() if _tells(one, scene)}
        figures.wrong += [f"scene {scene.index}: {novel.facts[one].predicate} closed" for one in strangers]
        for _ in strangers:
            figures.closed.add(hit=False)
        open_now = left
    figures.projections.add(await _are_projections_equal(loaded))
    async with loaded.database.transaction(loaded.rows) as session:
        scope = await loaded.scope(session)
        await ManuscriptService.of(session, scope).history.rollback(revision)
        for scene in rewritten:
            await _index(session, scope, scene, novel.spec.language)
    figures.rollbacks.add((await _state(loaded))[1] == hashes)
    figures.projections.add(await _passages(loaded, rewritten) == passages)
    figures.projections.add(await _are_projections_equal(loaded))
    return figures


def _tells(fact: Fact, scene: Scene) -> bool:
    return any(told.scene == scene.index for told in fact.told)


def _count(figures: Learnt, scene: Scene, fact: Fact, *, is_gone: bool, was_closed: bool) -> None:
    figures.closed.add(was_closed is is_gone)
    if was_closed is not is_gone:
        said = "closed" if was_closed else "still open"
        figures.wrong.append(f"scene {scene.index}: {fact.predicate} {said}")


async def _state(loaded: Loaded) -> tuple[int, dict[str, str]]:
    async with loaded.database.transaction(loaded.rows) as session:
        novel = await get_novel(session, loaded.novel_id)
        return novel.revision, await state_hashes(session, loaded.novel_id)


async def _canon(loaded: Loaded) -> set[UUID]:
    """Return the novel's own facts that are canon."""
    async with loaded.database.transaction(loaded.rows) as session:
        facts = await CanonService.of(session, await loaded.scope(session)).facts()
    return {fact.id for fact in facts} & loaded.novel.facts.keys()


async def _passages(loaded: Loaded, scenes: Sequence[Scene]) -> set[tuple[UUID, str]]:
    async with loaded.database.transaction(loaded.rows) as session:
        memory = MemoryService.of(session, await loaded.scope(session))
        return {(row.scene_id, row.text) for row in await memory.passages_in({one.id for one in scenes})}


async def _rewrite(loaded: Loaded, scene: Scene) -> set[str]:
    """Save a scene in which each second telling sentence is gone and the paragraphs stand in another order; learn it.

    Return the sentences that are gone.
    """
    number, gone = count(), set()
    texts = dict(scene.paragraphs)
    for fact in loaded.novel.facts.values():
        for told in fact.told:
            if told.scene == scene.index and next(number) % 2 == 0:
                texts[told.pid] = texts[told.pid].replace(told.quote, "")
                gone.add(told.quote)
    paragraphs = [(f"r{pid}", text) for pid, text in reversed(texts.items()) if text.strip()]
    async with loaded.database.transaction(loaded.rows) as session:
        scope = await loaded.scope(session)
        manuscript = ManuscriptService.of(session, scope)
        document = doc.scene_document(scene.id, [doc.paragraph(text, pid) for pid, text in paragraphs])
        version = (await manuscript.scene(scene.id)).version
        await manuscript.saving.save(Save(scene.id, version, document, leaving=True))
        await learn_scene(session, scope, scene.id)
        await _index(session, scope, scene, loaded.novel.spec.language)
    return gone


async def _index(session: AsyncSession, scope: NovelScope, scene: Scene, language: str) -> None:
    """Put a scene into the search as the librarian does: by words, and by meaning with the vectors that are cached."""
    await index_scene(session, scope, scene.id, language)
    await MemoryService.of(session, scope).keep_vectors(scene.id, MODEL, {})


async def _are_projections_equal(loaded: Loaded) -> bool:
    """Whether the stores that are fed hold exactly what PostgreSQL says, after a turn of the feeder."""
    stores = loaded.stores
    agent = Database(loaded.database.url, "is_agent", companions=stores)
    try:
        projections = Projections(agent, stores)
        await projections.advance()
        drifts = [await projections.compare(store, loaded.novel_id) for store in ("graph", "passages")]
    finally:
        await agent.dispose()
    return all(drift is None or drift.is_equal for drift in drifts)
