"""An author's own wording: checked, kept with its history, given to agents, and nobody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx2

from factories.novels import make_novel, make_user
from factories.structure import client_of, make_app
from infinite_scribe.briefing.document import house_rules
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.prompts import catalogue
from infinite_scribe.prompts.models import PromptOverride
from infinite_scribe.prompts.router import router
from infinite_scribe.prompts.rules import Prompt
from infinite_scribe.prompts.service import PromptService
from servers.databases import TestDatabase

NAME = "writer.draft_scene.en"
MINE = {"system": "Be terse.", "task": "{{briefing}}\n\nIn {{word_budget}} words."}


async def put(client: httpx2.AsyncClient, at: str, **changes: Any) -> httpx2.Response:
    return await client.put(f"{at}/{NAME}", json={**MINE, **changes})


async def test_a_wording_is_saved_read_back_and_reset(fresh_db: TestDatabase) -> None:
    user = await make_user(fresh_db.owner)
    async with client_of(make_app(fresh_db, router), user) as me:
        listed = (await me.get("/prompts", params={"language": "en"})).json()["items"]
        assert {one["language"] for one in listed} == {"en"}
        assert {one["source"] for one in listed} == {"shipped"}
        fixed = (await me.get("/prompts", params={"language": "zh"})).json()["fixed"]
        assert [one["name"] for one in fixed] == ["house_rules", "repair", "repair_items", "lite", "correct"]
        assert fixed[0]["text"] == house_rules("zh")
        assert (await me.get("/prompts/house_rules.zh")).status_code == 404
        saved = await put(me, "/prompts", system="  Be terse.\r\n")
        assert saved.status_code == 200
        body = saved.json()
        assert (body["source"], body["mine"]["system"], body["mine"]["number"]) == ("mine", "Be terse.", 1)
        assert body["shipped"]["system"].startswith("You are Writer")
        assert (body["has_moved"], body["is_unusable"], body["place"]) == (False, False, "scene")
        second = await put(me, "/prompts", system="Be long.", replaces=body["version"])
        assert second.json()["mine"]["number"] == 2
        reset = await me.delete(f"/prompts/{NAME}", params={"replaces": second.json()["version"]})
        assert (reset.json()["source"], reset.json()["mine"]) == ("shipped", None)
        history = (await me.get(f"/prompts/{NAME}/versions")).json()["items"]
        assert [(one["number"], one["system"], one["is_live"]) for one in history] == [
            (2, "Be long.", False),
            (1, "Be terse.", False),
        ]
        assert (await me.get("/prompts/writer.nothing.en")).status_code == 404


async def test_a_wrong_wording_is_refused_with_the_names_and_nothing_is_lost(fresh_db: TestDatabase) -> None:
    user = await make_user(fresh_db.owner)
    async with client_of(make_app(fresh_db, router), user) as me:
        kept = (await put(me, "/prompts")).json()["version"]
        wrong = await put(me, "/prompts", task="{{briefing}} {{mood}}", replaces=kept)
        assert wrong.status_code == 422
        assert wrong.json()["code"] == "prompt-variables"
        assert wrong.json()["params"] == {"unknown": ["mood"], "missing": ["word_budget"]}
        blank = await put(me, "/prompts", system=" \n ", replaces=kept)
        assert (blank.status_code, blank.json()["errors"][0]["pointer"]) == (422, "/system")
        stale = await put(me, "/prompts", system="Mine was first.")
        assert (stale.status_code, stale.json()["code"]) == (409, "prompt-changed")
        assert stale.json()["params"] == {"version": kept}
        assert (await me.get(f"/prompts/{NAME}")).json()["version"] == kept


async def test_a_novels_wording_stands_above_the_users_and_nobody_elses_reaches_it(
    fresh_db: TestDatabase,
) -> None:
    ada, bob = await make_user(fresh_db.owner, "ada"), await make_user(fresh_db.owner, "bob")
    first, second = await make_novel(fresh_db.api, ada), await make_novel(fresh_db.api, ada)
    his = await make_novel(fresh_db.api, bob)
    app = make_app(fresh_db, router)
    async with client_of(app, ada) as author, client_of(app, bob) as other:
        await put(author, "/prompts", system="Ada everywhere.")
        assert (await put(author, f"/novels/{first}/prompts", system="Ada here.")).status_code == 200
        await put(other, "/prompts", system="Bob everywhere.")
        for method, body in (("GET", None), ("PUT", {**MINE}), ("DELETE", None)):
            foreign = await other.request(method, f"/novels/{first}/prompts/{NAME}", json=body)
            assert foreign.status_code == 404
        assert (await other.get(f"/novels/{first}/prompts/{NAME}/versions")).status_code == 404
        read = (await author.get(f"/novels/{first}/prompts/{NAME}")).json()
        assert (read["source"], read["novel"]["system"], read["mine"]["system"]) == (
            "novel",
            "Ada here.",
            "Ada everywhere.",
        )
    assert await given(fresh_db, ada, first) == "Ada here."
    assert await given(fresh_db, ada, second) == "Ada everywhere."
    assert await given(fresh_db, bob, his) == "Bob everywhere."
    # Row-level security alone keeps the rows apart, whatever the query asks for.
    async with fresh_db.agent.transaction(RowScope(user_id=bob, novel_id=his)) as session:
        prompts = PromptService.of(session, ada, first)
        assert await prompts.in_force("writer") == {}


async def given(db: TestDatabase, user: UUID, novel: UUID) -> str:
    async with db.agent.transaction(RowScope(user_id=user, novel_id=novel)) as session:
        return (await PromptService.of(session, user, novel).worded(NAME)).system


async def test_a_moved_shipped_wording_is_told_and_one_that_fits_no_more_is_not_used(
    fresh_db: TestDatabase, monkeypatch: Any
) -> None:
    user = await make_user(fresh_db.owner)
    shipped = dict(catalogue.shipped_prompts())
    was = shipped[NAME]
    async with client_of(make_app(fresh_db, router), user) as me:
        mine = (await put(me, "/prompts")).json()["version"]
        moved = Prompt(NAME, "moved", "New words.", was.task, was.variables)
        monkeypatch.setattr(
            "infinite_scribe.prompts.service.shipped_prompts", lambda: {**shipped, NAME: moved}
        )
        monkeypatch.setattr("infinite_scribe.prompts.service.shipped_prompt", lambda _: moved)
        read = (await me.get(f"/prompts/{NAME}")).json()
        assert (read["source"], read["has_moved"], read["is_unusable"]) == ("mine", True, False)
        assert read["mine"]["base"]["system"] == was.system
        assert read["shipped"]["system"] == "New words."
        # Saving the same words again takes note of the new shipped ones, and is no new version.
        again = (await put(me, "/prompts", replaces=mine)).json()
        assert (again["has_moved"], again["mine"]["number"]) == (False, 1)
        other = Prompt(NAME, "other", "New words.", "{{briefing}} {{mood}}", frozenset({"briefing", "mood"}))
        monkeypatch.setattr(
            "infinite_scribe.prompts.service.shipped_prompts", lambda: {**shipped, NAME: other}
        )
        monkeypatch.setattr("infinite_scribe.prompts.service.shipped_prompt", lambda _: other)
        read = (await me.get(f"/prompts/{NAME}")).json()
        assert (read["source"], read["is_unusable"], read["version"]) == ("shipped", True, "other")


async def test_two_saves_at_once_leave_one_wording(fresh_db: TestDatabase) -> None:
    user = await make_user(fresh_db.owner)
    async with client_of(make_app(fresh_db, router), user) as me:
        first = await put(me, "/prompts", system="One.")
        second = await put(me, "/prompts", system="Two.")
    assert (first.status_code, second.status_code) == (200, 409)
    async with fresh_db.owner.transaction(RowScope(user_id=user)) as session:
        rows = await session.execute(PromptOverride.__table__.select())
        assert [row.system for row in rows] == ["One."]
