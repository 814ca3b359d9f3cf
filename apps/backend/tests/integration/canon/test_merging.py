"""Making two entries one: whatever named the entry that goes names the one that stays, and history brings it back."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from factories.canon import make_entities, make_facts, make_rule, person, place
from factories.manuscript import Book, owner_rows
from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.memory.schemas import MentionDraft
from infinite_scribe.memory.service import MemoryService
from infinite_scribe.novels.access import NovelScope, require
from infinite_scribe.novels.revision_state import state_hashes, table_of, truth_classes
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.planning import Planning
from infinite_scribe.plot.promise_schemas import PromiseDraft
from infinite_scribe.plot.schemas import BeatMirror, CardUpdate, PlanUpdate, ThreadDraft
from infinite_scribe.plot.service import PlotService
from integration.canon.conftest import World, tick
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(90)


async def _scope(session: AsyncSession, book: Book) -> NovelScope:
    return await require(session, book.user_id, book.novel_id, NovelPermission.MANAGE)


async def _plan(db: TestDatabase, book: Book, tom: UUID, stranger: UUID, inn: UUID) -> None:
    """Let the plan name the stranger and the inn wherever it can name somebody or some place."""
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await _scope(session, book)
        planning, plot = Planning.of(session, scope), PlotService.of(session, scope)
        card = {
            "pov_id": stranger, "place_id": inn, "cast": [{"entity": tom}, {"entity": stranger}],
            "exit": [{"s": str(stranger), "p": "located_at", "o": str(inn)}],
        }  # fmt: skip
        await planning.update_card(book.scene_id, CardUpdate.model_validate(card))
        plan = {
            "concept": {"protagonist_id": stranger},
            "chapters": [{"chapter_id": book.chapter_id, "pov_id": stranger, "places": [str(inn)]}],
        }
        await planning.update(PlanUpdate.model_validate(plan))
        promise = {"kind": "secret", "statement": "Who he is.", "subjects": [str(tom), str(stranger)],
                   "trigger": [{"s": str(stranger), "p": "located_at", "o": str(inn)}]}  # fmt: skip
        await PromiseLedger.of(session, scope).create(PromiseDraft.model_validate(promise))
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            await plot.add_thread(revision, ThreadDraft(name="Who", entity_ids=[str(stranger)]))
            for one in (tom, stranger):
                await plot.write_voice(revision, one, "low")
        await plot.mirror_beats(
            book.scene_id, [BeatMirror(beat_id="b1", text="He comes in.", actor_id=stranger)]
        )


async def _naming(session: AsyncSession, book: Book, gone: UUID) -> list[str]:
    """Return the tables of which a live row, other than that of the entry itself, holds an id."""
    found = []
    for cls in truth_classes():
        name = table_of(cls).name
        rows = await session.scalar(
            text(
                f"SELECT count(*) FROM {name} t WHERE t.novel_id = :novel AND t.rev_to IS NULL AND t.id <> :gone "
                "AND to_jsonb(t)::text LIKE :named"
            ),
            {"novel": book.novel_id, "gone": gone, "named": f"%{gone}%"},
        )
        found += [name] * bool(rows)
    return found


async def test_nothing_names_a_merged_entry_and_going_back_brings_all_back(
    world: World, fresh_db: TestDatabase, book: Book
) -> None:
    tom, stranger = await make_entities(fresh_db, book, person("Tom"), person("The stranger"))
    inn, tavern, mill = await make_entities(fresh_db, book, place("Inn"), place("Tavern"), place("Mill"))
    await make_rule(fresh_db, book, "Nobody leaves by night.")
    law = {"statement": "No fire.", "scope_kind": "place", "scope_id": str(inn)}
    await world.ask("POST", "/rules", 201, json=law)
    for a, b in ((inn, tavern), (inn, mill)):
        await world.ask("POST", "/routes", 201, json={"a": str(a), "b": str(b), "min_ticks": 5})
    (fact,) = await make_facts(
        fresh_db, book, FactInput(subject_id=tom, predicate="located_at", object_id=inn,
                                  publicity="local", publicity_scope_id=inn)
    )  # fmt: skip
    met = {
        "kind": "meeting", "title": "They meet", "from": tick(5), "place_id": str(inn),
        "participants": [{"entity_id": str(one)} for one in (tom, stranger)],
        "effects": [{"open": {"s": str(stranger), "p": "knows_person", "o": str(tom)}}],
        "preconditions": [{"s": str(stranger), "p": "located_at", "o": str(inn)}],
    }  # fmt: skip
    await world.ask("POST", "/events", 201, json=met)
    told = {"knower": str(tom), "fact_id": str(fact), "stance": "knows", "hides_from": [str(stranger)]}
    await world.ask("PATCH", "/knowledge", json=told)
    await _plan(fresh_db, book, tom, stranger, inn)
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await _scope(session, book)
        drafts = {"subject_id": str(stranger), "predicate": "occupation", "text": "smith"}
        item = await CanonInbox.of(session, scope).propose("fact", drafts, scene_id=book.scene_id)
        named = MentionDraft("p0", 0, 3, stranger, "name")
        await MemoryService.of(session, scope).keep_mentions(book.scene_id, [named])
        then = (await Revisions.of(session, scope).history())[0].revision
        before = await state_hashes(session, book.novel_id)
        assert {"cards", "concepts", "promises", "threads", "voice_cards", "events"} <= set(
            await _naming(session, book, stranger)
        )
        assert {"cards", "chapters", "rules", "routes", "events"} <= set(await _naming(session, book, inn))

    await world.ask("POST", f"/entries/{stranger}/merge", json={"into": str(tom)})
    await world.ask("POST", f"/entries/{inn}/merge", json={"into": str(tavern)})
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await _scope(session, book)
        assert await _naming(session, book, stranger) == []
        assert await _naming(session, book, inn) == []
        plot = PlotService.of(session, scope)
        card = await plot.required_card(book.scene_id)
        assert (card.pov_id, card.place_id, [one.entity for one in card.cast]) == (tom, tavern, [tom])
        assert [one.actor_id for one in await plot.beats(book.scene_id)] == [tom]
        assert len(await plot.voices()) == 1
        (promise,) = (await PromiseLedger.of(session, scope).read()).items
        assert promise.subjects == [tom]
    ways = (await world.ask("GET", "/routes"))["items"]
    assert [(one["a"], one["b"]) for one in ways] == [(str(tavern), str(mill))]
    (event,) = (await world.ask("GET", "/events"))["items"]
    assert [one["entity_id"] for one in event["participants"]] == [str(tom)]
    (waiting,) = (await world.ask("GET", "/inbox"))["items"]
    assert (waiting["payload"]["subject_id"], waiting["text"].startswith("Tom")) == (str(tom), True)
    mentions = (await world.ask("GET", f"/entries/{tom}"))["mentions"]
    assert [one["scene_id"] for one in mentions] == [str(book.scene_id)]
    listed = {one["name"]: one for one in (await world.ask("GET", "/entries"))["items"]}
    assert listed["Tom"]["last_seen"]["scene_id"] == str(book.scene_id)

    async with fresh_db.api.transaction(owner_rows(book)) as session:
        await Revisions.of(session, await _scope(session, book)).rollback(then)
        assert await state_hashes(session, book.novel_id) == before
    (waiting,) = (await world.ask("GET", "/inbox"))["items"]
    assert (waiting["id"], waiting["payload"]["subject_id"]) == (str(item), str(stranger))


async def test_a_merge_keeps_what_the_two_believed_differently_and_once_what_both_did(
    world: World, fresh_db: TestDatabase, book: Book
) -> None:
    tom, stranger = await make_entities(fresh_db, book, person("Tom"), person("The stranger"))
    facts = await make_facts(
        fresh_db, book,
        FactInput(subject_id=tom, predicate="eye_colour", text="grey"),
        FactInput(subject_id=tom, predicate="hair_colour", text="black"),
    )  # fmt: skip
    eyes, hair = map(str, facts)
    wrong = {"stance": "believes_wrongly", "believed_value": "blue"}
    for knower, fact, thought in (
        (tom, eyes, {"stance": "knows"}),
        (stranger, eyes, wrong),
        (tom, hair, wrong),
        (stranger, hair, wrong),
    ):
        await world.ask("PATCH", "/knowledge", json={"knower": str(knower), "fact_id": fact, **thought})
    await world.ask("POST", f"/entries/{stranger}/merge", json={"into": str(tom)})
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        rows = await session.execute(
            text("SELECT fact_id, stance FROM beliefs WHERE novel_id = :novel AND rev_to IS NULL"),
            {"novel": book.novel_id},
        )
        held = sorted((str(row.fact_id), row.stance) for row in rows)
    assert held == sorted([(eyes, "knows"), (eyes, "believes_wrongly"), (hair, "believes_wrongly")])
    await world.ask("GET", "/knowledge")


async def test_a_suggestion_about_a_merged_entry_is_accepted_for_the_one_that_stays(
    world: World, fresh_db: TestDatabase, book: Book
) -> None:
    tom, stranger = await make_entities(fresh_db, book, person("Tom"), person("The stranger"))
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        payload = {"subject_id": str(stranger), "predicate": "occupation", "text": "smith"}
        item = await CanonInbox.of(session, await _scope(session, book)).propose("fact", payload)
    await world.ask("POST", f"/entries/{stranger}/merge", json={"into": str(tom)})
    decided = await world.ask("POST", "/inbox/decide", json={"ids": [str(item)], "action": "accept"})
    assert decided["refused"] == []
    facts = (await world.ask("GET", f"/entries/{tom}"))["facts"]
    assert [(one["predicate"], one["value_text"]) for one in facts] == [("occupation", "smith")]


async def test_a_merge_leaves_no_relation_of_an_entry_with_itself_and_no_circle(world: World) -> None:
    tom, stranger = await world.entry("character", "Tom"), await world.entry("character", "The stranger")
    wed = {"subject_id": stranger, "predicate": "spouse_of", "object_id": tom}
    await world.ask("POST", "/facts", 201, json=wed)
    preview = await world.ask("POST", f"/entries/{stranger}/merge", json={"into": tom, "preview": True})
    assert preview["clashes"] == []
    await world.ask("POST", f"/entries/{stranger}/merge", json={"into": tom})
    assert (await world.ask("GET", "/facts"))["items"] == []

    room, house, town = [await world.entry("place", one) for one in ("Room", "House", "Town")]
    for inner, outer in ((room, house), (house, town)):
        inside = {"subject_id": inner, "predicate": "part_of", "object_id": outer}
        await world.ask("POST", "/facts", 201, json=inside)
    for preview_only in (True, False):
        asked = {"into": room, "preview": preview_only}
        refused = await world.ask("POST", f"/entries/{town}/merge", 409, json=asked)
        assert refused["code"] == "canon-cycle"
        assert "Room › House" in refused["detail"]
    assert len((await world.ask("GET", "/facts"))["items"]) == 2
