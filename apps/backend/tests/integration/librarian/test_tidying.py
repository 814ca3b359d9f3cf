from __future__ import annotations

from typing import Any, cast

from sqlalchemy import text

from factories.manuscript import Book, make_book
from infinite_scribe.agents.librarian.projector import CONSUMER, tidy_once
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.db.stores import Stores
from infinite_scribe.novels import outbox
from servers.databases import TestDatabase


async def take_all(db: TestDatabase, book: Book, consumer: str) -> None:
    async with db.agent.transaction(RowScope(novel_id=book.novel_id)) as session:
        await outbox.advance(session, consumer, book.novel_id, await outbox.newest(session, book.novel_id))


async def publish(db: TestDatabase, book: Book) -> None:
    async with db.agent.transaction(RowScope(novel_id=book.novel_id)) as session:
        await outbox.publish(session, book.novel_id, 9, "novel.revised", {})


async def count(db: TestDatabase, table: str) -> int:
    async with db.owner.transaction() as session:
        return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_what_every_configured_consumer_took_goes(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    with_graph = Stores(graph=cast("Any", object()))
    await publish(fresh_db, book)
    await take_all(fresh_db, book, "passages")  # of a store that was configured once
    await publish(fresh_db, book)
    held = await count(fresh_db, "outbox")
    assert await tidy_once(fresh_db.agent, Stores()) == 0  # the librarian has taken nothing
    await take_all(fresh_db, book, CONSUMER)
    await publish(fresh_db, book)
    assert await tidy_once(fresh_db.agent, with_graph) == 0  # the graph has taken nothing
    await take_all(fresh_db, book, "graph")
    await publish(fresh_db, book)
    assert await tidy_once(fresh_db.agent, with_graph) == held  # the librarian still needs what came after
    await take_all(fresh_db, book, CONSUMER)
    assert await tidy_once(fresh_db.agent, with_graph) == 1
    assert await count(fresh_db, "outbox") == 1
    async with fresh_db.agent.transaction(RowScope(sweep=True)) as session:
        assert await outbox.waiting_novels(session, "graph") == [book.novel_id]
        assert await outbox.cursor_of(session, "passages", book.novel_id) is None  # it begins anew,
        assert await outbox.waiting_novels(session, "passages") == [book.novel_id]  # and finds the book


async def test_workers_that_fell_silent_go(fresh_db: TestDatabase) -> None:
    async with fresh_db.owner.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO procrastinate_workers (last_heartbeat) "
                "VALUES (now()), (now() - interval '23 hours'), (now() - interval '25 hours')"
            )
        )
    await tidy_once(fresh_db.agent, Stores())
    assert await count(fresh_db, "procrastinate_workers") == 2
