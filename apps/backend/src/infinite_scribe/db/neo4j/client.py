"""Neo4j: one pooled driver per process. A question can only be asked about one novel.

`Cypher` is made at import from a constant text and refuses a pattern that does not name `$novel`; `Neo4jStore` runs
nothing but `Cypher`, and only through `NovelGraph`, which sets `$novel` itself.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from neo4j import AsyncDriver, AsyncGraphDatabase, AsyncTransaction, NotificationMinimumSeverity, Query
from neo4j.exceptions import DriverError, Neo4jError

from infinite_scribe.core.logging import get_logger
from infinite_scribe.db.breaker import Breaker

log = get_logger(__name__)

READ_SECONDS = 2.0
WRITE_SECONDS = 30.0
PREPARE_SECONDS = 180.0
"""A server that has just started takes its time for a dozen indexes, and nobody waits for them."""
_PATTERN = re.compile(
    r"(?<![A-Za-z_0-9])[(\[](?P<name>[A-Za-z_]*)(?P<labels>(?::[A-Za-z|_]+)*)(?P<way>\*[0-9.]*)?"
    r"(?P<members> \{[^}]*\})?[)\]]"
)
_SCOPED = "{novel_id: $novel"
_EVERY_STEP = "all(a IN relationships(p) WHERE a.novel_id = $novel "
"""How a way of many steps says it: shortest paths take no members of their own."""
_DOWN = (DriverError, Neo4jError, OSError, TimeoutError)
"""A refusal counts as well: a wrong password, too many of them, a time limit of the server, a missing database."""
_RELATIONS = ("ASSERTS", "WITHIN", "PART_IN", "CAUSES", "KNOWS", "DISCLOSES", "SETS_UP", "PAYS")
_SCHEMA = (
    "CREATE CONSTRAINT story_row IF NOT EXISTS FOR (n:Story) REQUIRE (n.novel_id, n.id) IS UNIQUE",
    "CREATE CONSTRAINT story_mark IF NOT EXISTS FOR (n:Projection) REQUIRE n.novel_id IS UNIQUE",
    *(
        f"CREATE INDEX story_{kind.lower()} IF NOT EXISTS FOR ()-[r:{kind}]-() ON (r.novel_id, r.id)"
        for kind in _RELATIONS
    ),
    *(
        f"CREATE INDEX story_{kind.lower()}_fact IF NOT EXISTS FOR ()-[r:{kind}]-() ON (r.novel_id, r.to_id)"
        for kind in ("KNOWS", "DISCLOSES")
    ),
    "CALL db.awaitIndexes(120)",
)
_OF_BEFORE = "MATCH (m:Projection) WHERE m.layout IS NULL RETURN m.novel_id AS id ORDER BY id"
_TO_TODAY = (
    "MATCH (m:Projection {novel_id: $novel}) SET m.held = true WITH m WHERE m.layout IS NULL SET m.layout = 1 "
    "WITH m MATCH (s:Story {novel_id: $novel})-[a:ASSERTS {novel_id: $novel}]->(o:Story {novel_id: $novel}) "
    "WHERE a.predicate IN ['held_by', 'contained_in', 'member_of', 'part_of'] "
    "CREATE (s)-[w:WITHIN]->(o) SET w = properties(a) DELETE a"
)
"""Bring a novel that an older version projected to the relationships of today, under the lock of its feed."""


@dataclass(frozen=True)
class Cypher:
    """A statement in which every node and relationship is one of `$novel`. Raises `ValueError` for any other."""

    text: str

    def __post_init__(self) -> None:
        known: set[str] = set()
        scoped = 0
        for match in _PATTERN.finditer(self.text):
            if (match["members"] or "").strip().startswith(_SCOPED):
                known.add(match["name"])
                scoped += 1
            elif match["way"] and _EVERY_STEP in self.text:
                continue
            elif not self._is_an_end(match) and (match["labels"] or match["name"] not in known):
                raise ValueError(f"a pattern without a novel: {match.group()}")
        if not scoped:
            raise ValueError("a statement without a novel")

    def _is_an_end(self, match: re.Match[str]) -> bool:
        """Return whether this is the nameless end `()` of a relationship, which names its novel itself."""
        around = (
            self.text[max(0, match.start() - 1) : match.start()] + self.text[match.end() : match.end() + 1]
        )
        return match.group() == "()" and ("-" in around or ">" in around)


@dataclass(frozen=True)
class NovelGraph:
    """The graph of one novel."""

    store: Neo4jStore
    novel_id: UUID

    async def read(self, cypher: Cypher, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of a question. Raises `StoreDownError`."""
        return (await self._run([(cypher, values)], self.store.read_seconds))[0]

    async def read_all(self, cypher: Cypher, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of a question about a whole novel, for which nobody waits. Raises `StoreDownError`."""
        return (await self._run([(cypher, values)], self.store.write_seconds))[0]

    async def write(
        self, statements: Sequence[tuple[Cypher, dict[str, Any]]], *, first_answers: bool = False
    ) -> bool:
        """Do all statements in one transaction. Raises `StoreDownError`.

        With `first_answers` nothing is done, and False returned, when the first statement finds no row.
        """
        found = await self._run(statements, self.store.write_seconds, first_answers=first_answers)
        return bool(found)

    async def _run(
        self,
        statements: Sequence[tuple[Cypher, dict[str, Any]]],
        seconds: float,
        *,
        first_answers: bool = False,
    ) -> list[list[dict[str, Any]]]:
        with self.store.breaker.asking():
            async with (
                asyncio.timeout(seconds),
                self.store.driver.session() as session,
                await session.begin_transaction(timeout=seconds) as transaction,
            ):
                found = await self._all(transaction, statements, first_answers=first_answers)
                if not found:
                    await transaction.rollback()
                return found

    async def _all(
        self,
        transaction: AsyncTransaction,
        statements: Sequence[tuple[Cypher, dict[str, Any]]],
        *,
        first_answers: bool,
    ) -> list[list[dict[str, Any]]]:
        found = []
        for number, (cypher, values) in enumerate(statements):
            result = await transaction.run(cypher.text, {**values, "novel": str(self.novel_id)})
            rows = [dict(record) for record in await result.fetch(10_000_000)]
            if first_answers and number == 0 and not rows:
                return []
            found.append(rows)
        return found


@dataclass(frozen=True)
class Neo4jStore:
    """The connections of one process."""

    driver: AsyncDriver
    read_seconds: float = READ_SECONDS
    write_seconds: float = WRITE_SECONDS
    breaker: Breaker = field(default_factory=lambda: Breaker("Neo4j", _DOWN))

    def of(self, novel_id: UUID) -> NovelGraph:
        """Return the graph of one novel."""
        return NovelGraph(self, novel_id)

    async def prepare(self) -> None:
        """Make the constraints by which rows are found, and bring old novels up to date. Safe to repeat.

        Raises `StoreDownError`.
        """
        with self.breaker.asking():
            async with asyncio.timeout(PREPARE_SECONDS), self.driver.session() as session:
                for statement in _SCHEMA:
                    await (await session.run(Query(statement, timeout=PREPARE_SECONDS))).consume()
        await self._bring_to_today()

    async def _bring_to_today(self) -> None:
        """Change the layout of older novels, one transaction each. Until then they are read as they are."""
        with self.breaker.asking():
            async with self.driver.session() as session:
                result = await session.run(Query(_OF_BEFORE, timeout=self.write_seconds))
                for record in await result.fetch(10_000_000):
                    try:
                        await (
                            await session.run(Query(_TO_TODAY, timeout=PREPARE_SECONDS), novel=record["id"])
                        ).consume()
                    except Neo4jError as error:
                        log.warning("neo4j.layout_later", novel_id=record["id"], error=type(error).__name__)

    async def novels(self) -> list[UUID]:
        """Return the novels of which something is held. Raises `StoreDownError`."""
        with self.breaker.asking():
            async with asyncio.timeout(self.write_seconds), self.driver.session() as session:
                result = await session.run("MATCH (m:Projection) RETURN m.novel_id AS id ORDER BY id")
                return [UUID(record["id"]) for record in await result.fetch(10_000_000)]

    async def ping(self) -> None:
        """Raise `StoreDownError` unless the server answers."""
        with self.breaker.asking():
            async with asyncio.timeout(self.read_seconds), self.driver.session() as session:
                await (await session.run("RETURN 1")).consume()

    async def aclose(self) -> None:
        """Close every connection."""
        await self.driver.close()


def connect_neo4j(
    url: str,
    user: str,
    password: str,
    *,
    pool_size: int = 20,
    read_seconds: float = READ_SECONDS,
    write_seconds: float = WRITE_SECONDS,
) -> Neo4jStore:
    """Return the connections to a Neo4j server; nothing is dialled yet."""
    driver = AsyncGraphDatabase.driver(
        url,
        auth=(user, password),
        max_connection_pool_size=pool_size,
        connection_timeout=read_seconds,
        connection_acquisition_timeout=read_seconds,
        max_transaction_retry_time=0,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
        user_agent="infinite-scribe",
        telemetry_disabled=True,
    )
    return Neo4jStore(driver, read_seconds, write_seconds)
