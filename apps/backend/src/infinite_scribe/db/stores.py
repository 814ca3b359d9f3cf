"""The stores beside PostgreSQL that a process may hold: the graph and the passages by meaning.

Their drivers are heavy, so they are imported by a process that is set to use them, and by no other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Self

from sqlalchemy.ext.asyncio import AsyncSession

from infinite_scribe.core.settings import Settings

if TYPE_CHECKING:
    from infinite_scribe.db.neo4j.client import Neo4jStore
    from infinite_scribe.db.qdrant.client import QdrantStore


@dataclass(frozen=True)
class Stores:
    """What is set besides PostgreSQL; None: PostgreSQL answers itself. Made once per process."""

    graph: Neo4jStore | None = None
    passages: QdrantStore | None = None

    @classmethod
    async def open(cls, settings: Settings, stack: AsyncExitStack) -> Self:
        """Make the clients that the settings ask for; the stack closes them. Nothing is dialled yet."""
        graph = passages = None
        if settings.graph.kind == "neo4j" and settings.graph.url:
            secret = settings.graph.password
            password = secret.get_secret_value() if secret else ""
            graph = import_module("infinite_scribe.db.neo4j.client").connect_neo4j(
                settings.graph.url, settings.graph.user, password
            )
            stack.push_async_callback(graph.aclose)
        if settings.passages.kind == "qdrant" and settings.passages.url:
            key = settings.passages.api_key
            connect = import_module("infinite_scribe.db.qdrant.client").connect_qdrant
            passages = connect(settings.passages.url, key.get_secret_value() if key else None)
            stack.push_async_callback(passages.aclose)
        return cls(graph, passages)

    def pings(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """Return how to ask each store whether it answers."""
        found: dict[str, Callable[[], Awaitable[None]]] = {}
        if self.graph is not None:
            found["neo4j"] = self.graph.ping
        if self.passages is not None:
            found["qdrant"] = self.passages.ping
        return found


def stores_of(session: AsyncSession) -> Stores:
    """Return the stores of the process to which a session belongs."""
    found: Stores = session.info.get("stores") or Stores()
    return found
