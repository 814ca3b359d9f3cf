"""Fixtures of every suite: real servers, a migrated template, and a database of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from servers import databases, stores
from servers.databases import Lending, TestDatabase
from servers.neo4j import Neo4jServer, NoNeo4jError, neo4j

SECONDS = {
    "unit": 20,
    "integration": 30,
    "contract": 30,
    "architecture": 60,
    "e2e": 300,
    "faults": 120,
    "benchmark": 600,
}


def pytest_configure() -> None:
    """Print logs as plain lines; the library's own trace with all locals takes half a minute for a deep one."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(default=str),
        ]
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test the time limit of its suite."""
    root = Path(__file__).parent
    for item in items:
        suite = item.path.relative_to(root).parts[0] if item.path.is_relative_to(root) else ""
        if item.get_closest_marker("timeout") is None and suite in SECONDS:
            item.add_marker(pytest.mark.timeout(SECONDS[suite]))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server for this run, its template migrated."""
    store = stores.postgres()
    databases.make_template(store.url)
    yield store.url
    store.stop()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """URL of a Redis server for this run."""
    store = stores.redis()
    yield store.url
    store.stop()


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jServer]:
    """A real Neo4j server; the tests skip with the reason where none can run."""
    try:
        server = neo4j()
    except NoNeo4jError as error:
        pytest.skip(str(error))
    yield server
    server.remove()


@pytest.fixture(scope="session")
def lending(postgres_server: str) -> Lending:
    """The databases of this run."""
    found = Lending(postgres_server)
    found.learn()
    return found


@pytest.fixture
async def fresh_db(lending: Lending) -> AsyncIterator[TestDatabase]:
    """A migrated database of this test alone, with real commits."""
    database = await databases.open_database(lending)
    yield database
    await databases.give_back(lending, database)
