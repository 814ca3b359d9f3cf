"""Facts through the service: validity, progression, refusal, rollback, the inbox."""

from __future__ import annotations

import pytest

from factories.canon import make_entities, make_facts, person, place, thing
from factories.manuscript import make_book, owner_rows
from factories.novels import make_user
from infinite_scribe.canon.errors import (
    AliasTakenError,
    CanonCycleError,
    DomainMismatchError,
    EntryNotFoundError,
    SingleValuedOverlapError,
)
from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.canon.service import CanonService
from infinite_scribe.continuity import inbox
from infinite_scribe.continuity.inbox_schemas import InboxDecide
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission
from servers.databases import TestDatabase


def at(tick: int) -> dict[str, object]:
    return {"kind": "tick", "tick": tick}


async def test_a_later_value_closes_the_earlier_and_reads_follow_the_clock(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    ines, shop, tower = await make_entities(fresh_db, book, person("Ines"), place("Shop"), place("Tower"))
    await make_facts(
        fresh_db, book, FactInput(subject_id=ines, predicate="located_at", object_id=shop, valid_from=at(0))
    )
    await make_facts(
        fresh_db, book, FactInput(subject_id=ines, predicate="located_at", object_id=tower, valid_from=at(90))
    )
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        canon = CanonService.of(session, scope)
        seen = {
            tick: [fact.object_id for fact in await canon.facts([ines], as_of=tick)]
            for tick in (-1, 0, 89, 90)
        }
    assert seen == {-1: [], 0: [shop], 89: [shop], 90: [tower]}


async def test_a_value_that_overlaps_in_the_past_is_refused_with_three_ways_out(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    (ines,) = await make_entities(fresh_db, book, person("Ines"))
    (known,) = await make_facts(
        fresh_db, book, FactInput(subject_id=ines, predicate="eye_colour", text="green")
    )
    with pytest.raises(SingleValuedOverlapError) as refused:
        await make_facts(fresh_db, book, FactInput(subject_id=ines, predicate="eye_colour", text="blue"))
    assert refused.value.params["ways"] == ["replace", "split", "dispute"]
    assert refused.value.params["fact_id"] == str(known)


async def test_wrong_kinds_circles_and_taken_names_are_refused(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    shop, harbour, key = await make_entities(fresh_db, book, place("Shop"), place("Harbour"), thing("Key"))
    await make_facts(fresh_db, book, FactInput(subject_id=shop, predicate="part_of", object_id=harbour))
    with pytest.raises(CanonCycleError):
        await make_facts(fresh_db, book, FactInput(subject_id=harbour, predicate="part_of", object_id=shop))
    with pytest.raises(DomainMismatchError):
        await make_facts(fresh_db, book, FactInput(subject_id=key, predicate="eye_colour", text="green"))
    with pytest.raises(AliasTakenError):
        await make_entities(fresh_db, book, place("SHOP"))


async def test_an_inverse_is_stored_in_the_one_direction(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    ines, key = await make_entities(fresh_db, book, person("Ines"), thing("Key"))
    await make_facts(fresh_db, book, FactInput(subject_id=ines, predicate="holds", object_id=key))
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.READ)
        (fact,) = await CanonService.of(session, scope).facts([key])
    assert (fact.subject_id, fact.predicate, fact.object_id) == (key, "held_by", ines)


async def test_nothing_of_another_novel_comes_back(fresh_db: TestDatabase) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    (ines,) = await make_entities(fresh_db, book, person("Ines"))
    (mara,) = await make_entities(fresh_db, other, person("Mara"))
    await make_facts(fresh_db, book, FactInput(subject_id=ines, predicate="eye_colour", text="green"))
    with pytest.raises(EntryNotFoundError):
        await make_facts(fresh_db, other, FactInput(subject_id=ines, predicate="eye_colour", text="blue"))
    async with fresh_db.api.transaction(owner_rows(other)) as session:
        scope = await require(session, other.user_id, other.novel_id, NovelPermission.READ)
        canon = CanonService.of(session, scope)
        assert [entity.id for entity in (await canon.world()).entities] == [mara]
        assert await canon.facts() == []
        assert await canon.graph().neighbours([ines, mara], as_of=None) == []


async def test_rows_are_walled_off_by_the_database_itself(fresh_db: TestDatabase) -> None:
    from sqlalchemy import text

    book = await make_book(fresh_db)
    await make_entities(fresh_db, book, person("Ines"))
    stranger = await make_user(fresh_db.owner, "stranger")
    async with fresh_db.api.transaction(RowScope(user_id=stranger)) as session:
        for table in (
            "entities",
            "aliases",
            "cards",
            "concepts",
            "genesis_stages",
            "passages",
            "findings",
            "rulings",
        ):
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        assert await session.scalar(text("SELECT count(*) FROM entities")) == 1


async def test_rolling_back_brings_the_facts_of_then(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    (ines,) = await make_entities(fresh_db, book, person("Ines"))
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.MANAGE)
        before = (await Revisions.of(session, scope).history())[0].revision
    await make_facts(fresh_db, book, FactInput(subject_id=ines, predicate="eye_colour", text="green"))
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.MANAGE)
        await Revisions.of(session, scope).rollback(before)
        assert await CanonService.of(session, scope).facts() == []


async def test_an_accepted_suggestion_becomes_canon_in_one_revision_and_is_decided_once(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    (ines,) = await make_entities(fresh_db, book, person("Ines"))
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        box = CanonInbox.of(session, scope)
        fact = await box.propose(
            "fact", {"subject_id": str(ines), "predicate": "eye_colour", "text": "green"}
        )
        name = await box.propose("alias", {"entity_id": str(ines), "text": "Nes"})
        unwanted = await box.propose("entity", {"kind": "place", "name": "Moor"})
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        before = (await Revisions.of(session, scope).history())[0].revision
        decided = await inbox.decide(session, scope, InboxDecide(ids=[fact, name], action="accept"))
        await inbox.decide(session, scope, InboxDecide(ids=[unwanted], action="reject"))
        assert decided.novel_revision == before + 1
        assert {item.status for item in decided.items} == {"accepted"}
        canon = CanonService.of(session, scope)
        assert [one.value for one in await canon.facts([ines])] == [{"text": "green"}]
        (entity,) = (await canon.world()).entities
        assert {alias.text for alias in entity.aliases} == {"Ines", "Nes"}
        assert (await inbox.waiting(session, scope)).items == []
        again = await inbox.decide(session, scope, InboxDecide(ids=[fact], action="reject"))
        assert [one.problem["code"] for one in again.refused] == ["item-already-decided"]
