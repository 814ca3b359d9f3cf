from __future__ import annotations

from sqlalchemy import text

from factories.manuscript import Book, make_book, open_text, owner_rows
from infinite_scribe.agents.librarian.projector import CONSUMER, project_once
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.manuscript.document import paragraph, scene_document
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.novels import outbox
from servers.databases import TestDatabase


async def write(db: TestDatabase, book: Book, words: str, *, leaving: bool) -> None:
    async with db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        version = (await manuscript.scene(book.scene_id)).version
        document = scene_document(book.scene_id, [paragraph(words)])
        await manuscript.saving.save(
            Save(scene_id=book.scene_id, base_version=version, document=document, leaving=leaving)
        )


async def learning_runs(db: TestDatabase) -> int:
    async with db.owner.transaction() as session:
        return int(
            (
                await session.execute(text("SELECT count(*) FROM runs WHERE task = 'librarian.learn'"))
            ).scalar_one()
        )


async def lag(db: TestDatabase) -> int:
    async with db.agent.transaction(RowScope(sweep=True)) as session:
        return await outbox.lag(session, CONSUMER)


async def test_a_checkpoint_starts_one_reading_per_text(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    await project_once(fresh_db.agent)
    await write(fresh_db, book, "Ines counted the jars twice.", leaving=False)
    await project_once(fresh_db.agent)
    assert await learning_runs(fresh_db) == 0
    await write(fresh_db, book, "Ines counted the jars twice and wrote it down.", leaving=True)
    await project_once(fresh_db.agent)
    assert await learning_runs(fresh_db) == 1
    assert await lag(fresh_db) == 0
    assert await project_once(fresh_db.agent) == 0
    assert await learning_runs(fresh_db) == 1


async def test_what_was_not_applied_is_taken_again(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    await write(fresh_db, book, "The lid was sweating.", leaving=True)
    async with fresh_db.owner.transaction() as session:
        await session.execute(
            text("UPDATE novels SET deleted_at = now() WHERE id = :id"), {"id": book.novel_id}
        )
    await project_once(fresh_db.agent)
    assert await learning_runs(fresh_db) == 0
