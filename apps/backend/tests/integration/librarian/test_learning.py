"""What an accepted scene teaches, and what goes when its text goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from factories.canon import make_entities, make_facts, person, place, thing
from factories.manuscript import Book, make_book, open_text, owner_rows, page, run_rows, run_scope
from infinite_scribe.agents.librarian.reading import learn_scene
from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.canon.schemas import EvidenceDraft, FactInput, FactRead
from infinite_scribe.canon.service import CanonService
from infinite_scribe.manuscript.saving import Save
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions, state_hashes
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_schemas import PlannedScene, PromiseDraft
from infinite_scribe.plot.schemas import CardUpdate
from infinite_scribe.plot.service import PlotService
from infinite_scribe.structure.resolver import MAX_TICK
from infinite_scribe.structure.schemas import StructureOp
from servers.databases import TestDatabase

DYED = "Mara dyed her hair red that evening."


async def write(db: TestDatabase, book: Book, *paragraphs: str, scene: UUID | None = None) -> None:
    """Save a scene as the author does on leaving it."""
    target = scene or book.scene_id
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        version = (await text.scene(target)).version
        await text.saving.save(Save(target, version, page(target, *paragraphs), leaving=True))


async def learn(db: TestDatabase, book: Book, scene: UUID | None = None) -> dict[str, Any]:
    async with db.agent.transaction(run_rows(book)) as session:
        return await learn_scene(session, run_scope(book), scene or book.scene_id)


async def facts(db: TestDatabase, book: Book) -> dict[str, FactRead]:
    """Return canon facts by predicate and value."""
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        found = await CanonService.of(session, scope).facts()
        return {f"{one.predicate}={one.fact_value().text or one.object_id}": one for one in found}


async def hashes(db: TestDatabase, book: Book) -> dict[str, str]:
    async with db.api.transaction(owner_rows(book)) as session:
        return await state_hashes(session, book.novel_id)


async def prose_fact(db: TestDatabase, book: Book, fact: FactInput, quote: str, pid: str = "p0") -> UUID:
    """State a fact that rests on a sentence of the first scene, as accepting a suggestion does."""
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        evidence = EvidenceDraft(scene=book.scene_id, version=2, pid=pid, from_=0, to=len(quote), quote=quote)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            canon = CanonService.of(session, scope)
            return await canon.state_fact(revision, fact, evidence=[evidence])


def at_scene(book: Book, pid: str = "p0") -> dict[str, Any]:
    return {"kind": "scene", "ref": str(book.scene_id), "pid": pid, "edge": "at"}


async def red_hair(db: TestDatabase, book: Book) -> UUID:
    """Make Mara's black hair red by a sentence of the first scene; return Mara."""
    (mara,) = await make_entities(db, book, person("Mara"))
    await make_facts(db, book, FactInput(subject_id=mara, predicate="hair_colour", text="black"))
    await write(db, book, DYED, "Rain fell.")
    red = FactInput(
        subject_id=mara, predicate="hair_colour", text="red", source="prose", valid_from=at_scene(book)
    )
    await prose_fact(db, book, red, DYED)
    return mara


