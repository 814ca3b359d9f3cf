"""`infinite-scribe reindex` and `doctor`: drift is found, named, and mended."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from factories.canon import make_entities, person
from factories.manuscript import make_book, run_rows, run_scope
from infinite_scribe.cli.projections import rebuild, report
from infinite_scribe.core.ids import new_id
from infinite_scribe.core.settings import Settings, load_settings
from infinite_scribe.memory.chunks import TextBlock
from infinite_scribe.memory.schemas import SceneToIndex
from infinite_scribe.memory.service import MemoryService
from servers.databases import TestDatabase
from servers.neo4j import Neo4jServer

pytestmark = pytest.mark.timeout(240)


def settings_of(db: TestDatabase, folder: Path, **given: str) -> Settings:
    chosen = {"database__url": db.url, **given}
    environ = {f"INFINITE_SCRIBE__{name.upper()}": value for name, value in chosen.items()}
    return load_settings(folder, root=folder, environ=environ)


async def test_vectors_in_postgres_are_proven_and_mended(
    fresh_db: TestDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, scene = await make_book(fresh_db), new_id()
    async with fresh_db.agent.transaction(run_rows(book)) as session:
        memory = MemoryService.of(session, run_scope(book))
        (row,) = await memory.index_scene(SceneToIndex(scene, 1, "en", [TextBlock("p1", "The brass key.")]))
        await memory.keep_vectors(scene, "m:2", {row.text_hash: [1.0, 0.0]})
    settings = settings_of(fresh_db, tmp_path)
    assert await asyncio.to_thread(report, settings) is False
    said = capsys.readouterr().out
    assert "equal in 1 novels, 1 rows" in said
    assert "graph       read from PostgreSQL itself" in said
    async with fresh_db.owner.transaction() as session:
        await session.execute(text("UPDATE passage_vectors SET embedding = '[0,1]'"))
    assert await asyncio.to_thread(report, settings) is True
    assert f"1 different: {row.id}" in capsys.readouterr().out
    await asyncio.to_thread(rebuild, settings, "passages", book.novel_id)
    assert await asyncio.to_thread(report, settings) is False


async def test_a_graph_that_was_never_fed_is_drift_until_reindex(
    fresh_db: TestDatabase, neo4j_server: Neo4jServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = await make_book(fresh_db)
    await make_entities(fresh_db, book, person("Ines"))
    settings = settings_of(
        fresh_db,
        tmp_path,
        graph__kind="neo4j",
        graph__url=neo4j_server.url,
        graph__password=neo4j_server.password,
    )
    assert await asyncio.to_thread(report, settings) is True
    assert "reindex --store graph" in capsys.readouterr().out
    await asyncio.to_thread(rebuild, settings, None, None)
    assert await asyncio.to_thread(report, settings) is False
    assert "0 changes wait" in capsys.readouterr().out
    store = neo4j_server.store()
    assert book.novel_id in await store.novels()
    await store.aclose()


async def test_a_store_that_does_not_answer_is_a_sentence(
    fresh_db: TestDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await make_book(fresh_db)
    away = {"graph__kind": "neo4j", "graph__url": "bolt://127.0.0.1:9", "graph__password": "secret"}
    settings = settings_of(fresh_db, tmp_path, **away)
    assert await asyncio.to_thread(report, settings) is True
    said = capsys.readouterr().out
    assert "✗ graph" in said
    assert "does not answer" in said
    assert "Traceback" not in said
