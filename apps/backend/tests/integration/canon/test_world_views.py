"""The routes of the world as a whole: merging, laws, ways, the matrix, the graph, roles, strangers, bad input."""

from __future__ import annotations

import pytest

from factories.canon import make_entities, make_facts, person, place, thing
from factories.manuscript import Book, owner_rows
from factories.novels import make_user
from factories.structure import client_of, make_app
from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.canon.router import router as canon_router
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.continuity.router import router as continuity_router
from infinite_scribe.novels.access import Members, require
from infinite_scribe.novels.revision_state import state_hashes
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, Role
from integration.canon.conftest import World, tick
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(90)


async def test_merging_shows_clashes_first_and_keeps_them_as_disputed(world: World) -> None:
    tom, stranger = await world.entry("character", "Tom"), await world.entry("character", "The stranger")
    for entity, colour in ((tom, "green"), (stranger, "brown")):
        await world.ask(
            "POST", "/facts", 201, json={"subject_id": entity, "predicate": "eye_colour", "value": colour}
        )
    await world.ask(
        "POST", "/facts", 201, json={"subject_id": stranger, "predicate": "occupation", "value": "smith"}
    )
    preview = await world.ask("POST", f"/entries/{stranger}/merge", json={"into": tom, "preview": True})
    assert (len(preview["clashes"]), preview["moved"]["facts"], preview["moved"]["aliases"]) == (1, 2, 1)
    assert len((await world.ask("GET", "/entries"))["items"]) == 2
    merged = await world.ask("POST", f"/entries/{stranger}/merge", json={"into": tom})
    assert merged["revision"] == preview["revision"] + 1
    detail = await world.ask("GET", f"/entries/{tom}")
    assert sorted((one["predicate"], one["status"]) for one in detail["facts"]) == [
        ("eye_colour", "disputed"), ("eye_colour", "disputed"), ("occupation", "canon"),
    ]  # fmt: skip
    assert {one["text"] for one in detail["entry"]["aliases"]} == {"Tom", "The stranger"}
    (item,) = (await world.ask("GET", "/inbox"))["items"]
    await world.ask("POST", "/inbox/decide", json={"ids": [item["id"]], "action": "accept"})
    eyes = [
        one
        for one in (await world.ask("GET", f"/entries/{tom}"))["facts"]
        if one["predicate"] == "eye_colour"
    ]
    assert [(one["value_text"], one["status"]) for one in eyes] == [("brown", "canon")]
    for source, target in ((tom, tom), (stranger, tom)):
        assert (await world.ask("POST", f"/entries/{source}/merge", 422, json={"into": target}))[
            "code"
        ] == "merge-self"


async def test_laws_and_ways_are_kept_and_travel_takes_the_quickest(world: World) -> None:
    shop, harbour, island = [await world.entry("place", name) for name in ("Shop", "Harbour", "Island")]
    ines, boat = await world.entry("character", "Ines"), await world.entry("item", "Boat")
    await world.ask(
        "POST", "/facts", 201, json={"subject_id": shop, "predicate": "part_of", "object_id": harbour}
    )
    way = await world.ask(
        "POST", "/routes", 201,
        json={"a": harbour, "b": island, "mode": "boat", "min_ticks": 120, "needs": [{"kind": "item", "entity_id": boat}]},
    )  # fmt: skip
    ask = {"a": shop, "b": island}
    assert (await world.ask("GET", "/routes/travel", params=ask))["reason"] == "no-path"
    await world.ask(
        "POST", "/facts", 201, json={"subject_id": boat, "predicate": "held_by", "object_id": ines}
    )
    found = await world.ask("GET", "/routes/travel", params={**ask, "traveller": ines})
    assert (found["min_ticks"], found["path"]) == (120, [shop, harbour, island])
    await world.ask("PATCH", f"/routes/{way['route']['id']}", json={"min_ticks": 60, "needs": []})
    assert (await world.ask("GET", "/routes/travel", params=ask))["min_ticks"] == 60
    await world.ask("DELETE", f"/routes/{way['route']['id']}")
    assert (await world.ask("GET", "/routes"))["items"] == []
    test = {
        "when": [{"s": "?x", "p": "life_state", "o": "dead"}],
        "forbid": {"s": "?x", "p": "event:journey"},
    }
    law = await world.ask("POST", "/rules", 201, json={"statement": "The dead do not travel.", "test": test})
    both = {**test, "require": {"s": "?x", "p": "can_do"}}
    assert (await world.ask("PATCH", f"/rules/{law['rule']['id']}", 422, json={"test": both}))["code"]
    changed = await world.ask("PATCH", f"/rules/{law['rule']['id']}", json={"hardness": "soft"})
    assert (changed["rule"]["hardness"], changed["rule"]["test"]["forbid"]["p"]) == ("soft", "event:journey")
    await world.ask("DELETE", f"/rules/{law['rule']['id']}")
    assert (await world.ask("GET", "/rules"))["items"] == []


