"""The routes of the world: the author's edits, refusals that say what to do, roles, strangers, bad input."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from factories.canon import make_entities, make_facts, person, place, thing
from factories.manuscript import Book, make_book, owner_rows
from factories.novels import make_user
from factories.structure import client_of, make_app
from infinite_scribe.canon.router import router as canon_router
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.continuity.router import router as continuity_router
from infinite_scribe.novels.access import Members, require
from infinite_scribe.novels.revision_state import state_hashes
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, Role
from infinite_scribe.structure.router import router as structure_router
from infinite_scribe.structure.service import StructureService
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
async def book(fresh_db: TestDatabase) -> Book:
    return await make_book(fresh_db)


@pytest.fixture
async def client(fresh_db: TestDatabase, book: Book) -> AsyncIterator[httpx2.AsyncClient]:
    app = make_app(fresh_db, canon_router, continuity_router, structure_router)
    async with client_of(app, book.user_id) as signed_in:
        yield signed_in


class World:
    """Asks the routes of one book."""

    def __init__(self, client: httpx2.AsyncClient, book: Book) -> None:
        self.client, self.base = client, f"/novels/{book.novel_id}"

    async def ask(self, method: str, path: str, expected: int = 200, **given: Any) -> Any:
        answer = await self.client.request(method, self.base + path, **given)
        assert answer.status_code == expected, answer.text
        return answer.json()

    async def entry(self, kind: str, name: str, **members: Any) -> str:
        made = await self.ask("POST", "/entries", 201, json={"kind": kind, "name": name, **members})
        return str(made["entry"]["id"])


@pytest.fixture
def world(client: httpx2.AsyncClient, book: Book) -> World:
    return World(client, book)


def tick(number: int) -> dict[str, Any]:
    return {"kind": "tick", "tick": number}


async def test_an_entry_is_made_named_changed_found_and_retired(world: World) -> None:
    ines = await world.entry(
        "character",
        "Ines Vale",
        aliases=["the Keeper"],
        importance=5,
        sheet={"want": "to leave", "role": "protagonist"},
    )
    detail = await world.ask("GET", f"/entries/{ines}")
    assert detail["sheet"]["want"] == "to leave"
    assert {one["text"]: one["initials"] for one in detail["entry"]["aliases"]} == {
        "Ines Vale": "iv",
        "the Keeper": "tk",
    }
    assert detail["what_ai_sees"].startswith("Ines Vale (character)")
    changed = await world.ask(
        "PATCH", f"/entries/{ines}", json={"summary": "Keeps the light.", "agent_visibility": "never"}
    )
    assert (changed["entry"]["summary"], changed["what_ai_sees"]) == ("Keeps the light.", "")
    await world.ask("POST", f"/entries/{ines}/aliases", 201, json={"text": "Nes", "kind": "nickname"})
    lilei = await world.entry("character", "李雷")
    names = {one["label"]: one for one in (await world.ask("GET", "/names"))["items"]}
    assert (names["李雷"]["pinyin"], names["李雷"]["initials"]) == (["lilei"], ["ll"])
    for query, found in (("nes", [ines]), ("lil", [lilei]), ("iv", [ines]), ("zzz", [])):
        listed = await world.ask("GET", "/entries", params={"q": query})
        assert [one["id"] for one in listed["items"]] == found, query
    named = {
        one["text"]: one["id"] for one in (await world.ask("GET", f"/entries/{ines}"))["entry"]["aliases"]
    }
    await world.ask("DELETE", f"/entries/{ines}/aliases/{named['Nes']}")
    refused = await world.ask("DELETE", f"/entries/{ines}/aliases/{named['Ines Vale']}", 409)
    assert refused["code"] == "alias-taken"
    since = (await world.ask("GET", "/names"))["revision"]
    assert (await world.ask("GET", "/names", params={"since": since}))["items"] == []
    await world.ask("DELETE", f"/entries/{ines}")
    assert [one["id"] for one in (await world.ask("GET", "/entries"))["items"]] == [lilei]


async def test_a_name_of_two_is_refused_until_both_are_said_to_be_ambiguous(world: World) -> None:
    first = await world.entry("character", "Tom")
    second = await world.entry("character", "Thomas")
    taken = await world.ask("POST", f"/entries/{second}/aliases", 409, json={"text": "TOM"})
    assert (taken["code"], taken["params"]["entity_id"]) == ("alias-taken", first)
    await world.ask("POST", f"/entries/{second}/aliases", 201, json={"text": "Tom", "ambiguous": True})
    names = {one["id"]: one["ambiguous"] for one in (await world.ask("GET", "/names"))["items"]}
    assert names == {first: True, second: True}


async def test_facts_progress_and_the_three_ways_out_of_an_overlap(world: World) -> None:
    ines, shop, tower, mill = [
        await world.entry(kind, name)
        for kind, name in (("character", "Ines"), ("place", "Shop"), ("place", "Tower"), ("place", "Mill"))
    ]
    moved = {"subject_id": ines, "predicate": "located_at"}
    first = await world.ask("POST", "/facts", 201, json={**moved, "object_id": shop, "valid_from": tick(0)})
    assert first["fact"]["text"] == "Ines · place now: Shop"
    later = await world.ask("POST", "/facts", 201, json={**moved, "object_id": tower, "valid_from": tick(90)})
    assert [one["id"] for one in later["changed"]] == [first["fact"]["id"]]
    assert later["changed"][0]["status"] == "superseded"
    for moment, expected in (("t:-1", []), ("t:89", ["Shop"]), ("t:90", ["Tower"]), ("end", ["Tower"])):
        listed = await world.ask("GET", "/facts", params={"as_of": moment, "about": ines})
        assert [one["value_text"] for one in listed["items"]] == expected, moment
    past = {**moved, "object_id": mill, "valid_from": tick(30)}
    refused = await world.ask("POST", "/facts", 409, json=past)
    assert (refused["code"], refused["params"]["ways"]) == (
        "single-valued-overlap",
        ["replace", "split", "dispute"],
    )
    between = {**moved, "object_id": mill, "valid_from": tick(30), "valid_to": tick(60), "how": "split"}
    await world.ask("POST", "/facts", 201, json=between)
    for at, value in (
        (29, "Shop"),
        (30, "Mill"),
        (59, "Mill"),
        (60, "Shop"),
        (89, "Shop"),
        (90, "Tower"),
    ):
        listed = await world.ask("GET", "/facts", params={"as_of": f"t:{at}", "about": ines})
        assert [one["value_text"] for one in listed["items"]] == [value], at


async def test_replacing_retcons_and_disputing_asks_the_author(world: World) -> None:
    ines = await world.entry("character", "Ines")
    eyes = {"subject_id": ines, "predicate": "eye_colour"}
    green = await world.ask("POST", "/facts", 201, json={**eyes, "value": "green"})
    blue = await world.ask(
        "POST", "/facts", 201, json={**eyes, "value": "blue", "how": "replace", "because": "typo"}
    )
    assert [one["status"] for one in blue["changed"]] == ["retconned"]
    brown = await world.ask("POST", "/facts", 201, json={**eyes, "value": "brown", "how": "dispute"})
    assert brown["fact"]["status"] == "disputed"
    (item,) = (await world.ask("GET", "/inbox"))["items"]
    assert (item["disputed"], item["clash"][0]["fact_id"]) == (True, blue["fact"]["id"])
    assert item["text"] == "Ines · eye colour: brown"
    await world.ask("POST", "/inbox/decide", json={"ids": [item["id"]], "action": "reject"})
    (left,) = (await world.ask("GET", "/facts"))["items"]
    assert (left["value_text"], left["status"]) == ("blue", "canon")
    detail = await world.ask("GET", f"/entries/{ines}")
    assert {one["id"] for one in detail["superseded"]} >= {green["fact"]["id"]}


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ({"predicate": "eye_color", "value": "green"}, "unknown-predicate"),
        ({"predicate": "population", "value": 3}, "domain-mismatch"),
        ({"predicate": "life_state", "value": "asleep"}, "range-mismatch"),
        (
            {"predicate": "gender", "value": "female", "valid_from": tick(5), "valid_to": tick(5)},
            "interval-empty",
        ),
        ({"predicate": "attitude_to", "value": "x"}, "range-mismatch"),
    ],
)
async def test_a_fact_that_cannot_be_is_refused_with_its_reason(
    world: World, fact: dict[str, Any], code: str
) -> None:
    ines = await world.entry("character", "Ines")
    refused = await world.ask("POST", "/facts", 422, json={"subject_id": ines, **fact})
    assert refused["code"] == code


async def test_the_dead_stay_dead_without_a_revival(world: World) -> None:
    ines = await world.entry("character", "Ines", importance=4)
    shop = await world.entry("place", "Shop")
    died = await world.ask(
        "POST", "/events", 201,
        json={"kind": "death", "title": "The fall", "from": tick(100), "participants": [{"entity_id": ines, "role": "patient"}], "place_id": shop},
    )  # fmt: skip
    assert len(died["event"]["facts"]) == 1
    alive = {"subject_id": ines, "predicate": "life_state", "value": "alive", "valid_from": tick(200)}
    refused = await world.ask("POST", "/facts", 409, json=alive)
    assert refused["code"] == "final-value"
    revived = await world.ask(
        "POST", "/events", 201,
        json={"kind": "revival", "title": "The return", "from": tick(300), "caused_by": [died["event"]["id"]],
              "participants": [{"entity_id": ines, "role": "patient"}]},
    )  # fmt: skip
    states = [
        (await world.ask("GET", "/facts", params={"as_of": f"t:{at}", "about": ines}))["items"][0][
            "value_text"
        ]
        for at in (150, 300)
    ]
    assert states == ["dead", "alive"]
    circle = await world.ask(
        "PATCH", f"/events/{died['event']['id']}", 409, json={"caused_by": [revived["event"]["id"]]}
    )
    assert (circle["code"], len(circle["params"]["path"])) == ("canon-cycle", 3)
    await world.ask("DELETE", f"/events/{revived['event']['id']}")
    (dead,) = (await world.ask("GET", "/facts", params={"about": ines}))["items"]
    assert (dead["value_text"], dead["valid_to"]) == ("dead", None)
    await world.ask("PATCH", f"/events/{died['event']['id']}", json={"from": tick(400)})
    assert (await world.ask("GET", "/facts", params={"as_of": "t:150", "about": ines}))["items"] == []


async def test_a_fact_of_a_scene_moves_with_it_and_respects_its_paragraphs(
    world: World, fresh_db: TestDatabase, book: Book
) -> None:
    ines, shop = await world.entry("character", "Ines"), await world.entry("place", "Shop")
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        await StructureService.of(session, scope).set_blocks(book.scene_id, ["a", "b", "c"])
    anchor = {"kind": "scene", "ref": str(book.scene_id), "pid": "b", "edge": "at"}
    stated = await world.ask(
        "POST", "/facts", 201,
        json={"subject_id": ines, "predicate": "located_at", "object_id": shop, "valid_from": anchor},
    )  # fmt: skip
    assert stated["fact"]["from_scene"]["id"] == str(book.scene_id)

    async def held(as_of: str) -> int:
        return len((await world.ask("GET", "/facts", params={"as_of": as_of}))["items"])

    scene = f"scene:{book.scene_id}"
    assert [await held(f"{scene}:{pid}") for pid in "abc"] == [0, 1, 1]
    assert await held(scene) == 1
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        await StructureService.of(session, scope).set_blocks(book.scene_id, ["b", "a", "c"])
    assert [await held(f"{scene}:{pid}") for pid in "bac"] == [1, 1, 1]
    date = {"earliest": 10_000, "latest": 10_000, "precision": "minute"}
    await world.ask(
        "PATCH", "/timeline", json={"scenes": [{"scene_id": str(book.scene_id), "story_from": date}]}
    )
    assert (await held("t:9999"), await held("t:10000")) == (0, 1)
    for wrong in ("scene:nobody", f"scene:{book.novel_id}", "t:x", "yesterday", f"{scene}:zz"):
        refused = await world.ask("GET", "/facts", 422, params={"as_of": wrong})
        assert refused["code"] == "moment-invalid", wrong


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
