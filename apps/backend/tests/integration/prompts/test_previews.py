"""A preview is what is really sent: the agent's own code up to its first question, and nothing has happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from factories.calls import make_call, make_user
from factories.loop import StoryModels, Studio, make_studio
from factories.manuscript import make_book
from factories.novels import share
from factories.providers import choose_model, make_endpoint
from factories.rehearsals import AgentDoors
from factories.structure import client_of, make_app
from infinite_scribe.db.sql.base import Base
from infinite_scribe.db.sql.engine import RowScope
from infinite_scribe.novels.rules import Role
from infinite_scribe.prompts.router import router
from infinite_scribe.providers.privacy import PrivateModeService
from servers.databases import TestDatabase

pytestmark = pytest.mark.timeout(120)
MINE = {"system": "Be terse.", "task": "{{briefing}}\n\nIn {{word_budget}} words."}


async def rows(studio: Studio) -> dict[str, int]:
    async with studio.db.owner.transaction() as session:
        return {
            name: int(await session.scalar(text(f"SELECT count(*) FROM {name}")) or 0)
            for name in Base.metadata.tables
        }


async def test_a_preview_is_the_very_words_that_are_sent_and_changes_nothing(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    models, scene = StoryModels(), str(studio.book.scene_id)
    app = make_app(fresh_db, router)
    app.state.agents = await AgentDoors.of(studio, models)
    at = f"/novels/{studio.book.novel_id}/prompts/writer.draft_scene.en"
    async with client_of(app, studio.book.user_id) as author:
        before = await rows(studio)
        shown = await author.post(f"{at}/preview", json={"scene_id": scene})
        drafted = await author.post(f"{at}/preview", json={"scene_id": scene, "draft": MINE})
        beats = await author.post(
            f"/novels/{studio.book.novel_id}/prompts/director.beats.en/preview", json={"scene_id": scene}
        )
        cards = await author.post(
            f"/novels/{studio.book.novel_id}/prompts/director.cards.en/preview",
            json={"chapter_id": str(studio.book.chapter_id)},
        )
        assert models.requests == []
        assert await rows(studio) == before
        async with studio.working(models):
            run = await studio.desk.start("writer.draft_scene", scene=scene)
            await studio.desk.until(run.id, "completed", seconds=60)
    assert (shown.status_code, drafted.status_code, beats.status_code) == (200, 200, 200), shown.text
    [sent] = [one for one in models.requests if one.path == "draft/text1"]
    assert shown.json()["messages"] == [one.model_dump() for one in sent.messages]
    body = drafted.json()
    assert body["messages"][0]["text"] == "Be terse."
    assert body["messages"][1]["text"].endswith(f"\n\nIn {_budget(sent.messages[1].text)} words.")
    assert {part["reason"] for part in shown.json()["parts"]} >= {"style", "pov"}
    assert all(part["text"] for part in shown.json()["parts"] if part["kept"])
    assert shown.json()["price"] == {"model": "demo/storyteller", "usd": 0.0, "basis": "free"}
    assert shown.json()["tokens"] > 200
    assert "beats" in beats.json()["messages"][1]["text"]
    assert cards.status_code == 200, cards.text


async def test_a_preview_refuses_what_it_cannot_show_and_shows_nobody_elses_book(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    bob = await make_book(fresh_db)
    app = make_app(fresh_db, router)
    app.state.agents = await AgentDoors.of(studio, StoryModels())
    at = f"/novels/{bob.novel_id}/prompts"
    hers = {"scene_id": str(studio.book.scene_id)}
    call = await make_call(
        fresh_db.owner,
        studio.book.user_id,
        novel_id=studio.book.novel_id,
        prompt_name="writer.draft_scene.en",
    )
    async with client_of(app, bob.user_id) as other:
        foreign = await other.post(f"{at}/writer.draft_scene.en/preview", json=hers)
        book = await other.post(
            f"/novels/{studio.book.novel_id}/prompts/writer.draft_scene.en/preview", json=hers
        )
        calls = await other.get(f"/novels/{studio.book.novel_id}/prompts/writer.draft_scene.en/calls")
        asked = await other.post(f"{at}/writer.draft_scene.en/preview", json={"call_id": str(call)})
        nowhere = await other.post(f"{at}/director.critique.en/preview", json=hers)
        unfit = await other.post(
            f"{at}/writer.draft_scene.en/preview", json={**hers, "draft": {"system": "x", "task": "y"}}
        )
    assert [one.status_code for one in (foreign, book, calls, asked)] == [404] * 4
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "prompt-place-needed")
    assert (unfit.status_code, unfit.json()["params"]["missing"]) == (422, ["briefing", "word_budget"])


def _budget(task: str) -> Any:
    return task.rsplit("Write the whole scene in about ", 1)[1].split(" ", 1)[0]


async def test_a_preview_names_the_payers_model_also_where_private_mode_refuses_it(
    fresh_db: TestDatabase, tmp_path: Path
) -> None:
    studio = await make_studio(fresh_db, tmp_path)
    book, helper = studio.book, await make_user(fresh_db.owner)
    await share(fresh_db.api, book.user_id, book.novel_id, helper, Role.MANAGER)
    far = await make_endpoint(fresh_db.owner, book.user_id, "https://models.example/v1", local=False)
    await choose_model(fresh_db.owner, book.user_id, "writer", far, "far-large")
    app = make_app(fresh_db, router)
    app.state.agents = await AgentDoors.of(studio, StoryModels())
    at = f"/novels/{book.novel_id}/prompts/writer.draft_scene.en/preview"
    async with client_of(app, helper) as member:
        before = await member.post(at, json={"scene_id": str(book.scene_id)})
        async with fresh_db.api.transaction(RowScope(book.user_id)) as session:
            await PrivateModeService.of(session, book.user_id).switch(True)
        after = await member.post(at, json={"scene_id": str(book.scene_id)})
    assert before.status_code == 200, before.text
    assert before.json()["price"] == {"model": "far-large", "usd": None, "basis": "unknown"}
    assert after.status_code == 200, after.text
    assert after.json()["price"] == {"model": "far-large", "usd": None, "basis": "private"}
    assert after.json()["messages"] == before.json()["messages"]