async def test_a_law_of_a_place_that_went_can_still_be_worded_anew(world: World) -> None:
    city = await world.entry("place", "Sel")
    law = {"statement": "No bels after dark.", "scope_kind": "place", "scope_id": city}
    made = (await world.ask("POST", "/rules", 201, json=law))["rule"]
    await world.ask("DELETE", f"/entries/{city}")
    changed = await world.ask("PATCH", f"/rules/{made['id']}", json={"statement": "No bells after dark."})
    assert (changed["rule"]["scope_kind"], changed["rule"]["scope_id"]) == ("place", city)
    again = {"scope_kind": "place", "scope_id": city}
    assert (await world.ask("PATCH", f"/rules/{made['id']}", 404, json=again))["code"] == "entry-not-found"


async def test_the_matrix_follows_the_rows_the_author_writes(world: World, book: Book) -> None:
    mara = await world.entry("character", "Mara", importance=4)
    tom = await world.entry("character", "Tom", importance=3)
    key = await world.entry("item", "Key")
    fact = await world.ask(
        "POST",
        "/facts",
        201,
        json={"subject_id": key, "predicate": "held_by", "object_id": tom, "publicity": "secret"},
    )
    fact_id = fact["fact"]["id"]

    async def cells(as_of: str = "end") -> dict[str, str]:
        matrix = await world.ask("GET", "/knowledge", params={"as_of": as_of})
        assert {one["id"] for one in matrix["knowers"]} == {mara, tom, "READER"}
        assert matrix["not_evaluated"]
        return {one["knower"]: one["state"] for one in matrix["cells"]}

    assert await cells() == {}
    wrong = {"knower": mara, "fact_id": fact_id, "stance": "believes_wrongly", "from": tick(50)}
    assert (await world.ask("PATCH", "/knowledge", 422, json=wrong))["code"] == "range-mismatch"
    said = await world.ask("PATCH", "/knowledge", json={**wrong, "believed_value": mara})
    assert said["belief"]["believed_text"] == "Mara"
    hides = {"knower": tom, "fact_id": fact_id, "stance": "knows", "hides_from": "everyone"}
    await world.ask("PATCH", "/knowledge", json=hides)
    assert await cells("t:49") == {tom: "hides"}
    assert await cells() == {mara: "believes_wrongly", tom: "hides"}
    await world.ask(
        "PATCH",
        "/knowledge",
        json={"knower": mara, "fact_id": fact_id, "stance": "unknown", "from": tick(50)},
    )
    told = await world.ask(
        "POST",
        "/disclosures",
        201,
        json={"scene_id": str(book.scene_id), "fact_id": fact_id, "mode": "hinted"},
    )
    assert await cells() == {tom: "hides", "READER": "suspects"}
    assert (await world.ask("GET", "/facts", params={"clock": "reading"}))["items"] == []
    await world.ask("POST", "/disclosures", 201, json={"scene_id": str(book.scene_id), "fact_id": fact_id})
    assert len((await world.ask("GET", "/facts", params={"clock": "reading"}))["items"]) == 1
    await world.ask("DELETE", f"/disclosures/{told['disclosure']['id']}")
    assert len((await world.ask("GET", "/disclosures"))["items"]) == 1
    beliefs = (await world.ask("GET", f"/entries/{tom}"))["beliefs"]
    assert [(one["knower_name"], one["stance"], one["hides_from"]) for one in beliefs] == [
        ("Tom", "knows", "everyone")
    ]


