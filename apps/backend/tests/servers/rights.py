"""Taking rights away for the length of a block, to prove what an answer does not read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import text

from servers.databases import TestDatabase

SERVICES = "is_api, is_agent, is_llm"


@asynccontextmanager
async def without_reading(db: TestDatabase, tables: Sequence[str]) -> AsyncIterator[None]:
    """Let no service role read some tables."""
    names = ", ".join(tables)
    async with db.owner.transaction() as session:
        await session.execute(text(f"REVOKE SELECT ON {names} FROM {SERVICES}"))
    try:
        yield
    finally:
        async with db.owner.transaction() as session:
            await session.execute(text(f"GRANT SELECT ON {names} TO {SERVICES}"))