async def test_a_fact_goes_with_its_sentence_and_comes_back_with_it(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    await red_hair(fresh_db, book)
    assert (await learn(fresh_db, book))["disclosed"] == 1
    before = await facts(fresh_db, book)
    assert before["hair_colour=black"].to_tick != MAX_TICK
    known = before["hair_colour=red"].id
    await write(fresh_db, book, "Rain fell.")
    assert (await learn(fresh_db, book))["retired"] == 1
    then = await facts(fresh_db, book)
    assert set(then) == {"hair_colour=black"}
    assert then["hair_colour=black"].to_tick == MAX_TICK
    await write(fresh_db, book, DYED, "Rain fell.")
    assert (await learn(fresh_db, book))["restored"] >= 1
    after = await facts(fresh_db, book)
    assert after["hair_colour=red"].id == known
    assert after["hair_colour=black"].to_tick == before["hair_colour=black"].to_tick


async def test_learning_twice_changes_nothing(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    await red_hair(fresh_db, book)
    first = await learn(fresh_db, book)
    state = await hashes(fresh_db, book)
    again = await learn(fresh_db, book)
    assert await hashes(fresh_db, book) == state
    assert first["disclosed"] == 1
    assert not any(again[name] for name in ("retired", "restored", "moved", "realised", "disclosed", "items"))


async def test_a_sentence_that_moved_or_was_polished_keeps_its_fact(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    await red_hair(fresh_db, book)
    await write(fresh_db, book, "Rain fell.", "It was late. " + DYED)
    assert (await learn(fresh_db, book))["moved"] >= 1
    assert "hair_colour=red" in await facts(fresh_db, book)
    await write(fresh_db, book, "Rain fell.", "It was late. Mara dyed her hair red that same evening.")
    assert (await learn(fresh_db, book))["retired"] == 0
    assert "hair_colour=red" in await facts(fresh_db, book)
    await write(fresh_db, book, "Rain fell.", "It was late. Mara never dyed her hair red that evening.")
    assert (await learn(fresh_db, book))["retired"] == 1
    assert "hair_colour=red" not in await facts(fresh_db, book)


async def test_what_the_author_stated_or_pinned_outlives_its_sentence(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    (mara,) = await make_entities(fresh_db, book, person("Mara"))
    await write(fresh_db, book, "Mara was left-handed.")
    fact = FactInput(subject_id=mara, predicate="handedness", text="left", source="author")
    await prose_fact(fresh_db, book, fact, "Mara was left-handed.")
    await write(fresh_db, book, "Nothing.")
    await learn(fresh_db, book)
    assert "handedness=left" in await facts(fresh_db, book)


async def test_deleting_a_scene_retires_what_it_taught_and_restoring_brings_the_same_rows(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    mara = await red_hair(fresh_db, book)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        ledger = PromiseLedger.of(session, text.scope)
        draft = PromiseDraft(
            kind="secret", statement="Why Mara dyed her hair.", subjects=[mara],
            scenes=[PlannedScene(scene_id=book.scene_id, act="plant")],
        )  # fmt: skip
        await ledger.create(draft)
        async with Revisions.of(session, text.scope).open(RevisionKind.EDIT) as revision:
            await text.add_chapter(revision)
    await learn(fresh_db, book)
    state = await hashes(fresh_db, book)
    assert await promise_status(fresh_db, book) == "planted"
    await structure(fresh_db, book, StructureOp(op="delete", kind="scene", id=book.scene_id))
    await learn(fresh_db, book)
    assert set(await facts(fresh_db, book)) == {"hair_colour=black"}
    assert await promise_status(fresh_db, book) == "planned"
    await structure(fresh_db, book, StructureOp(op="restore", kind="scene", id=book.scene_id))
    await learn(fresh_db, book)
    assert await promise_status(fresh_db, book) == "planted"
    after = await hashes(fresh_db, book)
    same = ("assertions", "evidence", "disclosures", "promises", "promise_scenes")
    assert {name: after[name] for name in same} == {name: state[name] for name in same}


async def structure(db: TestDatabase, book: Book, *ops: StructureOp) -> None:
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        version = (await text.tree()).structure_version
        await text.reordering.change(version, ops)


async def promise_status(db: TestDatabase, book: Book) -> str:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        return (await PromiseLedger.of(session, scope).read()).items[0].status


async def test_a_plan_that_was_carried_out_becomes_canon_and_the_rest_drifts(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    mara, key, mill = await make_entities(
        fresh_db, book, person("Mara"), thing("brass key"), place("Old Mill")
    )
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        async with Revisions.of(session, text.scope).open(RevisionKind.EDIT) as revision:
            canon = CanonService.of(session, text.scope)
            planned = FactInput(
                subject_id=key, predicate="held_by", object_id=mara, source="plan", valid_from=at_scene(book)
            )
            await canon.state_fact(revision, planned, status="planned")
            card = CardUpdate(exit=[{"s": str(mara), "p": "located_at", "o": str(mill)}])
            await PlotService.of(session, text.scope).write_card(revision, book.scene_id, card)
    await write(fresh_db, book, "Mara took the brass key from the table.")
    found = await learn(fresh_db, book)
    assert (found["realised"], found["missed"]) == (1, 1)
    assert set(await facts(fresh_db, book)) == {f"held_by={mara}"}
    assert await card_flags(fresh_db, book) == ["drift"]
    await write(fresh_db, book, "Mara took the brass key from the table.", "Mara came to the Old Mill.")
    assert (await learn(fresh_db, book))["missed"] == 0
    assert set(await facts(fresh_db, book)) == {f"held_by={mara}", f"located_at={mill}"}
    assert await card_flags(fresh_db, book) == []
    await write(fresh_db, book, "Mara came to the Old Mill.")
    await learn(fresh_db, book)
    assert set(await facts(fresh_db, book)) == {f"located_at={mill}"}


async def card_flags(db: TestDatabase, book: Book) -> list[str]:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        return (await PlotService.of(session, scope).required_card(book.scene_id)).flags


async def suggestions(db: TestDatabase, book: Book, kind: str) -> list[dict[str, Any]]:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        items = await CanonInbox.of(session, scope).items()
        return [item.payload for item in items if item.kind == kind]


async def test_new_claims_and_unknown_names_wait_in_the_inbox_once(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    await make_entities(fresh_db, book, person("Mara"))
    prose = "Mara’s eyes were grey. She waited. Then Tobias walked in, and at the door Tobias stopped."
    await write(fresh_db, book, prose, "Later Tobias laughed.")
    await learn(fresh_db, book)
    await learn(fresh_db, book)
    (fact,) = await suggestions(fresh_db, book, "fact")
    assert (fact["predicate"], fact["text"]) == ("eye_colour", "grey")
    (stub,) = await suggestions(fresh_db, book, "entity")
    assert (stub["name"], stub["kind"]) == ("Tobias", "character")


async def test_who_is_told_of_a_fact_is_suggested_to_know_it(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    mara, ines, tom = await make_entities(fresh_db, book, person("Mara"), person("Ines"), person("Tom"))
    state = FactInput(subject_id=tom, predicate="life_state", text="dead", publicity="secret")
    (fact_id,) = await make_facts(fresh_db, book, state)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        async with Revisions.of(session, text.scope).open(RevisionKind.EDIT) as revision:
            card = CardUpdate(cast=[{"entity": mara}, {"entity": ines}])
            await PlotService.of(session, text.scope).write_card(revision, book.scene_id, card)
    await write(fresh_db, book, "“Tom died in the fire,” said Mara.")
    await learn(fresh_db, book)
    (belief,) = await suggestions(fresh_db, book, "belief")
    assert belief["knower"] == str(ines)
    assert (belief["fact_id"], belief["stance"], belief["via"]) == (str(fact_id), "knows", "told")