async def test_the_graph_shows_what_surrounds_an_entry_and_how_two_are_joined(world: World) -> None:
    ines, shop, harbour = [
        await world.entry(kind, name)
        for kind, name in (("character", "Ines"), ("place", "Shop"), ("place", "Harbour"))
    ]
    await world.ask(
        "POST",
        "/facts",
        201,
        json={"subject_id": ines, "predicate": "located_at", "object_id": shop, "valid_from": tick(10)},
    )
    await world.ask(
        "POST", "/facts", 201, json={"subject_id": shop, "predicate": "part_of", "object_id": harbour}
    )
    around = await world.ask("GET", "/graph", params={"center": shop})
    assert ({one["label"] for one in around["nodes"]}, len(around["edges"])) == (
        {"Ines", "Shop", "Harbour"},
        2,
    )
    assert len((await world.ask("GET", "/graph", params={"center": shop, "as_of": "t:0"}))["edges"]) == 1
    path = await world.ask("GET", "/graph/path", params={"from": ines, "to": harbour})
    assert [one["predicate"] for one in path["edges"]] == ["located_at", "part_of"]
    assert (await world.ask("GET", "/graph", 404, params={"center": str(book_id())}))[
        "code"
    ] == "entry-not-found"


def book_id() -> str:
    return "01890000-0000-7000-8000-000000000000"


async def test_the_registry_is_served_in_both_languages(world: World) -> None:
    found = {
        one["key"]: one for one in (await world.ask("GET", "/predicates", params={"lang": "zh"}))["items"]
    }
    assert len(found) == 66
    assert found["life_state"]["choices"][2] == {"value": "dead", "label": "已死"}
    assert found["held_by"]["inverses"] == ["holds"]
    assert "同一时间只能有一个" in found["eye_colour"]["explain"]


ROUTES = [
    ("GET", "/facts", None), ("GET", "/events", None), ("GET", "/rules", None), ("GET", "/routes", None),
    ("GET", "/names", None), ("GET", "/graph", None), ("GET", "/knowledge", None), ("GET", "/disclosures", None),
    ("GET", "/entries", None), ("GET", "/inbox", None), ("GET", "/predicates", None),
    ("POST", "/entries", {"kind": "place", "name": "Moor"}),
    ("POST", "/facts", {"subject_id": None, "predicate": "season", "value": "winter"}),
    ("POST", "/events", {"title": "Storm"}), ("POST", "/rules", {"statement": "No magic."}),
    ("POST", "/routes", {"a": book_id(), "b": book_id(), "min_ticks": 1}),
    ("PATCH", "/knowledge", {"knower": "READER", "fact_id": book_id(), "stance": "knows"}),
    ("POST", "/disclosures", {"scene_id": book_id(), "fact_id": book_id()}),
    ("PATCH", f"/entries/{book_id()}", {"summary": "x"}), ("DELETE", f"/entries/{book_id()}", None),
    ("POST", f"/entries/{book_id()}/aliases", {"text": "x"}), ("POST", f"/entries/{book_id()}/merge", {"into": book_id()}),
    ("PATCH", f"/facts/{book_id()}", {"pinned": True}), ("DELETE", f"/facts/{book_id()}", None),
    ("PATCH", f"/events/{book_id()}", {"title": "x"}), ("DELETE", f"/events/{book_id()}", None),
    ("PATCH", f"/rules/{book_id()}", {"cost": "x"}), ("DELETE", f"/rules/{book_id()}", None),
    ("PATCH", f"/routes/{book_id()}", {"note": "x"}), ("DELETE", f"/routes/{book_id()}", None),
    ("DELETE", f"/disclosures/{book_id()}", None), ("DELETE", f"/entries/{book_id()}/aliases/{book_id()}", None),
    ("POST", "/inbox/decide", {"ids": [book_id()], "action": "accept"}),
]  # fmt: skip


async def test_strangers_find_nothing_and_readers_change_nothing(fresh_db: TestDatabase, book: Book) -> None:
    app = make_app(fresh_db, canon_router, continuity_router)
    stranger, reader = await make_user(fresh_db.owner, "stranger"), await make_user(fresh_db.owner, "reader")
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.MANAGE)
        await Members.of(session, scope).set_role(reader, Role.READER)
    for user, reads, writes in ((stranger, 404, 404), (reader, 200, 403), (None, 401, 401)):
        async with client_of(app, user) as client:
            for method, path, body in ROUTES:
                answer = await client.request(method, f"/novels/{book.novel_id}{path}", json=body)
                assert answer.status_code == (reads if method == "GET" else writes), (
                    method,
                    path,
                    answer.text,
                )


