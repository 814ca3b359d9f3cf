"""Going back in history gives the book that its operations alone would have given, projections included."""

from __future__ import annotations

import random
import struct
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from factories.histories import Operation, begin, counted_ids, play, random_history
from factories.manuscript import Book, open_text, owner_rows, run_rows, run_scope
from factories.novels import make_user
from infinite_scribe.agents.librarian.projector import touched_scenes
from infinite_scribe.agents.librarian.reading import index_scene
from infinite_scribe.agents.librarian.summaries import chapters_telling, source_of, use_held
from infinite_scribe.canon.postgres_graph import PostgresStoryGraph
from infinite_scribe.canon.steady_graph import projected_graph
from infinite_scribe.canon.story_graph import canonical_line
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.db.stores import Stores
from infinite_scribe.memory.projections import Projections, fed, prepare
from infinite_scribe.memory.schemas import SceneToIndex
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels import outbox
from infinite_scribe.novels.access import NovelScope
from infinite_scribe.novels.revisions import state_hashes
from infinite_scribe.structure.service import StructureService
from servers import qdrant
from servers.databases import TestDatabase
from servers.neo4j import Neo4jServer

HISTORIES = 5
LENGTH = 4
MODEL = "hashed:4"
Project = Callable[[Book], Awaitable[None]]
PASSAGES = (
    "SELECT scene_id, ordinal, text_hash, head, pov_id, on_stage, entity_ids, pids FROM passages ORDER BY 1, 2",
    "SELECT term, passages FROM passage_terms ORDER BY 1",
)


async def hashes(db: TestDatabase, book: Book) -> dict[str, str]:
    async with db.api.transaction(owner_rows(book)) as session:
        return await state_hashes(session, book.novel_id)


async def graph(db: TestDatabase, book: Book) -> list[str]:
    """Return the rows of the graph without the revision that wrote them: a rollback writes them anew."""
    async with db.api.transaction(owner_rows(book)) as session:
        scope = (await open_text(session, book)).scope
        held = projected_graph(session, scope) or PostgresStoryGraph(session, scope)
        rows = (await held.dump()).rows()
        return [canonical_line(replace(row, rev_from=0)) for _, row in sorted(rows.items())]


async def index(db: TestDatabase, book: Book, scenes: set[UUID] | None = None) -> None:
    """Index scenes (all: None) with a vector made of each passage's hash, as the librarian does after a change."""
    async with db.agent.transaction(run_rows(book)) as session:
        scope = run_scope(book)
        memory = MemoryService.of(session, scope)
        standing = await standing_scenes(session, scope)
        for scene in sorted(standing if scenes is None else scenes):
            if scene not in standing:
                await memory.index_scene(SceneToIndex(scene_id=scene, version=0, language="en", blocks=[]))
                continue
            await index_scene(session, scope, scene, "en")
            missing = await memory.missing_vectors(scene, MODEL)
            made = {one.text_hash: vector_of(one.text_hash) for one in missing}
            await memory.keep_vectors(scene, MODEL, made)
        await sum_up(session, scope, sorted(standing if scenes is None else scenes))


async def sum_up(session: AsyncSession, scope: NovelScope, scenes: list[UUID]) -> None:
    """Bring summaries up to date as the librarian does; the model's words are the hash of what it was given."""
    memory, standing = MemoryService.of(session, scope), await standing_scenes(session, scope)
    chapters = {one for scene in scenes for one in await chapters_telling(session, scope, scene)}
    nodes = [f"scene:{scene}" for scene in scenes if scene in standing]
    for node in [*nodes, *(f"chapter:{one}" for one in sorted(chapters))]:
        found = await source_of(session, scope, "en", node)
        if not found["sentences"] or found["is_current"]:
            await use_held(session, scope, node, found)
            continue
        said = [{"text": found["hash"], "scenes": found["scenes"], "facts": []}]
        await memory.keep_summary(node, node.partition(":")[0], found["hash"], said)


async def standing_scenes(session: AsyncSession, scope: NovelScope) -> set[UUID]:
    return {one.id for one in (await StructureService.of(session, scope).tree()).scenes()}


async def summaries(db: TestDatabase, book: Book) -> dict[str, Any]:
    """Return what the summary of every standing scene and chapter says."""
    async with db.agent.transaction(run_rows(book)) as session:
        scope = run_scope(book)
        tree = await StructureService.of(session, scope).tree()
        nodes = [f"scene:{one.id}" for one in tree.scenes()] + [
            f"chapter:{one.id}" for one in tree.chapters()
        ]
        held = await MemoryService.of(session, scope).newest_summaries(nodes)
        return {node: summary.sentences for node, summary in sorted(held.items())}


def vector_of(text_hash: str) -> list[float]:
    raw = text_hash.encode().ljust(16, b"0")[:16]
    return [1.0 + abs(number) % 97 / 97 for number in struct.unpack("<4i", raw)]


