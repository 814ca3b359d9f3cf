"""An id in the body of a request must be of something in the novel: another's is refused like one of nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from factories.canon import make_entities, make_facts, person, place
from factories.manuscript import Book, make_book, owner_rows
from factories.structure import client_of, make_app
from infinite_scribe.canon.inbox import CanonInbox
from infinite_scribe.canon.router import router as canon_router
from infinite_scribe.canon.schemas import FactInput
from infinite_scribe.continuity.router import router as continuity_router
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.plot.ledger import PromiseLedger
from infinite_scribe.plot.promise_schemas import PromiseDraft
from infinite_scribe.plot.router import router as plot_router
from infinite_scribe.plot.schemas import ArcDraft, ThreadDraft
from infinite_scribe.plot.service import PlotService
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(90)


@dataclass(frozen=True)
class Held:
    """What a book holds, one of a kind."""

    person: str
    place: str
    fact: str
    scene: str
    promise: str
    thread: str
    arc: str


async def _held(db: TestDatabase, book: Book) -> Held:
    (who, where) = await make_entities(db, book, person("Mara"), place("Mill"))
    (fact,) = await make_facts(db, book, FactInput(subject_id=who, predicate="located_at", object_id=where))
    async with db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        draft = PromiseDraft(kind="vow", statement="She comes back.")
        promise = (await PromiseLedger.of(session, scope).create(draft)).id
        plot = PlotService.of(session, scope)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            thread = await plot.add_thread(revision, ThreadDraft(name="Home"))
            arc = await plot.add_arc(revision, ArcDraft(title="Away"))
    return Held(*map(str, (who, where, fact, book.scene_id, promise, thread, arc)))


Asked = Callable[[Held, Held, Book], tuple[str, str, dict[str, Any]]]


def _card(members: Callable[[Held, Held], dict[str, Any]]) -> Asked:
    return lambda mine, other, _: ("PATCH", f"/scenes/{mine.scene}/card", members(mine, other))


def _plan(members: Callable[[Held, Held, Book], dict[str, Any]]) -> Asked:
    return lambda mine, other, book: ("PATCH", "/plan", members(mine, other, book))


def _sent(method: str, path: str, members: Callable[[Held, Held], dict[str, Any]]) -> Asked:
    return lambda mine, other, _: (method, path, members(mine, other))


ASKED: dict[str, tuple[str, Asked]] = {
    "who sees": ("pov_id", _card(lambda _, o: {"pov_id": o.person})),
    "where a scene is": ("place_id", _card(lambda _, o: {"place_id": o.place})),
    "who is on stage": ("cast.1.entity", _card(lambda m, o: {"cast": [{"entity": m.person}, {"entity": o.person}]})),
    "what a card promises": ("promises.0.promise", _card(lambda _, o: {"promises": [{"promise": o.promise, "act": "pay"}]})),
    "what a card must tell": ("must_include.0.fact", _card(lambda _, o: {"must_include": [{"fact": o.fact}]})),
    "what it must not tell": ("must_not_reveal.0.fact", _card(lambda _, o: {"must_not_reveal": [{"fact": o.fact}]})),
    "in whose name": ("must_include.0.promise", _card(lambda _, o: {"must_include": [{"text": "x", "promise": o.promise}]})),
    "where a scene begins": ("entry.0", _card(lambda _, o: {"entry": [o.fact]})),
    "where a scene ends": ("exit.0.s", _card(lambda _, o: {"exit": [{"s": o.person, "p": "health", "o": "ill"}]})),
    "a card's lines": ("thread_ids.0", _card(lambda _, o: {"thread_ids": [o.thread]})),
    "the protagonist": ("concept.protagonist_id", _plan(lambda _, o, __: {"concept": {"protagonist_id": o.person}})),
    "who sees a chapter": (
        "chapters.0.pov_id", _plan(lambda _, o, b: {"chapters": [{"chapter_id": str(b.chapter_id), "pov_id": o.person}]}),
    ),
    "where a chapter is": (
        "chapters.0.places.0", _plan(lambda _, o, b: {"chapters": [{"chapter_id": str(b.chapter_id), "places": [o.place]}]}),
    ),
    "a chapter's arc": (
        "chapters.0.arc_id", _plan(lambda _, o, b: {"chapters": [{"chapter_id": str(b.chapter_id), "arc_id": o.arc}]}),
    ),
    "a chapter's lines": (
        "chapters.0.threads.0", _plan(lambda _, o, b: {"chapters": [{"chapter_id": str(b.chapter_id), "threads": [o.thread]}]}),
    ),
    "whom a promise is about": (
        "subjects.1", _sent("POST", "/promises", lambda m, o: {"kind": "vow", "statement": "x", "subjects": [m.person, o.person]}),
    ),
    "a promise's line": (
        "thread_id", _sent("POST", "/promises", lambda _, o: {"kind": "vow", "statement": "x", "thread_id": o.thread}),
    ),
    "what arms a promise": (
        "trigger.0.s", _sent("POST", "/promises", lambda _, o: {
            "kind": "vow", "statement": "x", "trigger": [{"s": o.person, "p": "health"}]}),
    ),
    "a subject": ("subject_id", _sent("POST", "/facts", lambda _, o: {"subject_id": o.person, "predicate": "health", "value": "ill"})),
    "an object": (
        "object_id", _sent("POST", "/facts", lambda m, o: {"subject_id": m.person, "predicate": "located_at", "object_id": o.place}),
    ),
    "among whom it is known": (
        "publicity_scope_id", _sent("POST", "/facts", lambda m, o: {
            "subject_id": m.person, "predicate": "health", "value": "ill", "publicity_scope_id": o.place}),
    ),
    "why": (
        "cause_event_id", _sent("POST", "/facts", lambda m, o: {
            "subject_id": m.person, "predicate": "origin", "object_id": m.place, "cause_event_id": o.person}),
    ),
    "where it happens": ("place_id", _sent("POST", "/events", lambda _, o: {"title": "x", "place_id": o.place})),
    "who takes part": (
        "participants.0.entity_id", _sent("POST", "/events", lambda _, o: {"title": "x", "participants": [{"entity_id": o.person}]}),
    ),
    "what it needs": (
        "preconditions.0.o", _sent("POST", "/events", lambda m, o: {
            "title": "x", "preconditions": [{"s": m.person, "p": "located_at", "o": o.place}]}),
    ),
    "what it makes": (
        "effects.0.open.s", _sent("POST", "/events", lambda _, o: {
            "title": "x", "effects": [{"open": {"s": o.person, "p": "health", "o": "ill"}}]}),
    ),
    "what it ends": (
        "effects.0.close.o", _sent("POST", "/events", lambda m, o: {
            "title": "x", "effects": [{"close": {"s": m.person, "p": "located_at", "o": o.place}}]}),
    ),
    "an event's cause": ("caused_by", _sent("POST", "/events", lambda _, o: {"title": "x", "caused_by": [o.person]})),
    "where a law holds": (
        "scope_id", _sent("POST", "/rules", lambda _, o: {"statement": "x", "scope_kind": "place", "scope_id": o.place}),
    ),
    "an exception's scene": (
        "exceptions.0.scene", _sent("POST", "/rules", lambda _, o: {
            "statement": "x", "exceptions": [{"condition": "x", "scene": o.scene}]}),
    ),
    "an exception's ruling": (
        "exceptions.0.ruling", _sent("POST", "/rules", lambda _, o: {
            "statement": "x", "exceptions": [{"condition": "x", "ruling": o.person}]}),
    ),
    "what a law looks at": (
        "test.when.0.s", _sent("POST", "/rules", lambda _, o: {
            "statement": "x", "test": {"when": [{"s": o.person, "p": "health"}], "forbid": {"p": "located_at"}}}),
    ),
    "what a law forbids": (
        "test.forbid.o", _sent("POST", "/rules", lambda _, o: {
            "statement": "x", "test": {"when": [{"p": "health"}], "forbid": {"p": "located_at", "o": o.place}}}),
    ),
    "where a way begins": ("a", _sent("POST", "/routes", lambda m, o: {"a": o.place, "b": m.place, "min_ticks": 1})),
    "where a way ends": ("b", _sent("POST", "/routes", lambda m, o: {"a": m.place, "b": o.place, "min_ticks": 1})),
    "who knows": ("knower", _sent("PATCH", "/knowledge", lambda m, o: {"knower": o.person, "fact_id": m.fact, "stance": "knows"})),
    "what is known": ("fact_id", _sent("PATCH", "/knowledge", lambda m, o: {"knower": m.person, "fact_id": o.fact, "stance": "knows"})),
    "from whom it is hidden": (
        "hides_from.0", _sent("PATCH", "/knowledge", lambda m, o: {
            "knower": m.person, "fact_id": m.fact, "stance": "knows", "hides_from": [o.person]}),
    ),
    "who told": (
        "source_entity_id", _sent("PATCH", "/knowledge", lambda m, o: {
            "knower": m.person, "fact_id": m.fact, "stance": "knows", "source_entity_id": o.person}),
    ),
    "what is believed": (
        "believed_value", _sent("PATCH", "/knowledge", lambda m, o: {
            "knower": m.person, "fact_id": m.fact, "stance": "believes_wrongly", "believed_value": o.place}),
    ),
    "what is told": ("fact_id", _sent("POST", "/disclosures", lambda m, o: {"scene_id": m.scene, "fact_id": o.fact})),
}  # fmt: skip


async def _state(client: httpx2.AsyncClient, book: Book) -> int:
    return int((await client.get(f"/novels/{book.novel_id}/plan")).json()["novel_revision"])


async def test_an_id_of_another_book_or_of_nothing_is_refused_with_its_member(fresh_db: TestDatabase) -> None:
    mine, other = await make_book(fresh_db), await make_book(fresh_db)
    held, foreign = await _held(fresh_db, mine), await _held(fresh_db, other)
    nothing = Held(*(str(uuid4()) for _ in range(7)))
    async with client_of(
        make_app(fresh_db, canon_router, continuity_router, plot_router), mine.user_id
    ) as client:
        before = await _state(client, mine)
        for name, (field, asked) in ASKED.items():
            for strange in (foreign, nothing):
                method, path, given = asked(held, strange, mine)
                at = path if path.startswith("/scenes") else f"/novels/{mine.novel_id}{path}"
                answer = await client.request(method, at, json=given)
                assert answer.status_code == 404, (name, answer.text)
                problem = answer.json()
                assert problem["params"]["field"] == field, name
                if problem["code"] == "entry-not-found":
                    assert problem["errors"][0]["pointer"] == "/" + field.replace(".", "/"), name
                    assert "Choose what is there" in problem["detail"], name
        assert await _state(client, mine) == before
        for name, (_, asked) in ASKED.items():
            method, path, given = asked(held, held, mine)
            at = path if path.startswith("/scenes") else f"/novels/{mine.novel_id}{path}"
            answer = await client.request(method, at, json=given)
            assert answer.status_code != 404 or name in _KINDS, (name, answer.text)


_KINDS = {"why", "an event's cause", "an exception's ruling"}
"""Here the stranger's object is of another kind, so one's own is refused as well."""


async def test_a_suggestion_that_names_another_book_stays_open(fresh_db: TestDatabase) -> None:
    mine, other = await make_book(fresh_db), await make_book(fresh_db)
    foreign = await _held(fresh_db, other)
    payloads: list[tuple[Any, dict[str, Any]]] = [
        ("alias", {"entity_id": foreign.person, "text": "Mo"}),
        ("rule", {"statement": "x", "scope_kind": "place", "scope_id": foreign.place}),
        ("fact", {"subject_id": foreign.person, "predicate": "health", "text": "ill"}),
        ("merge", {"entity_id": foreign.person, "into": foreign.place}),
    ]
    async with fresh_db.api.transaction(owner_rows(mine)) as session:
        scope = await require(session, mine.user_id, mine.novel_id, NovelPermission.WRITE)
        inbox = CanonInbox.of(session, scope)
        ids: list[UUID] = [await inbox.propose(kind, payload) for kind, payload in payloads]
    async with client_of(make_app(fresh_db, continuity_router), mine.user_id) as client:
        asked = {"ids": [str(one) for one in ids], "action": "accept"}
        decided = (await client.post(f"/novels/{mine.novel_id}/inbox/decide", json=asked)).json()
    assert decided["done"] == []
    assert {one["problem"]["code"] for one in decided["refused"]} == {"entry-not-found"}


PATTERNS: list[tuple[str, dict[str, Any]]] = [
    ("/events", {"title": "x", "effects": [{"open": {"s": "?x", "p": "healt", "o": "ill"}}]}),
    ("/rules", {"statement": "x", "test": {"when": [{"p": "healt"}], "forbid": {"p": "health"}}}),
    ("/promises", {"kind": "vow", "statement": "x", "trigger": [{"s": "?x", "p": "healt"}]}),
]


async def test_a_pattern_of_a_fact_that_does_not_exist_is_refused(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with client_of(make_app(fresh_db, canon_router, plot_router), book.user_id) as client:
        for path, given in PATTERNS:
            answer = await client.post(f"/novels/{book.novel_id}{path}", json=given)
            assert (answer.status_code, answer.json()["code"]) == (422, "unknown-predicate"), path
            assert "health" in answer.json()["detail"]


async def test_a_member_that_is_emptied_is_left_alone_or_empty_and_never_a_fault(
    fresh_db: TestDatabase,
) -> None:
    book = await make_book(fresh_db)
    async with client_of(make_app(fresh_db, plot_router), book.user_id) as client:
        card = f"/scenes/{book.scene_id}/card"
        assert (await client.patch(card, json={"summary": "She leaves.", "tension": 3})).status_code == 200
        emptied = await client.patch(
            card, json={"summary": None, "cast": None, "exit": None, "tension": None}
        )
        assert emptied.status_code == 200, emptied.text
        assert (emptied.json()["summary"], emptied.json()["tension"]) == ("She leaves.", None)
        chapter = {"chapter_id": str(book.chapter_id), "one_line": None, "places": None, "pov_id": None}
        plan = {"concept": {"logline": None}, "style": {"banned": None}, "chapters": [chapter]}
        answer = await client.patch(f"/novels/{book.novel_id}/plan", json=plan)
        assert answer.status_code == 200, answer.text


TOO_MUCH: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/events", {"title": "x", "effects": [{"open": {"p": "health"}}] * 21}),
    ("PATCH", "/events/{id}", {"effects": [{"open": {"p": "health"}}] * 21}),
    ("PATCH", "/events/{id}", {"preconditions": [{"p": "health"}] * 11}),
    ("PATCH", "/knowledge", {"knower": "READER", "fact_id": str(uuid4()), "stance": "knows",
                             "hides_from": [str(uuid4())] * 201}),
    ("POST", "/entries", {"kind": "item", "name": "x", "fields": {"x": "y" * 30_000}}),
    ("POST", "/entries", {"kind": "character", "name": "x", "sheet": {"want": "y" * 9_000}}),
    ("POST", "/rules", {"statement": "x", "examples": ["y" * 1_000]}),
    ("PATCH", "/card", {"cast": [{"entity": str(uuid4())}] * 61}),
    ("PATCH", "/card", {"exit": [{"p": "health"}] * 21}),
    ("PATCH", "/card", {"must_include": [{"text": "x"}] * 41}),
    ("PATCH", "/card", {"must_not_reveal": [{"text": "x" * 700}]}),
    ("PATCH", "/card", {"must_include": [{}]}),
    ("PATCH", "/card", {"promises": [{"promise": str(uuid4()), "act": "pay"}] * 41}),
    ("PATCH", "/card", {"thread_ids": [str(uuid4())] * 101}),
    ("PATCH", "/card", {"entry": ["no id"]}),
    ("PATCH", "/card", {"summary": "x" * 9_000}),
    ("PATCH", "/plan", {"concept": {"genres": ["x"] * 101}}),
    ("PATCH", "/plan", {"style": {"banned": ["x" * 700]}}),
]  # fmt: skip


async def test_a_body_has_bounds(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    async with client_of(make_app(fresh_db, canon_router, plot_router), book.user_id) as client:
        for method, path, given in TOO_MUCH:
            at = f"/novels/{book.novel_id}{path}".replace("{id}", str(uuid4()))
            at = f"/scenes/{book.scene_id}/card" if path == "/card" else at
            answer = await client.request(method, at, json=given)
            assert (answer.status_code, answer.json()["kind"]) == (422, "INVALID"), (path, given, answer.text)