async def test_what_is_not_there_is_told_apart_from_what_makes_no_sense(world: World) -> None:
    for method, path, body in ROUTES:
        if book_id() in path or (body and book_id() in str(body)):
            answer = await world.client.request(method, world.base + path, json=body)
            assert answer.status_code in {404, 422}, (method, path, answer.text)
    for path, broken in (
        ("/entries", {"kind": "ghost", "name": "x"}),
        ("/entries", {"kind": "place", "name": ""}),
        ("/entries", {"kind": "place", "name": "x", "surprise": 1}),
        ("/facts", {"predicate": "season", "value": {"text": "winter", "colour": 1}}),
        ("/events", {"title": "x", "effects": [{}]}),
        ("/routes", {"a": book_id(), "b": book_id(), "min_ticks": -1}),
        ("/rules", {"statement": "x", "test": {"when": []}}),
    ):
        assert (await world.ask("POST", path, 422, json=broken))["kind"] == "INVALID", path


async def test_the_inbox_goes_on_behind_what_was_decided_meanwhile(
    world: World, fresh_db: TestDatabase, book: Book
) -> None:
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        inbox = CanonInbox.of(session, scope)
        ids = [str(await inbox.propose("entity", {"kind": "item", "name": f"n{at}"})) for at in range(230)]
        rule = str(await inbox.propose("rule", {"statement": "No fire."}))
    first = await world.ask("GET", "/inbox")
    assert [one["id"] for one in first["items"]] == ids[:100]
    await world.ask("POST", "/inbox/decide", json={"ids": ids[50:100], "action": "reject"})
    second = await world.ask("GET", "/inbox", params={"after": first["next"]})
    third = await world.ask("GET", "/inbox", params={"after": second["next"]})
    assert [one["id"] for one in (*second["items"], *third["items"])] == [*ids[100:], rule]
    assert third["next"] is None
    (only,) = (await world.ask("GET", "/inbox", params={"after": first["next"], "kind": "rule"}))["items"]
    assert only["id"] == rule
    unknown = await world.ask("GET", "/inbox", 404, params={"after": book_id()})
    assert unknown["code"] == "entry-not-found"


async def test_everything_of_the_world_returns_with_a_rollback(
    world: World, fresh_db: TestDatabase, book: Book
) -> None:
    ines, tom = await make_entities(fresh_db, book, person("Ines", 4), person("Tom"))
    shop, harbour, key = await make_entities(fresh_db, book, place("Shop"), place("Harbour"), thing("Key"))
    (fact,) = await make_facts(fresh_db, book, FactInput(subject_id=key, predicate="held_by", object_id=ines))
    await world.ask(
        "POST",
        "/events",
        201,
        json={
            "kind": "meeting",
            "title": "They meet",
            "from": tick(5),
            "participants": [{"entity_id": str(ines)}],
        },
    )
    await world.ask("POST", "/routes", 201, json={"a": str(shop), "b": str(harbour), "min_ticks": 5})
    await world.ask(
        "PATCH", "/knowledge", json={"knower": str(tom), "fact_id": str(fact), "stance": "suspects"}
    )
    await world.ask("POST", "/disclosures", 201, json={"scene_id": str(book.scene_id), "fact_id": str(fact)})
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.MANAGE)
        then = (await Revisions.of(session, scope).history())[0].revision
        before = await state_hashes(session, book.novel_id)
    assert {"events", "event_participants", "routes", "beliefs", "disclosures", "assertions"} <= before.keys()
    for event in (await world.ask("GET", "/events"))["items"]:
        await world.ask("PATCH", f"/events/{event['id']}", json={"kind": "parting", "from": tick(9)})
        await world.ask("DELETE", f"/events/{event['id']}")
    for way in (await world.ask("GET", "/routes"))["items"]:
        await world.ask("DELETE", f"/routes/{way['id']}")
    await world.ask("POST", f"/entries/{tom}/merge", json={"into": str(ines)})
    await world.ask("DELETE", f"/facts/{fact}")
    old = await world.ask("GET", f"/entries/{tom}", params={"revision": then})
    assert [one["stance"] for one in old["beliefs"]] == ["suspects"]
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.MANAGE)
        await Revisions.of(session, scope).rollback(then)
        assert await state_hashes(session, book.novel_id) == before
    assert len((await world.ask("GET", f"/entries/{tom}"))["beliefs"]) == 1
