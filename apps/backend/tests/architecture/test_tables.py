"""Tables: mapped and migrated are the same, every column says what it holds, and no owner's row is unprotected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pgvector.sqlalchemy import Vector
from sqlalchemy import Connection, create_engine, text

from infinite_scribe.agents.runtime.tables import know_all_tables
from infinite_scribe.db.sql.base import Base
from infinite_scribe.db.sql.engine import psycopg_url
from servers.databases import clone

TAGS = {"pii", "content", "secret", "system"}
FOREIGN = ("procrastinate_", "passage_vectors", "alembic_version")
"""The queue's own tables, the one that only a server with pgvector has, and Alembic's."""


def ours(name: str | None) -> bool:
    return not (name or "").startswith(FOREIGN)


@pytest.fixture(scope="module")
def migrated(postgres_server: str) -> Iterator[Connection]:
    know_all_tables()
    engine = create_engine(psycopg_url(clone(postgres_server)))
    engine.dialect.ischema_names["vector"] = Vector  # type: ignore[attr-defined]
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def differences(connection: Connection) -> list[object]:
    options = {
        "compare_type": True,
        "include_name": lambda name, kind, _parents: kind != "table" or ours(name),
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def test_the_mapped_tables_are_the_migrated_ones(migrated: Connection) -> None:
    assert len(Base.metadata.tables) > 60
    assert differences(migrated) == []


def test_a_column_that_nobody_migrated_is_found(migrated: Connection) -> None:
    migrated.execute(text("ALTER TABLE novels ADD COLUMN planted integer"))
    try:
        assert "planted" in str(differences(migrated))
    finally:
        migrated.rollback()


def test_every_column_says_what_it_holds() -> None:
    know_all_tables()
    untold = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.info.get("data") not in TAGS
    ]
    assert untold == []


UNFORCED = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
      AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('novel_id', 'user_id') AND NOT a.attisdropped)
    ORDER BY 1
"""


def test_every_table_with_an_owner_forces_row_level_security(migrated: Connection) -> None:
    assert list(migrated.execute(text(UNFORCED)).scalars()) == []


def test_a_table_without_protection_is_found(migrated: Connection) -> None:
    migrated.execute(text("CREATE TABLE planted (id uuid, novel_id uuid)"))
    try:
        assert list(migrated.execute(text(UNFORCED)).scalars()) == ["planted"]
    finally:
        migrated.rollback()


def test_a_protected_table_has_a_policy(migrated: Connection) -> None:
    bare = text(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relforcerowsecurity "
        "AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)"
    )
    assert list(migrated.execute(bare).scalars()) == []


def test_no_service_role_may_pass_by_the_policies(migrated: Connection) -> None:
    found = migrated.execute(
        text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'is\\_%' AND (rolbypassrls OR rolsuper)")
    )
    assert list(found.scalars()) == ["is_owner"]


def test_the_words_of_a_book_go_with_the_book() -> None:
    know_all_tables()
    staying = [
        table.name
        for table in Base.metadata.tables.values()
        if (novel := table.columns.get("novel_id")) is not None
        and not novel.nullable
        and not any(key.ondelete == "CASCADE" for key in novel.foreign_keys)
    ]
    assert staying == []
