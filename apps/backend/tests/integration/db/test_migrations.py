"""Every migration goes back and forth on a database with a book in it, and ends at the same schema."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from alembic.script import ScriptDirectory

from factories.calls import make_call
from factories.canon import make_entities, make_facts, make_rule
from factories.manuscript import Book, make_book
from infinite_scribe.canon.schemas import EntityDraft, FactInput
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql import migrations
from infinite_scribe.db.sql.engine import RowScope, plain_url
from infinite_scribe.manuscript.service import ManuscriptService, Origin, blocks_from_text
from infinite_scribe.novels.access import scope_for_run
from infinite_scribe.runs.service import RUN_ACTIONS
from servers.databases import TestDatabase

FIRST_OF_THE_FOUNDATION = "0015"
"""From here on a step changes tables that hold rows already; those steps are also taken twice."""

FILLED = {
    "users", "novels", "novel_members", "novel_revisions", "scenes", "chapters", "scene_versions", "scene_heads",
    "entities", "assertions", "rules", "llm_calls", "outbox",
}  # fmt: skip

_SCHEMA = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
       coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (c.oid, a.attnum)
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'policy', tablename, policyname, roles::text, coalesce(qual, ''), coalesce(with_check, '')
  FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'rls', relname, relrowsecurity::text, relforcerowsecurity::text, '', ''
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
UNION ALL SELECT 'grant', table_name, grantee, privilege_type, '', ''
  FROM information_schema.role_table_grants WHERE table_schema = 'public' AND grantee LIKE 'is\\_%'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', ''
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, pg_get_function_identity_arguments(oid), md5(prosrc), '', ''
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
"""


def schema_of(url: str) -> set[tuple[str, ...]]:
    """Return everything a migration can make, as comparable rows."""
    with psycopg.connect(plain_url(url)) as connection:
        return {tuple(str(item) for item in row) for row in connection.execute(_SCHEMA.encode())}


def filled(url: str) -> set[str]:
    """Return the tables that hold rows."""
    with psycopg.connect(plain_url(url)) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        counts = {name: connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1'.encode()) for (name,) in names}
        return {name for name, found in counts.items() if found.fetchone() is not None}


async def fill(db: TestDatabase) -> Book:
    """Make a book with text, world, a run's draft and a paid call."""
    book = await make_book(db)
    [mara] = await make_entities(db, book, EntityDraft(kind="character", name="Mara"))
    await make_facts(db, book, FactInput(subject_id=mara, predicate="occupation", text="keeper"))
    await make_rule(db, book, "Storms cannot be sold twice.")
    run = new_id()
    await make_call(db.owner, book.user_id, novel_id=book.novel_id, run_id=run)
    async with db.agent.transaction(RowScope(user_id=book.user_id, novel_id=book.novel_id)) as session:
        scope = scope_for_run(book.user_id, book.novel_id, RUN_ACTIONS)
        blocks = blocks_from_text(
            "Mara opens the door.\n\nShe waits.", Origin(run=str(run), call=None, demo=True)
        )
        await ManuscriptService.of(session, scope).proposals.place_draft(
            book.scene_id, blocks, run_id=run, path="draft", demo=True
        )
    return book


def chain(url: str) -> list[str]:
    """Return the revisions from the newest to the first."""
    script = ScriptDirectory.from_config(migrations.config_for(url))
    return [revision.revision for revision in script.walk_revisions()]


def step_down(url: str, wanted: list[str]) -> list[tuple[str, set[tuple[str, ...]]]]:
    """Go down step by step; return what differs where a step was taken down, up and down again."""
    odd = []
    for here, below in zip(wanted, [*wanted[1:], "base"], strict=True):
        before = schema_of(url) if here >= FIRST_OF_THE_FOUNDATION else set()
        migrations.downgrade(url, below)
        if before:
            migrations.upgrade(url, here)
            odd.append((here, schema_of(url) ^ before))
            migrations.downgrade(url, below)
    return odd


@pytest.mark.timeout(240)
async def test_a_filled_book_goes_down_and_up_again(fresh_db: TestDatabase) -> None:
    await fill(fresh_db)
    await fresh_db.dispose()
    url = fresh_db.url
    whole = await asyncio.to_thread(schema_of, url)
    assert await asyncio.to_thread(filled, url) >= FILLED
    revisions = chain(url)
    assert revisions[-1] == "0001"
    for revision, difference in await asyncio.to_thread(step_down, url, revisions):
        assert difference == set(), f"{revision} does not come back as it was"
    left = {row[1] for row in await asyncio.to_thread(schema_of, url) if row[0] == "column"}
    assert left <= {"alembic_version"}, "going back to the beginning leaves tables behind"
    await asyncio.to_thread(migrations.upgrade, url)
    assert await asyncio.to_thread(schema_of, url) ^ whole == set()


def begin_without_pgvector(url: str) -> None:
    """Bring a database to where it would be had the server got pgvector only now."""
    migrations.downgrade(url, "0019")
    with psycopg.connect(plain_url(url)) as connection:
        connection.execute("DROP TABLE passage_vectors")


async def test_a_database_begun_without_pgvector_gets_its_vectors_later(fresh_db: TestDatabase) -> None:
    await fresh_db.dispose()
    url = fresh_db.url
    whole = await asyncio.to_thread(schema_of, url)
    assert any(row[:2] == ("column", "passage_vectors") for row in whole)
    await asyncio.to_thread(begin_without_pgvector, url)
    await asyncio.to_thread(migrations.upgrade, url)
    assert await asyncio.to_thread(schema_of, url) ^ whole == set()
