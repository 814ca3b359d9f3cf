"""Every route by every role, and what the routes promise beyond the services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import text

from factories.calls import make_call
from factories.manuscript import Book, make_book, page
from factories.novels import make_cast, make_user
from factories.structure import client_of, make_app
from infinite_scribe.core.ids import new_id
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.manuscript.router import router as manuscript_router
from infinite_scribe.manuscript.service import ManuscriptService, ProposalDraft
from infinite_scribe.novels.access import scope_for_run
from infinite_scribe.novels.router import router as novels_router
from infinite_scribe.novels.rules import NovelPermission, Role, permissions_of
from infinite_scribe.structure.router import router as structure_router
from servers.databases import TestDatabase

ROUTERS = (novels_router, structure_router, manuscript_router)
READ, WRITE, MANAGE, OWN = (
    NovelPermission.READ,
    NovelPermission.WRITE,
    NovelPermission.MANAGE,
    NovelPermission.OWN,
)
SIGNED_IN = None
N, S, C, P = "/novels/{novel}", "/scenes/{scene}", "/chapters/{chapter}", "/proposals/{proposal}"

# operation → permission, method, path, body; the ones that take the book away come last
ROUTES: dict[str, tuple[NovelPermission | None, str, str, Any]] = {
    "list_novels": (SIGNED_IN, "GET", "/novels", None),
    "list_trashed_novels": (SIGNED_IN, "GET", "/novels/trash", None),
    "create_novel": (SIGNED_IN, "POST", "/novels", {"idea": "A well.", "language": "zh-CN"}),
    "create_sample_novel": (SIGNED_IN, "POST", "/novels/sample", {"language": "en"}),
    "get_novel": (READ, "GET", N, None),
    "list_revisions": (READ, "GET", f"{N}/revisions", None),
    "get_timeline": (READ, "GET", f"{N}/timeline", None),
    "get_calendar": (READ, "GET", f"{N}/calendar", None),
    "remember_place": (READ, "PUT", f"{N}/place", {"scene_id": "{scene}", "pid": "p0", "off": 1}),
    "get_tree": (READ, "GET", f"{N}/tree", None),
    "get_chapter_content": (READ, "GET", f"{C}/content", None),
    "get_novel_content": (READ, "GET", f"{N}/content", None),
    "list_versions": (READ, "GET", f"{S}/versions", None),
    "get_version": (READ, "GET", f"{S}/versions/{{version}}", None),
    "list_proposals": (READ, "GET", f"{N}/proposals", None),
    "get_proposal": (READ, "GET", P, None),
    "update_novel": (WRITE, "PATCH", N, {"title": "New"}),
    "date_scenes": (
        WRITE,
        "PATCH",
        f"{N}/timeline",
        {"scenes": [{"scene_id": "{scene}", "story_from": None}]},
    ),
    "set_calendar": (WRITE, "PUT", f"{N}/calendar", {}),
    "change_structure": (
        WRITE,
        "POST",
        f"{N}/structure",
        {"base_version": 0, "ops": [{"op": "rename", "kind": "scene", "id": "{scene}", "title": "x"}]},
    ),
    "save_scene": (WRITE, "PUT", f"{S}/content", "page"),
    "name_version": (WRITE, "POST", f"{S}/versions", {"label": "Draft 1"}),
    "restore_version": (WRITE, "POST", f"{S}/restore", {"version_id": "{version}"}),
    "decide_proposal": (WRITE, "POST", f"{P}/decide", {"action": "reject"}),
    "get_call_place": (READ, "GET", f"{N}/calls/{{call}}/place", None),
    "roll_back_novel": (MANAGE, "POST", f"{N}/rollback", {"revision": 1}),
    "restore_novel": (OWN, "POST", f"{N}/restore", None),
    "trash_novel": (OWN, "DELETE", N, None),
    "delete_novel_forever": (OWN, "DELETE", f"{N}/forever", None),
}
ROLES = ["owner", "manager", "editor", "commenter", "reader", "stranger", "nobody"]


def test_every_route_is_in_the_table_and_declares_its_errors() -> None:
    routes = {
        route.operation_id: route
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
    }
    assert routes.keys() == ROUTES.keys()
    for name, (permission, *_rest) in ROUTES.items():
        declared = set(routes[name].responses)
        if permission is not None:
            assert 404 in declared
            assert permission is READ or 403 in declared


async def ids_of(db: TestDatabase, book: Book) -> dict[str, str]:
    async with db.agent.transaction(RowScope(user_id=book.user_id, novel_id=book.novel_id)) as session:
        manuscript = ManuscriptService.of(
            session, scope_for_run(book.user_id, book.novel_id, ["read", "write"])
        )
        blocks = page(book.scene_id, "New.", pids=["n"])["content"]
        draft = ProposalDraft(scene_id=book.scene_id, kind="insert", variants=[{"id": "1", "blocks": blocks}])
        proposal = await manuscript.proposals.store(draft)
        version = (await session.execute(text("SELECT id FROM scene_versions"))).scalar_one()
    return {
        "novel": str(book.novel_id),
        "scene": str(book.scene_id),
        "chapter": str(book.chapter_id),
        "version": str(version),
        "proposal": str(proposal.id),
        "call": str(await make_call(db.owner, book.user_id, novel_id=book.novel_id)),
    }


def filled(body: Any, ids: dict[str, str], book: Book) -> Any:
    if body == "page":
        return {"json": page(book.scene_id, "Text.")}
    if isinstance(body, dict):
        return {key: filled(value, ids, book) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, ids, book) for value in body]
    return body.format(**ids) if isinstance(body, str) and body.startswith("{") else body


def allowed(role: str, permission: NovelPermission | None) -> bool:
    return permission is None or (role in set(map(str, Role)) and permission in permissions_of(Role(role)))


@pytest.mark.parametrize("role", ROLES)
async def test_every_route_by_every_role(fresh_db: TestDatabase, role: str) -> None:
    book = await make_book(fresh_db)
    cast = await make_cast(fresh_db.owner, fresh_db.api, book.novel_id, book.user_id)
    ids = await ids_of(fresh_db, book)
    app = make_app(fresh_db, *ROUTERS)
    async with client_of(app, cast.users.get(role)) as client:
        for name, (permission, method, path, body) in ROUTES.items():
            payload = filled(body, ids, book)
            answer = await client.request(
                method, path.format(**ids), json=payload, headers={"if-match": '"1"'}
            )
            if role == "nobody":
                assert answer.status_code == 401, (name, answer.text)
            elif role == "stranger" and permission is not None:
                assert answer.status_code == 404, (name, answer.text)
                assert answer.json()["code"] == "not-found"
            elif allowed(role, permission):
                assert answer.status_code < 300 or answer.status_code in {409, 412, 422}, (name, answer.text)
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed"), name
    async with fresh_db.owner.transaction() as session:
        left = (
            await session.execute(text("SELECT count(*) FROM novels WHERE id = :n"), {"n": book.novel_id})
        ).scalar_one()
        assert left == (0 if role == "owner" else 1)


async def test_a_stranger_leaves_no_trace(fresh_db: TestDatabase) -> None:
    book, bob = await make_book(fresh_db), await make_user(fresh_db.owner, "bob")
    ids = await ids_of(fresh_db, book)
    before = await dump(fresh_db)
    async with client_of(make_app(fresh_db, *ROUTERS), bob) as client:
        for permission, method, path, body in ROUTES.values():
            if permission is not None:
                payload = filled(body, ids, book)
                foreign = await client.request(
                    method, path.format(**ids), json=payload, headers={"if-match": "1"}
                )
                missing_ids = {key: str(new_id()) for key in ids}
                missing = await client.request(
                    method, path.format(**missing_ids), json=payload, headers={"if-match": "1"}
                )
                assert foreign.json() == missing.json()
    assert await dump(fresh_db) == before


async def dump(db: TestDatabase) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    async with db.owner.transaction() as session:
        for table in (
            "novels",
            "scenes",
            "scene_versions",
            "proposals",
            "novel_places",
            "outbox",
            "novel_revisions",
        ):
            rows = await session.execute(text(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1"))
            found.extend((table, row[0]) for row in rows)
    return found


async def put(app: FastAPI, user: UUID, book: Book, document: Any, **headers: str) -> Any:
    async with client_of(app, user) as client:
        return await client.put(f"/scenes/{book.scene_id}/content", json={"json": document}, headers=headers)


async def test_a_repeated_save_has_one_effect_and_one_answer(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    app = make_app(fresh_db, *ROUTERS)
    sent = {"if-match": '"1"', "idempotency-key": "save-0123456789abcdef"}
    document = page(book.scene_id, "Once.")
    first = await put(app, book.user_id, book, document, **sent)
    second = await put(app, book.user_id, book, document, **sent)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json() == {**first.json(), "version": 2}
    other = await put(app, book.user_id, book, page(book.scene_id, "Other."), **sent)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")
    async with fresh_db.owner.transaction() as session:
        assert (await session.execute(text("SELECT max(number) FROM scene_versions"))).scalar_one() == 2


async def test_a_conflict_carries_the_present_text_and_is_not_remembered(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    app = make_app(fresh_db, *ROUTERS)
    await put(app, book.user_id, book, page(book.scene_id, "Theirs."), **{"if-match": "1"})
    sent = {"if-match": "1", "idempotency-key": "save-0123456789abcdef"}
    lost = await put(app, book.user_id, book, page(book.scene_id, "Mine."), **sent)
    assert (lost.status_code, lost.json()["code"]) == (412, "content-changed")
    assert lost.headers["content-type"] == "application/problem+json"
    assert lost.json()["params"]["current"] == {
        "version": 2,
        "novel_revision": 1,
        "json": page(book.scene_id, "Theirs."),
    }
    again = await put(app, book.user_id, book, page(book.scene_id, "Mine."), **{**sent, "if-match": "2"})
    assert again.json()["version"] == 3


async def test_a_save_without_a_version_and_impossible_text_are_told_apart(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    app = make_app(fresh_db, *ROUTERS)
    without = await put(app, book.user_id, book, page(book.scene_id, "x"))
    assert (without.status_code, without.json()["code"]) == (428, "version-needed")
    async with client_of(app, book.user_id) as client:
        raw = b'{"json": {"type": "scene", "attrs": {"id": "%s", "schema": 1}, "content": [{"type": "paragraph", "attrs": {"pid": "p"}, "content": [{"type": "text", "text": "\\ud83d"}]}]}}'
        answer = await client.put(
            f"/scenes/{book.scene_id}/content",
            content=raw % str(book.scene_id).encode(),
            headers={"if-match": "1", "content-type": "application/json"},
        )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-text")
    assert answer.json()["errors"][0]["pointer"] == "/content/0/content/0/text"


async def test_a_book_is_made_once_per_key_and_can_be_written_in(fresh_db: TestDatabase) -> None:
    ada = await make_user(fresh_db.owner)
    app = make_app(fresh_db, *ROUTERS)
    async with client_of(app, ada) as client:
        wanted = {"idea": "A town that sells weather. It rains.", "language": "zh-CN"}
        key = {"idempotency-key": "new-book-0123456789"}
        made = await client.post("/novels", json=wanted, headers=key)
        again = await client.post("/novels", json=wanted, headers=key)
        assert made.status_code == again.status_code == 201
        assert made.json() == again.json()
        book = made.json()
        assert (book["language"], book["role"], book["words"], book["title"]) == (
            "zh",
            "owner",
            0,
            "A town that sells weather",
        )
        tree = (await client.get(f"/novels/{book['id']}/tree")).json()
        [scene] = tree["parts"][0]["chapters"][0]["scenes"]
        assert scene["version"] == 1
        place = {"scene_id": scene["id"], "pid": "p0", "off": 3}
        assert (await client.put(f"/novels/{book['id']}/place", json=place)).status_code == 204
        shelf = (await client.get("/novels")).json()
        assert [item["place"] for item in shelf["items"]] == [place]
        assert (await client.delete(f"/novels/{book['id']}")).status_code == 204
        assert (await client.get("/novels")).json()["items"] == []
        refused = await client.put(
            f"/scenes/{scene['id']}/content",
            json={"json": page(UUID(scene["id"]), "x")},
            headers={"if-match": "1"},
        )
        assert refused.json()["code"] == "novel-in-trash"
        assert (await client.delete(f"/novels/{book['id']}/forever")).status_code == 204
        assert (await client.get(f"/novels/{book['id']}")).status_code == 404


async def test_the_shelf_is_paged(fresh_db: TestDatabase) -> None:
    ada = await make_user(fresh_db.owner)
    made = [(await make_book(fresh_db, user_id=ada)).novel_id for _ in range(5)]
    seen: list[str] = []
    async with client_of(make_app(fresh_db, *ROUTERS), ada) as client:
        cursor: str | None = None
        for _ in range(3):
            answer = (
                await client.get("/novels", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
            ).json()
            seen += [item["id"] for item in answer["items"]]
            cursor = answer["next"]
        assert cursor is None
        assert (await client.get("/novels", params={"cursor": "nonsense"})).status_code == 422
    assert seen == [str(novel) for novel in reversed(made)]
