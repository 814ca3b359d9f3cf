"""Books that can be written in at once, and what agents put into them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select, text

from factories.manuscript import Book, make_book, open_text, owner_rows, page, run_rows, run_scope
from factories.novels import make_user
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.manuscript.document import beats, is_empty, prose
from infinite_scribe.manuscript.errors import (
    ContentChangedError,
    InvalidDocumentError,
    ProposalLostPlaceError,
)
from infinite_scribe.manuscript.models import SceneVersion
from infinite_scribe.manuscript.service import (
    Books,
    ChapterText,
    ManuscriptService,
    Origin,
    Placed,
    ProposalDraft,
    Save,
    SceneText,
    Source,
    blocks_from_text,
)
from infinite_scribe.novels.revision_state import state_hashes
from infinite_scribe.novels.schemas import NovelCreate
from infinite_scribe.novels.service import Shelf
from infinite_scribe.structure.schemas import StructureOp
from servers.databases import TestDatabase

DRAFT = "[[B1]]\nShe opened the door.\n\nNobody.\n\n[[B2]]\nShe shut it."


async def place(db: TestDatabase, book: Book, run: Any, draft: str = DRAFT) -> Placed:
    async with db.agent.transaction(run_rows(book)) as session:
        manuscript = ManuscriptService.of(session, run_scope(book))
        blocks = blocks_from_text(draft, Origin(str(run), None, demo=True))
        return await manuscript.proposals.place_draft(
            book.scene_id, blocks, run_id=run, path="write/draft", call_id=new_id(), demo=True
        )


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_sample_is_a_written_book_with_people_and_beats(
    fresh_db: TestDatabase, language: str
) -> None:
    ada = await make_user(fresh_db.owner)
    async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
        shelf = Shelf(session, ada)
        scope = await Books.of(session, shelf).create_sample(language)
        manuscript = ManuscriptService.of(session, scope)
        tree = await manuscript.tree()
        states = await manuscript.scenes()
        [novel] = (await shelf.living()).items
        names = (
            await session.execute(text("SELECT count(*) FROM entities WHERE kind = 'character'"))
        ).scalar_one()
        hashes = await state_hashes(session, scope.novel_id, 1)
    chapters = tree.parts[0].chapters
    assert [chapter.number for chapter in chapters] == [1, 2, 3]
    assert {chapter.status for chapter in chapters} == {"accepted"}
    assert all(len(state.beats) >= 2 and len(state.text) > 250 for state in states)
    assert all(
        set(beat.covers) <= {block.pid for block in state.blocks} for state in states for beat in state.beats
    )
    assert novel.words == sum(state.words for state in states)
    assert (novel.revision, novel.language, names) == (1, language, 3)
    assert {"scenes", "scene_heads", "entities"} <= hashes.keys()


async def test_a_book_from_text_keeps_chapters_and_refuses_a_broken_one_whole(fresh_db: TestDatabase) -> None:
    ada = await make_user(fresh_db.owner)
    wanted = NovelCreate(idea="", language="en", title="Imported")
    good = ChapterText("One", [SceneText([{"type": "paragraph", "attrs": {"pid": "a"}}]), SceneText()])
    bad = ChapterText("Two", [SceneText([{"type": "bomb"}])])
    with pytest.raises(InvalidDocumentError):
        async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
            await Books.of(session, Shelf(session, ada)).create_with_text(
                wanted, [good, bad], Source("import", "import")
            )
    async with fresh_db.api.transaction(RowScope(user_id=ada)) as session:
        assert (await Shelf(session, ada).living()).items == []
        scope = await Books.of(session, Shelf(session, ada)).create_with_text(
            wanted, [good], Source("import", "import")
        )
        tree = await ManuscriptService.of(session, scope).tree()
    assert [[scene.version for scene in chapter.scenes] for chapter in tree.parts[0].chapters] == [[1, 1]]


async def test_a_draft_goes_into_an_empty_scene_under_its_beats(fresh_db: TestDatabase) -> None:
    book, run = await make_book(fresh_db), new_id()
    async with fresh_db.agent.transaction(run_rows(book)) as session:
        manuscript = ManuscriptService.of(session, run_scope(book))
        await manuscript.write_beats(book.scene_id, ["She goes in", "She goes out"], run_id=run)
        assert (await manuscript.scene(book.scene_id)).is_empty
    placed = await place(fresh_db, book, run)
    again = await place(fresh_db, book, run)
    assert placed.version == again.version == 3
    assert placed.version_id == again.version_id
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        state = await manuscript.scene(book.scene_id)
        chapter = (await manuscript.tree()).parts[0].chapters[0]
        [newest, *_] = (await manuscript.history.versions(book.scene_id)).items
    assert state.text == "She opened the door.\n\nNobody.\n\nShe shut it."
    kinds = [node["type"] for node in state.json["content"]]
    assert kinds == ["beat", "paragraph", "paragraph", "beat", "paragraph"]
    pids = [block.pid for block in state.blocks if block.text]
    assert [beat.covers for beat in beats(state.json)] == [pids[:2], pids[2:]]
    marks = state.json["content"][1]["content"][0]["marks"]
    assert marks[0]["attrs"] | {"call": None} == {
        "run": str(run),
        "call": None,
        "state": "generated",
        "demo": True,
    }
    assert (newest.author, newest.demo, newest.run_id) == ("agent", True, run)
    assert chapter.status == "drafted"


async def test_a_draft_for_a_scene_with_text_becomes_a_proposal(fresh_db: TestDatabase) -> None:
    book, run = await make_book(fresh_db), new_id()
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        await (await open_text(session, book)).saving.save(
            Save(book.scene_id, 1, page(book.scene_id, "Mine."))
        )
    placed = await place(fresh_db, book, run)
    again = await place(fresh_db, book, run)
    assert placed.version is None
    assert placed.proposal_id is not None
    assert placed.proposal_id == again.proposal_id
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        assert (await manuscript.scene(book.scene_id)).text == "Mine."
        decided = await manuscript.proposals.decide(placed.proposal_id, "accept")
        assert decided.proposal.status == "accepted"
        state = await manuscript.scene(book.scene_id)
        assert state.text == "Mine.\n\nShe opened the door.\n\nNobody.\n\nShe shut it."
        # Going back before the accept marks the proposal as undone.
        await manuscript.history.rollback(decided.novel_revision - 1)
        assert (await manuscript.scene(book.scene_id)).text == "Mine."
        assert (await manuscript.proposals.read(placed.proposal_id)).undone_by == decided.novel_revision + 1


async def test_the_first_keystroke_and_a_draft_at_once_lose_nothing(fresh_db: TestDatabase) -> None:
    for _ in range(6):
        book, run = await make_book(fresh_db), new_id()

        async def type_first(book: Book = book) -> bool:
            async with fresh_db.api.transaction(owner_rows(book)) as session:
                manuscript = await open_text(session, book)
                try:
                    await manuscript.saving.save(Save(book.scene_id, 1, page(book.scene_id, "Mine.")))
                except ContentChangedError:
                    return False
                return True

        typed, placed = await asyncio.gather(type_first(), place(fresh_db, book, run))
        assert typed == (placed.version is None)
        async with fresh_db.api.transaction(owner_rows(book)) as session:
            state = await (await open_text(session, book)).scene(book.scene_id)
        assert state.text == ("Mine." if typed else "She opened the door.\n\nNobody.\n\nShe shut it.")


async def test_a_replacement_finds_its_quote_or_says_that_it_is_gone(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    anchor = {
        "from": {"pid": "p0", "off": 4},
        "to": {"pid": "p0", "off": 7},
        "quote": "old",
        "prefix": "The ",
        "suffix": " sea",
    }
    draft = ProposalDraft(
        scene_id=book.scene_id,
        kind="replace",
        anchor=anchor,
        variants=[{"id": "1", "blocks": page(book.scene_id, "new", pids=["n"])["content"], "words": 1}],
    )
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        await manuscript.saving.save(Save(book.scene_id, 1, page(book.scene_id, "👩 The old sea.")))
        first = await manuscript.proposals.store(draft)
        second = await manuscript.proposals.store(draft)
        await manuscript.proposals.decide(first.id, "accept")
        assert (await manuscript.scene(book.scene_id)).text == "👩 The new sea."
        with pytest.raises(ProposalLostPlaceError):
            await manuscript.proposals.decide(second.id, "accept")


async def test_split_and_merge_move_prose_and_are_undone(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        await manuscript.saving.save(Save(book.scene_id, 1, page(book.scene_id, "One.", "Two.", "Three.")))
        version = (await manuscript.tree()).structure_version
        split = StructureOp(op="split", kind="scene", id=book.scene_id, at="p1", new_id=new_id())
        changed = await manuscript.reordering.change(version, [split])
        assert [state.text for state in await manuscript.scenes()] == ["One.", "Two.\n\nThree."]
        undone = await manuscript.reordering.change(changed.structure_version, changed.inverse)
        assert [state.text for state in await manuscript.scenes()] == ["One.\n\nTwo.\n\nThree."]
        redone = await manuscript.reordering.change(undone.structure_version, undone.inverse)
        assert [state.text for state in await manuscript.scenes()] == ["One.", "Two.\n\nThree."]
        assert redone.novel_revision == undone.novel_revision + 1


async def test_rollback_brings_text_and_order_back_and_keeps_what_was_typed(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        save = manuscript.saving.save
        await save(Save(book.scene_id, 1, page(book.scene_id, "First."), leaving=True))
        before = await state_hashes(session, book.novel_id)
        version = (await manuscript.tree()).structure_version
        ops = [
            StructureOp(
                op="insert", kind="chapter", parent_id=book.part_id, after_id=book.chapter_id, title="Two"
            ),
            StructureOp(op="delete", kind="chapter", id=book.chapter_id),
        ]
        changed = await manuscript.reordering.change(version, ops)
        assert [chapter.title for chapter in (await manuscript.tree()).parts[0].chapters] == ["Two"]
        await manuscript.reordering.change(changed.structure_version, changed.inverse)
        await save(Save(book.scene_id, 2, page(book.scene_id, "Second.")))
        preview = await manuscript.history.preview_rollback(2)
        assert preview.preview
        assert {row.label for row in preview.hides} == {"structure"}
        rolled = await manuscript.history.rollback(2)
        assert await state_hashes(session, book.novel_id) == before
        state = await manuscript.scene(book.scene_id)
        assert state.text == "First."
        assert book.scene_id in rolled.scenes
        texts = [
            row.text for row in await session.scalars(select(SceneVersion).order_by(SceneVersion.number))
        ]
        assert "Second." in texts
        # The next save goes on above every number that was used.
        after = await save(Save(book.scene_id, state.version, page(book.scene_id, "Third.")))
        assert after.version == 4
        assert (await session.scalar(select(func.count()).select_from(SceneVersion))) == len(texts) + 1


async def test_every_version_can_be_restored(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        for number, word in enumerate(["One.", "Two.", "Three."], start=1):
            await manuscript.saving.save(Save(book.scene_id, number, page(book.scene_id, word)))
        await manuscript.history.name(book.scene_id, "Draft 1")
        versions = (await manuscript.history.versions(book.scene_id)).items
        assert [(version.number, version.label) for version in versions] == [
            (4, "Draft 1"),
            (3, None),
            (2, None),
            (1, None),
        ]
        for version in versions:
            restored = await manuscript.history.restore(book.scene_id, version.id)
            state = await manuscript.scene(book.scene_id)
            assert state.version == restored.version
            assert state.json == (await manuscript.history.version(book.scene_id, version.id)).json_
        assert is_empty(state.json)
        assert prose(state.json) == ""
