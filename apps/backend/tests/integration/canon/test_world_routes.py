"""The routes of the world: the author's edits of entries, names and facts, and refusals that say what to do."""

from __future__ import annotations

from typing import Any

import pytest

from factories.manuscript import Book, owner_rows
from infinite_scribe.novels.access import require
from infinite_scribe.novels.rules import NovelPermission
from infinite_scribe.structure.service import StructureService
from integration.canon.conftest import World, tick
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(90)


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


async def test_a_disputed_pair_gives_way_to_what_the_author_makes_of_it(world: World) -> None:
    ines = await world.entry("character", "Ines")
    eyes = {"subject_id": ines, "predicate": "eye_colour"}
    green = await world.ask("POST", "/facts", 201, json={**eyes, "value": "green"})
    brown = await world.ask("POST", "/facts", 201, json={**eyes, "value": "brown", "how": "dispute"})
    (item,) = (await world.ask("GET", "/inbox"))["items"]
    for wrong in ({**item["payload"], "predicate": "eye_color"}, {**item["payload"], "subject_id": None}):
        asked = {"ids": [item["id"]], "action": "accept", "edit": {item["id"]: wrong}}
        assert len((await world.ask("POST", "/inbox/decide", json=asked))["refused"]) == 1
    hazel = {**item["payload"], "text": "hazel"}
    asked = {"ids": [item["id"]], "action": "accept", "edit": {item["id"]: hazel}}
    (done,) = (await world.ask("POST", "/inbox/decide", json=asked))["done"]
    (left,) = (await world.ask("GET", "/facts"))["items"]
    assert (left["value_text"], left["status"], left["id"]) == ("hazel", "canon", done["result_id"])
    gone = {one["id"]: one for one in (await world.ask("GET", f"/entries/{ines}"))["superseded"]}
    for fact in (green, brown):
        old = gone[fact["fact"]["id"]]
        assert (old["status"], old["superseded_by"]) == ("retconned", left["id"])
    assert (await world.ask("GET", "/inbox"))["items"] == []


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


async def test_what_is_taken_back_leaves_no_hole(world: World) -> None:
    ines = await world.entry("character", "Ines")
    places = {name: await world.entry("place", name) for name in ("Home", "Paris", "Rome")}
    facts = {}
    for name, at in (("Home", 0), ("Paris", 10), ("Rome", 20)):
        made = {
            "subject_id": ines,
            "predicate": "located_at",
            "object_id": places[name],
            "valid_from": tick(at),
        }
        facts[name] = (await world.ask("POST", "/facts", 201, json=made))["fact"]["id"]

    async def where(at: int) -> list[str]:
        listed = await world.ask("GET", "/facts", params={"as_of": f"t:{at}", "about": ines})
        return [one["value_text"] for one in listed["items"]]

    await world.ask("DELETE", f"/facts/{facts['Paris']}")
    assert [await where(at) for at in (9, 15, 20)] == [["Home"], ["Home"], ["Rome"]]
    await world.ask("DELETE", f"/facts/{facts['Rome']}")
    assert await where(30) == ["Home"]


async def test_a_value_in_front_of_others_leaves_what_stood_there_when_it_goes(world: World) -> None:
    ines = await world.entry("character", "Ines")
    places = {name: await world.entry("place", name) for name in ("Home", "Paris", "Rome", "Oslo")}

    async def state(name: str, at: int, **more: Any) -> str:
        made = {
            "subject_id": ines,
            "predicate": "located_at",
            "object_id": places[name],
            "valid_from": tick(at),
        }
        return str((await world.ask("POST", "/facts", 201, json={**made, **more}))["fact"]["id"])

    async def where() -> list[str]:
        found = []
        for at in (5, 15, 25, 35):
            listed = await world.ask("GET", "/facts", params={"as_of": f"t:{at}", "about": ines})
            found.append(" ".join(one["value_text"] for one in listed["items"]))
        return found

    await state("Home", 0, valid_to=tick(18))
    rome = await state("Rome", 20)
    paris = await state("Paris", 10, how="split")
    assert await where() == ["Home", "Paris", "Rome", "Rome"]
    await world.ask("DELETE", f"/facts/{rome}")
    assert await where() == ["Home", "Paris", "Paris", "Paris"], "what ended at Rome goes on"
    oslo = await state("Oslo", 10, how="split", valid_to=tick(30))
    assert await where() == ["Home", "Oslo", "Oslo", "Paris"]
    await world.ask("DELETE", f"/facts/{oslo}")
    assert await where() == ["Home", "Paris", "Paris", "Paris"], "what stood behind Oslo is there again"
    for fact in (await world.ask("GET", "/facts", params={"as_of": "t:35"}))["items"]:
        await world.ask("DELETE", f"/facts/{fact['id']}")
    await world.ask("DELETE", f"/facts/{paris}")
    assert await where() == ["Home", "Home", "", ""], "and what had an end of its own keeps it"


