"""The ledger of promises on a real database, through its routes and through learning."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from factories.canon import make_entities, make_facts, person
from factories.manuscript import Book, make_book, open_text, owner_rows
from factories.novels import make_cast
from factories.structure import client_of, make_app
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions, state_hashes
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_schemas import Realised
from infinite_scribe.plot.router import router
from infinite_scribe.plot.schemas import CardUpdate
from infinite_scribe.plot.service import PlotService
from servers.databases import TestDatabase

QUOTE = {"version": 1, "pid": "p0", "from": 0, "to": 12, "quote": "The box hums."}


async def longer(db: TestDatabase, book: Book, chapters: int) -> list[UUID]:
    """Append chapters of one scene; return every scene in order."""
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        async with Revisions.of(session, text.scope).open(RevisionKind.EDIT) as revision:
            for _ in range(chapters):
                await text.add_chapter(revision)
        return [scene.id for scene in (await text.writing.structure.tree()).scenes()]


async def realise(db: TestDatabase, book: Book, scene: UUID, *acts: Realised) -> set[UUID]:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        async with Revisions.of(session, scope).open(RevisionKind.LEARN) as revision:
            return await PromiseLedger.of(session, scope).realise(revision, scene, acts)


async def write_card(db: TestDatabase, book: Book, scene: UUID, **members: Any) -> None:
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            await PlotService.of(session, scope).write_card(revision, scene, CardUpdate(**members))


def at(novel: UUID, rest: str = "") -> str:
    return f"/novels/{novel}/promises{rest}"


async def made(client: httpx2.AsyncClient, book: Book, **members: Any) -> dict[str, Any]:
    wanted = {"kind": "mystery", "statement": "What hums in the box?", **members}
    answer = await client.post(at(book.novel_id), json=wanted)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_promise_lives_through_its_scenes(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    scenes = await longer(fresh_db, book, 12)
    plant, pay = str(scenes[0]), str(scenes[9])
    acts = [{"scene_id": plant, "act": "plant"}, {"scene_id": pay, "act": "pay"}]
    window = {"earliest": {"kind": "scene", "id": str(scenes[5])}, "latest": {"kind": "scene", "id": pay}}
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        one = await made(client, book, scenes=acts, **window)
        promise = UUID(one["id"])
        assert (one["status"], one["earliest_at"], one["latest_at"]) == ("planned", 6, 10)

        async def status() -> str:
            return str((await client.get(at(book.novel_id))).json()["items"][0]["status"])

        async def acts_of(scene: UUID) -> list[tuple[str, str]]:
            found = await client.get(at(book.novel_id, "/acts"), params={"scene_id": str(scene)})
            return [(act["act"], act["reason"]) for act in found.json()["acts"]]

        assert await acts_of(scenes[0]) == [("plant", "card")]
        assert await acts_of(scenes[8]) == []
        planted = Realised(promise_id=promise, act="plant", evidence=QUOTE)
        assert await realise(fresh_db, book, scenes[0], planted) == {promise}
        assert await status() == "planted"
        assert await acts_of(scenes[8]) == [("due", "window")]
        assert await acts_of(scenes[12]) == [("due", "window")]
        await realise(fresh_db, book, scenes[9], Realised(promise_id=promise, act="pay", evidence=QUOTE))
        assert await status() == "paid"
        assert (await client.get(at(book.novel_id))).json()["health"]["distances"] == {"9": 1}
        await realise(fresh_db, book, scenes[9])
        assert await status() == "planted"
        await realise(fresh_db, book, scenes[0])
        assert await status() == "planned"
        assert len((await client.get(at(book.novel_id))).json()["items"][0]["scenes"]) == 2


async def test_a_trigger_arms_and_disarms(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    (mara,) = await make_entities(fresh_db, book, person("Mara"))
    trigger = [{"s": str(mara), "p": "life_state", "o": "dead"}]
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        one = await made(client, book, trigger=trigger)
        await write_status(fresh_db, book, "drafted")
        planted = Realised(promise_id=UUID(one["id"]), act="plant", evidence=QUOTE)
        await realise(fresh_db, book, book.scene_id, planted)
        assert (await client.get(at(book.novel_id))).json()["items"][0]["status"] == "planted"
        await make_facts(fresh_db, book, FactInput(subject_id=mara, predicate="life_state", text="dead"))
        renamed = {"weight": 5}
        armed = await client.patch(at(book.novel_id, f"/{one['id']}"), json=renamed)
        assert armed.json()["status"] == "armed"


async def write_status(db: TestDatabase, book: Book, status: str) -> None:
    async with db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        async with Revisions.of(session, text.scope).open(RevisionKind.EDIT) as revision:
            await text.writing.structure.update_scene(revision, book.scene_id, status=status)


async def test_only_the_author_gives_up_with_a_reason_and_may_resume(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        one = await made(client, book)
        path = at(book.novel_id, f"/{one['id']}")
        given_up = await client.patch(path, json={"abandon": "The box was cut."})
        assert given_up.json()["status"] == "abandoned"
        assert given_up.json()["abandoned_because"] == "The box was cut."
        assert (await client.patch(path, json={"status": "paid"})).status_code == 422
        assert (await client.patch(path, json={"resume": True})).json()["status"] == "planned"


async def test_a_card_says_what_to_do_and_unknown_acts_are_refused(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        one = await made(client, book)
        await write_card(fresh_db, book, book.scene_id, promises=[{"promise": one["id"], "act": "plant"}])
        found = await client.get(at(book.novel_id, "/acts"), params={"scene_id": str(book.scene_id)})
        assert [act["act"] for act in found.json()["acts"]] == ["plant"]
    with pytest.raises(ValueError, match="promise"):
        CardUpdate(promises=[{"promise": "O2", "act": "plant"}])


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"earliest": {"kind": "position", "at": 0.9}, "latest": {"kind": "position", "at": 0.3}},
     422, "promise-window-empty"),
    ({"earliest": {"kind": "position", "at": 1.5}}, 422, "invalid"),
    ({"earliest": {"kind": "scene"}}, 422, "invalid"),
    ({"latest": {"kind": "scene", "id": str(uuid4())}}, 404, "not-found"),
    ({"latest": {"kind": "chapter", "id": str(uuid4())}}, 404, "not-found"),
    ({"scenes": [{"scene_id": str(uuid4()), "act": "plant"}]}, 404, "not-found"),
    ({"scenes": [{"scene_id": str(uuid4()), "act": "due"}]}, 422, "invalid"),
    ({"weight": 9}, 422, "invalid"),
    ({"statement": ""}, 422, "invalid"),
]  # fmt: skip


async def test_bad_promises_are_refused(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        for wanted, status, code in REFUSED:
            body = {"kind": "gun", "statement": "The gun on the wall.", **wanted}
            answer = await client.post(at(book.novel_id), json=body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), wanted
        assert (await client.get(at(book.novel_id))).json()["items"] == []


async def test_an_edit_may_not_turn_the_window_round(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        one = await made(client, book, earliest={"kind": "position", "at": 0.5})
        path = at(book.novel_id, f"/{one['id']}")
        refused = await client.patch(path, json={"latest": {"kind": "position", "at": 0.2}})
        assert refused.json()["code"] == "promise-window-empty"
        assert (await client.patch(path, json={"latest": {"kind": "position", "at": 0.8}})).status_code == 200
        assert (await client.patch(path, json={"earliest": None})).json()["earliest"] is None


async def test_nobody_reads_or_changes_the_promises_of_another(fresh_db: TestDatabase) -> None:
    book, other = await make_book(fresh_db), await make_book(fresh_db)
    cast = await make_cast(fresh_db.owner, fresh_db.api, book.novel_id, book.user_id)
    app = make_app(fresh_db, router)
    async with client_of(app, book.user_id) as client:
        one = await made(client, book)
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", "", None),
        ("POST", "", {"kind": "gun", "statement": "A gun."}),
        ("GET", f"/acts?scene_id={book.scene_id}", None),
        ("PATCH", f"/{one['id']}", {"weight": 1}),
        ("DELETE", f"/{one['id']}", None),
    ]
    for method, rest, body in calls:
        for who, expected in ((other.user_id, 404), (None, 401)):
            async with client_of(app, who) as client:
                answer = await client.request(method, at(book.novel_id, rest), json=body)
                assert answer.status_code == expected, (method, rest, who)
        async with client_of(app, cast.users["reader"]) as client:
            answer = await client.request(method, at(book.novel_id, rest), json=body)
            assert answer.status_code == (200 if method == "GET" else 403), (method, rest)
    async with client_of(app, other.user_id) as client:
        for method in ("PATCH", "DELETE"):
            answer = await client.request(method, at(other.novel_id, f"/{one['id']}"), json={})
            assert answer.json()["code"] == "promise-not-found"
        answer = await client.get(at(other.novel_id, "/acts"), params={"scene_id": str(book.scene_id)})
        assert answer.json()["code"] == "not-found"


async def test_a_removed_promise_returns_with_a_rollback(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        one = await made(client, book, scenes=[{"scene_id": str(book.scene_id), "act": "plant"}])
        async with fresh_db.api.transaction(owner_rows(book)) as session:
            before = await state_hashes(session, book.novel_id)
        assert (await client.delete(at(book.novel_id, f"/{one['id']}"))).status_code == 204
        assert (await client.get(at(book.novel_id))).json()["items"] == []
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        text = await open_text(session, book)
        await text.history.rollback(one["rev_from"])
        assert await state_hashes(session, book.novel_id) == before
