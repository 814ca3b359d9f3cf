"""What cannot be written is refused with what would be taken instead, and nothing of it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from factories.manuscript import Book
from integration.canon.conftest import World

pytestmark = pytest.mark.timeout(90)
NOBODY = str(uuid4())


class Cast:
    """Two people and three places inside one another, and one scene."""

    def __init__(self, ids: dict[str, str]) -> None:
        self.ids = ids

    def __getattr__(self, name: str) -> str:
        return self.ids[name]


@pytest.fixture
async def cast(world: World, book: Book) -> Cast:
    ids = {
        name: await world.entry(kind, shown)
        for name, kind, shown in (
            ("mara", "character", "Mara"),
            ("tom", "character", "Tom"),
            ("room", "place", "the room"),
            ("tower", "place", "the tower"),
            ("town", "place", "Saltmarsh"),
        )
    }
    for inner, outer in (("room", "tower"), ("tower", "town")):
        fact = {"subject_id": ids[inner], "predicate": "part_of", "object_id": ids[outer]}
        await world.ask("POST", "/facts", 201, json=fact)
    return Cast({**ids, "scene": str(book.scene_id)})


def at(number: int) -> dict[str, Any]:
    return {"kind": "tick", "tick": number}


Asked = Callable[[Cast], dict[str, Any]]
FACTS: dict[str, tuple[Asked, int, str, str, dict[str, Any]]] = {
    "a place inside itself by two steps": (
        lambda cast: {"subject_id": cast.town, "predicate": "part_of", "object_id": cast.room},
        409, "canon-cycle", "Saltmarsh › the room › the tower › Saltmarsh",
        {"names": ["Saltmarsh", "the room", "the tower", "Saltmarsh"]},
    ),
    "a place inside itself at once": (
        lambda cast: {"subject_id": cast.room, "predicate": "part_of", "object_id": cast.room, "how": "dispute"},
        409, "canon-cycle", "the room › the room", {},
    ),
    "an unknown predicate that is nearly one": (
        lambda cast: {"subject_id": cast.mara, "predicate": "eye_color", "value": "grey"},
        422, "unknown-predicate", "eye_colour (eye colour)",
        {"nearest": ["eye_colour", "hair_colour", "feels"]},
    ),
    "an unknown predicate like none": (
        lambda cast: {"subject_id": cast.mara, "predicate": "qqqqqq", "value": "x"},
        422, "unknown-predicate", "The registry lists every fact", {"nearest": []},
    ),
    "a subject of the wrong kind": (
        lambda cast: {"subject_id": cast.town, "predicate": "eye_colour", "value": "grey"},
        422, "domain-mismatch", "a character or a creature, not of a place",
        {"kind": "place", "expected": ["character", "creature"]},
    ),
    "the world as a subject": (
        lambda _: {"predicate": "eye_colour", "value": "grey"},
        422, "domain-mismatch", "not of the world", {},
    ),
    "an object of the wrong kind": (
        lambda cast: {"subject_id": cast.mara, "predicate": "located_at", "object_id": cast.tom},
        422, "range-mismatch", "takes a place, not a character", {"expected": ["place"]},
    ),
    "words instead of an entry": (
        lambda cast: {"subject_id": cast.mara, "predicate": "located_at", "value": "home"},
        422, "range-mismatch", "takes a place, not “home”", {},
    ),
    "no such choice": (
        lambda cast: {"subject_id": cast.mara, "predicate": "life_state", "value": "sleepy"},
        422, "range-mismatch", "unborn, alive, dead, undead or unknown",
        {"expected": ["unborn", "alive", "dead", "undead", "unknown"]},
    ),
    "words instead of a figure": (
        lambda cast: {"subject_id": cast.mara, "predicate": "height_cm", "value": "tall"},
        422, "range-mismatch", "takes a number", {},
    ),
    "an entry and a figure at once": (
        lambda cast: {"subject_id": cast.town, "predicate": "distance_to", "object_id": cast.room, "value": 3},
        422, "range-mismatch", "a detail: km", {"qualifiers": ["km"]},
    ),
    "a detail that is none": (
        lambda cast: {"subject_id": cast.mara, "predicate": "handedness", "value": "left", "qualifier": {"no": 1}},
        422, "range-mismatch", "no detail “no”", {"qualifier": "no"},
    ),
    "an end before the beginning": (
        lambda cast: {
            "subject_id": cast.mara, "predicate": "health", "value": "ill", "valid_from": at(9), "valid_to": at(8),
        },
        422, "interval-empty", "Choose a later end", {"predicate": "health"},
    ),
    "an end at the beginning": (
        lambda cast: {
            "subject_id": cast.mara, "predicate": "health", "value": "ill", "valid_from": at(9), "valid_to": at(9),
        },
        422, "interval-empty", "an earlier beginning", {},
    ),
    "a scene that is not in the book": (
        lambda cast: {
            "subject_id": cast.mara, "predicate": "health", "value": "ill",
            "valid_from": {"kind": "scene", "ref": NOBODY},
        },
        422, "moment-invalid", "a scene that stands in the book", {"as_of": f"scene:{NOBODY}"},
    ),
    "an event that is not in the book": (
        lambda cast: {
            "subject_id": cast.mara, "predicate": "health", "value": "ill",
            "valid_from": {"kind": "event", "ref": NOBODY},
        },
        422, "moment-invalid", "not in the story", {},
    ),
    "a minute outside of all time": (
        lambda cast: {"subject_id": cast.mara, "predicate": "health", "value": "ill", "valid_from": at(10**30)},
        422, "moment-invalid", "not in the story", {},
    ),
    "a subject that is not in the book": (
        lambda _: {"subject_id": NOBODY, "predicate": "health", "value": "ill"},
        404, "entry-not-found", "not in the novel", {"id": NOBODY},
    ),
}  # fmt: skip


async def test_a_fact_that_cannot_be_is_refused_with_what_to_do(world: World, cast: Cast) -> None:
    before = await world.ask("GET", "/facts")
    for name, (fact, status, code, sentence, params) in FACTS.items():
        refused = await world.ask("POST", "/facts", status, json=fact(cast))
        assert refused["code"] == code, name
        assert sentence in refused["detail"], name
        assert {key: refused["params"][key] for key in params} == params, name
    assert await world.ask("GET", "/facts") == before


SECONDS: dict[str, tuple[dict[str, Any], dict[str, Any], str, list[str]]] = {
    "what never changes": (
        {"predicate": "eye_colour", "value": "grey"}, {"predicate": "eye_colour", "value": "green"},
        "single-valued-overlap", ["replace", "split", "dispute"],
    ),
    "what holds later": (
        {"predicate": "health", "value": "ill", "valid_from": at(50)},
        {"predicate": "health", "value": "well", "valid_from": at(10)},
        "single-valued-overlap", ["replace", "split", "dispute"],
    ),
    "what is final": (
        {"predicate": "life_state", "value": "dead", "valid_from": at(50)},
        {"predicate": "life_state", "value": "alive", "valid_from": at(60)},
        "final-value", ["cause_event", "replace", "dispute"],
    ),
}  # fmt: skip


async def test_a_second_value_is_refused_with_the_one_that_stands_and_every_way_out(
    world: World, cast: Cast
) -> None:
    for name, (first, second, code, ways) in SECONDS.items():
        stands = await world.ask("POST", "/facts", 201, json={"subject_id": cast.mara, **first})
        refused = await world.ask("POST", "/facts", 409, json={"subject_id": cast.mara, **second})
        assert (refused["code"], refused["params"]["ways"]) == (code, ways), name
        told = (refused["params"]["fact_id"], refused["params"]["fact"])
        assert told == (stands["fact"]["id"], stands["fact"]["text"]), name
        assert stands["fact"]["text"] in refused["detail"], name
        for way in ("replace", "dispute"):
            person = await world.entry("character", f"{name} {way}")
            await world.ask("POST", "/facts", 201, json={"subject_id": person, **first})
            await world.ask("POST", "/facts", 201, json={"subject_id": person, **second, "how": way})


MERGES: dict[str, tuple[Callable[[Cast], tuple[str, str]], int, str, str]] = {
    "itself": (lambda cast: (cast.mara, cast.mara), 422, "merge-self", "Choose the other entry"),
    "another kind": (lambda cast: (cast.mara, cast.town), 422, "range-mismatch", "Mara is a character"),
    "nobody": (lambda cast: (cast.mara, NOBODY), 404, "entry-not-found", "not in the novel"),
}


async def test_a_merge_that_cannot_be_is_refused(world: World, cast: Cast) -> None:
    for name, (ends, status, code, sentence) in MERGES.items():
        source, into = ends(cast)
        for preview in (True, False):
            asked = {"into": into, "preview": preview}
            refused = await world.ask("POST", f"/entries/{source}/merge", status, json=asked)
            assert refused["code"] == code, name
            assert sentence in refused["detail"], name


async def test_what_was_merged_says_where_it_went(world: World, cast: Cast) -> None:
    await world.ask("POST", f"/entries/{cast.tom}/merge", json={"into": cast.mara})
    refused = await world.ask("POST", f"/entries/{cast.tom}/merge", 422, json={"into": cast.mara})
    assert refused["params"]["into"] == cast.mara
    assert "Tom was merged into Mara already" in refused["detail"]


async def test_a_name_of_another_is_refused_with_its_bearer_and_three_ways_out(
    world: World, cast: Cast
) -> None:
    for method, path, given in (
        ("POST", f"/entries/{cast.mara}/aliases", {"text": "Tom"}),
        ("POST", f"/entries/{cast.mara}/aliases", {"text": " TOM "}),
        ("POST", f"/entries/{cast.mara}/aliases", {"text": "Ｔｏｍ"}),
        ("POST", "/entries", {"kind": "item", "name": "tom"}),
        ("POST", "/entries", {"kind": "item", "name": "a thing", "aliases": ["Tom"]}),
        ("PATCH", f"/entries/{cast.mara}", {"name": "Tom"}),
    ):
        refused = await world.ask(method, path, 409, json=given)
        assert refused["code"] == "alias-taken"
        assert (refused["params"]["entity_id"], refused["params"]["entity_name"]) == (cast.tom, "Tom")
        assert refused["params"]["ways"] == ["rename", "merge", "ambiguous"]
        assert "is a name of Tom already" in refused["detail"]
    assert [
        one["name"] for one in (await world.ask("GET", "/entries", params={"kind": "item"}))["items"]
    ] == []


async def test_a_name_of_blanks_is_none(world: World, cast: Cast) -> None:
    for text in ("", "   ", "\u3000\t"):
        await world.ask("POST", f"/entries/{cast.mara}/aliases", 422, json={"text": text})
        await world.ask("POST", "/entries", 422, json={"kind": "item", "name": text})
        await world.ask("PATCH", f"/entries/{cast.mara}", 422, json={"name": text})
        await world.ask("POST", "/events", 422, json={"kind": "fight", "title": text})
        await world.ask("POST", "/rules", 422, json={"statement": text})


BELIEFS: dict[str, tuple[Callable[[Cast, str], dict[str, Any]], int, str]] = {
    "a place that thinks": (lambda cast, fact: {"knower": cast.town, "fact_id": fact, "stance": "knows"}, 422, "domain-mismatch"),
    "a stranger": (lambda _, fact: {"knower": NOBODY, "fact_id": fact, "stance": "knows"}, 404, "entry-not-found"),
    "an error without its content": (
        lambda cast, fact: {"knower": cast.tom, "fact_id": fact, "stance": "believes_wrongly"}, 422, "range-mismatch",
    ),
    "an error that could not be true": (
        lambda cast, fact: {
            "knower": cast.tom, "fact_id": fact, "stance": "believes_wrongly", "believed_value": cast.mara,
        },
        422, "range-mismatch",
    ),
    "until before from": (
        lambda cast, fact: {
            "knower": cast.tom, "fact_id": fact, "stance": "knows", "from": at(9), "until": at(9),
        },
        422, "interval-empty",
    ),
    "from a scene that is not there": (
        lambda cast, fact: {
            "knower": cast.tom, "fact_id": fact, "stance": "knows", "from": {"kind": "scene", "ref": NOBODY},
        },
        422, "moment-invalid",
    ),
}  # fmt: skip


async def test_a_belief_that_cannot_be_is_refused(world: World, cast: Cast) -> None:
    given = {
        "subject_id": cast.mara,
        "predicate": "located_at",
        "object_id": cast.tower,
        "publicity": "secret",
    }
    fact = (await world.ask("POST", "/facts", 201, json=given))["fact"]["id"]
    for name, (asked, status, code) in BELIEFS.items():
        refused = await world.ask("PATCH", "/knowledge", status, json=asked(cast, fact))
        assert refused["code"] == code, name
    assert (await world.ask("GET", f"/entries/{cast.tom}"))["beliefs"] == []


async def test_an_event_that_causes_itself_is_refused_with_its_path(world: World, cast: Cast) -> None:
    fire = await world.ask("POST", "/events", 201, json={"kind": "destruction", "title": "The fire"})
    flight = {"kind": "escape", "title": "The flight", "caused_by": [fire["event"]["id"]]}
    after = await world.ask("POST", "/events", 201, json=flight)
    asked = {"caused_by": [after["event"]["id"]]}
    refused = await world.ask("PATCH", f"/events/{fire['event']['id']}", 409, json=asked)
    assert refused["params"]["names"] == ["The fire", "The flight", "The fire"]
    assert "The fire › The flight › The fire" in refused["detail"]


async def test_a_moment_that_is_none_says_what_one_looks_like(world: World, cast: Cast) -> None:
    for path in (f"/entries/{cast.mara}", "/entries", "/facts", "/knowledge", "/graph", "/events", "/routes"):
        for as_of in (
            "yesterday",
            "scene:1",
            f"scene:{NOBODY}",
            "t:x",
            f"t:{10**30}",
            f"scene:{cast.scene}:p9",
        ):
            refused = await world.ask("GET", path, 422, params={"as_of": as_of, "center": cast.mara})
            assert refused["code"] == "moment-invalid", (path, as_of)
            assert "scene:<id>" in refused["params"]["expected"]
