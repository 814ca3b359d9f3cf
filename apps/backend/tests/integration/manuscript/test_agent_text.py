"""Prose of an agent that waits for an answer: what is refused leaves the book, whatever happened meanwhile."""

from __future__ import annotations

from factories.manuscript import Book, make_book, page, run_rows, run_scope
from infinite_scribe.core.ids import new_id
from infinite_scribe.manuscript import document as doc
from infinite_scribe.manuscript.agent_text import AgentText, Worked
from infinite_scribe.manuscript.writing import Source, Writing
from servers.databases import TestDatabase


async def _drafted(db: TestDatabase, book: Book) -> None:
    async with db.agent.transaction(run_rows(book)) as session:
        writing = Writing.of(session, run_scope(book))
        live = await writing.rows.live(book.scene_id, lock=True)
        assert live is not None
        await writing.write(live, page(book.scene_id, "The bell rang twice."), Source("agent", "draft"))


async def _said(db: TestDatabase, book: Book) -> tuple[str, str]:
    """Return the text of the page and of the book's head."""
    async with db.agent.transaction(run_rows(book)) as session:
        rows = Writing.of(session, run_scope(book)).rows
        live, head = await rows.live(book.scene_id), (await rows.heads()).get(book.scene_id)
        texts = []
        for one in (live, head):
            version = None if one is None else await rows.version(one.version_id)
            texts.append(
                ""
                if version is None
                else " ".join(block.text for block in doc.prose_blocks(version.json)).strip()
            )
        return texts[0], texts[1]


async def _refuse(db: TestDatabase, book: Book) -> bool:
    async with db.agent.transaction(run_rows(book)) as session:
        texts = AgentText.of(session, run_scope(book))
        standing = await texts.untouched(book.scene_id)
        assert standing is not None
        run = new_id()
        return await texts.take_off(book.scene_id, standing, Worked(run, run, "scene1/off"))


async def test_prose_that_is_refused_leaves_the_page_and_makes_no_revision(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    await _drafted(fresh_db, book)
    assert await _said(fresh_db, book) == ("The bell rang twice.", "")
    assert await _refuse(fresh_db, book)
    assert await _said(fresh_db, book) == ("", "")


async def test_prose_that_a_checkpoint_took_meanwhile_leaves_the_book_as_well(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    await _drafted(fresh_db, book)
    async with fresh_db.agent.transaction(run_rows(book)) as session:
        taken = await Writing.of(session, run_scope(book)).checkpoint()
    assert await _said(fresh_db, book) == ("The bell rang twice.", "The bell rang twice.")
    assert await _refuse(fresh_db, book)
    assert await _said(fresh_db, book) == ("", "")
    async with fresh_db.agent.transaction(run_rows(book)) as session:
        assert await Writing.of(session, run_scope(book)).checkpoint() > taken
