"""The librarian asks the encoder while no transaction of its own is open."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from factories.manuscript import Book, make_book, open_text, owner_rows, page
from factories.runs import Desk, ScriptedModels, settings_for
from infinite_scribe.agents.librarian import tasks
from infinite_scribe.agents.runtime.registry import REGISTRY
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.model_client.schemas import Embeddings
from infinite_scribe.runs.follow_ups import start_follow_up
from servers.databases import TestDatabase

_OPEN = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = 'infinite-scribe is_agent' AND state = 'idle in transaction'"
)


class Watching(ScriptedModels):
    """Waits in each question until nobody of the agent has a transaction open."""

    def __init__(self, db: TestDatabase) -> None:
        super().__init__()
        self.db, self.asked = db, 0

    async def embed(self, texts: Sequence[str], *, user_id: UUID, novel_id: UUID | None = None) -> Embeddings:
        async with asyncio.timeout(8):
            while await self.open_transactions():
                await asyncio.sleep(0.02)  # the beat's own, which end by themselves
        self.asked += 1
        return await super().embed(texts, user_id=user_id, novel_id=novel_id)

    async def open_transactions(self) -> int:
        async with self.db.owner.transaction() as session:
            return int((await session.execute(_OPEN)).scalar_one())


async def write(db: TestDatabase, book: Book, words: str) -> None:
    async with db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        version = (await manuscript.scene(book.scene_id)).version
        await manuscript.saving.save(Save(book.scene_id, version, page(book.scene_id, words)))


async def test_no_transaction_is_open_while_the_encoder_is_asked(fresh_db: TestDatabase) -> None:
    assert "index" in tasks.__all__  # knows its tasks from here on
    book = await make_book(fresh_db)
    await write(fresh_db, book, "Rain drowned the pier.")
    desk = Desk(fresh_db, book.user_id, book.novel_id, REGISTRY, settings_for())
    models = Watching(fresh_db)
    async with desk.working(models, "librarian"):
        async with fresh_db.agent.transaction(desk.scope) as session:
            run = await start_follow_up(
                session,
                book.novel_id,
                book.user_id,
                "librarian.index",
                {"scene": str(book.scene_id)},
                key="one",
            )
        assert run is not None
        assert (await desk.until(run, "completed", "failed", "paused")).state == "completed"
    assert models.asked == 2