async def passages(db: TestDatabase, book: Book) -> list[Any]:
    """Return everything that search by words and by meaning holds, without ids of its own."""
    found: list[Any] = []
    async with db.agent.transaction(run_rows(book)) as session:
        for query in PASSAGES:
            found += [tuple(map(str, row)) for row in await session.execute(text(query))]
        index_ = await MemoryService.of(session, run_scope(book)).passage_index()
        if index_ is not None:
            dump = await index_.dump()
            found += sorted((str(scene), digest) for scene, digest in dump.rows.values())
    return found


async def changed_by_last_revision(db: TestDatabase, book: Book) -> set[UUID]:
    """Return the scenes that the projector looks at after the last revision."""
    async with db.agent.transaction(run_rows(book)) as session:
        messages = await outbox.take(session, "test", book.novel_id, 10_000)
        last = [one for one in messages if one.topic == "novel.revised"][-1]
        came, headed = await touched_scenes(session, run_scope(book), last)
        return came | headed


async def erase(db: TestDatabase, book: Book) -> None:
    async with db.owner.transaction() as session:
        await session.execute(text("DELETE FROM novels WHERE id = :id"), {"id": book.novel_id})


async def in_place(_book: Book) -> None:
    """PostgreSQL keeps graph and vectors itself."""


async def go_back_and_begin_anew(
    db: TestDatabase, user: UUID, seed: int, *, follow: Project = in_place, anew: Project = in_place
) -> None:
    """Compare a book that went back with one that never went on.

    `follow` lets the projections take over what changed since they last did, `anew` builds them from the truth.
    """
    history = [*random_history(seed, LENGTH), *rewriting(seed)]
    last = random.Random(seed).randrange(5, len(random_history(seed, LENGTH)))
    with counted_ids(seed):
        book = await begin(db, user)
        reached = await play(db, book, history[: last + 1])
        # Whatever is derived is as it was then, and again as it is now: going back must choose the former.
        await index(db, book)
        await follow(book)
        reached += await play(db, book, history[last + 1 :])
    await index(db, book)
    await follow(book)
    ahead = await everything(db, book)
    async with db.api.transaction(owner_rows(book)) as session:
        await (await open_text(session, book)).history.rollback(reached[last])
    await index(db, book, await changed_by_last_revision(db, book))
    await follow(book)
    back = await everything(db, book)
    await erase(db, book)
    with counted_ids(seed):
        again = await begin(db, user)
        assert (await play(db, again, history[: last + 1]))[-1] == reached[last]
    await index(db, again)
    await anew(again)
    for name, there in (await everything(db, again)).items():
        assert back[name] == there, (name, seed, history, last)
        assert ahead[name] != there, f"nothing had to go back in {name}"
    await erase(db, again)


@pytest.mark.timeout(600)
async def test_going_back_equals_doing_the_operations_again_in_an_empty_book(fresh_db: TestDatabase) -> None:
    user = await make_user(fresh_db.owner)
    for seed in range(1, HISTORIES + 1):
        await go_back_and_begin_anew(fresh_db, user, seed)


async def go_back_in(db: TestDatabase, held: Stores, histories: int) -> None:
    """Do the same while stores outside PostgreSQL follow from the outbox, each several revisions at a time."""
    outside = replace(
        db,
        api=Database(db.url, "is_api", companions=held),
        agent=Database(db.url, "is_agent", companions=held),
    )
    projections = Projections(outside.agent, held)

    async def follow(_book: Book) -> None:
        while await projections.advance():
            pass

    async def anew(book: Book) -> None:
        for store in fed(held):
            await projections.rebuild(store, book.novel_id)

    try:
        await prepare(held)
        user = await make_user(outside.owner)
        for seed in range(1, histories + 1):
            await go_back_and_begin_anew(outside, user, seed, follow=follow, anew=anew)
    finally:
        await outside.api.dispose()
        await outside.agent.dispose()


@pytest.mark.timeout(600)
async def test_vectors_in_qdrant_go_back_too(fresh_db: TestDatabase) -> None:
    store = qdrant.local()
    try:
        await go_back_in(fresh_db, Stores(passages=store), 2)
    finally:
        await store.aclose()


@pytest.mark.timeout(600)
async def test_the_graph_in_neo4j_goes_back_too(fresh_db: TestDatabase, neo4j_server: Neo4jServer) -> None:
    store = neo4j_server.store()
    try:
        await go_back_in(fresh_db, Stores(graph=store), 1)
    finally:
        await store.aclose()


def rewriting(seed: int) -> list[Operation]:
    """Return operations that change prose, canon, plan and promises once more, whatever came before.

    A changed card has its scene indexed anew whatever its text did, so every other history leaves cards alone.
    """
    numbers = (seed, *(2_000 + seed,) * 4)
    kinds = ["save", "entity", "told_fact", "retire", "promise", "abandon", "save"]
    return [Operation(kind, numbers) for kind in (kinds if seed % 2 else [*kinds[:3], "card", *kinds[3:]])]


async def everything(db: TestDatabase, book: Book) -> dict[str, Any]:
    return {
        "truth": await hashes(db, book),
        "graph": await graph(db, book),
        "passages": await passages(db, book),
        "summaries": await summaries(db, book),
    }
