from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from factories.manuscript import Book, make_book, open_text, owner_rows
from infinite_scribe.agents.librarian import projector
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


async def test_a_hundred_saves_before_a_checkpoint_are_settled_by_it(fresh_db: TestDatabase) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    await project_once(fresh_db.agent)
    async with fresh_db.owner.transaction() as session:
        for number in range(120):
            payload = {"scene_id": str(book.scene_id), "version": number}
            await outbox.publish(session, book.novel_id, 1, "scene.saved", payload)
    assert await project_once(fresh_db.agent) == 0
    await write(fresh_db, book, "Ines counted the jars and wrote it down.", leaving=True)
    await write(fresh_db, other, "The lid was sweating.", leaving=True)
    await project_once(fresh_db.agent)
    assert await learning_runs(fresh_db) == 2
    assert await lag(fresh_db) == 0


async def test_a_novel_that_cannot_be_followed_does_not_hold_up_the_others(
    fresh_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, well = await make_book(fresh_db), await make_book(fresh_db)
    await project_once(fresh_db.agent)
    await write(fresh_db, broken, "Nobody counts.", leaving=True)
    await write(fresh_db, well, "Ines counted the jars.", leaving=True)
    follow = projector._follow

    async def fails(session: AsyncSession, novel_id: UUID, reached: Sequence[outbox.OutboxMessage]) -> None:
        if novel_id == broken.novel_id:
            raise RuntimeError
        await follow(session, novel_id, reached)

    monkeypatch.setattr(projector, "_follow", fails)
    await project_once(fresh_db.agent)
    assert await learning_runs(fresh_db) == 1
    assert await lag(fresh_db) > 0
