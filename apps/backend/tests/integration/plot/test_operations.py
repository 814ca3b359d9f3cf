"""The plan by operations: done or refused one by one, shown before they are done, and linted."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2

from factories.genesis import begin, quick_start
from factories.manuscript import Book, make_book, owner_rows
from factories.structure import client_of, make_app
from infinite_scribe.novels.access import require
from infinite_scribe.novels.revisions import Revisions
from infinite_scribe.novels.rules import NovelPermission, RevisionKind
from infinite_scribe.plot.router import router
from infinite_scribe.plot.schemas import CardUpdate
from infinite_scribe.plot.service import PlotService
from servers.databases import TestDatabase


async def plan_of(client: httpx2.AsyncClient, book: Book) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/novels/{book.novel_id}/plan")).json()
    return found


async def change(
    client: httpx2.AsyncClient, book: Book, base: int, *ops: dict[str, Any], preview: bool = False
) -> dict[str, Any]:
    body = {"base_revision": base, "ops": list(ops), "preview": preview}
    answer = await client.post(f"/novels/{book.novel_id}/plan/operations", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_operations_are_done_refused_and_linted(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    start = await begin(fresh_db, book, quick_start(chapters=3))
    scene = str(start.scene_id)
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        plan = await plan_of(client, book)
        assert plan["lint"] == []
        base, third = plan["novel_revision"], plan["chapters"][2]["id"]
        promise = {
            "op": "add",
            "kind": "promise",
            "fields": {"kind": "vow", "statement": "She will come back."},
        }
        empty = {"op": "update", "kind": "card", "id": scene, "fields": {"goal": ""}}
        shown = await change(client, book, base, promise, empty, preview=True)
        assert shown["revision"] is None
        assert [one["code"] for one in shown["lint"]] == ["P-EMPTY"]
        assert (await plan_of(client, book))["novel_revision"] == base
        done = await change(
            client, book, base, promise,
            {"op": "update", "kind": "chapter", "id": third, "fields": {"one_line": "She comes back."}},
            {"op": "remove", "kind": "arc", "id": str(uuid4())},
            {"op": "link", "kind": "card", "id": scene},
        )  # fmt: skip
        assert done["revision"] == base + 1
        assert [(one["index"], one["problem"]["code"]) for one in done["refused"]] == [
            (2, "plan-target-not-found"), (3, "plan-operation-invalid"),
        ]  # fmt: skip
        ledger = (await client.get(f"/novels/{book.novel_id}/promises")).json()["items"]
        pay = {"op": "link", "kind": "promise", "id": ledger[0]["id"], "to": scene, "act": "pay"}
        linked = await change(client, book, base + 1, pay)
        assert [one["code"] for one in linked["lint"]] == ["P-PLANT"]
        unlinked = await change(client, book, base + 2, {**pay, "op": "unlink"})
        assert unlinked["lint"] == []
        stale = await change(client, book, base, {**empty, "fields": {"goal": "another"}})
        assert [one["problem"]["code"] for one in stale["refused"]] == ["plan-stale"]
        assert stale["revision"] is None
        assert (await plan_of(client, book))["chapters"][2]["one_line"] == "She comes back."


async def test_what_the_author_locked_is_refused(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    start = await begin(fresh_db, book, quick_start(chapters=3))
    async with fresh_db.api.transaction(owner_rows(book)) as session:
        scope = await require(session, book.user_id, book.novel_id, NovelPermission.WRITE)
        async with Revisions.of(session, scope).open(RevisionKind.EDIT) as revision:
            await PlotService.of(session, scope).write_card(
                revision, start.scene_id, CardUpdate(locked_fields=["goal"])
            )
    scene = str(start.scene_id)
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        base = (await plan_of(client, book))["novel_revision"]
        goal = {"op": "update", "kind": "card", "id": scene, "fields": {"goal": "to leave"}}
        turn = {"op": "update", "kind": "card", "id": scene, "fields": {"turn": "The door is locked."}}
        done = await change(client, book, base, goal, turn)
    assert [(one["index"], one["problem"]["code"]) for one in done["refused"]] == [(0, "locked-element")]
    assert done["revision"] == base + 1


async def test_a_chapter_and_a_card_that_changed_meanwhile_are_left(fresh_db: TestDatabase) -> None:
    book = await make_book(fresh_db)
    start = await begin(fresh_db, book, quick_start(chapters=3))
    scene = str(start.scene_id)
    async with client_of(make_app(fresh_db, router), book.user_id) as client:
        plan = await plan_of(client, book)
        base, third = plan["novel_revision"], plan["chapters"][2]["id"]
        line = {"op": "update", "kind": "chapter", "id": third, "fields": {"one_line": "Mine."}}
        move = {"op": "move", "kind": "card", "id": scene, "to": third}
        twice = {**line, "fields": {"purpose": "to end it"}}
        first = await change(client, book, base, line, twice, move, move)
        assert first["refused"] == []
        again = {**line, "fields": {"one_line": "Not mine."}}
        back = {**move, "to": plan["chapters"][0]["id"]}
        late = await change(client, book, base, again, back)
        assert [one["problem"]["code"] for one in late["refused"]] == ["plan-stale", "plan-stale"]
        assert late["revision"] is None
        fresh = await change(client, book, base + 1, again, back)
        assert fresh["refused"] == []
