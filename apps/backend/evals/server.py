"""A PostgreSQL server of its own for one evaluation."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql import migrations
from infinite_scribe.db.sql.engine import Database
from infinite_scribe.embedded.postgres import EmbeddedPostgres

FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "50"}


def _folder() -> Path:
    """Return a folder that the server's own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="is-eval-pg-"))
    folder.chmod(0o711)
    return folder


@asynccontextmanager
async def database() -> AsyncIterator[tuple[Database, UUID]]:
    """Yield a migrated database as the gateway sees it, and a user who owns books in it."""
    from infinite_scribe.agents.runtime.tables import know_all_tables

    know_all_tables()
    folder = _folder()
    server = EmbeddedPostgres(folder, settings=FAST)
    server.start()
    owner = api = None
    try:
        migrations.upgrade(server.url())
        owner, api = (Database(server.url(), role, pool_size=5) for role in ("is_owner", "is_api"))
        user_id = new_id()
        async with owner.transaction() as session:
            await session.execute(
                text(
                    "INSERT INTO users (id, name, name_norm, kind, locale) VALUES (:id, 'eval', 'eval', 'owner', 'en')"
                ),
                {"id": user_id},
            )
        yield api, user_id
    finally:
        for one in (owner, api):
            if one is not None:
                await one.dispose()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
