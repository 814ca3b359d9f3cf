"""A save is one transaction: version check, version, decisions, revision."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from factories.manuscript import Book, make_book, open_text, owner_rows, page, words_of
from infinite_scribe.core.clock import now
from infinite_scribe.core.ids import new_id
from infinite_scribe.manuscript.document import beat_node, paragraph, scene_document
from infinite_scribe.manuscript.errors import (
    ContentChangedError,
    InvalidDocumentError,
    InvalidTextError,
    ProposalDecidedError,
    ProposalNotFoundError,
    SceneTooLargeError,
)
from infinite_scribe.manuscript.models import SceneHead, SceneLive, SceneVersion
from infinite_scribe.manuscript.schemas import DecisionWrite, SavedContent
from infinite_scribe.manuscript.service import ProposalDraft, Save
from infinite_scribe.novels.models import NovelRevision
from infinite_scribe.structure.schemas import StructureOp
from servers.databases import TestDatabase

ODD = [
    "plain",
    "👩‍🚀 emoji and 𠮷 rare Han",
    "e\u0301 combining, not é",
    "مرحبا RTL \u202e override",
    "tab\tand\r\nCRLF and \u2028 separator",
    "\ufeff BOM \ufffe nonchar \U0010ffff",
    "  leading and trailing  ",
]


async def save(
    db: TestDatabase, book: Book, base: int, document: dict[str, Any], **more: Any
) -> SavedContent:
    async with db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        return await manuscript.saving.save(Save(book.scene_id, base, document, **more))


async def test_odd_text_comes_back_as_it_was(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    document = page(book.scene_id, *ODD)
    saved = await save(fresh_db, book, 1, document)
    assert saved.version == 2
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        content = await (await open_text(session, book)).chapter_content(book.chapter_id)
    assert content.scenes[0].json_ == document
    assert [node["content"][0]["text"] for node in content.scenes[0].json_["content"]] == ODD


@pytest.mark.parametrize("bad", ["nul \x00 inside", "half \ud83d pair", "\udc00"])
async def test_what_is_no_text_is_refused_with_its_place(fresh_db: TestDatabase, bad: str) -> None:
    book = await make_book(fresh_db)
    with pytest.raises(InvalidTextError) as caught:
        await save(fresh_db, book, 1, page(book.scene_id, "fine", bad))
    assert [error.pointer for error in caught.value.errors] == ["/content/1/content/0/text"]
    assert await version_count(fresh_db, book) == 1


async def version_count(db: TestDatabase, book: Book) -> int:
    async with db.api.transaction(owner_rows(book)) as session:
        rows = await session.scalars(select(SceneVersion).where(SceneVersion.scene_id == book.scene_id))
        return len(list(rows))


async def test_another_scenes_document_and_unknown_nodes_are_refused(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    with pytest.raises(InvalidDocumentError):
        await save(fresh_db, book, 1, page(new_id(), "text"))
    with pytest.raises(InvalidDocumentError) as caught:
        await save(fresh_db, book, 1, scene_document(book.scene_id, [{"type": "table", "attrs": {}}]))
    assert caught.value.errors[0].pointer == "/content/0"


async def test_a_scene_above_two_megabytes_is_refused(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    with pytest.raises(SceneTooLargeError):
        await save(fresh_db, book, 1, page(book.scene_id, "字" * 700_000))


async def test_a_stale_base_gets_the_present_text(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    first = page(book.scene_id, "mine")
    await save(fresh_db, book, 1, first)
    with pytest.raises(ContentChangedError) as caught:
        await save(fresh_db, book, 1, page(book.scene_id, "theirs"))
    current = caught.value.params["current"]
    assert (current["version"], current["json"]) == (2, first)


async def test_of_two_saves_at_once_exactly_one_wins(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    base = 1
    for turn in range(8):
        texts = [page(book.scene_id, f"turn {turn} device {device}") for device in range(2)]
        results = await asyncio.gather(
            *(save(fresh_db, book, base, document) for document in texts), return_exceptions=True
        )
        won = [result for result in results if isinstance(result, SavedContent)]
        lost = [result for result in results if isinstance(result, ContentChangedError)]
        assert (len(won), len(lost)) == (1, 1)
        base = won[0].version
        winner = texts[results.index(won[0])]
        assert lost[0].params["current"]["json"] == winner
    assert await version_count(fresh_db, book) == 1 + 8


async def test_the_same_text_again_makes_no_version(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    document = page(book.scene_id, "once")
    assert (await save(fresh_db, book, 1, document)).version == 2
    assert (await save(fresh_db, book, 2, document)).version == 2
    assert await version_count(fresh_db, book) == 2


async def test_a_few_words_make_no_revision_and_many_do(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    saved = await save(fresh_db, book, 1, page(book.scene_id, "word " * 100))
    assert saved.novel_revision == 1
    saved = await save(fresh_db, book, 2, page(book.scene_id, "word " * 240))
    assert saved.novel_revision == 1
    saved = await save(fresh_db, book, 3, page(book.scene_id, "word " * 260))
    assert saved.novel_revision == 2
    assert saved.counts.words == 260
    assert await words_of(fresh_db.api, book) == 260
    saved = await save(fresh_db, book, 4, page(book.scene_id, "word " * 270))
    assert saved.novel_revision == 2


async def test_ten_minutes_and_leaving_make_a_revision(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    await save(fresh_db, book, 1, page(book.scene_id, "a"))
    async with fresh_db.owner.transaction() as session:
        await session.execute(
            text("UPDATE scene_live SET dirty_since = :then"),
            {"then": now() - timedelta(minutes=10, seconds=1)},
        )
    assert (await save(fresh_db, book, 2, page(book.scene_id, "a b"))).novel_revision == 2
    assert (await save(fresh_db, book, 3, page(book.scene_id, "a b c"))).novel_revision == 2
    assert (await save(fresh_db, book, 4, page(book.scene_id, "a b c d"), leaving=True)).novel_revision == 3
    # Leaving again without a change is no change.
    assert (await save(fresh_db, book, 5, page(book.scene_id, "a b c d"), leaving=True)).novel_revision == 3
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        await open_text(session, book)
        head = await session.scalar(select(SceneHead).where(SceneHead.rev_to.is_(None)))
        live = await session.scalar(select(SceneLive))
        assert head is not None
        assert live is not None
        assert head.version == live.version == 5


async def test_beats_stand_in_the_answer_and_are_no_prose(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    told = paragraph("He went.", "told")
    beat = beat_node("He goes", "b1", ["told"])
    saved = await save(fresh_db, book, 1, scene_document(book.scene_id, [beat, told]))
    assert saved.counts.words == 2
    assert [(found.id, found.text, found.covers) for found in saved.beats] == [("b1", "He goes", ["told"])]
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        await open_text(session, book)
        mirrored = (await session.execute(text("SELECT beat_id, text FROM beats"))).one()
    assert tuple(mirrored) == ("b1", "He goes")


async def stored_proposal(db: TestDatabase, book: Book) -> Any:
    async with db.api.transaction(owner_rows(book)) as session:
        draft = ProposalDraft(
            scene_id=book.scene_id,
            kind="insert",
            variants=[{"id": "1", "blocks": [paragraph("New.", "new1")], "words": 1, "complete": True}],
            run_id=new_id(),
        )
        return await (await open_text(session, book)).proposals.store(draft)


async def test_an_accept_is_one_revision_with_its_text_and_a_checkpoint_before(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    await save(fresh_db, book, 1, page(book.scene_id, "Old."))
    proposal = await stored_proposal(fresh_db, book)
    decision = DecisionWrite(proposal_id=proposal.id, variant="1", hunks=["h"], action="accept", left=0)
    saved = await save(fresh_db, book, 2, page(book.scene_id, "Old.", "New."), decisions=[decision])
    assert saved.novel_revision == 3
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        read = await manuscript.proposals.read(proposal.id)
        kinds = [
            row.kind for row in await session.scalars(select(NovelRevision).order_by(NovelRevision.revision))
        ]
        heads = {row.rev_from: row.version for row in await session.scalars(select(SceneHead))}
    assert read.status == "accepted"
    assert kinds == ["genesis", "checkpoint", "accept"]
    assert heads == {1: 1, 2: 2, 3: 3}


async def test_a_decided_proposal_is_not_decided_again_and_nothing_is_saved(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    proposal = await stored_proposal(fresh_db, book)
    reject = DecisionWrite(proposal_id=proposal.id, action="reject")
    await save(fresh_db, book, 1, page(book.scene_id, "a"), decisions=[reject])
    accept = DecisionWrite(proposal_id=proposal.id, action="accept")
    with pytest.raises(ProposalDecidedError):
        await save(fresh_db, book, 2, page(book.scene_id, "b"), decisions=[accept])
    assert await version_count(fresh_db, book) == 2
    reopen = DecisionWrite(proposal_id=proposal.id, action="reopen", left=1)
    await save(fresh_db, book, 2, page(book.scene_id, "b"), decisions=[reopen])
    partly = DecisionWrite(proposal_id=proposal.id, action="accept", left=2)
    await save(fresh_db, book, 3, page(book.scene_id, "c"), decisions=[partly])
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        assert (await (await open_text(session, book)).proposals.read(proposal.id)).status == "partly"


async def test_a_decision_about_a_foreign_proposal_is_not_found(fresh_db: TestDatabase) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    foreign = await stored_proposal(fresh_db, other)
    accept = DecisionWrite(proposal_id=foreign.id, action="accept")
    with pytest.raises(ProposalNotFoundError):
        await save(fresh_db, book, 1, page(book.scene_id, "b"), decisions=[accept])
    assert await version_count(fresh_db, book) == 1


async def test_a_scene_deleted_elsewhere_comes_back_with_what_was_typed(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        manuscript = await open_text(session, book)
        ops = [StructureOp(op="insert", kind="scene", parent_id=book.chapter_id, after_id=book.scene_id)]
        version = (await manuscript.tree()).structure_version
        await manuscript.reordering.change(version, ops)
        ops = [StructureOp(op="delete", kind="scene", id=book.scene_id)]
        await manuscript.reordering.change(version + 1, ops)
        assert len((await manuscript.tree()).parts[0].chapters[0].scenes) == 1
    saved = await save(fresh_db, book, 1, page(book.scene_id, "still here"))
    assert saved.version == 2
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scenes = (await (await open_text(session, book)).tree()).parts[0].chapters[0].scenes
    assert scenes[0].id == book.scene_id
    assert sum(scene.words for scene in scenes) == 2
