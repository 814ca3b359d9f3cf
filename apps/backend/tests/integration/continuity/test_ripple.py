"""The ripple of a change of the canon: what it touches, how it is marked, and how the marks end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.event import listen

from factories.canon import make_entities, make_facts, person
from factories.manuscript import Book, make_book, open_text, owner_rows, page, run_rows, run_scope
from factories.novels import make_cast
from factories.structure import client_of, make_app
from infinite_scribe.agents.librarian.projector import project_once
from infinite_scribe.agents.librarian.reading import index_scene, learn_scene
from infinite_scribe.canon.facts import FactBook
from infinite_scribe.canon.merging import Merging
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.continuity.ripple import Ripple
from infinite_scribe.continuity.ripple_schemas import RippleRead
from infinite_scribe.continuity.router import router
from infinite_scribe.manuscript.drafts import DraftBlock, Origin, blocks_from_text
from infinite_scribe.manuscript.models import SceneVersion
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.manuscript.service import ManuscriptService, SceneState
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_schemas import PromiseDraft, TriggerPattern
from infinite_scribe.plot.schemas import CardUpdate
from infinite_scribe.plot.service import PlotService
from infinite_scribe.runs.manifests import keep_manifest
from servers.databases import TestDatabase

SAYS = "Mara’s eyes were grey."


async def world(db: TestDatabase) -> tuple[Book, UUID, UUID, UUID]:
    """Make a book that says a fact, was written with it, plans on it and sums it up; return fact and scenes."""
    book = await make_book(db)
    (mara,) = await make_entities(db, book, person("Mara"))
    (fact,) = await make_facts(db, book, FactInput(subject_id=mara, predicate="eye_colour", text="grey"))
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        await text.saving.save(Save(book.scene_id, 1, page(book.scene_id, SAYS, "Rain fell."), leaving=True))
        async with Revisions.of(session, text.scope).open(RevisionKind.EDIT) as revision:
            _, drafted = await text.add_chapter(revision)
            card = CardUpdate(entry=[str(fact)], summary="She looks up.")
            await PlotService.of(session, text.scope).write_card(revision, drafted, card)
            trigger = [TriggerPattern(s=str(mara), p="eye_colour", o="grey")]
            promise = PromiseDraft(kind="secret", statement="Whose eyes?", trigger=trigger)
            await PromiseLedger.of(session, text.scope).add(revision, promise)
        said: list[dict[str, Any]] = [{"text": "Mara has grey eyes.", "scenes": [], "facts": []}]
        await MemoryService.of(session, text.scope).keep_summary("book", "book", "h", said)
    await draft(db, book, drafted, fact)
    return book, fact, drafted, mara


async def draft(
    db: TestDatabase, book: Book, scene: UUID, *shown: UUID, words: str = "She looked up."
) -> None:
    """Let an agent draft a scene with a call that was shown some facts."""
    call = uuid4()
    items = [
        {"slot": 8, "handle": "F1", "kind": "fact", "id": str(one), "rev_from": 1, "tokens": 3, "kept": True}
        for one in shown
    ]
    async with db.agent.transaction(run_rows(book)) as session:
        manifest = {"items": items, "dropped": []}
        await keep_manifest(
            session, call, manifest, novel_id=book.novel_id, user_id=book.user_id, run_id=None
        )
        blocks: list[DraftBlock] = blocks_from_text(words, Origin(run=None, call=str(call), demo=True))
        proposals = ManuscriptService.of(session, run_scope(book)).proposals
        await proposals.place_draft(scene, blocks, run_id=uuid4(), call_id=call, path="d", demo=True)


async def preview(db: TestDatabase, book: Book, fact: UUID) -> RippleRead:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        return await Ripple.of(session, scope).preview(fact)


async def retcon(db: TestDatabase, book: Book, fact: UUID) -> None:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        await FactBook.of(session, scope).retcon(fact)


async def flags(db: TestDatabase, book: Book) -> list[list[str]]:
    async with db.api.transaction(owner_rows(book)) as session:
        tree = await (await open_text(session, book)).tree()
        return [scene.flags for part in tree.parts for chapter in part.chapters for scene in chapter.scenes]


def touched(found: RippleRead) -> dict[str, int]:
    kinds = ("passages", "cards", "promises", "summaries", "beliefs", "rules", "events", "findings")
    return {name: len(getattr(found, name)) for name in kinds if getattr(found, name)}


async def test_a_fact_touches_what_says_it_what_used_it_and_what_rests_on_it(fresh_db: TestDatabase) -> None:
    book, fact, drafted, _ = await world(fresh_db)
    expected = {"passages": 2, "cards": 1, "promises": 1, "summaries": 1}
    before = await preview(fresh_db, book, fact)
    assert touched(before) == expected
    assert [(one.scene_id, one.grade, one.quote) for one in before.passages] == [
        (book.scene_id, "says", SAYS),
        (drafted, "used", ""),
    ]
    assert await flags(fresh_db, book) == [[], []]
    await retcon(fresh_db, book, fact)
    assert touched(await preview(fresh_db, book, fact)) == expected


async def test_a_change_marks_and_a_patch_a_draft_or_a_word_clears(fresh_db: TestDatabase) -> None:
    book, fact, drafted, _ = await world(fresh_db)
    await project_once(fresh_db.agent)
    await retcon(fresh_db, book, fact)
    await project_once(fresh_db.agent)
    assert await flags(fresh_db, book) == [["stale"], ["stale"]]
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        await text.saving.save(Save(book.scene_id, 2, page(book.scene_id, "Rain fell."), leaving=True))
    async with fresh_db.agent.transaction(run_rows(book)) as session:
        assert (await learn_scene(session, run_scope(book), book.scene_id))["cleared"] == 1
    assert await flags(fresh_db, book) == [[], ["stale"]]
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        path = f"/novels/{book.novel_id}/ripple/clear"
        cleared = await client.post(path, json={"kind": "scene", "id": str(drafted)})
        assert cleared.json() == {"cleared": 1}
        assert (await client.post(path, json={"kind": "scene", "id": str(drafted)})).json() == {"cleared": 0}
        assert (await client.post(path, json={"kind": "summary", "id": "book"})).json() == {"cleared": 1}
    assert await flags(fresh_db, book) == [[], []]


async def test_writing_over_what_a_model_wrote_with_the_fact_clears_its_mark(fresh_db: TestDatabase) -> None:
    book, fact, drafted, _ = await world(fresh_db)
    await retcon(fresh_db, book, fact)
    await project_once(fresh_db.agent)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        version = (await text.scene(drafted)).version
        await text.saving.save(Save(drafted, version, page(drafted, "The author’s own."), leaving=True))
    async with fresh_db.agent.transaction(run_rows(book)) as session:
        assert (await learn_scene(session, run_scope(book), drafted))["cleared"] == 1
    assert await flags(fresh_db, book) == [["stale"], []]


async def test_going_back_ends_the_marks_of_what_is_undone(fresh_db: TestDatabase) -> None:
    book, fact, drafted, _ = await world(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        to = (await (await open_text(session, book)).tree()).novel_revision
    await retcon(fresh_db, book, fact)
    await project_once(fresh_db.agent)
    assert await flags(fresh_db, book) == [["stale"], ["stale"]]
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        await (await open_text(session, book)).history.rollback(to)
    await project_once(fresh_db.agent)
    assert await flags(fresh_db, book) == [[], []]
    assert drafted != book.scene_id


async def test_a_value_that_only_ended_touches_nothing(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    (mara,) = await make_entities(fresh_db, book, person("Mara"))
    await make_facts(fresh_db, book, FactInput(subject_id=mara, predicate="hair_colour", text="black"))
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        prose = page(book.scene_id, "Mara’s hair was black.")
        await text.saving.save(Save(book.scene_id, 1, prose, leaving=True))
    later = {"kind": "scene", "ref": str(book.scene_id), "edge": "end"}
    red = FactInput(subject_id=mara, predicate="hair_colour", text="red", valid_from=later)
    await make_facts(fresh_db, book, red)
    await project_once(fresh_db.agent)
    assert await flags(fresh_db, book) == [[]]


async def _far_book(db: TestDatabase) -> tuple[Book, list[UUID], list[UUID]]:
    """Make a book of many scenes that are read by the librarian, of which three say something of two people."""
    book = await make_book(db)
    mara, tom = await make_entities(db, book, person("Mara"), person("Tom"))
    facts = await make_facts(
        db, book,
        FactInput(subject_id=mara, predicate="eye_colour", text="grey"),
        FactInput(subject_id=tom, predicate="hair_colour", text="ash blond"),
    )  # fmt: skip
    lines = ["The rain fell on the roofs."] * 24
    lines[3], lines[17] = "Mara’s eyes were grey.", "Tom shook his ash blond hair."
    lines[20] = "Mara came in, and the sea was grey."
    scenes = [book.scene_id]
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        async with Revisions.of(session, text.scope).open(RevisionKind.EDIT) as revision:
            scenes += [await text.add_scene(revision, book.chapter_id) for _ in lines[1:]]
        for scene, line in zip(scenes, lines, strict=True):
            await text.saving.save(Save(scene, 1, page(scene, line), leaving=True))
    async with db.agent.transaction(run_rows(book)) as session:
        for scene in scenes:
            await index_scene(session, run_scope(book), scene, "en")
    return book, facts, scenes


async def test_a_batch_of_facts_reads_few_scenes_and_asks_as_much_as_one(
    fresh_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, facts, scenes = await _far_book(fresh_db)
    read: list[int] = []
    written = ManuscriptService.written

    async def counted(self: ManuscriptService, ids: Sequence[UUID]) -> dict[UUID, SceneState]:
        read.append(len(ids))
        return await written(self, ids)

    monkeypatch.setattr(ManuscriptService, "written", counted)
    said = []
    for fact in facts:
        found = await preview(fresh_db, book, fact)
        said.append([one.scene_id for one in found.passages])
        assert found.unread == 0
    assert said == [[scenes[3], scenes[20]], [scenes[17]]]
    assert read == [2, 1], "only scenes that hold the words of the fact are read"
    asked = [await _statements(fresh_db, book, batch) for batch in (facts[:1], facts)]
    assert asked[0] == asked[1], "a second fact asks nothing more"


async def _statements(db: TestDatabase, book: Book, facts: Sequence[UUID]) -> int:
    """Return how many statements marking the ripple of some facts takes."""
    statements: list[str] = []
    async with db.agent.transaction(run_rows(book)) as session:
        connection = (await session.connection()).sync_connection
        assert connection is not None
        listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        await Ripple.of(session, run_scope(book)).commit(facts, 1_000)
    return len(statements)


async def test_a_scene_that_the_index_does_not_know_as_it_stands_is_read(fresh_db: TestDatabase) -> None:
    book, (eyes, _), scenes = await _far_book(fresh_db)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        await text.saving.save(Save(scenes[9], 2, page(scenes[9], "Grey were Mara’s eyes."), leaving=True))
    found = await preview(fresh_db, book, eyes)
    assert [one.scene_id for one in found.passages] == [scenes[3], scenes[9], scenes[20]]


async def test_of_too_many_scenes_some_are_told_as_unread(
    fresh_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, (eyes, _), scenes = await _far_book(fresh_db)
    monkeypatch.setattr("infinite_scribe.continuity.ripple_reading.MOST_SCENES", 1)
    found = await preview(fresh_db, book, eyes)
    assert ([one.scene_id for one in found.passages], found.unread) == ([scenes[3]], 1)
    await retcon(fresh_db, book, eyes)
    await project_once(fresh_db.agent)
    stale = [one for one, held in zip(scenes, await flags(fresh_db, book), strict=True) if held]
    assert stale == [scenes[3], scenes[20]], "a mark is set wherever it belongs, not where there was time"


async def test_scenes_that_took_over_text_are_read_after_those_that_are_known_to_say_it(
    fresh_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, (eyes, _), scenes = await _far_book(fresh_db)
    await draft(fresh_db, book, scenes[5], eyes)
    async with fresh_db.owner.transaction() as session:
        version = update(SceneVersion).where(SceneVersion.scene_id.in_(scenes[:3])).values(kind="merge")
        await session.execute(version)
    monkeypatch.setattr("infinite_scribe.continuity.ripple_reading.MOST_SCENES", 3)
    found = await preview(fresh_db, book, eyes)
    assert {one.scene_id for one in found.passages} == {scenes[3], scenes[20]}
    assert found.unread == 3


async def test_a_merge_makes_nothing_stale(fresh_db: TestDatabase) -> None:
    book, fact, _, mara = await world(fresh_db)
    (stranger,) = await make_entities(fresh_db, book, person("The stranger"))
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        await Merging.of(session, scope).merge(mara, stranger)
    await project_once(fresh_db.agent)
    assert await flags(fresh_db, book) == [[], []]
    await retcon(fresh_db, book, fact)
    await project_once(fresh_db.agent)
    assert await flags(fresh_db, book) == [["stale"], ["stale"]]


async def test_nobody_asks_or_clears_for_another(fresh_db: TestDatabase) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    (mara,) = await make_entities(fresh_db, book, person("Mara"))
    fact_input = FactInput(subject_id=mara, predicate="eye_colour", text="grey")
    (fact,) = await make_facts(fresh_db, book, fact_input)
    cast = await make_cast(fresh_db.owner, fresh_db.api, book.novel_id, book.user_id)
    app = make_app(fresh_db, router)
    ask, clear = {"fact_id": str(fact)}, {"kind": "scene", "id": str(book.scene_id)}
    for path, body, reader in (("ripple", ask, 200), ("ripple/clear", clear, 403)):
        for who, status in ((other.user_id, 404), (None, 401), (cast.users["reader"], reader)):
            async with client_of(app, who) as client:
                answer = await client.post(f"/novels/{book.novel_id}/{path}", json=body)
                assert answer.status_code == status, (path, who)
    async with client_of(app, other.user_id) as client:
        answer = await client.post(f"/novels/{other.novel_id}/ripple", json=ask)
        assert answer.status_code == 404
        bad = await client.post(f"/novels/{other.novel_id}/ripple/clear", json={"kind": "chapter", "id": "x"})
        assert bad.status_code == 422
