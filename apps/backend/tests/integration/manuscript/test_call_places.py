"""Where another answer to a call can stand: beside what the first one wrote, also where a scene has many calls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from factories.manuscript import Book, make_book, open_text, owner_rows, page
from infinite_scribe.core.ids import new_id
from infinite_scribe.manuscript.call_places import CallPlace, place_of_call
from infinite_scribe.manuscript.document import beat_node, paragraph
from infinite_scribe.manuscript.drafts import Origin
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.manuscript.service import ProposalDraft
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from servers.databases import TestDatabase


def by(call: UUID, text: str, pid: str) -> dict[str, Any]:
    return paragraph(text, pid, [Origin(None, str(call), demo=True).mark()])


async def save(db: TestDatabase, book: Book, content: list[dict[str, Any]]) -> None:
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        version = (await text.scene(book.scene_id)).version
        document = {**page(book.scene_id, ""), "content": content}
        await text.saving.save(Save(book.scene_id, version, document))


async def place(db: TestDatabase, book: Book, call: UUID) -> CallPlace | None:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.OWN)
        return await place_of_call(session, scope, call)


async def test_each_call_of_a_scene_written_beat_by_beat_has_its_own_place(fresh_db: TestDatabase) -> None:
    book, (one, two) = await make_book(fresh_db), (new_id(), new_id())
    content = [
        beat_node("They meet.", "b1", ["p1", "p2"]), by(one, "Rain.", "p1"), by(one, "More rain.", "p2"),
        beat_node("They part.", "b2", ["p3"]), by(two, "Snow.", "p3"), paragraph("My own end.", "p4"),
    ]  # fmt: skip
    await save(fresh_db, book, content)
    found = [await place(fresh_db, book, call) for call in (one, two)]
    assert [(here.kind, (here.anchor or {})["from"]) for here in found if here] == [
        ("insert", {"pid": "p2", "off": len("More rain.")}),
        ("insert", {"pid": "p3", "off": len("Snow.")}),
    ]
    assert await place(fresh_db, book, new_id()) is None
    stranger = await make_book(fresh_db)
    assert await place(fresh_db, stranger, one) is None


async def test_the_call_of_a_beat_that_was_offered_has_the_place_of_its_beat(fresh_db: TestDatabase) -> None:
    book, call = await make_book(fresh_db), new_id()
    await save(fresh_db, book, [paragraph("Rain.", "p1"), beat_node("They part.", "b2")])
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        pid = (await text.scene(book.scene_id)).json["content"][1]["attrs"]["pid"]
        point = {"pid": pid, "off": 0}
        anchor = {"from": point, "to": point, "quote": "", "quote_hash": "", "prefix": "", "suffix": ""}
        variants = [{"id": "1", "blocks": [by(call, "Snow.", "n1")], "words": 1, "complete": True}]
        draft = ProposalDraft(book.scene_id, "beat", variants, anchor=anchor, calls=[str(call)])
        await text.proposals.store(draft)
    here = await place(fresh_db, book, call)
    assert here is not None
    assert (here.scene_id, here.kind, here.anchor) == (book.scene_id, "insert", anchor)
