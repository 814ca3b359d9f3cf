"""Databases of one test: clones of a template that Alembic migrated once per run."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

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


async def open_clone(server_url: str) -> TestDatabase:
    """Clone the template and connect to it."""
    url = await asyncio.to_thread(clone, server_url)
    roles = {role: Database(url, f"is_{role}", pool_size=20) for role in ("owner", "api", "agent", "llm")}  # type: ignore[arg-type]
    return TestDatabase(url, **roles)


async def drop(server_url: str, database: TestDatabase) -> None:
    """Close and drop a clone."""
    await database.dispose()
    name = make_url(database.url).database
    await asyncio.to_thread(
        execute, with_database(server_url, "postgres"), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    )
