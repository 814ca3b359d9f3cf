"""Databases of one test: clones of a template that Alembic migrated once per run.

A clone costs as much as a small test, so a clone that a test gives back is emptied and lent again. It is dropped when
the test changed its tables.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

import psycopg
from sqlalchemy.engine import make_url

from infinite_scribe.db.sql import migrations
from infinite_scribe.db.sql.engine import Database, plain_url

TEMPLATE = "is_template"


def with_database(url: str, name: str) -> str:
    """Return `url` with another database name."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def execute(url: str, statement: str) -> None:
    """Run one statement outside a transaction."""
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        connection.execute(statement.encode())


def make_template(server_url: str) -> str:
    """Create and migrate the template database; return its URL."""
    execute(with_database(server_url, "postgres"), f'DROP DATABASE IF EXISTS "{TEMPLATE}" WITH (FORCE)')
    execute(with_database(server_url, "postgres"), f'CREATE DATABASE "{TEMPLATE}"')
    url = with_database(server_url, TEMPLATE)
    migrations.upgrade(url)
    return url


@dataclass(frozen=True)
class TestDatabase:
    """A database of its own, with real commits, seen through each of the four roles."""

    __test__ = False

    url: str
    owner: Database
    api: Database
    agent: Database
    llm: Database

    async def dispose(self) -> None:
        for database in (self.owner, self.api, self.agent, self.llm):
            await database.dispose()


def clone(server_url: str) -> str:
    """Return the URL of a fresh clone of the template."""
    name = f"t_{secrets.token_hex(6)}"
    execute(
        with_database(server_url, "postgres"),
        f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY',
    )
    return with_database(server_url, name)


# Every row goes but the migrations' own ones; sequences begin again. Triggers rest meanwhile.
_EMPTY = """
DO $$
DECLARE name text; has boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO has;
    IF has AND name <> 'alembic_version' THEN EXECUTE format('DELETE FROM %I', name); END IF;
  END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', name);
  END LOOP;
END $$
"""
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_SHAPE = (
    "SELECT string_agg(concat(relname, relkind, relnatts, relrowsecurity, reltriggers), ',' ORDER BY relname) FROM ("
    "SELECT relname, relkind, relnatts, relrowsecurity, (SELECT count(*) FROM pg_trigger WHERE tgrelid = c.oid) "
    "AS reltriggers FROM pg_class c WHERE relnamespace = 'public'::regnamespace) found"
)


@dataclass
class Lending:
    """The clones of a run of tests."""

    server_url: str
    free: list[str] = field(default_factory=list)
    shape: str = ""
    seeds: dict[str, str] = field(default_factory=dict)

    def learn(self) -> None:
        """Keep what the template looks like, and the rows that migrations put there."""
        with psycopg.connect(plain_url(with_database(self.server_url, TEMPLATE))) as session:
            self.shape = str(session.execute(_SHAPE.encode()).fetchone())
            tables = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (name,) in tables:
                rows = session.execute(f'SELECT json_agg(t)::text FROM "{name}" t'.encode()).fetchone()
                if rows is not None and rows[0] is not None and name != "alembic_version":
                    self.seeds[name] = rows[0]

    def lend(self) -> str:
        """Return the URL of a database that is as after the migrations."""
        return self.free.pop() if self.free else clone(self.server_url)

    def take_back(self, url: str) -> None:
        """Empty a database for the next test, or drop it when its tables are other ones."""
        with psycopg.connect(plain_url(url)) as session:
            session.execute(_OTHERS.encode())
            if str(session.execute(_SHAPE.encode()).fetchone()) == self.shape:
                session.execute(_EMPTY.encode())
                for name, rows in self.seeds.items():
                    insert = f'INSERT INTO "{name}" SELECT * FROM json_populate_recordset(NULL::"{name}", %s::json)'
                    session.execute(insert.encode(), (rows,))
                self.free.append(url)
                return
        execute(
            with_database(self.server_url, "postgres"),
            f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)',
        )


async def open_database(lending: Lending) -> TestDatabase:
    """Borrow a database and connect to it."""
    url = await asyncio.to_thread(lending.lend)
    roles = {role: Database(url, f"is_{role}", pool_size=20) for role in ("owner", "api", "agent", "llm")}  # type: ignore[arg-type]
    return TestDatabase(url, **roles)


async def give_back(lending: Lending, database: TestDatabase) -> None:
    """Close a database and return it."""
    await database.dispose()
    await asyncio.to_thread(lending.take_back, database.url)
