"""Fixtures of every suite: real servers, a migrated template, and a database of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from servers import databases, stores
from servers.databases import Lending, TestDatabase
from servers.neo4j import Neo4jServer, NoNeo4jError, fetch_early, neo4j

SECONDS = {
    "unit": 20,
    "integration": 30,
    "contract": 30,
    "architecture": 60,
    "e2e": 300,
    "faults": 120,
    "benchmark": 600,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run say which servers its machine has: without one of them it fails instead of skipping tests."""
    parser.addoption("--require-servers", default="", help="neo4j, qdrant: fail where these cannot be had")


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
    """Give every test the time limit of its suite, and leave Neo4j to the end: its jars are fetched meanwhile."""
    items.sort(key=_needs_neo4j)
    root = Path(__file__).parent
    for item in items:
        suite = item.path.relative_to(root).parts[0] if item.path.is_relative_to(root) else ""
        if item.get_closest_marker("timeout") is None and suite in SECONDS:
            item.add_marker(pytest.mark.timeout(SECONDS[suite]))


def _needs_neo4j(item: pytest.Item) -> bool:
    if "neo4j_server" in getattr(item, "fixturenames", ()):
        return True
    called = getattr(item, "callspec", None)
    return called is not None and "neo4j" in called.params.values()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin what a test at the end will wait for."""
    if not session.config.option.collectonly and any(map(_needs_neo4j, session.items)):
        fetch_early()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the servers came from, and which could not be had."""
    for name, origin in sorted(stores.ORIGINS.items()):
        terminalreporter.write_line(f"{name}: {origin}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server for this run, its template migrated."""
    store = stores.postgres()
    stores.ORIGINS["postgres"] = store.origin
    databases.make_template(store.url)
    yield store.url
    store.stop()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """URL of a Redis server for this run."""
    store = stores.redis()
    stores.ORIGINS["redis"] = store.origin
    yield store.url
    store.stop()


@pytest.fixture(scope="session")
def neo4j_server(pytestconfig: pytest.Config) -> Iterator[Neo4jServer]:
    """A real Neo4j server; the tests skip with the reason where none can run."""
    try:
        server = neo4j()
    except NoNeo4jError as error:
        stores.absent(pytestconfig, "neo4j", str(error))
    stores.ORIGINS["neo4j"] = server.origin
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