async def test_an_event_says_what_becomes_of_the_values_in_its_way(world: World) -> None:
    ines = await world.entry("character", "Ines")
    dead = {"subject_id": ines, "predicate": "life_state", "value": "dead", "valid_from": tick(0)}
    await world.ask("POST", "/facts", 201, json=dead)
    birth = {
        "kind": "birth", "title": "She is born", "from": tick(5),
        "participants": [{"entity_id": ines, "role": "patient"}],
    }  # fmt: skip
    assert (await world.ask("POST", "/events", 409, json=birth))["code"] == "final-value"
    born = (await world.ask("POST", "/events", 201, json={**birth, "how": "replace"}))["event"]["id"]

    async def states() -> list[tuple[str, str]]:
        listed = await world.ask("GET", "/facts", params={"as_of": "t:9", "about": ines})
        return sorted((one["value_text"], one["status"]) for one in listed["items"])

    assert await states() == [("alive", "canon")]
    await world.ask("POST", "/facts", 201, json={**dead, "how": "dispute"})
    assert await states() == [("alive", "disputed"), ("dead", "disputed")]
    await world.ask("PATCH", f"/events/{born}", json={"how": "replace"})
    assert await states() == [("alive", "canon")], "of a dispute that is made anew nothing is left"
    assert (await world.ask("GET", "/inbox"))["items"] == []


async def test_what_was_disputed_stands_again_when_its_rivals_are_taken_back(world: World) -> None:
    ines = await world.entry("character", "Ines")
    eyes = {"subject_id": ines, "predicate": "eye_colour"}
    await world.ask("POST", "/facts", 201, json={**eyes, "value": "green"})

    async def disputed(value: str) -> str:
        made = await world.ask("POST", "/facts", 201, json={**eyes, "value": value, "how": "dispute"})
        return str(made["fact"]["id"])

    async def states() -> list[tuple[str, str]]:
        listed = (await world.ask("GET", "/facts", params={"about": ines}))["items"]
        return sorted((one["value_text"], one["status"]) for one in listed)

    brown = await disputed("brown")
    assert len((await world.ask("GET", "/inbox"))["items"]) == 1
    await world.ask("DELETE", f"/facts/{brown}")
    assert await states() == [("green", "canon")]
    assert (await world.ask("GET", "/inbox"))["items"] == []
    await disputed("hazel")
    (green,) = [
        one["id"] for one in (await world.ask("GET", "/facts"))["items"] if one["value_text"] == "green"
    ]
    await world.ask("DELETE", f"/facts/{green}")
    assert await states() == [("hazel", "canon")]
    assert (await world.ask("GET", "/inbox"))["items"] == []


@pytest.mark.parametrize("status", ["realised", "planned"])
async def test_an_event_that_is_moved_or_cancelled_takes_its_facts_along(world: World, status: str) -> None:
    ines = await world.entry("character", "Ines")
    paris, rome = await world.entry("place", "Paris"), await world.entry("place", "Rome")

    async def arrival(place: str, at: int) -> str:
        made = {
            "kind": "arrival", "title": "They come", "from": tick(at), "status": status, "place_id": place,
            "participants": [{"entity_id": ines, "role": "agent"}],
        }  # fmt: skip
        return str((await world.ask("POST", "/events", 201, json=made))["event"]["id"])

    first, _ = await arrival(paris, 10), await arrival(rome, 20)
    await world.ask("PATCH", f"/events/{first}", json={"from": tick(12)})
    shown = {"status": "planned"} if status == "planned" else {}

    async def where(at: int) -> list[str]:
        listed = await world.ask("GET", "/facts", params={"as_of": f"t:{at}", "about": ines, **shown})
        return sorted(one["value_text"] for one in listed["items"])

    assert [await where(at) for at in (11, 12)] == [[], ["Paris"]]
    await world.ask("DELETE", f"/events/{first}")
    assert [await where(at) for at in (15, 20)] == [[], ["Rome"]]
